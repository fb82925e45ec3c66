"""A further kind of subject, declared outside the program: visits, on a table of their own, with
one rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import polars as pl

from checks.law.rulebook import Limit, Regulation, Rule, Rulebooks, Text, Topic
from checks.records.tables import TABLES, Column, Table
from checks.subjects.conditions import Meaning
from checks.subjects.kind import SubjectKind
from checks.subjects.registry import KINDS, declare
from tests.numbers.frames import rulebooks

VISITS = Table(
    "visits",
    ("visit_id",),
    (
        Column("visit_id", "text", required=True),
        Column("planned_at", "instant", required=True),
        Column("begun_at", "instant"),
        Column("repair", "bool"),
        Column("channel", "code", values=("phone", "web")),
        Column("customer_id", "text"),
        Column("technician_id", "text"),
        Column("department", "text"),
        Column("ticket_id", "text"),
    ),
)
VISIT = SubjectKind(
    name="visit",
    table=VISITS,
    key="visit_id",
    begins="planned_at",
    person="technician_id",
    conditions={"repair": Meaning(pl.col("repair").fill_null(False), needs="repair")},
    words={
        "visit": {"zh": "上门", "en": "visits"},
        "repair": {"zh": "维修", "en": "repair"},
    },
)


@contextmanager
def visits_declared() -> Iterator[None]:
    """Visits are a kind of subject as long as it lasts."""
    declare(VISIT)
    try:
        yield
    finally:
        del KINDS[VISIT.name], TABLES[VISITS.name]


def arrival() -> Rule:
    """A repair begins within half an hour of the time that was planned."""
    text = Text(zh="按时上门", en="visit in time")
    return Rule(
        id="VS-1-arrive",
        title=text,
        article="第一条",
        requirement=text,
        topic="visit-arrive",
        subject="visit",
        when=("repair",),
        start="planned_at",
        end="begun_at",
        clock="wall",
        limits=(
            Limit(
                core="30min", important="30min", ordinary="30min", intent="30min", potential="1h"
            ),
        ),
        basis="explicit",
    )


def book(*rules: Rule) -> Rulebooks:
    """A rulebook with these rules."""
    text = Text(zh="上门制度", en="Visits")
    regulation = Regulation(code="VS", title=text, rules=rules)
    topics = {"visit-arrive": Topic(zh=text.zh, en=text.en)}
    stated = rulebooks().stated_parameters
    return Rulebooks(regulations=(regulation,), topics=topics, stated_parameters=stated)


def with_shipped(book: Rulebooks) -> Rulebooks:
    """The shipped regulations and then those of the book."""
    shipped = rulebooks()
    return Rulebooks(
        regulations=(*shipped.regulations, *book.regulations),
        topics={**shipped.topics, **book.topics},
        stated_parameters=shipped.stated_parameters,
        readings=shipped.readings,
    )


def visit(visit_id: str, begun: datetime | None, **cells: Any) -> dict[str, Any]:
    """A repair planned for nine o'clock."""
    planned = datetime(2026, 10, 14, 9)
    return {
        "visit_id": visit_id,
        "planned_at": planned,
        "begun_at": begun,
        "repair": True,
        "channel": "web",
        "customer_id": "C1",
        "technician_id": "A1",
        "department": "工程部",
        "ticket_id": "T1",
        **cells,
    }
