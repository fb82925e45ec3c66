"""The limit that binds: by the tier, and by the date when the clock started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from checks.concepts import TIERS
from checks.law.rulebook import Limit, Rule, parse_duration
from checks.law.vocabulary import Unit

_APPLIES: Final = 0
"""What the limit `x` stands for: the rule applies, there is nothing to count."""


def amount(cell: str) -> int:
    """A limit as a number: seconds, of business time too, working days or rings."""
    return _APPLIES if cell == "x" else parse_duration(cell)[1]


def unit(cell: str) -> str:
    """What a limit is counted in."""
    return "" if cell == "x" else parse_duration(cell)[0]


def units_of(rule: Rule) -> tuple[Unit, ...]:
    """The units that the rule's limits are counted in, at any time and for any tier."""
    cells = (cell for limit in rule.limits for cell in limit.cells if cell and cell != "x")
    return tuple(dict.fromkeys(parse_duration(cell)[0] for cell in cells))


def _of_tier(
    limit: Limit, uniform: bool, tier: str, of: Callable[[str], object], dtype: pl.DataType
) -> pl.Expr:
    cells = {
        name: of(cell) for name, cell in zip(TIERS, limit.cells, strict=True) if cell is not None
    }
    if uniform:
        return pl.lit(next(iter(cells.values()), None), dtype)
    return pl.col(tier).replace_strict(
        list(cells), list(cells.values()), default=None, return_dtype=dtype
    )


def limit_amount(rule: Rule, start: pl.Expr, tier: str = "tier") -> pl.Expr:
    """The limit (Int64, in the unit of its clock) for the row's tier when the clock started; null
    without one."""
    return _in_force(rule, start, tier, amount, pl.Int64())


def limit_unit(rule: Rule, start: pl.Expr, tier: str = "tier") -> pl.Expr:
    """What the limit is counted in (String)."""
    return _in_force(rule, start, tier, unit, pl.String())


def _in_force(
    rule: Rule, start: pl.Expr, tier: str, of: Callable[[str], object], dtype: pl.DataType
) -> pl.Expr:
    result: pl.Expr = pl.lit(None, dtype)
    for limit in rule.limits:
        cell = _of_tier(limit, rule.uniform, tier, of, dtype)
        result = (
            cell
            if limit.since is None
            else pl.when(_since(limit, start)).then(cell).otherwise(result)
        )
    return result


def binds(rule: Rule, start: pl.Expr, amount_: pl.Expr) -> pl.Expr:
    """Whether there is an obligation: the tier has a limit, or is unknown while some tier has
    one."""
    if rule.uniform:
        return amount_.is_not_null()
    some: pl.Expr = pl.lit(False)
    for limit in rule.limits:
        any_tier = pl.lit(any(cell is not None for cell in limit.cells))
        some = (
            any_tier
            if limit.since is None
            else pl.when(_since(limit, start)).then(any_tier).otherwise(some)
        )
    return amount_.is_not_null() | (pl.col("tier").is_null() & some)


def _since(limit: Limit, start: pl.Expr) -> pl.Expr:
    assert limit.since is not None
    return start.dt.date() >= limit.since
