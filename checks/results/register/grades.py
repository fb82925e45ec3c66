"""How grave an entry is that is no case. None is critical: no single customer is known to have
waited for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl


@dataclass(frozen=True)
class KindCriterion:
    """All that is given must hold for an entry of the kind.

    `failing_share`: more than this share of the cases is not in order. `same_person`: at least this
    many entries of the kind with one person.
    """

    grade: str
    reason: str
    kind: str
    failing_share: float | None = None
    same_person: int | None = None

    @property
    def holds(self) -> pl.Expr:
        """Boolean over kind, failing, of, responsible."""
        parts = [pl.col("kind") == self.kind]
        if self.failing_share is not None:
            parts.append(pl.col("failing") > self.failing_share * pl.col("of"))
        if self.same_person is not None:
            mine = pl.len().over("kind", "responsible") >= self.same_person
            parts.append(pl.col("responsible").is_not_null() & mine)
        return pl.all_horizontal(parts).fill_null(False)


KIND_CRITERIA: Final = (
    KindCriterion("major", "mostly_failed", "evidence", failing_share=0.5),
    KindCriterion("major", "same_person_said", "conduct", same_person=3),
)
"""The first that holds decides; without one the entry is minor, its reason empty."""


def graded(entries: pl.DataFrame) -> pl.DataFrame:
    """Adds `grade` and `grade_reason` to entries that are no cases."""
    grades = [pl.when(c.holds).then(pl.lit(c.grade)) for c in KIND_CRITERIA]
    reasons = [pl.when(c.holds).then(pl.lit(c.reason)) for c in KIND_CRITERIA]
    return entries.with_columns(
        grade=pl.coalesce(*grades, pl.lit("minor")), grade_reason=pl.coalesce(*reasons, pl.lit(""))
    )
