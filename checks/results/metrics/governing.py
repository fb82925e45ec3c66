"""The rates under both ways to choose what governs an act, so that neither hides what the other
shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from checks.closing.facts import ACT, Closing
from checks.concepts import VERDICTS, VIOLATIONS
from checks.judging.governing import MODES, rank
from checks.numbers.headline import GovernedTally, Governing
from checks.parts import apart
from checks.results.metrics.tally import tally_total

AT_ONCE: Final = 12_500_000
"""Obligations that are grouped by act together."""


COUNTED: Final = pl.Schema(
    {"mode": pl.String, "verdict": pl.String, "timed": pl.Boolean, "n": pl.Int64}
)
"""Acts by what governs them: mode, verdict and kind of clock of the obligation that governs, and
how many."""


def by_governing(acts: pl.DataFrame) -> dict[Governing, GovernedTally]:
    """Per mode (checks.judging.governing.MODES) the tally of the obligations that govern under it,
    and their `violations`.

    acts: of schema COUNTED.
    """
    return {mode: _row(acts.filter(mode=mode)) for mode in MODES}


def _row(counted: pl.DataFrame) -> GovernedTally:
    broken = counted.filter(pl.col("verdict").is_in(VIOLATIONS))["n"].sum()
    return GovernedTally(violations=int(broken), **vars(tally_total(counted.drop("mode"))))


def governed_acts(closing: Closing) -> pl.DataFrame:
    """The acts of a closing, COUNTED under either mode."""
    return pl.concat([pl.DataFrame(schema=COUNTED), *_counted(closing)])


def _counted(closing: Closing) -> Iterator[pl.DataFrame]:
    """The same, a portion after the other.

    Acts are nearly as many as obligations: of each only one number per mode is kept, which tells
    rule and verdict.
    """
    rules = closing.rules.height
    place = (
        pl.col("verdict")
        .cast(pl.String)
        .replace_strict(list(VERDICTS), list(range(len(VERDICTS))), return_dtype=pl.UInt32)
    )
    first = [(rank(mode, rules) * len(VERDICTS) + place).min().alias(mode) for mode in MODES]
    timed = closing.rules.select("timed", rule=pl.col("rule_order"))
    for portion in apart(closing.facts, "subject_id", AT_ONCE):
        acts = portion.group_by(ACT).agg(first).select(MODES).collect(engine="streaming")
        for mode in MODES:
            stated = acts.group_by(number=mode).agg(n=pl.len().cast(pl.Int64)).drop_nulls("number")
            verdict = (pl.col("number") % len(VERDICTS)).replace_strict(
                list(range(len(VERDICTS))), list(VERDICTS), return_dtype=pl.String
            )
            rule = pl.col("number") // len(VERDICTS) % rules
            named = stated.with_columns(mode=pl.lit(mode), verdict=verdict, rule=rule).join(
                timed, on="rule"
            )
            yield named.select(COUNTED.names())
