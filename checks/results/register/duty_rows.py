"""What shows that a duty failed: the rows that the records have of it, or the days and months of
which they have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import polars as pl

from checks.closing.facts import Closing
from checks.numbers.base import Section
from checks.numbers.evidence import (
    Documents,
    LateExemptions,
    Outages,
    OutOfHours,
    Rectified,
    Silent,
    SpotChecks,
    TrainedPeople,
    Trainings,
)
from checks.text.filling import filled

LISTED: Final = 5
"""Rows, days or months named for a duty; its counts cover all."""
Named = tuple[str, str, Iterable[str]]
"""A table, its column, and the cells of the rows that show it."""


def rows_of(details: Section, closing: Closing) -> str | None:
    """`file:row` of the first rows that show it, joined by `;`; null where none can."""
    named = _NAMED.get(type(details))
    if named is None:
        return None
    table, column, cells = named(details)
    wanted = list(dict.fromkeys(cells))
    place = filled("{}:{}", "_file", "_row")
    found = (
        closing.records[table]
        .filter(pl.col(column).is_in(wanted))
        .select("_file", "_row", place=place)
        .sort("_file", "_row")
        .head(LISTED)
        .collect(engine="streaming")
    )
    return ";".join(found["place"]) or None


def spans_of(details: Section, closing: Closing) -> str | None:
    """The first days or months that lack it, joined by `;`; null where it is of none."""
    spans = _SPANS.get(type(details))
    return ";".join(list(spans(details, closing))[:LISTED]) or None if spans else None


def _record(subject_id: str) -> str:
    """The ticket of a subject, be it a later cycle of it."""
    return subject_id.partition("#")[0]


_NAMED: Final[Mapping[type[Section], Callable[[Any], Named]]] = {
    Silent: lambda found: ("tickets", "ticket_id", (_record(m.subject_id) for m in found.missed)),
    Outages: lambda found: ("outages", "system", (o.system for o in found.without_fallback)),
    TrainedPeople: lambda found: ("staff", "staff_id", found.listed),
    Rectified: lambda found: (
        "rectifications",
        "finding_id",
        (row.finding_id for row in found.listed if row.state in ("late", "overdue")),
    ),
    LateExemptions: lambda found: (
        "exemptions",
        "subject_id",
        (row.subject_id for row in found.listed),
    ),
}
_SPANS: Final[Mapping[type[Section], Callable[[Any, Closing], Iterable[str]]]] = {
    OutOfHours: lambda found, _: (night.day for night in found.unattended),
    Documents: lambda found, _: (
        " ".join((due.key, *due.missing)) for due in found.due if not due.filed
    ),
    Trainings: lambda found, _: (
        " ".join((month.key, *month.missing[:LISTED])) for month in found.months if month.missing
    ),
    SpotChecks: lambda found, closing: (
        f"{day.day} {day.checked}/{day.asked}"
        for day in found.days
        if day.over
        and day.checked * 100 < day.asked * closing.rulebooks.parameters.spot_check_share
    ),
}
