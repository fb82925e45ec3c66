"""What the words of a rule's `when` mean, each a row-wise expression; a kind of subject says which
words it knows.

True: the rule applies; false: it does not; null: the record does not say, the obligation exists and
is unknown (`condition`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from checks.records.tables import Column


@dataclass(frozen=True, eq=False)
class Meaning:
    """What a word means.

    holds: Boolean over the subject's frame. needs: columns of the kind's table without which it
    never holds or can't be decided (`a|b` either, `a & b` both); empty where it holds or not
    whatever is recorded, by required columns or by the absence of others. of_tier: asks for the
    customer's tier.
    """

    holds: pl.Expr
    needs: str = ""
    of_tier: bool = False


Meanings = Mapping[str, Meaning]


def is_value(column: str, value: str) -> pl.Expr:
    """Whether the cell is this value; false where it is empty."""
    return pl.col(column).eq_missing(pl.lit(value))


def applies(
    meanings: Meanings, when: tuple[str, ...], undecided_when: tuple[str, ...] = ()
) -> pl.Expr:
    """All words of `when` together, in three-valued logic: false wins over null; null where those
    of `undecided_when` hold.
    """
    holds = pl.all_horizontal([_word(meanings, word) for word in when])
    if not undecided_when:
        return holds
    undecided = pl.all_horizontal([_word(meanings, word) for word in undecided_when])
    return pl.when(~undecided.fill_null(False)).then(holds)


def _word(meanings: Meanings, word: str) -> pl.Expr:
    holds = meanings[word.removeprefix("not ")].holds
    return ~holds if word.startswith("not ") else holds


def cells_fit(columns: Mapping[str, Column], where: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Whether the subject's cells are among the values that a rule's `where` names, or, of values
    with `not`, among none of them; null where nothing is written that would tell.

    columns: of the kind's table, by name.
    """
    return pl.all_horizontal(pl.lit(True), *(_fits(columns[c], where[c]) for c in where))


def _fits(column: Column, values: Sequence[str]) -> pl.Expr:
    names = [value.removeprefix("not ") for value in values]
    cell = pl.col(column.name)
    if column.kind == "bool":
        cell = pl.when(cell).then(pl.lit("yes")).when(~cell).then(pl.lit("no"))
    among = cell.is_in(names)
    return ~among if values[0].startswith("not ") else among
