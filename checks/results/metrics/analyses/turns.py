"""How long every question in a chat waited for its reply, whatever any rule says of it."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.numbers.analyses import Turns

_WAITED: Final = "seconds"


def turns(closing: Closing) -> Turns:
    """The questions of the period (checks.subjects.turns), as of the cutoff; what is but a word of
    thanks is none."""
    every = closing.turns.collect()
    asked = every.filter(~pl.col("courtesy_only"))
    waited = (pl.col("answered_at") - pl.col("asked_at")).dt.total_seconds().clip(0)
    answered = asked.filter(pl.col("answered_at").is_not_null()).with_columns(waited.alias(_WAITED))
    order = answered.sort(_WAITED, "subject_id", descending=[True, False])
    longest = next(order.select(_WAITED, "subject_id").iter_rows(), (None, None))
    return Turns(
        asked=asked.height,
        answered=answered.height,
        unanswered=asked.height - answered.height,
        courtesies=every.height - asked.height,
        median_seconds=_quantile(answered, 0.5),
        p90_seconds=_quantile(answered, 0.9),
        longest_seconds=longest[0],
        longest=longest[1],
    )


def _quantile(answered: pl.DataFrame, share: float) -> int | None:
    """A wait that was, in whole seconds: at least this share waited no longer; null without one."""
    value = answered[_WAITED].quantile(share, "equiprobable")
    return None if value is None else int(value)
