"""The limit that binds: by the tier, and by the date when the clock started."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import TIERS
from checks.law.rulebook import Limit, Rule, parse_duration

_APPLIES: Final = 0
"""What the limit `x` stands for: the rule applies, there is nothing to count."""


def amount(cell: str) -> int:
    """A limit as a number: seconds, working days or rings."""
    return _APPLIES if cell == "x" else parse_duration(cell)[1]


def _of_tier(limit: Limit, uniform: bool, tier: str) -> pl.Expr:
    cells = {
        name: amount(cell)
        for name, cell in zip(TIERS, limit.cells, strict=True)
        if cell is not None
    }
    if uniform:
        return pl.lit(next(iter(cells.values()), None), pl.Int64)
    return pl.col(tier).replace_strict(
        list(cells), list(cells.values()), default=None, return_dtype=pl.Int64
    )


def limit_amount(rule: Rule, start: pl.Expr, tier: str = "tier") -> pl.Expr:
    """The limit (Int64, in the unit of its clock) for the row's tier when the clock started; null
    without one."""
    result: pl.Expr = pl.lit(None, pl.Int64)
    for limit in rule.limits:
        cell = _of_tier(limit, rule.uniform, tier)
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
