"""Which obligations a period's closing decides, and which of an act's obligations governs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from checks.concepts import DECIDED, Period
from checks.rulebook import Rule
from checks.timeliness.outcomes import OUTCOMES, is_one_of
from checks.timeliness.subjects import Subjects

_DECIDED = [word for word in OUTCOMES if word.partition(":")[0] in DECIDED]
_UNDECIDED_LAST = 1 << 16
"""Undecided obligations rank behind all decided ones, each group in governing order."""


@dataclass(frozen=True)
class Judged:
    """One kind of subject as of a cutoff: `by_rule` are the obligations by the rule's place in governing order, columns
    checks.timeliness.rules.FOUND and more, in order of `subject`.
    """

    subjects: Subjects
    by_rule: Mapping[int, pl.DataFrame]


def in_scope(now: Judged, before: Judged, period: Period) -> dict[int, pl.DataFrame]:
    """Obligations triggered before the period's end that as of its start were pending or did not exist; adds
    carried_over.
    """
    known = before.subjects.frame.lazy().select("subject_id", earlier="subject")
    # Subjects by number: comparing their names once is enough for all rules.
    same = now.subjects.frame.lazy().select("subject_id", "subject").join(known, on="subject_id").drop("subject_id")
    numbers = same.collect().lazy()
    scoped = {}
    for place, found in now.by_rule.items():
        closed = before.by_rule[place].lazy().filter(pl.col("outcome") != "pending").select(earlier="subject")
        scoped[place] = (
            found.lazy()
            .filter(pl.col("triggered_at") < period.end)
            .join(closed.join(numbers, on="earlier"), on="subject", how="anti", maintain_order="left")
            .with_columns(carried_over=pl.col("triggered_at") < period.start)
            .collect()
        )
    return scoped


def governed(scoped: Mapping[int, pl.DataFrame], rules: Sequence[Rule]) -> dict[int, pl.DataFrame]:
    """Add `governing`: of each act (subject, topic) the first decided obligation in governing order, else the first.

    scoped: obligations on one kind of subject, by the place of their rule in `rules`.
    """
    topics: dict[str, list[int]] = defaultdict(list)
    for place in scoped:
        topics[rules[place].topic].append(place)
    # An act that only one rule binds is governed by it.
    governing = {place: frame.with_columns(governing=pl.lit(True)) for place, frame in scoped.items()}
    for places in topics.values():
        if len(places) > 1:
            governing |= _first_decided({place: scoped[place] for place in places})
    return governing


def _first_decided(act: Mapping[int, pl.DataFrame]) -> dict[int, pl.DataFrame]:
    """The same for the obligations of one topic."""
    undecided = pl.when(is_one_of("outcome", _DECIDED)).then(0).otherwise(_UNDECIDED_LAST)
    ranked = {place: frame.with_columns(rank=undecided + place) for place, frame in act.items()}
    every = pl.concat(frame.lazy().select("subject", "rank") for frame in ranked.values())
    best = every.group_by("subject").agg(best=pl.col("rank").min()).collect().lazy()
    return {
        place: frame.lazy()
        .join(best, on="subject", how="left", maintain_order="left")
        .with_columns(governing=pl.col("rank") == pl.col("best"))
        .drop("rank", "best")
        .collect()
        for place, frame in ranked.items()
    }
