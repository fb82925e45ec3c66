"""Another system's rows -> rows with canonical column names, as SQL expressions say; nothing is dropped on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from checks.reading import permitted
from checks.reading.canonical import DEFECT
from checks.reading.text import as_text

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
        names = [name for text in spoken for name in expression(text).meta.root_names()]
        names = [self.extract[name][0] if name in self.extract else name for name in names]
        return tuple(dict.fromkeys(names))


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
    """A Polars SQL expression. Raises ValueError when it is none, or one that may not be used."""
    permitted.check(text)
    try:
        return pl.sql_expr(text)
    except pl.exceptions.PolarsError as error:
        reason = permitted.shown(str(error).partition("\n")[0])
        raise ValueError(f"not an SQL expression: {permitted.shown(text)} ({reason})") from None


def mapped(frame: pl.LazyFrame, rules: Rules) -> Mapped:
    """Apply the rules to a source's rows, which carry `_file`, `_row` and maybe `_defect`."""
    rows = _prepared(frame, rules)
    columns = {name: expression(text) for name, text in rules.columns.items()}
    if rules.one_per is None:
        return Mapped(rows.select(**columns, **{name: pl.col(name) for name in ROW}))
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


def _prepared(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Text stripped and empty cells null, columns that are missing added, rows to be left out marked."""
    schema = frame.collect_schema()
    text = [
        as_text(name, dtype).alias(name) for name, dtype in schema.items() if dtype == pl.String and name not in ROW
    ]
    missing = [pl.lit(None, pl.String).alias(name) for name in rules.source_columns if name not in schema]
    extracted = [pl.col(column).str.json_path_match(path).alias(name) for name, (column, path) in rules.extract.items()]
    known = pl.col(DEFECT) if DEFECT in schema else pl.lit(None, pl.String)
    left_out = [pl.when(expression(test)).then(pl.lit(reason)) for test, reason in rules.leave_out.items()]
    defect = pl.coalesce(known, *left_out).alias(DEFECT)
    return frame.with_columns(*text, *missing).with_columns(extracted).with_columns(defect)
