"""Which obligations a period's closing decides, and which of an act's obligations governs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.judging.frames import Subjects
from checks.judging.governing import MODES, Governing, groups
from checks.judging.outcomes import OUTCOMES
from checks.law.rulebook import Rule

_RULES: Final = 1 << 16
"""More than there are rules: of one gravity the places of the rules decide."""


_GRAVITY: Final[Mapping[Governing, Mapping[str, int]]] = {
    mode: {word: groups(mode)[word.partition(":")[0]] for word in OUTCOMES} for mode in MODES
}


@dataclass(frozen=True)
class Judged:
    """One kind of subject as of a cutoff: `by_rule` are the obligations by the rule's place in
    governing order, columns checks.judging.rules.FOUND and more, in order of `subject`.
    """

    subjects: Subjects
    by_rule: Mapping[int, pl.DataFrame]


def in_scope(now: Judged, before: Judged, period: Period) -> dict[int, pl.DataFrame]:
    """Obligations triggered before the period's end that as of its start were pending, did not
    exist or were triggered at that instant itself; adds carried_over.
    """
    known = before.subjects.frame.lazy().select("subject_id", earlier="subject")
    # Subjects by number: comparing their names once is enough for all rules.
    same = (
        now.subjects.frame.lazy()
        .select("subject_id", "subject")
        .join(known, on="subject_id")
        .drop("subject_id")
    )
    numbers = same.collect().lazy()
    scoped = {}
    for place, found in now.by_rule.items():
        # What was triggered at the period's first instant belongs to it, whatever was known of it
        # then.
        decided = (pl.col("outcome") != "pending") & (pl.col("triggered_at") != period.start)
        closed = before.by_rule[place].lazy().filter(decided).select(earlier="subject")
        scoped[place] = (
            found.lazy()
            .filter(pl.col("triggered_at") < period.end)
            .join(
                closed.join(numbers, on="earlier"), on="subject", how="anti", maintain_order="left"
            )
            .with_columns(carried_over=pl.col("triggered_at") < period.start)
            .collect()
        )
    return scoped


def governed(
    scoped: Mapping[int, pl.DataFrame], rules: Sequence[Rule], governing: Governing
) -> dict[int, pl.DataFrame]:
    """Add `governing`, which one obligation of each act (subject, topic) is.

    Under "strictest" the one with the gravest verdict: an act is in order only if every clause that
    binds it is kept. Under "order" the first decided one. Of equals the first in governing order.
    scoped: obligations on one kind of subject, by the place of their rule in `rules`.
    """
    topics: dict[str, list[int]] = defaultdict(list)
    for place in scoped:
        topics[rules[place].topic].append(place)
    # An act that only one rule binds is governed by it.
    marked = {place: frame.with_columns(governing=pl.lit(True)) for place, frame in scoped.items()}
    for places in topics.values():
        if len(places) > 1:
            marked |= _best({place: scoped[place] for place in places}, _GRAVITY[governing])
    return marked


def _best(act: Mapping[int, pl.DataFrame], gravity: Mapping[str, int]) -> dict[int, pl.DataFrame]:
    """The same for the obligations of one topic; gravity: outcomes by rank, the least governs."""
    rank = pl.col("outcome").replace_strict(gravity, return_dtype=pl.Int32) * _RULES
    ranked = {place: frame.with_columns(rank=rank + place) for place, frame in act.items()}
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
