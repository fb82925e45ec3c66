"""Which messages hold phrases of a list, exceptions aside."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.conduct.normal import CLAUSE
from checks.conduct.phrases import PhraseList


def matches(messages: pl.LazyFrame, lists: Sequence[PhraseList]) -> pl.LazyFrame:
    """One row per message and list that it breaks: the columns of `messages`, `list` and `words`
    (List of String).

    `messages` must have `plain`, the text in normal form. One pass over all phrases finds the few
    messages worth a closer look; only those are taken apart into clauses.
    """
    if not lists:
        none, words = pl.lit(None, pl.String), pl.lit(None, pl.List(pl.String))
        return messages.filter(False).with_columns(list=none, words=words)
    spelled = {entry.id: list(entry.spelled) for entry in lists}
    every = sorted({phrase for phrases in spelled.values() for phrase in phrases})
    plain = pl.col("plain")
    shaped = [plain.str.contains(entry.pattern) for entry in lists if entry.pattern]
    suspects = messages.filter(
        pl.any_horizontal(plain.str.contains_any(every), *shaped)
    ).with_row_index("_message")
    clauses = suspects.select("_message", clause=pl.col("plain").str.extract_all(CLAUSE)).explode(
        "clause"
    )
    found = [
        clauses.select(
            "_message",
            list=pl.lit(entry.id),
            words=_words(_inexcused(entry), spelled[entry.id], entry.pattern),
        )
        for entry in lists
    ]
    broken = (
        pl.concat(found)
        .filter(pl.col("words").list.len() > 0)
        .group_by("_message", "list")
        .agg(words=pl.col("words").explode().unique(maintain_order=True))
    )
    return suspects.join(broken, on="_message", how="inner").drop("_message")


def _words(clause: pl.Expr, phrases: list[str], pattern: str | None) -> pl.Expr:
    """What a clause holds of a list: its phrases, else what has the shape of its patterns."""
    found = clause.str.extract_many(phrases, leftmost=True)
    if pattern is None:
        return found
    return pl.when(found.list.len() > 0).then(found).otherwise(clause.str.extract_all(pattern))


def _inexcused(entry: PhraseList) -> pl.Expr:
    """The clause without what an exception covers."""
    clause = pl.col("clause")
    for when, despite in entry.excused():
        rest = clause.str.replace_all(when, "□")
        clause = (
            rest
            if despite is None
            else pl.when(pl.col("clause").str.contains(despite)).then(clause).otherwise(rest)
        )
    return clause
