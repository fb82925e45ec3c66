"""Great Expectations over Polars: the metrics that the suites need, and no more."""

from __future__ import annotations

from typing import Any

import polars as pl

from checks.completeness.gx.engine import Aggregate, PolarsExecutionEngine
from checks.completeness.gx.metrics import (
    COMPOUND,
    PAIR,
    RowCheck,
    register_row_check,
    register_table_aggregate,
    register_table_metric,
)  # fmt: skip


def _between(column: pl.Expr, min_value: Any, max_value: Any, strict_min: bool, strict_max: bool) -> pl.Expr:
    inside = pl.lit(True)
    if min_value is not None:
        inside &= column > min_value if strict_min else column >= min_value
    if max_value is not None:
        inside &= column < max_value if strict_max else column <= max_value
    return inside


def _not_before(later: pl.Expr, earlier: pl.Expr, or_equal: bool | None) -> pl.Expr:
    return later >= earlier if or_equal else later > earlier


ROW_CHECKS = (
    RowCheck("column_values.nonnull", lambda column: column.is_not_null(), nulls_judged=True),
    RowCheck("column_values.in_set", lambda column, value_set: column.is_in(list(value_set)), values=("value_set",)),
    RowCheck("column_values.match_regex", lambda column, regex: column.str.contains(regex), values=("regex",)),
    RowCheck("column_values.between", _between, values=("min_value", "max_value", "strict_min", "strict_max")),
    RowCheck("column_values.unique", None),
    RowCheck("compound_columns.unique", None, COMPOUND),
    RowCheck("column_pair_values.a_greater_than_b", _not_before, PAIR, ("or_equal",)),
)


def _row_count(engine: PolarsExecutionEngine, domain: Any) -> Aggregate:
    rows = engine.rows(domain)
    return Aggregate(pl.len() if rows is None else rows.sum(), int)


def install() -> None:
    """Register every metric with GX; to be called once, before a context is made."""
    for check in ROW_CHECKS:
        register_row_check(check)
    register_table_aggregate("table.row_count", _row_count)
    register_table_metric("table.columns", lambda engine, domain: engine.batch(domain).schema.names())
