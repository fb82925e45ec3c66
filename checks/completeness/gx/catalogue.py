"""Great Expectations over Polars: the metrics that the suites need, and no more."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from checks.completeness.gx.engine import one_of
from checks.completeness.gx.memory import install_memory
from checks.completeness.gx.metrics import (
    register_check,
    register_table_count,
    register_table_metric,
)
from checks.completeness.gx.row_checks import (
    COMPOUND,
    PAIR,
    Check,
    ListedCheck,
    RowCheck,
    UniqueCheck,
)


def _between(
    column: pl.Expr, min_value: Any, max_value: Any, strict_min: bool, strict_max: bool
) -> pl.Expr:
    inside = pl.lit(True)
    if min_value is not None:
        inside &= column > min_value if strict_min else column >= min_value
    if max_value is not None:
        inside &= column < max_value if strict_max else column <= max_value
    return inside


def _in_set(column: pl.Expr, value_set: list[Any]) -> pl.Expr:
    return one_of(column, value_set)


def _not_before(later: pl.Expr, earlier: pl.Expr, or_equal: bool | None) -> pl.Expr:
    return later >= earlier if or_equal else later > earlier


CHECKS: Final[tuple[Check, ...]] = (
    RowCheck(
        "column_values.nonnull", nulls_judged=True, expected=lambda column: column.is_not_null()
    ),
    RowCheck("column_values.in_set", values=("value_set",), expected=_in_set),
    RowCheck(
        "column_values.match_regex",
        values=("regex",),
        expected=lambda column, regex: column.str.contains(regex),
    ),
    RowCheck(
        "column_values.between",
        values=("min_value", "max_value", "strict_min", "strict_max"),
        expected=_between,
    ),
    RowCheck("column_pair_values.a_greater_than_b", PAIR, ("or_equal",), expected=_not_before),
    UniqueCheck("column_values.unique"),
    UniqueCheck("compound_columns.unique", COMPOUND),
    ListedCheck("column_values.listed_in", values=("table", "listed_in")),
)


def install() -> None:
    """Register every metric with GX; to be called once, before a context is made."""
    install_memory()
    for check in CHECKS:
        register_check(check)
    register_table_count("table.row_count")
    register_table_metric(
        "table.columns", lambda engine, domain: engine.batch(domain).schema.names()
    )
