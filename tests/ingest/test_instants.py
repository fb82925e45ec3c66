"""Every form of a timestamp, how exactly it is known, and what is none."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.records.parsing.times.instants import instants
from checks.records.parsing.times.offsets import zone_offset
from tests.long import examples

CHINA = timedelta(hours=8)
NINE_FIVE = datetime(2026, 10, 3, 9, 5)
QUARTER_PAST_THREE = datetime(2026, 10, 3, 15, 15)
DAY, HOUR, MINUTE = 86_400, 3_600, 60


def parsed(*texts: str | None) -> pl.DataFrame:
    return instants(pl.Series(texts, dtype=pl.String), CHINA)


def read(*texts: str | None) -> list[datetime | None]:
    return parsed(*texts)["at"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03 09:05:00",
        "2026/10/3  9:05:00",
        "2026-10-03T09:05:00",
        "2026-10-03T09:05:00.000",
        "2026-10-03T09:05:00+08:00",
        "2026-10-03T09:05:00+0800",
        "2026-10-03T01:05:00Z",
        "2026-10-02T20:05:00-05:00",
        "2026-10-03 09:05:00+08",
        "2026-10-03 09:05:00.0+08",
        "2026-10-03 09:05:00 +08:00",
        "2026-10-03 01:05:00 UTC",
        "2026-10-03 01:05:00 GMT",
        "2026-10-03 09:05:00 UTC+8",
        "2026-10-03 09:05:00:000",
        "2026年10月03日09时05分00秒",
        "２０２６-１０-０３ ０９：０５：００",
        "\u200e2026-10-03 09:05:00",
        "'2026-10-03 09:05:00",
        '="2026-10-03 09:05:00"',
        "20261003090500",
        "20261003090500000",
        "20261003 090500",
        "20261003T090500",
        "20261003T010500Z",
        "20261003 09:05:00",
        "1790989500",
        "1790989500.0",
        "1790989500000",
        "1790989500000.0",
        "46298.378472222",
        "46298.37847",
        "/Date(1790989500000)/",
        "2026-10-03 周六 09:05:00",
        "2026-10-03(星期六) 09:05:00",
        "2026-10-03 Sat 09:05:00",
        "Saturday 2026-10-03 09:05:00",
        "2026/10/3 上午9:05:00",
        "2026-10-03 9:05:00 AM",
        "2026年10月3日 上午 9:05:00",
        "上午 2026-10-03 9:05:00",
        "Sat Oct 03 2026 09:05:00 GMT+0800",
        "Sat Oct 03 2026 09:05:00 GMT+0800 (China Standard Time)",
        "Sat Oct  3 09:05:00 2026",
        "Sat, 03 Oct 2026 09:05:00 +0800",
        "Sat, 3 Oct 2026 01:05:00 GMT",
        "03/Oct/2026:09:05:00 +0800",
        "Oct 3, 2026 9:05:00 AM",
        "3 October 2026 09:05:00",
        "03-OCT-26 09.05.00.000 AM",
        "2026-10-03T09:05:00[Asia/Shanghai]",
        "2026-10-03T09:05:00+08:00[Asia/Shanghai]",
        "2026-10-03 09:05:00 Asia/Shanghai",
        "2026-10-03 09:05:00 北京时间",
    ],
)
def test_forms_with_seconds(text: str) -> None:
    assert parsed(text).rows() == [(NINE_FIVE, 0, False)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03 15:15",
        "2026/10/3 15:15",
        "2026.10.3 15:15",
        "2026-10-03T15:15",
        "2026-10-03T07:15Z",
        "2026年10月3日 15:15",
        "2026年10月3日15时15分",
        "2026年10月3日 15点15分",
        "202610031515",
        "20261003 1515",
        "2026/10/3 下午3:15",
        "2026-10-03 3:15 PM",
        "2026-10-03 3:15pm",
        "2026-10-03 03:15 p.m.",
        "2026-10-03 下午15:15",
        "03/Oct/26 3:15 PM",
        "Oct 3, 2026 at 3:15 PM",
        "２０２６年１０月３日（周六）１５：１５",
        "下午3:15 2026/10/3",
    ],
)
def test_forms_to_the_minute(text: str) -> None:
    assert parsed(text).rows() == [(QUARTER_PAST_THREE, MINUTE, False)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03",
        "2026/10/3",
        "2026年10月3日",
        "20261003",
        "2026-10-03 周六",
        "3 Oct 2026",
        "03-Oct-26",
    ],
)
def test_a_date_alone_is_known_to_the_day(text: str) -> None:
    assert parsed(text).rows() == [(datetime(2026, 10, 3), DAY, False)]


def test_an_hour_alone_and_a_day_number() -> None:
    assert parsed("2026年10月3日9时", "2026-10-03 下午3点", "46298").rows() == [
        (datetime(2026, 10, 3, 9), HOUR, False),
        (datetime(2026, 10, 3, 15), HOUR, False),
        (datetime(2026, 10, 3), 0, False),
    ]


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("凌晨12:30", 0),
        ("凌晨3:30", 3),
        ("上午12:30", 0),
        ("上午11:30", 11),
        ("中午11:30", 11),
        ("中午12:30", 12),
        ("中午1:30", 13),
        ("下午12:30", 12),
        ("下午1:30", 13),
        ("傍晚6:30", 18),
        ("晚上8:30", 20),
        ("晚上20:30", 20),
        ("12:30 AM", 0),
        ("12:30 PM", 12),
    ],
)
def test_parts_of_the_day(words: str, hour: int) -> None:
    assert read(f"2026-10-03 {words}") == [datetime(2026, 10, 3, hour, 30)]


@pytest.mark.parametrize(
    "words", ["上午15:15", "晚上12:30", "凌晨9:00", "下午", "上午下午3:15", "3:15 AM PM"]
)
def test_a_part_of_the_day_that_contradicts_the_clock(words: str) -> None:
    assert read(f"2026-10-03 {words}") == [None]


def test_the_end_of_a_day_is_the_next_midnight() -> None:
    midnight = datetime(2026, 11, 1)
    texts = ("2026-10-31 24:00:00", "2026-10-31 24:00", "20261031240000", "2026-10-31T16:00:00Z")
    assert read(*texts) == [midnight] * 4
    assert read("2026-10-31 24:00:01", "2026-10-31 24:30") == [None, None]


@pytest.mark.parametrize(
    "text",
    [
        "昨天下午",
        "????",
        "12345",
        "2026-02-30 10:00",
        "2026-13-45 99:00",
        "2026-10-03 23:59:60",
        "2026-10-03 9:60",
        "26-10-03 09:05",
        "10/03/2026 09:05",
        "3/10/2026 3:15 PM",
        "03.10.2026 09:05",
        "10月3日 09:05",
        "3:15 PM",
        "12 Oct 09:05:30",
        "Mon Oct 12 09:05:00 CST 2026",
        "2026-10-03T09:05:00+99:99",
        "2026-10-03T09:05:00+08:60",
        "2026-10-0309:05",
        "2026-10-03-08",
        "2026-10-03 09",
        "2026-10-03Z",
        "202610",
        "17909895000000000",
        "1.7909895e9",
        "2026-10-03 09:05:00[Europe/Berlin]",
        "2026-10-03 09:05:00[Nowhere]",
    ],
)
def test_unreadable(text: str) -> None:
    assert parsed(text).rows() == [(None, 0, False)]


@pytest.mark.parametrize(
    "date",
    [
        "0000-00-00",
        "1970-01-01",
        "1970/1/1",
        "1900-01-00",
        "1900/1/0",
        "1900-01-01",
        "1899-12-30",
        "1899-12-31",
        "0001-01-01",
        "01/01/0001",
        "1/0/1900",
        "12/30/1899",
        "00/00/0000",
    ],
)
@pytest.mark.parametrize("clock", ["", " 00:00:00", " 0:00", " 00:00:00.000", " 12:00:00 AM"])
def test_zero_dates(date: str, clock: str) -> None:
    assert parsed(date + clock).rows() == [(None, 0, True)]


def test_zero_dates_in_other_forms() -> None:
    texts = (
        "0",
        "0.0",
        "00000000",
        "0000000000",
        "1970-01-01 08:00:00",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "'0000-00-00",
        "1899年12月30日",
    )
    assert parsed(*texts)["zero"].to_list() == [True] * len(texts)
    assert (
        parsed("1970-01-01 08:00:01", "1900-01-01 09:00:00", "2000-01-01")["zero"].to_list()
        == [False] * 3
    )


def test_zero_in_utc_depends_on_the_zone() -> None:
    written = pl.Series(["1970-01-01 08:00:00", "1970-01-01 05:30:00"])
    assert instants(written, timedelta(hours=5, minutes=30))["zero"].to_list() == [False, True]


def test_fractions_are_kept_to_the_microsecond() -> None:
    fine = NINE_FIVE.replace(microsecond=123456)
    coarse = NINE_FIVE.replace(microsecond=123000)
    assert read("2026-10-03T01:05:00.123456789Z", "2026-10-03 09:05:00,123456") == [fine, fine]
    assert (
        read("1790989500123", "1790989500.123", "20261003090500123", "2026-10-03 09:05:00:123")
        == [coarse] * 4
    )


def test_empty_cells_stay_empty_among_others() -> None:
    assert read(None, "2026/10/3 9:05", None, "2026-10-03 09:05:00") == [
        None,
        NINE_FIVE,
        None,
        NINE_FIVE,
    ]


INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(
    lambda t: t.replace(microsecond=0)
)
FORMS = (
    lambda t: f"{t:%Y-%m-%d %H:%M:%S}",
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S}+08:00",
    lambda t: f"{t - CHINA:%Y-%m-%dT%H:%M:%S}Z",
    lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}时{t.minute}分{t.second}秒",
    lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t.minute:02}:{t.second:02}",
    lambda t: (
        f"{t.year}/{t.month}/{t.day} {'上午' if t.hour < 12 else '下午'}"
        f"{(t.hour - 1) % 12 + 1}:{t:%M:%S}"
    ),
    lambda t: f"{t:%b} {t.day}, {t.year} {t:%I:%M:%S %p}",
    lambda t: f"{t:%a, %d %b %Y %H:%M:%S} +0800",
    lambda t: f"{t:%a %b %d %Y %H:%M:%S} GMT+0800 (CST)",
    lambda t: f"{t:%Y%m%d%H%M%S}",
    lambda t: f"{t:%Y-%m-%d} 周{'一二三四五六日'[t.weekday()]} {t:%H:%M:%S}",
)


@settings(deadline=None, max_examples=examples(30))
@given(st.lists(st.tuples(INSTANTS, st.sampled_from(FORMS)), max_size=20))
def test_any_mixture_of_forms_reads_back(cells: list) -> None:
    assert read(*(form(moment) for moment, form in cells)) == [moment for moment, _ in cells]


PIECES = st.sampled_from(
    [
        "2026",
        "10",
        "3",
        "12",
        "24",
        "99",
        "0",
        "00",
        "-",
        "/",
        ":",
        ".",
        " ",
        "T",
        "Z",
        "年",
        "月",
        "日",
        "时",
        "分",
        "上午",
        "下午",
        "晚上",
        "PM",
        "am",
        "周一",
        "Mon",
        "Oct",
        "GMT",
        "+0800",
        "[Asia/Shanghai]",
        "(",
        ")",
        ",",
        "'",
        '="',
        '"',
        "\u200b",
        "：",
        "１",
        "/Date(",
        "E+10",
        "1970",
        "0001",
    ]
)
TEXT = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=14).map("".join))


@settings(deadline=None, max_examples=examples(50))
@given(st.lists(st.none() | TEXT.filter(lambda text: text.strip() == text != ""), max_size=12))
def test_any_text_is_a_time_or_none(texts: list[str | None]) -> None:
    found = parsed(*texts)
    assert found.height == len(texts)
    assert found["precision"].is_in([0, MINUTE, HOUR, DAY]).all()
    assert found["zero"].null_count() == 0
    assert (found.filter(pl.col("at").is_null())["precision"] == 0).all()
    assert found.filter(pl.col("zero"))["at"].null_count() == found["zero"].sum()
    # What stands around a cell does not change it.
    assert found.equals(pl.concat([parsed(text) for text in texts]) if texts else found)


def test_a_zone_needs_one_offset() -> None:
    assert zone_offset("Asia/Shanghai") == CHINA
    with pytest.raises(ValueError, match="changes its offset"):
        zone_offset("Europe/Berlin")
    with pytest.raises(ValueError, match="no time zone 'Peking'"):
        zone_offset("Peking")
