"""Every form of a timestamp, and what is none."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.reading.instants import instants
from checks.reading.offsets import zone_offset

CHINA = timedelta(hours=8)
NINE_FIVE = datetime(2026, 10, 3, 9, 5)


def read(*texts: str | None) -> list[datetime | None]:
    return instants(pl.Series(texts, dtype=pl.String), CHINA)["at"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03 09:05:00", "2026-10-03 09:05", "2026/10/3 9:05", "2026/10/3  9:05:00", "2026.10.3 9:05",
        "2026-10-03T09:05:00", "2026-10-03T09:05:00.000", "2026-10-03T09:05:00+08:00", "2026-10-03T09:05:00+0800",
        "2026-10-03T01:05:00Z", "2026-10-03T01:05Z", "2026-10-02T20:05:00-05:00",
        "2026-10-03 09:05:00+08", "2026-10-03 09:05:00.0+08", "2026-10-03 09:05:00 +08:00",
        "2026年10月3日 9:05", "2026年10月3日9时5分", "2026年10月03日09时05分00秒", "2026年10月3日 9点5分",
        "２０２６-１０-０３ ０９：０５：００", "２０２６／１０／３　９：０５", "２０２６年１０月３日９时５分",
        "20261003090500", "1790989500", "1790989500000", "1790989500000.0", "46298.378472222", "46298.37847",
    ],
)  # fmt: skip
def test_forms_of_one_instant(text: str) -> None:
    assert read(text) == [NINE_FIVE]


@pytest.mark.parametrize(
    "text",
    [
        "昨天下午", "待定", "????", "-", "0", "12345", "2026-02-30 10:00", "2026-13-45 99:00", "2026-10-03 24:00",
        "2026-10-03 23:59:60", "2026-10-03 9:60", "26-10-03 09:05", "10/03/2026 09:05", "2026-10-03 09:05 PM",
        "2026-10-03T09:05:00+99:99", "2026-10-03T09:05:00+08:60", "2026-10-0309:05",
        "2026-10-03-08", "2026-10-03 09", "202610",
        "0001-01-01 00:00:00", "17909895000000000", "1.7909895e9",
    ],
)  # fmt: skip
def test_unreadable(text: str) -> None:
    assert read(text) == [None]


def test_a_date_alone_is_midnight() -> None:
    midnight = datetime(2026, 10, 3)
    assert read("2026-10-03", "2026年10月3日", "20261003", "46298") == [midnight] * 4


def test_fractions_are_kept_to_the_microsecond() -> None:
    assert read("2026-10-03T01:05:00.123456789Z", "1790989500123") == [
        NINE_FIVE.replace(microsecond=123456),
        NINE_FIVE.replace(microsecond=123000),
    ]


def test_empty_cells_stay_empty_among_others() -> None:
    assert read(None, "2026/10/3 9:05", None, "2026-10-03 09:05:00") == [None, NINE_FIVE, None, NINE_FIVE]


INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(lambda t: t.replace(microsecond=0))


@settings(deadline=None)
@given(st.lists(st.tuples(INSTANTS, st.integers(0, 4)), max_size=20))
def test_any_mixture_of_forms_reads_back(cells: list[tuple[datetime, int]]) -> None:
    def written(moment: datetime, form: int) -> str:
        return (
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y-%m-%dT%H:%M:%S}+08:00",
            f"{moment - CHINA:%Y-%m-%dT%H:%M:%S}Z",
            f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分{moment.second}秒",
            f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02}:{moment.second:02}",
        )[form]

    assert read(*(written(*cell) for cell in cells)) == [moment for moment, _ in cells]


def test_a_zone_needs_one_offset() -> None:
    assert zone_offset("Asia/Shanghai") == CHINA
    with pytest.raises(ValueError, match="changes its offset"):
        zone_offset("Europe/Berlin")
    with pytest.raises(ValueError, match="no time zone 'Peking'"):
        zone_offset("Peking")
