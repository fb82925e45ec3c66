"""How a table's rows lie in time, and how exactly its times are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import polars as pl

from checks.concepts import Period
from checks.gate.model import Inventory
from checks.numbers.gate import CoarseTime, Row, TableGate
from checks.records.tables import TABLES, Table

NEIGHBOURHOOD: Final = timedelta(days=31)
"""Rows up to so long before and after the period are expected: what was open before, what was done
soon after."""
SHOWN: Final = 3
"""Rows outside that are named, the farthest first."""
COARSE_FROM: Final = 50
"""With fewer times whole minutes may be chance."""
BY_DAYS: Final = ("valid_from",)
"""What begins with a day by its nature."""
_UNITS: Final = (("day", 86_400_000_000), ("minute", 60_000_000))
"""Names and microseconds, the coarsest first."""
_WRITTEN: Final = ((0, "second"), (60, "minute"), (3_660, "hour"))
"""Up to how many seconds of precision what is said; beyond them a day."""


def instant_of(table: Table) -> str | None:
    """The column by which the table's rows lie in time: its first required instant."""
    return next((c.name for c in table.columns if c.required and c.kind == "instant"), None)


def tables(
    inventory: Inventory, records: Mapping[str, pl.LazyFrame], period: Period | None
) -> tuple[TableGate, ...]:
    """One row per provided table, in the order of checks.records.tables."""
    provided = [name for name in TABLES if name in inventory.accounting]
    timed = [name for name in provided if instant_of(TABLES[name])]
    facts = pl.collect_all(
        [_spans(records[name], TABLES[name], period) for name in timed], engine="streaming"
    )
    found = {name: frame.row(0, named=True) for name, frame in zip(timed, facts, strict=True)}
    return tuple(_table(name, inventory, records, found.get(name), period) for name in provided)


def _spans(rows: pl.LazyFrame, table: Table, period: Period | None) -> pl.LazyFrame:
    at = pl.col(instant_of(table) or "")
    bounds = {"first": at.min(), "last": at.max()}
    if period:
        low, high = _neighbourhood(period)
        bounds |= {"before": (at < low).sum(), "after": (at >= high).sum()}
    return rows.select(**bounds)


def _neighbourhood(period: Period) -> tuple[pl.Expr, pl.Expr]:
    return pl.lit(period.start) - NEIGHBOURHOOD, pl.lit(period.end) + NEIGHBOURHOOD


def _table(
    name: str,
    inventory: Inventory,
    records: Mapping[str, pl.LazyFrame],
    found: Mapping[str, Any] | None,
    period: Period | None,
) -> TableGate:
    counts: dict[str, Any] = {**inventory.accounting[name]}
    read = TableGate(name, inventory.files.get(name, 0), inventory.sheets.get(name, 0), **counts)
    if not found:
        return read
    column = instant_of(TABLES[name])
    first, last = (None if found[end] is None else str(found[end]) for end in ("first", "last"))
    spanned: dict[str, Any] = {**vars(read), "column": column, "first": first, "last": last}
    if period and column:
        before, after, rows = found["before"], found["after"], counts["accepted"]
        outside = _farthest(records[name], column, period) if before + after else ()
        share = (before + after) / rows if rows else 0.0
        spanned |= {"before": before, "after": after, "share": share, "outside": outside}
    return TableGate(**spanned)


def _farthest(rows: pl.LazyFrame, column: str, period: Period) -> tuple[Row, ...]:
    low, high = _neighbourhood(period)
    at = pl.col(column)
    outside = rows.filter((at < low) | (at >= high)).select(
        "_file", "_row", at=at, away=pl.max_horizontal(low - at, at - high)
    )
    shown = outside.sort("away", "_file", "_row", descending=[True, False, False]).head(SHOWN)
    stated = shown.collect(engine="streaming").select("_file", "_row", "at").iter_rows()
    return tuple(Row(file, row, str(at)) for file, row, at in stated)


def coarse_times(
    records: Mapping[str, pl.LazyFrame], provided: frozenset[str]
) -> tuple[CoarseTime, ...]:
    """The columns of COARSE_FROM and more times that are all whole days, or all whole minutes,
    however written."""
    asked = [
        (name, column.name)
        for name in TABLES
        if name in provided
        for column in TABLES[name].columns
        if column.timed and column.name not in BY_DAYS
    ]
    names = list(dict.fromkeys(name for name, _ in asked))
    plans = [
        records[name].select(
            expr for table, column in asked if table == name for expr in _facts(column)
        )
        for name in names
    ]
    facts = dict(zip(names, pl.collect_all(plans, engine="streaming"), strict=True))
    found = (_coarse(name, column, facts[name].row(0, named=True)) for name, column in asked)
    return tuple(coarse for coarse in found if coarse)


def _facts(column: str) -> list[pl.Expr]:
    at = pl.col(column)
    wall = at.dt.replace_time_zone(None).to_physical()
    whole = [(wall % size == 0).sum().alias(f"{column}.{unit}") for unit, size in _UNITS]
    exact = pl.col(f"{column}_precision").filter(at.is_not_null()).min()
    return [at.count().alias(f"{column}.times"), *whole, exact.alias(f"{column}.written")]


def _coarse(table: str, column: str, facts: Mapping[str, Any]) -> CoarseTime | None:
    times = facts[f"{column}.times"]
    unit = next((unit for unit, _ in _UNITS if facts[f"{column}.{unit}"] == times), None)
    if times < COARSE_FROM or unit is None:
        return None
    exact = facts[f"{column}.written"]
    written = next((word for seconds, word in _WRITTEN if exact <= seconds), "day")
    return CoarseTime(table, column, times, unit, written)
