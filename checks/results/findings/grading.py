"""How grave a finding is: 一般 (minor), 较大 (major) or 重大 (critical), by criteria that are
data. The report prints its rule of grading from the same data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

GRADES: Final = ("critical", "major", "minor")
"""重大, 较大, 一般: gravest first."""


@dataclass(frozen=True)
class Criterion:
    """All that is given must hold. A condition that can't be answered (no overrun, no earlier
    closing) does not hold.

    `service`: the customer waited for it: neither a matter of record nor paperwork.
    `overrun_factor`: at least this many times the limit past the deadline (1.0: twice the limit was
    taken).
    `same_person`, `same_customer`: at least this many findings on the same topic in this closing.
    `repeated`: the same person or customer had a finding on this topic in an earlier closing.
    """

    grade: str
    reason: str
    tiers: tuple[str, ...] = ()
    emergency: bool = False
    service: bool = False
    overrun_factor: float | None = None
    same_person: int | None = None
    same_customer: int | None = None
    repeated: bool = False

    @property
    def holds(self) -> pl.Expr:
        """Boolean over tier, emergency, paperwork, timed, overrun_factor, same_person,
        same_customer, repeated."""
        parts = [pl.lit(True)]
        if self.tiers:
            parts.append(pl.col("tier").is_in(self.tiers))
        if self.service:
            parts.append(pl.col("timed") & ~pl.col("paperwork"))
        parts += [pl.col(name) for name in ("emergency", "repeated") if getattr(self, name)]
        least = {
            name: getattr(self, name) for name in ("overrun_factor", "same_person", "same_customer")
        }
        parts += [pl.col(name) >= value for name, value in least.items() if value is not None]
        return pl.all_horizontal(parts).fill_null(False)

    @property
    def bars(self) -> tuple[str, ...]:
        """Those of BARS that speak against a critical grade by this criterion."""
        return BARS if self.overrun_factor is not None else BARS[1:]


_KEY: Final = ("core", "important")
CRITERIA: Final = (
    Criterion(
        "critical", "key_emergency", tiers=_KEY, emergency=True, service=True, overrun_factor=1.0
    ),
    Criterion("critical", "core_repeated", tiers=("core",), service=True, repeated=True),
    Criterion("critical", "core_far_over", tiers=("core",), service=True, overrun_factor=5.0),
    Criterion("major", "emergency", emergency=True, service=True),
    Criterion("major", "core", tiers=("core",), service=True),
    Criterion("major", "far_over", service=True, overrun_factor=5.0),
    Criterion("major", "same_customer", same_customer=3),
    Criterion("major", "same_person", same_person=10),
    Criterion("major", "repeated", repeated=True),
)
"""Gravest first; the first that holds decides. A finding for which none does is minor, its reason
empty."""
BARS: Final = ("still_open", "conflict", "nobody")
"""What keeps a finding from a critical grade: it is still open, so that its overrun only measures
the distance to the cutoff; the clauses that bind the act conflict; nobody is responsible. It is
major then, and its reason names the criterion and what barred it."""
BARRED: Final = "major"


def weighed(criteria: Sequence[Criterion]) -> pl.Expr:
    """Whether a row meets a criterion of the gravest grade: only then its bars matter."""
    return pl.any_horizontal(pl.lit(False), *(c.holds for c in criteria if c.grade == GRADES[0]))


def graded(rows: pl.LazyFrame, criteria: Sequence[Criterion] = CRITERIA) -> pl.LazyFrame:
    """Adds `grade` and `grade_reason` (String: a criterion's, then the bars, joined by `;`).

    `rows` also have the BARS as Booleans.
    """
    critical = [c for c in criteria if c.grade == GRADES[0]]
    found = [
        *((c.holds & ~_barred(c), c.grade, pl.lit(c.reason)) for c in critical),
        *((c.holds, BARRED, _barred_reason(c)) for c in critical),
        *((c.holds, c.grade, pl.lit(c.reason)) for c in criteria if c not in critical),
    ]
    grades = [pl.when(holds).then(pl.lit(grade)) for holds, grade, _ in found]
    reasons = [pl.when(holds).then(reason) for holds, _, reason in found]
    return rows.with_columns(
        grade=pl.coalesce(*grades, pl.lit(GRADES[-1])),
        grade_reason=pl.coalesce(*reasons, pl.lit("")),
    )


def _barred(criterion: Criterion) -> pl.Expr:
    return pl.any_horizontal(pl.col(bar) for bar in criterion.bars)


def _barred_reason(criterion: Criterion) -> pl.Expr:
    named = [pl.when(bar).then(pl.lit(bar)) for bar in criterion.bars]
    return pl.concat_str(pl.lit(criterion.reason), *named, separator=";", ignore_nulls=True)
