"""Numbers, dates and durations as a reader of each language says them."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.report.context.articles import cited
from flows.report.context.dates import months_named
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording

ZH, EN = Wording(load_texts("zh")), Wording(load_texts("en"))


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (7500, "2 小时 5 分", "2 h 5 min"),
        (45, "45 秒", "45 s"),
        (0, "0 秒", "0 s"),
        (59.9, "59 秒", "59 s"),
        (3600, "1 小时", "1 h"),
        (3601, "1 小时", "1 h"),
        (86_400 * 2 + 3_600 * 3 + 59, "2 天 3 小时", "2 days 3 h"),
        (86_400, "1 天", "1 day"),
        (None, "—", "—"),
    ],
)
def test_durations_show_their_two_largest_units(seconds: float | None, zh: str, en: str) -> None:
    assert ZH.duration(seconds) == zh
    assert EN.duration(seconds).replace("\u00a0", " ") == en


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (1.0, "100%"),
        (0.0, "0%"),
        (0.99951, "99.95%"),
        (0.9999999, "99.99%"),
        (0.0000001, "0.01%"),
        (0.895, "89.50%"),
        (0.8, "80%"),
    ],
)
def test_only_everything_reads_as_a_hundred_percent(rate: float, shown: str) -> None:
    assert ZH.percent(rate) == shown


def test_none_of_none_is_no_case() -> None:
    assert (ZH.percent(None), EN.percent(None)) == ("无案件", "no case")


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        ("15min", "15 分", "15 min"),
        ("3wd", "3 个工作日", "3 working days"),
        ("1wd", "1 个工作日", "1 working day"),
        ("1wd@same", "1 个工作日后的同一钟点", "1 working day, same time"),
        ("2wd@clock", "2 个工作日后的同一钟点（不限营业时间）", "2 working days, same clock time"),
        ("3", "响铃 3 声", "3 rings"),
        ("24h", "24 小时", "24 h"),
        ("x", "应有记录", "must be on record"),
        (None, "—", "—"),
    ],
)
def test_limits_read_as_words(cell: str | None, zh: str, en: str) -> None:
    assert ZH.limit(cell) == zh
    assert EN.limit(cell).replace("\u00a0", " ") == en


def test_periods_and_cutoffs_are_said_as_people_say_them() -> None:
    assert ZH.span("2026-10-01", "2026-10-31") == "2026年10月1日至31日"
    assert EN.span("2026-10-01", "2026-10-31") == "1–31 October 2026"
    assert ZH.span("2026-09-28", "2026-10-04") == "2026年9月28日至2026年10月4日"
    assert ZH.cutoff("2026-11-01 00:00:00") == "2026年10月31日24时"
    assert EN.cutoff("2026-10-20 17:30:00") == "20 October 2026, 17:30:00"


def test_long_tables_leave_the_year_of_the_report_out() -> None:
    assert ZH.brief(datetime(2026, 10, 14, 9, 5, 30), 2026) == "10-14 09:05:30"
    assert ZH.brief(datetime(2027, 1, 4, 23, 59, 59, 999999), 2026) == "2027-01-04 23:59:59"


@pytest.mark.parametrize(
    ("article", "en"),
    [
        ("第六条(一)", "art. 6(1)"),
        ("第十四条(二)", "art. 14(2)"),
        ("第二十条(二)1", "art. 20(2)1"),
        ("二(三)1", "part 2(3)1"),
        ("三2", "part 3.2"),
    ],
)
def test_english_cites_articles_in_figures(article: str, en: str) -> None:
    assert cited(article, "en") == en
    assert cited(article, "zh") == article


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        ([1, 2, 3, 4, 9, 12], "1月至4月、9月、12月", "January to April, September, December"),
        ([11, 12], "11月至12月", "November to December"),
        ([5], "5月", "May"),
    ],
)
def test_months_of_a_year_are_said_in_runs(months: list[int], zh: str, en: str) -> None:
    written = [f"2026-{month:02d}" for month in months]
    assert months_named(load_texts("zh"), written) == zh
    assert months_named(load_texts("en"), written) == en
