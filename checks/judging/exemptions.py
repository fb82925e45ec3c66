"""Approved exemptions: who may let an obligation go, and by when it must have been approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from checks.concepts import VIOLATIONS
from checks.judging.outcomes import UNKNOWN, is_one_of, outcome
from checks.records.as_of_cutoff import of_accepted_objection

_ALWAYS: Final = datetime(1970, 1, 1)
"""Before anything that is judged."""


@dataclass(frozen=True)
class Exemptions:
    """`whole`: subject_id, exempt_from (earliest approval for all rules); `of_rule`: the same by
    rule id."""

    whole: pl.DataFrame
    of_rule: Mapping[str, pl.DataFrame]
    cutoff: datetime

    def attach(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Add `exempt_from`, the approval that lets every rule of the subject go."""
        return frame.join(self.whole.lazy(), on="subject_id", how="left", maintain_order="left")

    def applied(self, rule_id: str) -> pl.Expr:
        """The outcome after exemptions approved by the deadline, or by the cutoff where there is
        none."""
        approved = pl.col("exempt_from")
        if rule_id in self.of_rule:
            own = self.of_rule[rule_id]
            approval = own["exempt_from"]
            subject = pl.col("subject_id").replace_strict(
                own["subject_id"], approval, default=None, return_dtype=approval.dtype
            )
            approved = pl.min_horizontal(approved, subject)
        eases = is_one_of("outcome", ["late", "overdue", "missing", "pending", *UNKNOWN])
        in_time = approved <= pl.coalesce("due_at", pl.lit(self.cutoff))
        # A decision excuses what was found; what was open at the month's start stays of the month.
        found = is_one_of("outcome", list(VIOLATIONS))
        excused = in_time & (found | (approved != _always(self.cutoff)))
        return pl.when(eases & excused).then(outcome("exempt:approved")).otherwise("outcome")


def exemptions_as_of(exemptions: pl.LazyFrame, cutoff: datetime) -> Exemptions:
    """The exemptions approved by the cutoff; one whose rule nobody can read lets nothing go.

    One that carries the number of the finding whose objection was accepted comes after the fact by
    its nature, and lets go whenever it was made.
    """
    decided = of_accepted_objection()
    first = (
        exemptions.filter((pl.col("approved_at") <= cutoff) | decided)
        .filter(~pl.col("rule_id_unreadable"))
        .select(
            "subject_id",
            "rule_id",
            exempt_from=pl.when(decided).then(_always(cutoff)).otherwise("approved_at"),
        )
        .group_by("subject_id", "rule_id")
        .agg(pl.col("exempt_from").min())
        .collect()
    )
    whole = first.filter(pl.col("rule_id").is_null()).drop("rule_id")
    own = first.filter(pl.col("rule_id").is_not_null()).partition_by(
        "rule_id", as_dict=True, include_key=False
    )
    return Exemptions(whole, {str(rule_id): frame for (rule_id,), frame in own.items()}, cutoff)


def _always(cutoff: datetime) -> pl.Expr:
    """When what a decision excuses counts as approved, in the zone of the records."""
    return pl.lit(_ALWAYS.replace(tzinfo=cutoff.tzinfo))
