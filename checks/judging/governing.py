"""Which obligation of an act governs it, where several regulations bind the same act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

import polars as pl

from checks.concepts import DECIDED, VERDICTS

Governing = Literal["strictest", "order"]
"""`strictest`: the obligation with the gravest verdict: an act is in order only if every clause
that binds it is kept.
`order`: the first decided one in the order of the regulations; where none is decided, the first."""
MODES: Final[tuple[Governing, ...]] = get_args(Governing)
GRAVITY: Final = {
    "late": 0,
    "overdue": 0,
    "missing": 0,
    "unknown": 1,
    "pending": 2,
    "met": 3,
    "exempt": 4,
}
"""What goes first under `strictest`; of equals the first in governing order of the rules does."""


def groups(mode: Governing) -> Mapping[str, int]:
    """Every verdict's group; the lowest of an act governs."""
    return (
        GRAVITY
        if mode == "strictest"
        else {verdict: int(verdict not in DECIDED) for verdict in VERDICTS}
    )


def rank(mode: Governing, rules: int) -> pl.Expr:
    """UInt32, the lowest of an act governs; over `verdict` and `rule_order` (the place among so
    many `rules`).

    `rank % rules` is the rule's place again. Null where no rule of the rulebooks made the
    obligation.
    """
    group = pl.col("verdict").cast(pl.String).replace_strict(groups(mode), return_dtype=pl.UInt32)
    return group * rules + pl.col("rule_order")
