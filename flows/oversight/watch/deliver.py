"""Alerts to those whom TC 第八条(一) names: all, the department, and the emergency group for what
is overdue."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

import polars as pl
from jinja2 import Environment, StrictUndefined

from checks.law.rulebook import Rulebooks
from flows.oversight.notify import NotDelivered, send
from flows.oversight.watch.ledger import Ledger
from flows.settings.sections import Alerts

LINES = 40
"""Steps listed in one message; the rest is counted. Robots of chat services refuse long texts."""


def deliver(
    steps: pl.DataFrame, rulebooks: Rulebooks, alerts: Alerts, ledger: Ledger, at: datetime
) -> int:
    """Send each recipient what it has not been told yet; the number of alerts sent.

    An address that fails keeps its alerts for the next run and does not stop the others; then
    raises NotDelivered.
    """
    sent, failed = 0, []
    with ledger.lock:
        for recipient, rows in _shares(steps, alerts).items():
            news = ledger.unsent(rows, recipient)
            if news.is_empty():
                continue
            try:
                send([recipient], *message(news, rulebooks, at))
            except NotDelivered as error:
                failed.append(str(error))
                continue
            ledger.record(news, recipient, at)
            sent += len(news)
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


def message(steps: pl.DataFrame, rulebooks: Rulebooks, at: datetime) -> tuple[str, str]:
    """Title and text of one alert message."""
    source = (files("report_templates") / "alert.txt.j2").read_text("utf-8")
    template = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)
    rows = [
        {
            **row,
            "rule": rulebooks.rule(row["rule_id"]),
            "hours": abs(row["left"].total_seconds()) / 3600,
        }
        for row in steps.head(LINES).iter_rows(named=True)
    ]
    warnings = steps.filter(pl.col("kind") == "warning").height
    text = template.render(
        rows=rows,
        at=at,
        warnings=warnings,
        overdue=steps.height - warnings,
        more=steps.height - len(rows),
    )
    title, _, body = text.partition("\n")
    return title, body.strip()
