"""Alerts to those whom TC 第八条(一) names: all, the department, and the emergency group for what
is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, StrictUndefined

from checks.law.rulebook import Rulebooks
from flows.oversight.notify import NotDelivered, room_of, send
from flows.oversight.watch.ledger import Ledger
from flows.settings.sections import Alerts

LINES = 40
"""Steps told to one recipient at a time; the rest is counted."""


def deliver(
    steps: pl.DataFrame, rulebooks: Rulebooks, alerts: Alerts, ledger: Ledger, at: datetime
) -> int:
    """Send each recipient what it has not been told yet; the number of alerts sent.

    A message that is refused keeps its alerts for the next run and does not stop the others; then
    raises NotDelivered.
    """
    sent, failed = 0, dict[str, None]()
    with ledger.lock:
        for recipient, rows in _shares(steps, alerts).items():
            news = ledger.unsent(rows, recipient)
            if news.is_empty():
                continue
            for part, title, body in messages(news, rulebooks, at, room_of(recipient)):
                try:
                    send([recipient], title, body)
                except NotDelivered as error:
                    failed[str(error)] = None
                    continue
                ledger.record(part, recipient, at)
                sent += len(part)
    if failed:
        raise NotDelivered("; ".join(failed))
    return sent


def _shares(steps: pl.DataFrame, alerts: Alerts) -> dict[str, pl.DataFrame]:
    """Recipient -> the steps that concern it; an address in several roles gets each step once."""
    wanted: dict[str, list[pl.Expr]] = {}
    for recipient in alerts.to:
        wanted.setdefault(recipient, []).append(pl.lit(True))
    for department, recipient in alerts.departments.items():
        wanted.setdefault(recipient, []).append(pl.col("department").eq_missing(department))
    for recipient in alerts.emergency_group:
        wanted.setdefault(recipient, []).append(pl.col("kind") == "overdue")
    return {
        recipient: steps.filter(pl.any_horizontal(conditions))
        for recipient, conditions in wanted.items()
    }


def messages(
    steps: pl.DataFrame, rulebooks: Rulebooks, at: datetime, room: int
) -> Iterator[tuple[pl.DataFrame, str, str]]:
    """The steps in as many messages as `room` bytes for each ask for, each with its title and
    text. What the last one only counts belongs to it."""
    source = (files("report_templates") / "alert.txt.j2").read_text("utf-8")
    template = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)
    warnings = steps.filter(pl.col("kind") == "warning").height
    counts = {"at": at, "warnings": warnings, "overdue": steps.height - warnings}
    rows = [_row(row, rulebooks) for row in steps.head(LINES).iter_rows(named=True)]

    def text(first: int, end: int) -> str:
        more = steps.height - end if end == len(rows) else 0
        return template.render(rows=rows[first:end], first=first == 0, more=more, **counts).strip()

    first = 0
    while first < len(rows):
        fitting = (n for n in range(len(rows), first, -1) if _size(text(first, n)) <= room)
        end = next(fitting, first + 1)
        last = steps.height if end == len(rows) else end
        title, _, body = _cut(text(first, end), room).partition("\n")
        yield steps[first:last], title, body.strip()
        first = end


def _row(row: dict[str, Any], rulebooks: Rulebooks) -> dict[str, Any]:
    hours = abs(row["left"].total_seconds()) / 3600
    return {**row, "rule": rulebooks.rule(row["rule_id"]), "hours": hours}


def _size(text: str) -> int:
    """In bytes, with what a service puts between title and text."""
    return len(text.encode()) + len("\r\n")


def _cut(text: str, room: int) -> str:
    """A single step whose id is longer than a message may be."""
    if _size(text) <= room:
        return text
    return text.encode()[: room - 8].decode("utf-8", "ignore") + "…"
