"""A list of days as CSV: a date, and whether it is worked or off."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from typing import Final

from checks.law.notices import Day
from flows.system.errors import UsageError

HEADINGS: Final = {
    "date": ("date", "day", "日期"),
    "working": ("working", "workday", "is_workday", "工作日", "是否工作日", "上班", "是否上班"),
    "off": (
        "is_off_day",
        "isoffday",
        "off",
        "holiday",
        "is_holiday",
        "休息日",
        "是否休息",
        "放假",
        "是否放假",
    ),
    "name": ("name", "名称", "节日", "节日名称"),
}
TRUTHS: Final = {
    **dict.fromkeys(("true", "1", "是", "y", "yes"), True),
    **dict.fromkeys(("false", "0", "否", "n", "no"), False),
}
_WRITTEN: Final = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?")


def text_of(path: Path, subject: str) -> str:
    """The file's text, of UTF-8 or GB18030. Raises UsageError, which calls it `subject`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{subject} {path}: can't be read ({error.strerror})") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{subject} {path}: not text in UTF-8 or GB18030; save it again as UTF-8")


def day_list(text: str, where: str) -> list[Day]:
    """The days of a CSV with the columns date and working or date,is_off_day (日期,放假); `where`
    is named in errors.

    Raises UsageError with the line.
    """
    reader = csv.DictReader(text.splitlines())
    columns = _columns(list(reader.fieldnames or []), where)
    days = []
    for row in reader:
        cells = {name: (row[heading] or "").strip() for name, heading in columns.items()}
        if any(cells.values()):
            days.append(_day(cells, reader.line_num, where))
    return days


def date_of(text: str) -> date | None:
    """2027-02-05, 2027/2/5 or 2027年2月5日; None for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _columns(headings: list[str], where: str) -> dict[str, str]:
    found = {}
    for name, words in HEADINGS.items():
        fitting = [heading for heading in headings if heading and heading.strip().lower() in words]
        if fitting:
            found[name] = fitting[0]
    if "date" not in found or ("working" in found) == ("off" in found):
        raise UsageError(
            f"{where}, line 1: name the columns date and working (日期, 是否工作日) or date,"
            f"is_off_day (日期,放假)"
        )
    return found


def _day(cells: dict[str, str], line: int, where: str) -> Day:
    day = date_of(cells["date"])
    if day is None:
        raise UsageError(
            f"{where}, line {line}: {cells['date']!r} is no day; write it as 2027-02-05"
        )
    kind = "working" if "working" in cells else "off"
    truth = TRUTHS.get(cells[kind].lower())
    if truth is None:
        raise UsageError(
            f"{where}, line {line}: {cells[kind]!r} says neither yes nor no; write true or false"
        )
    return Day(day, truth if kind == "working" else not truth, line, cells.get("name", ""))
