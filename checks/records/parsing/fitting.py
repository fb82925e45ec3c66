"""Whether the rules of a source fit the rows that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.records.parsing import conversions
from checks.records.parsing.conversions import Converting
from checks.records.parsing.rules import Rules, RulesError, expression


def lenient(text: str) -> pl.Expr:
    """The expression, null where it converts what it can't."""
    found = expression(text)
    read = conversions.converting(found)
    return read.value if read else found


def check_conditions(rows: pl.LazyFrame, rules: Rules) -> None:
    """Raises RulesError for the first condition that the rows' columns do not allow."""
    nothing = pl.LazyFrame(schema=rows.collect_schema())
    one_per = [("one_per", rules.one_per)] if rules.one_per else []
    for name, text in (
        *(("leave_out", text) for text in rules.leave_out),
        *(("each.when", one.when) for one in rules.each if one.when),
        *one_per,
    ):
        _check(nothing, name, text, None, None)


def check_columns(
    rows: pl.LazyFrame, rules: Rules, readings: Mapping[str, Converting | None]
) -> None:
    """Raises RulesError for the first expression that the rows' columns, or their number, do not
    allow."""
    nothing = pl.LazyFrame(schema=rows.collect_schema())
    for name, text in rules.columns.items():
        _check(nothing, name, text, readings[name], rules.one_per)


def _check(
    nothing: pl.LazyFrame, name: str, text: str, read: Converting | None, one_per: str | None
) -> None:
    try:
        for conversion in read.conversions if read else ():
            _check_text(nothing, conversion)
        _check_rows(nothing, text, one_per)
    except (pl.exceptions.PolarsError, RulesError) as error:
        raise RulesError(f"{name} = {text}: {str(error).splitlines()[0]}") from None


def _check_text(nothing: pl.LazyFrame, conversion: conversions.Conversion) -> None:
    temporal = conversion.dtype in ("Date", "Datetime", "Time") and conversion.form is None
    if temporal and nothing.select(conversion.cell).collect_schema().dtypes() == [pl.String()]:
        raise RulesError(
            "CAST reads no time; write strptime(column, '%Y-%m-%d'), or map the column as it is"
        )


def _check_rows(nothing: pl.LazyFrame, text: str, one_per: str | None) -> None:
    alone = nothing.select(lenient(text)).collect().dtypes[0]
    if one_per is None:
        if _aggregates(conversions.tree_of(expression(text))):
            raise RulesError(
                "makes one value of all rows; say with one_per which rows are one record"
            )
        return
    together = nothing.group_by(lenient(one_per).alias("_key")).agg(_found=lenient(text)).collect()
    if together.schema["_found"] != alone:
        raise RulesError(
            "gives several values for the rows that are one record; make one, like MIN(column)"
        )


def _aggregates(tree: Any) -> bool:
    """Whether an expression makes one value of many rows; a window function does not."""
    if isinstance(tree, dict):
        return any(
            key in ("Agg", "Len") or (key != "Over" and _aggregates(inner))
            for key, inner in tree.items()
        )
    return tree == "Len" or (isinstance(tree, list) and any(map(_aggregates, tree)))
