"""What keeps a case from being decided: times that are not exact, columns that nobody records, rows
set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from checks.explanations.words import Words
from checks.gate import rule_gaps
from checks.law.rulebook import Rule
from checks.local_time import later
from checks.records.records import Records
from checks.records.tables import TABLES
from checks.subjects.registry import kind_of

Row = Mapping[str, Any]
_EXACT: Final = ((60, "exact_to_minute"), (3_660, "exact_to_hour"))
"""Up to how many seconds what is said; beyond them a day."""


@dataclass(frozen=True)
class Called:
    """What things are called in the language: a column of a table, the reason why a row was set
    aside."""

    column: Callable[[str, str], str]
    defect: Callable[[str], str]


def coarse_instants(
    rows: Sequence[Row], records: Records, session_gap: timedelta
) -> dict[datetime, int]:
    """The instants of a subject's records that are known to the minute or day only, with their
    precision in seconds.

    rows: the subject's obligations (columns OBLIGATIONS). Of two equal instants the more exact one
    counts.
    """
    kind = kind_of(rows[0]["subject_type"])
    ends = [row["fulfilled_at"] for row in rows if row["fulfilled_at"]]
    frames = kind.records_of(rows[0]["subject_id"], records, session_gap)
    if ends:
        frames += kind.ends_elsewhere(ends, records)
    found: dict[datetime, int] = {}
    for name, frame in frames:
        timed = [column.name for column in TABLES[name].columns if column.timed]
        for row in (
            frame.select(*timed, *(f"{column}_precision" for column in timed)).collect().to_dicts()
        ):
            for column in timed:
                at, precision = row[column], row[f"{column}_precision"]
                if at is not None:
                    found[at] = min(precision, found.get(at, precision))
    return {at: precision for at, precision in found.items() if precision}


def between(at: datetime | None, coarse: Mapping[datetime, int], words: Words) -> str:
    """Between which instants `at` really lies, where it is known to the minute or day only; else
    nothing."""
    if at is None or at not in coarse:
        return ""
    last = later(at, timedelta(seconds=coarse[at] - 1))
    said = next((said for seconds, said in _EXACT if coarse[at] <= seconds), "exact_to_day")
    return words.say("phrases", said, first=at, last=last)


def doubts(
    row: Row, rule: Rule, records: Records, quarantine: pl.DataFrame, words: Words, called: Called
) -> Iterator[tuple[str, str]]:
    """Label and text of what would have decided an unknown obligation, where it is no cell of an
    accepted row.

    quarantine: of schema checks.records.parsing.defects.DEFECTS.
    """
    if row["reason"] == "not_recorded":
        for gap in rule_gaps([rule], records.recorded, frozenset(TABLES)):
            columns = words.say("phrases", "and").join(
                _named(column, called) for column in gap.columns
            )
            yield (
                words.say("labels", "not_carried"),
                words.say("phrases", "not_carried", columns=columns),
            )
    if row["reason"] in ("quarantined", "tier"):
        for place in _set_aside(row, records):
            yield words.say("labels", "set_aside"), _told(*place, quarantine, words, called)


def _named(column: str, called: Called) -> str:
    """`tickets.recorded_at` -> `录入时间 (tickets.recorded_at)`."""
    return f"{called.column(*column.split('.', 1))} ({column})"


def _set_aside(row: Row, records: Records) -> Iterator[tuple[str, str, int]]:
    """Table, file and row of the quarantined rows that name the subject or, where its tier is
    unknown, its customer."""
    named = (
        {"customers": pl.col("customer_id") == row["customer_id"]}
        if row["reason"] == "tier"
        else kind_of(row["subject_type"]).set_aside(row, records)
    )
    for table, which in named.items():
        found = (
            records.quarantined[table]
            .filter(which)
            .select("_file", "_row")
            .sort("_file", "_row")
            .collect()
        )
        yield from ((table, file, number) for file, number in found.iter_rows())


def _told(
    table: str, file: str, row: int, quarantine: pl.DataFrame, words: Words, called: Called
) -> str:
    """`ticket_events (events.csv:12): at '下午': not a time`."""
    place = words.say("phrases", "set_aside", table=table, file=file, row=row)
    why = (
        quarantine.filter(table=table, file=file, row=row)
        .select("column", "value", "reason")
        .iter_rows()
    )
    facts = (f"{column} {value!r}: {called.defect(reason)}" for column, value, reason in why)
    return f"{place}: {'; '.join(facts)}"
