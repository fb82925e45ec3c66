"""Holiday notices as files: read, checked, imported into the folder in which runs find them.

Two forms are read: CSV (date,working or date,is_off_day), and the JSON in which such notices are
commonly passed on, `{"year": 2027, "papers": […], "days": [{"name": …, "date": …, "isOffDay":
…}]}`. Kept is the latter, dated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from checks.law.notices import Day, Notice, NoticeError, notice_of
from flows.archive.run_folder import json_text, sha256
from flows.law.calendars.day_list import date_of, day_list, text_of
from flows.settings import Settings
from flows.system.errors import UsageError

SUBJECT: Final = "holiday notice"


@dataclass(frozen=True)
class Imported:
    """A notice as it is kept. `at`: when it was imported; `file`, `sha256`: from what."""

    path: Path
    notice: Notice
    at: str
    file: str
    sha256: str


def read_notice(path: Path) -> Notice:
    """The notice in a file. Raises UsageError with file and line for anything that can't be a
    year's notice."""
    return _read(path)[0]


def import_notice(file: Path, folder: Path, at: datetime, replace: bool = False) -> Imported:
    """Check the notice and keep it in the folder, dated. Raises UsageError; also when another one
    is there already.

    `at`: local time of the import. `replace`: put it in the place of another one for its year.
    """
    notice, facts = _read(file)
    target = folder / f"{notice.year}.json"
    if target.exists() and not replace:
        if read_notice(target).days == notice.days:
            return kept(target)
        raise UsageError(
            f"{target}: another notice of {notice.year} is there; --replace puts this one in its "
            f"place"
        )
    content = {
        "schema_version": SCHEMA_VERSION,
        "year": notice.year,
        "papers": facts.get("papers", []),
        "imported": {"at": at.isoformat(" ", "seconds"), "file": file.name, "sha256": sha256(file)},
        "days": [
            {"name": notice.names.get(day, ""), "date": day.isoformat(), "isOffDay": not works}
            for day, works in sorted(notice.days.items())
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{target.name}.new"
    unfinished.write_text(json_text(content), encoding="utf-8")
    os.replace(unfinished, target)
    return kept(target)


def kept(path: Path) -> Imported:
    """A notice of the folder, with what is known of its import. Raises UsageError."""
    notice, facts = _read(path)
    origin = {"at": "", "file": path.name, "sha256": sha256(path)} | dict(
        facts.get("imported") or {}
    )
    return Imported(path, notice, origin["at"], origin["file"], origin["sha256"])


def notices(settings: Settings) -> tuple[Notice, ...]:
    """The notices in force, one a year. Raises UsageError; also for two of one year."""
    found: dict[int, tuple[Path, Notice]] = {}
    for path in notice_files(settings):
        notice = read_notice(path)
        if notice.year in found:
            raise UsageError(
                f"{SUBJECT} {path}: {found[notice.year][0]} is of {notice.year} too; keep one of "
                f"them"
            )
        found[notice.year] = path, notice
    return tuple(notice for _, notice in found.values())


def notice_files(settings: Settings) -> list[Path]:
    """The files of the configuration, those of its folders in order of name; a folder may be
    missing."""
    return [file for entry in settings.judging.calendars for file in _files(entry)]


def folder_of(settings: Settings) -> Path:
    """The folder in which imported notices are kept. Raises UsageError when the configuration names
    files only."""
    for entry in settings.judging.calendars:
        if entry.suffix != ".json":
            return entry
    raise UsageError(
        "judging.calendars names no folder to keep a notice in; name one in kelou.toml, as "
        "calendars"
    )


def with_notices(settings: Settings) -> Settings:
    """The settings with the notices that there are now named file by file, so that a later one
    changes no run of today.

    Raises UsageError for a notice that can't be read.
    """
    notices(settings)
    files = tuple(notice_files(settings))
    return settings.model_copy(
        update={"judging": settings.judging.model_copy(update={"calendars": files})}
    )


def pins(settings: Settings) -> list[dict[str, Any]]:
    """path and sha256 of each notice in force, as inputs.json keeps them."""
    return [{"path": file.as_posix(), "sha256": sha256(file)} for file in notice_files(settings)]


def _files(entry: Path) -> list[Path]:
    if entry.suffix == ".json":
        return [entry]
    return sorted(file for file in entry.glob("*.json") if not file.name.startswith("."))


def _read(path: Path) -> tuple[Notice, Mapping[str, Any]]:
    """The notice, and whatever else its JSON says."""
    text, where = text_of(path, SUBJECT), f"{SUBJECT} {path}"
    facts: Mapping[str, Any] = {}
    if text.lstrip().startswith("{"):
        facts = _object(text, where)
        year, days = facts["year"], list(_days(facts["days"], text, where))
    else:
        days = day_list(text, where)
        year = max((day.date.year for day in days), default=0)
    if not days:
        raise UsageError(f"{where}: names no day; the notice of the year may not be published yet")
    try:
        return notice_of(year, days), facts
    except NoticeError as error:
        place = f", line {error.line}" if error.line else ""
        raise UsageError(f"{where}{place}: {error.message}") from None


def _object(text: str, where: str) -> Mapping[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}, line {error.lineno}: no valid JSON ({error.msg})") from None
    if type(facts.get("year")) is not int or not isinstance(facts.get("days"), list):
        raise UsageError(
            f"{where}: "
            f'write {{"year": 2027, "days": [{{"date": "2027-01-01", "isOffDay": true}}, …]}}'
        )
    return facts


def _days(listed: list[Any], text: str, where: str) -> Iterator[Day]:
    place = 0
    for number, entry in enumerate(listed, start=1):
        written = entry.get("date") if isinstance(entry, dict) else None
        day = date_of(written) if isinstance(written, str) else None
        if day is None or not isinstance(entry.get("isOffDay"), bool):
            words = (
                f'day {number} of the list: write date as "2027-01-01" and isOffDay as true '
                f"or false"
            )
            raise UsageError(f"{where}, line {_line(text, place)} or below: {words}")
        # The parser tells no lines: each day is looked for behind the one before it.
        place = max(text.find(json.dumps(written), place + 1), place)
        yield Day(day, not entry["isOffDay"], _line(text, place), str(entry.get("name") or ""))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
