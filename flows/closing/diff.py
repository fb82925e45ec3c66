"""Two runs over the same period: every changed verdict, with its cause (`kelou diff`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.closing.changes import CAUSES, DATA_CAUSES, KEY, changed, data_causes
from checks.law.rulebook import Rulebooks
from checks.numbers.base import Count
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import OBLIGATIONS, REGISTER_FILE
from flows.audit.gathering import load_rules
from flows.closing.manifest import settings_of
from flows.closing.records import manifest_of, records_of
from flows.system.errors import KelouError, UsageError

NUMBERS: Final = 5
"""Numbers of the register that a line names."""
_JUDGING: Final = ("time", "judging", "inputs")
"""Sections of the configuration that can change a verdict."""
_ELSEWHERE: Final = ("rulebooks", "calendars", "company_calendar")
"""Keys of [judging] that are causes of their own."""


@dataclass(frozen=True)
class Diff:
    """`changes`: rule_id, subject_type, subject_id, then, now, cause (of CAUSES, joined by `;`);
    `notes` for people; `register`: what of the register is gone, new or counts otherwise."""

    changes: pl.DataFrame
    notes: tuple[str, ...]
    register: tuple[str, ...] = ()

    def counted(self) -> tuple[Count, ...]:
        """How many verdicts changed for each cause; one with several causes counts for each."""
        causes = self.changes.select(cause=pl.col("cause").str.split(";").explode())
        found = dict(causes.group_by("cause").len().iter_rows())
        return tuple(Count(key=cause, n=found[cause]) for cause in CAUSES if cause in found)


def diff(run_a: Path, run_b: Path) -> Diff:
    """What run_b decides otherwise than run_a. Raises UsageError: no run's folder, or other
    periods."""
    a, b = (manifest_of(run) for run in (run_a, run_b))
    spans = [[m["period"][name] for name in ("start", "end")] for m in (a, b)]
    if spans[0] != spans[1]:
        raise UsageError(
            f"{run_a} and {run_b} judge different periods: {' – '.join(spans[0])},"
            f" {' – '.join(spans[1])}"
        )
    found = changed(*(scan_obligations(run / OBLIGATIONS).collect() for run in (run_a, run_b)))
    notes: list[str] = []
    if found.height and _data_differ(a, b):
        try:
            found = data_causes(found, records_of(run_a, a).records, records_of(run_b, b).records)
        except KelouError as error:
            notes.append(f"late and corrected data can't be told apart: {error}")
    return Diff(_explained(found, a, b), tuple(notes), tuple(_register(run_a, run_b)))


def _register(run_a: Path, run_b: Path) -> Iterator[str]:
    """Numbers of the register that one run has and the other has not, and those that count
    otherwise; nothing where an older version of Kelou made one of them."""
    paths = [run / REGISTER_FILE for run in (run_a, run_b)]
    if not all(path.exists() for path in paths):
        return
    columns = ("finding_id", "failing", "of")
    then, now = (pl.read_parquet(path, columns=list(columns)) for path in paths)
    both = then.join(now, on="finding_id", suffix="_now")
    other = pl.any_horizontal(pl.col(n) != pl.col(f"{n}_now") for n in columns[1:])
    told = {
        "gone": then.join(now, on="finding_id", how="anti"),
        "new": now.join(then, on="finding_id", how="anti"),
        "counting otherwise": both.filter(other),
    }
    for words, entries in told.items():
        if entries.height:
            shown = ", ".join(entries["finding_id"].head(NUMBERS))
            more = ", ..." if entries.height > NUMBERS else ""
            yield f"register: {entries.height} {words}: {shown}{more}"


def _data_differ(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    contents = ({(s["table"], s["sha256"]) for s in m["sources"]} for m in (a, b))
    return next(contents) != next(contents)


def _explained(found: pl.DataFrame, a: Mapping[str, Any], b: Mapping[str, Any]) -> pl.DataFrame:
    """The changes with their causes as one text."""
    rulebooks = load_rules(settings_of(b)).rulebooks
    marks: dict[str, pl.Expr] = {
        name: pl.col(name) for name in DATA_CAUSES if name in found.columns
    }
    marks |= dict(_common_causes(a, b, rulebooks))
    if _data_differ(a, b):
        marks["related_data"] = ~pl.any_horizontal(*marks.values()) if marks else pl.lit(True)
    known = pl.any_horizontal(*marks.values()) if marks else pl.lit(False)
    marks["unexplained"] = ~known
    parts = [pl.when(marks[cause]).then(pl.lit(cause)) for cause in CAUSES if cause in marks]
    return found.select(
        *KEY, "then", "now", cause=pl.concat_str(parts, separator=";", ignore_nulls=True)
    )


def _common_causes(
    a: Mapping[str, Any], b: Mapping[str, Any], rulebooks: Rulebooks
) -> Iterator[tuple[str, pl.Expr]]:
    """What both runs were made with, and for which obligations a difference can matter."""
    if a["period"]["cutoff"] != b["period"]["cutoff"]:
        yield "cutoff", pl.lit(True)
    if texts := _changed_texts(a, b, rulebooks.order):
        yield "rulebook", pl.lit(True) if "" in texts else pl.col("regulation").is_in(sorted(texts))
    if _calendar(a) != _calendar(b):
        counted = [
            rule.id
            for rule in rulebooks.rules
            if rule.clock_kind in ("workday", "business", "presence")
        ]
        yield "calendar", pl.col("rule_id").is_in(counted)
    if _settings(a) != _settings(b):
        yield "configuration", pl.lit(True)
    if a["program"] != b["program"] or a["libraries"]["polars"] != b["libraries"]["polars"]:
        yield "program", pl.lit(True)


def _changed_texts(a: Mapping[str, Any], b: Mapping[str, Any], codes: Sequence[str]) -> set[str]:
    """Codes of the regulations whose files differ; "" for what all regulations share."""
    then, now = ({file["path"]: file["sha256"] for file in m["rulebooks"]} for m in (a, b))
    paths = {path for path in then.keys() | now.keys() if then.get(path) != now.get(path)}
    folders = {Path(path).parent.name for path in paths}
    return {folder if folder in codes else "" for folder in folders}


def _calendar(m: Mapping[str, Any]) -> tuple[Any, ...]:
    notices = sorted(notice["sha256"] for notice in m.get("calendars", ()))
    own, libraries = m["company_calendar"], m["libraries"]
    shipped = libraries["chinesecalendar"], libraries.get("holidays")
    return notices, own, shipped, m["configuration"]["time"]["closing_hour"]


def _settings(m: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{section}.{name}": value
        for section in _JUDGING
        for name, value in m["configuration"][section].items()
        if name not in (*_ELSEWHERE, "closing_hour")
    }
