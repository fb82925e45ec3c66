"""Conversions within a mapping's SQL (strptime, CAST): a cell that they can't read is unreadable,
not empty, and never makes the whole table unreadable.

Polars' conversions either fail for all rows or give null. Here each gives null and, in a second
reading of the same expression, a stand-in: where that changes the result, the cell that can't be
read decides it, and its text stands for the result.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import polars as pl

from checks.records.parsing.times.assembly import precision_of_form

_LARGE: Final = 2**31 - 1
_STAND_INS: Final[dict[str, tuple[Any, Any]]] = {
    "Datetime": (datetime(1700, 1, 1), datetime(2200, 1, 1)),
    "Date": (date(1700, 1, 1), date(2200, 1, 1)),
    "Time": (time(0), time(23, 59, 59, 999_999)),
    "Boolean": (False, True),
    "Decimal": (-99, 99),
    **{f"{kind}{bits}": (-_LARGE, _LARGE) for kind in ("Int", "Float") for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": (0, _LARGE) for bits in (8, 16, 32, 64)},
}
"""Values below and above all that a log holds, by the type that a conversion leads to."""


@dataclass(frozen=True)
class Conversion:
    """One conversion in an expression: what it reads, and itself, giving null where it can't.
    `tolerated`: another reading is tried after it (an argument of COALESCE before the last)."""

    cell: pl.Expr
    value: pl.Expr
    dtype: str
    form: str | None
    tolerated: bool

    @property
    def failed(self) -> pl.Expr:
        return self.cell.is_not_null() & self.value.is_null()


@dataclass(frozen=True)
class Converting:
    """An expression that converts. `value`: null where a conversion fails; `low`, `high`: with
    stand-ins there.
    `precisions`: of the times that it reads, in seconds."""

    value: pl.Expr
    low: pl.Expr
    high: pl.Expr
    conversions: tuple[Conversion, ...]
    precisions: frozenset[int]


def check(tree: Any) -> None:
    """Raises ValueError for a time of no stated form: Polars would take the first cell's for
    all."""
    for node in nodes(tree):
        if (found := _conversion(node)) and found[2] == "":
            raise ValueError(
                "a date without its form is a guess; write strptime(column, '%Y-%m-%d %H:%M:%S')"
            )


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every node of a serialised expression."""
    if isinstance(tree, dict):
        yield tree
    for inner in (
        tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    ):
        yield from nodes(inner)


def tree_of(expression: pl.Expr) -> Any:
    """The expression as Polars serialises it."""
    return json.loads(expression.meta.serialize(format="json"))


def converting(expression: pl.Expr) -> Converting | None:
    """How to read an expression with conversions; None for one without."""
    tree = tree_of(expression)
    found: list[Conversion] = []
    value = _rewritten(tree, None, False, found)
    if not found:
        return None
    low, high = (_rewritten(tree, bound, False, []) for bound in (0, 1))
    forms = [c.form for c in found if c.form is not None]
    return Converting(
        _expr(value),
        _expr(low),
        _expr(high),
        tuple(found),
        frozenset(map(precision_of_form, forms)),
    )


def _conversion(node: dict[str, Any]) -> tuple[str, Any, str | None] | None:
    """The type that a strict conversion leads to, what it reads, and the form of a time (empty:
    none stated)."""
    if "Cast" in node and node["Cast"]["options"] == "Strict":
        dtype = _name(node["Cast"]["dtype"])
        return None if dtype == "String" else (dtype, node["Cast"]["expr"], None)
    function = node["Function"]["function"] if "Function" in node else None
    strptime = function.get("StringExpr") if isinstance(function, dict) else None
    if isinstance(strptime, dict) and "Strptime" in strptime:
        dtype, options = strptime["Strptime"]
        return _name(dtype), node["Function"]["input"][0], options["format"] or ""
    return None


def _name(dtype: Any) -> str:
    literal = dtype.get("Literal", dtype) if isinstance(dtype, dict) else dtype
    return str(next(iter(literal)) if isinstance(literal, dict) else literal)


def _rewritten(tree: Any, bound: int | None, tolerated: bool, found: list[Conversion]) -> Any:
    """The tree with conversions that give null, or the stand-in `bound`, where they fail."""
    if isinstance(tree, list):
        return [_rewritten(inner, bound, tolerated, found) for inner in tree]
    if not isinstance(tree, dict):
        return tree
    if "Function" in tree and tree["Function"]["function"] == "Coalesce":
        *others, last = tree["Function"]["input"]
        tried = [_rewritten(inner, bound, True, found) for inner in others]
        return {
            "Function": {
                **tree["Function"],
                "input": [*tried, _rewritten(last, bound, tolerated, found)],
            }
        }
    conversion = _conversion(tree)
    rewritten = {key: _rewritten(inner, bound, tolerated, found) for key, inner in tree.items()}
    return (
        _lenient(rewritten, conversion[0], conversion[2], bound, tolerated, found)
        if conversion
        else rewritten
    )


def _lenient(
    tree: dict[str, Any],
    dtype: str,
    form: str | None,
    bound: int | None,
    tolerated: bool,
    found: list[Conversion],
) -> Any:
    if "Cast" in tree:
        cell, value = tree["Cast"]["expr"], {"Cast": {**tree["Cast"], "options": "NonStrict"}}
    else:
        target, options = tree["Function"]["function"]["StringExpr"]["Strptime"]
        function = {"StringExpr": {"Strptime": [target, {**options, "strict": False}]}}
        cell, value = (
            tree["Function"]["input"][0],
            {"Function": {**tree["Function"], "function": function}},
        )
    conversion = Conversion(_expr(cell), _expr(value), dtype, form, tolerated)
    found.append(conversion)
    if bound is None or tolerated or dtype not in _STAND_INS:
        return value
    stand_in = _STAND_INS[dtype][bound]
    if form and "%z" in form:
        stand_in = stand_in.replace(tzinfo=UTC)
    filled = pl.when(conversion.failed).then(pl.lit(stand_in)).otherwise(conversion.value)
    return tree_of(filled)


def _expr(tree: Any) -> pl.Expr:
    return pl.Expr.deserialize(io.StringIO(json.dumps(tree)), format="json")
