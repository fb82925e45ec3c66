"""A suite's checks as Great Expectations' own expectations: the one place that knows both words."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import Any, Final

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import BatchExpectation, ColumnMapExpectation
from great_expectations.expectations.row_conditions import Column, Condition

from checks.completeness.suite import Check, Kind, Where


class ExpectColumnValuesToBeListedIn(ColumnMapExpectation):
    """Expect the values to be listed in a column of another table of the same run."""

    table: str
    listed_in: str

    map_metric = "column_values.listed_in"
    success_keys = ("mostly", "table", "listed_in")


Made = tuple[Callable[..., BatchExpectation], dict[str, Any]]


def expectation(check: Check) -> BatchExpectation:
    """The GX expectation of a check; `meta` carries the check's id and its articles."""
    kind, arguments = _MAKERS[check.kind](check)
    asked = condition(check.where)
    return kind(
        **({"row_condition": asked} if asked else {}),
        description=f"{check.title.zh} · {check.title.en} ({', '.join(check.article)})",
        meta={"check": check.id, "article": list(check.article)},
        **arguments,
    )


def _between(check: Check) -> Made:
    low, high = check.values
    return gxe.ExpectColumnValuesToBeBetween, {
        "column": check.columns[0],
        "min_value": low,
        "max_value": high,
    }


def _in_order(check: Check) -> Made:
    earlier, later = check.columns
    pair = {
        "column_A": later,
        "column_B": earlier,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB, pair


def _unique(check: Check) -> Made:
    if len(check.columns) == 1:
        return gxe.ExpectColumnValuesToBeUnique, {"column": check.columns[0]}
    key = {"column_list": list(check.columns), "ignore_row_if": "never"}
    return gxe.ExpectCompoundColumnsToBeUnique, key


def _in_set(column: str, values: list[Any]) -> Made:
    return gxe.ExpectColumnValuesToBeInSet, {"column": column, "value_set": values}


_MAKERS: Final[dict[Kind, Callable[[Check], Made]]] = {
    "columns": lambda check: (
        gxe.ExpectTableColumnsToMatchSet,
        {"column_set": list(check.columns), "exact_match": False},
    ),
    "filled": lambda check: (gxe.ExpectColumnValuesToNotBeNull, {"column": check.columns[0]}),
    "allowed": lambda check: _in_set(check.columns[0], list(check.values)),
    "readable": lambda check: _in_set(check.columns[0], [False]),
    "known": lambda check: (
        ExpectColumnValuesToBeListedIn,
        {"column": check.columns[0], "table": check.values[0], "listed_in": check.values[1]},
    ),
    "format": lambda check: (
        gxe.ExpectColumnValuesToMatchRegex,
        {"column": check.columns[0], "regex": check.values[0]},
    ),
    "between": _between,
    "in_order": _in_order,
    "unique": _unique,
}


def condition(where: Where) -> Condition | None:
    """GX's row condition of a `where`; None where every row is asked."""
    parts: list[Condition] = []
    for name, wanted in where.items():
        column = Column(name)
        if wanted == "filled":
            parts.append(column.is_not_null())
        elif wanted == "empty":
            parts.append(column.is_null())
        elif isinstance(wanted, bool):
            parts.append(column == wanted)
        else:
            parts.append(column == wanted[0] if len(wanted) == 1 else column.is_in(list(wanted)))
    return reduce(and_, parts) if parts else None
