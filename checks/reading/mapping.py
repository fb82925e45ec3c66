"""Another system's rows -> rows with canonical column names, as SQL expressions say; nothing is dropped on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import polars as pl

from checks.reading.canonical import DEFECT, VERBATIM
from checks.reading.text import as_text, emptied

ROW: Final = ("_file", "_row", DEFECT)


@dataclass(frozen=True)
class Rules:
    """How a system's columns become ours. Expressions are Polars SQL over the source's columns; empty cells are NULL.

    `columns`: canonical column -> expression. `extract`: new source column -> (column of JSON text, JSON path).
    `leave_out`: condition -> why such a row is no record of the table. `one_per`: the rows with the same value of this
    expression are one record (the legs of a call); the expressions of `columns` then aggregate, as in GROUP BY.
    """

    columns: Mapping[str, str]
    extract: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    leave_out: Mapping[str, str] = field(default_factory=dict)
    one_per: str | None = None

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the source that the rules speak of, in order of appearance."""
        spoken = [*self.columns.values(), *self.leave_out, *([self.one_per] if self.one_per else [])]
        return tuple(dict.fromkeys(name for text in spoken for name in self._sources(text)))

    def sources_of(self, column: str) -> tuple[str, ...]:
        """The columns of the source from which a canonical one is made; none where it is the same for every row."""
        return self._sources(self.columns[column])

    def carried_by(self, names: Iterable[str]) -> frozenset[str]:
        """The canonical columns that a source with columns of these names can tell."""
        there = set(names)
        return frozenset(c for c in self.columns if not (spoken := self.sources_of(c)) or there & set(spoken))

    def _sources(self, text: str) -> tuple[str, ...]:
        names = expression(text).meta.root_names()
        return tuple(self.extract[name][0] if name in self.extract else name for name in names)


@dataclass(frozen=True)
class Mapped:
    """`frame`: the canonical columns that the rules name, `_file`, `_row` and `_defect`.

    With `one_per` it has one row for all that belong together, at the place of the first. Of the others those equal
    to one before in every column count as `duplicates`, the rest, merged into the one, as `superseded`.
    """

    frame: pl.LazyFrame
    duplicates: int = 0
    superseded: int = 0


def expression(text: str) -> pl.Expr:
    """A Polars SQL expression. Raises ValueError when it is none."""
    try:
        return pl.sql_expr(text)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"not an SQL expression: {text} ({str(error).splitlines()[0]})") from None


def mapped(frame: pl.LazyFrame, rules: Rules, empty: frozenset[str] = frozenset()) -> Mapped:
    """Apply the rules to a source's rows, which carry `_file`, `_row` and maybe `_defect`.

    `empty`: words that stand for an empty cell (checks.reading.text.spoken), which expressions see as NULL.
    """
    rows = _prepared(frame, rules, empty)
    columns = {name: expression(text) for name, text in rules.columns.items()}
    if rules.one_per is None:
        # What was left out is no record of the table, so it names nothing there.
        cells = {name: pl.when(~pl.col("_left_out")).then(cell) for name, cell in columns.items()}
        return Mapped(rows.select(**cells, **{name: pl.col(name) for name in ROW}))
    keyed = rows.with_columns(_key=expression(rules.one_per))
    keyless = pl.col("_key").is_null() & pl.col(DEFECT).is_null()
    keyed = keyed.with_columns(pl.when(keyless).then(pl.lit(f"no {rules.one_per}")).otherwise(DEFECT).alias(DEFECT))
    whole, broken = keyed.filter(pl.col(DEFECT).is_null()), keyed.filter(pl.col(DEFECT).is_not_null())
    records = whole.group_by("_key", maintain_order=True).agg(**columns, **{name: pl.first(name) for name in ROW})
    content = pl.struct(pl.exclude(*ROW))
    legs, distinct, count = whole.select(
        legs=pl.len(), distinct=content.n_unique(), count=pl.col("_key").n_unique()
    ).collect(engine="streaming").row(0)  # fmt: skip
    unread = broken.select([pl.lit(None).alias(name) for name in columns] + [pl.col(name) for name in ROW])
    together = pl.concat([records.drop("_key"), unread], how="vertical_relaxed")
    return Mapped(together, duplicates=legs - distinct, superseded=distinct - count)


def _prepared(frame: pl.LazyFrame, rules: Rules, empty: frozenset[str]) -> pl.LazyFrame:
    """Text stripped and empty cells null, columns that are missing added, rows to be left out marked (`_left_out`)."""
    schema = frame.collect_schema()
    verbatim = {name for column in VERBATIM if column in rules.columns for name in rules.sources_of(column)}
    strings = [name for name, dtype in schema.items() if dtype == pl.String and name not in ROW]
    text = [(as_text(name, pl.String()) if name in verbatim else _filled(name, empty)).alias(name) for name in strings]
    missing = [pl.lit(None, pl.String).alias(name) for name in rules.source_columns if name not in schema]
    extracted = [pl.col(column).str.json_path_match(path).alias(name) for name, (column, path) in rules.extract.items()]
    known = pl.col(DEFECT) if DEFECT in schema else pl.lit(None, pl.String)
    left_out = [pl.when(expression(test)).then(pl.lit(reason)) for test, reason in rules.leave_out.items()]
    out = pl.coalesce(pl.lit(None, pl.String), *left_out)
    defects = (pl.coalesce(known, out).alias(DEFECT), out.is_not_null().alias("_left_out"))
    return frame.with_columns(*text, *missing).with_columns(extracted).with_columns(defects)


def _filled(name: str, empty: frozenset[str]) -> pl.Expr:
    text = as_text(name, pl.String())
    return text.map_batches(partial(emptied, words=empty), return_dtype=pl.String(), is_elementwise=True)
