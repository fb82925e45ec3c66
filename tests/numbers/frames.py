"""Small frames to count: obligations by the words that matter, records by the cells that are
filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import polars as pl

from checks.closing import Closing
from checks.concepts import DECIDED, OBLIGATIONS, Period
from checks.judging.governing import GRAVITY, Governing
from checks.law.rulebook import Rulebooks
from checks.records.records import Records
from checks.records.tables import TABLES
from flows.law.rulebooks import load_rulebooks

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
START = datetime(2026, 10, 14, 9)


@cache
def rulebooks() -> Rulebooks:
    return load_rulebooks().rulebooks


def obligation(
    rule_id: str, verdict: str = "met", subject_id: str = "S1", **cells: Any
) -> dict[str, Any]:
    """A row of OBLIGATIONS: an hour's time from START, fulfilled after 30 or 90 minutes as the
    verdict says."""
    rule = rulebooks().rule(rule_id)
    done = {"met": timedelta(minutes=30), "late": timedelta(minutes=90)}.get(verdict)
    start = cells.get("triggered_at", START)
    made = {
        "rule_id": rule_id,
        "regulation": rule.regulation,
        "topic": rule.topic,
        "subject_type": rule.subject,
        "subject_id": subject_id,
        "customer_id": "C1",
        "tier": "core",
        "department": "客户服务部",
        "responsible": "A1",
        "triggered_at": start,
        "due_at": start + timedelta(hours=1),
        "fulfilled_at": start + done if done else None,
        "verdict": verdict,
        "reason": "",
        "carried_over": False,
        "calendar_provisional": False,
    }
    return {**made, **cells}


def governed(
    rows: Iterable[Mapping[str, Any]], mode: Governing = "strictest"
) -> list[dict[str, Any]]:
    """The rows in rule order, with `governing`: in each act the gravest, by order the first
    decided, else the first."""
    order = {rule.id: place for place, rule in enumerate(rulebooks().rules)}
    acts: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (order[row["rule_id"]], row["subject_id"])):
        acts.setdefault((row["subject_type"], row["subject_id"], row["topic"]), []).append(
            {**row, "governing": False}
        )
    for act in acts.values():
        by_order = next((row for row in act if row["verdict"] in DECIDED), act[0])
        gravest = min(act, key=lambda row: GRAVITY[row["verdict"]])
        (gravest if mode == "strictest" else by_order)["governing"] = True
    return [row for act in acts.values() for row in act]


def obligations(*rows: Mapping[str, Any], mode: Governing = "strictest") -> pl.DataFrame:
    return pl.DataFrame(governed(rows, mode), schema=OBLIGATIONS)


def records(**tables: list[dict[str, Any]]) -> Records:
    """Every table; the cells that are not given are empty, the first row of a table is row 2 of its
    file."""
    return Records({name: _table(name, tables.get(name, [])) for name in TABLES})


def _table(name: str, rows: list[dict[str, Any]]) -> pl.LazyFrame:
    marks: dict[str, Any] = {
        column: False for column in TABLES[name].schema if column.endswith("_unreadable")
    }
    marks |= {column: 0 for column in TABLES[name].schema if column.endswith("_precision")}
    filled = [
        {**marks, "_file": f"{name}.csv", "_row": place, **row}
        for place, row in enumerate(rows, start=2)
    ]
    return pl.DataFrame(filled, schema=TABLES[name].schema).lazy()


def closing(
    judged: pl.DataFrame | None = None, period: Period = OCTOBER, /, **tables: list[dict[str, Any]]
) -> Closing:
    """A closing over the obligations, with the tables that are named as provided."""
    judged = obligations() if judged is None else judged
    return Closing(judged.lazy(), rulebooks(), records(**tables), frozenset(tables), period)
