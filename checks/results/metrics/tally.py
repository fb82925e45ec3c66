"""The one shape of every rate row: how many of each verdict, and the two rates that follow from
them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, UNKNOWN, as_words
from checks.closing.rates import rate
from checks.concepts import VERDICTS, VIOLATIONS
from checks.numbers.rates import Tally, TallyRow

CUBE: Final = (
    "regulation",
    "rule_id",
    "article",
    "topic",
    "tier",
    "department",
    "timed",
    "governing",
    "carried_over",
    "calendar_provisional",
    "verdict",
    "reason",
)
"""What most rates are asked by. Few enough values that every tally is a sum over a small frame."""
_NAMELESS: Final = {
    "tier": UNKNOWN,
    "channel": UNKNOWN,
    "department": UNASSIGNED,
    "responsible": UNASSIGNED,
}

_VIOLATION = pl.col("verdict").is_in(VIOLATIONS)
_PARTS: Final = {
    "timely": pl.col("timed") & (pl.col("verdict") == "met"),
    "untimely": pl.col("timed") & _VIOLATION,
    "timely_unknown": pl.col("timed") & (pl.col("verdict") == "unknown"),
    "recorded": ~pl.col("timed") & (pl.col("verdict") == "met"),
    "unrecorded": ~pl.col("timed") & _VIOLATION,
    "recorded_unknown": ~pl.col("timed") & (pl.col("verdict") == "unknown"),
}


def cube(facts: pl.LazyFrame, by: Sequence[str] = CUBE) -> pl.DataFrame:
    """Obligations counted (`n`, Int64) by some of their columns; a tally needs `timed` and
    `verdict` among them.

    What the records don't give is a key of its own: tier and channel `unknown`, department and
    person `unassigned`.
    """
    counted = facts.group_by(by).agg(n=pl.len().cast(pl.Int64)).collect(engine="streaming")
    named = [pl.col(name).fill_null(key) for name, key in _NAMELESS.items() if name in by]
    return as_words(counted).with_columns(named)


def tally(counted: pl.DataFrame, *by: str) -> pl.DataFrame:
    """One row per value of `by`: `n` of each verdict, and the parts of the timeliness and record
    rates (all Int64)."""
    sums = {verdict: pl.col("verdict") == verdict for verdict in VERDICTS} | _PARTS
    return counted.group_by(by).agg(
        pl.col("n").filter(which).sum().alias(name) for name, which in sums.items()
    )


def tally_rows(counted: pl.DataFrame, by: str, known: Iterable[str] = ()) -> list[TallyRow]:
    """The tallies, one row per value of `by`.

    Keys that are `known` come first, in that order and even without a case, then the others by
    name, `unknown` and `unassigned` last.
    """
    found = {row[by]: row for row in tally(counted, by).to_dicts()}
    keys = list(
        dict.fromkeys([*known, *sorted(found, key=lambda key: (key in (UNASSIGNED, UNKNOWN), key))])
    )
    return [TallyRow(key=key, **vars(_tally_of(found.get(key, _NOTHING)))) for key in keys]


def tally_total(counted: pl.DataFrame) -> Tally:
    """The tally of everything counted; zeros and null rates when there is nothing."""
    rows = tally(counted.with_columns(all=pl.lit("all")), "all").to_dicts()
    return _tally_of(rows[0] if rows else _NOTHING)


def _tally_of(row: Mapping[str, int]) -> Tally:
    timely, recorded = row["timely"], row["recorded"]
    return Tally(
        met=row["met"],
        late=row["late"],
        overdue=row["overdue"],
        missing=row["missing"],
        pending=row["pending"],
        unknown=row["unknown"],
        exempt=row["exempt"],
        timeliness=rate(timely, timely + row["untimely"], row["timely_unknown"]),
        record=rate(recorded, recorded + row["unrecorded"], row["recorded_unknown"]),
    )


_NOTHING: Final[Mapping[str, int]] = dict.fromkeys((*VERDICTS, *_PARTS), 0)
