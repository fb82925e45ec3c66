"""Another system's rows -> rows with canonical column names, as SQL expressions say; nothing is
dropped on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import polars as pl

from checks.records.parsing import conversions, permitted
from checks.records.parsing.canonical import DEFECT, VERBATIM
from checks.records.parsing.conversions import Converting
from checks.records.parsing.text import as_text, emptied
from checks.records.parsing.times.assembly import DAY, MINUTE

ROW: Final = ("_file", "_row", DEFECT)
_LOW, _HIGH, _WRITTEN = "_low.", "_high.", "_written."
_TEXT: Final = {DAY: "%Y-%m-%d", MINUTE: "%Y-%m-%d %H:%M"}


class RulesError(ValueError):
    """A rule that can't be applied to the rows that are there."""


@dataclass(frozen=True)
class Rules:
    """How a system's columns become ours. Expressions are Polars SQL over the source's columns;
    empty cells are NULL.

    `columns`: canonical column -> expression. `extract`: new source column -> (column of JSON text,
    JSON path).
    `leave_out`: condition -> why such a row is no record of the table. `one_per`: the rows with the
    same value of this expression are one record (the legs of a call); the expressions of `columns`
    then aggregate, as in GROUP BY.
    """

    columns: Mapping[str, str]
    extract: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    leave_out: Mapping[str, str] = field(default_factory=dict)
    one_per: str | None = None

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the source that the rules speak of, in order of appearance."""
        texts = [*self.columns.values(), *self.leave_out, *([self.one_per] if self.one_per else [])]
        return tuple(dict.fromkeys(name for text in texts for name in self._spoken(text)))

    def spoken_of(self, column: str) -> tuple[str, ...]:
        """The columns of the source of which a canonical column is made."""
        return self._spoken(self.columns[column])

    def _spoken(self, text: str) -> tuple[str, ...]:
        names = expression(text).meta.root_names()
        return tuple(
            dict.fromkeys(self.extract[name][0] if name in self.extract else name for name in names)
        )


@dataclass(frozen=True)
class Mapped:
    """`frame`: the canonical columns that the rules name, `_file`, `_row` and `_defect`.

    With `one_per` it has one row for all that belong together, at the place of the first. Of the
    others those equal to one before in every column count as `duplicates`, the rest, merged into
    the one, as `superseded`.
    """

    frame: pl.LazyFrame
    duplicates: int = 0
    superseded: int = 0


def expression(text: str) -> pl.Expr:
    """A Polars SQL expression. Raises ValueError when it is none, or one that may not be used or
    that guesses."""
    permitted.check(text)
    try:
        found = pl.sql_expr(text)
        conversions.check(conversions.tree_of(found))
    except (pl.exceptions.PolarsError, ValueError) as error:
        reason = permitted.shown(str(error).partition("\n")[0])
        raise ValueError(f"not an SQL expression: {permitted.shown(text)} ({reason})") from None
    return found


def mapped(frame: pl.LazyFrame, rules: Rules, empty: frozenset[str] = frozenset()) -> Mapped:
    """Apply the rules to a source's rows, which carry `_file`, `_row` and maybe `_defect`.

    `empty`: words that stand for an empty cell (checks.records.parsing.text.spoken), which
    expressions see as NULL. A cell that a conversion of the rules can't read comes out as the text
    that it is, so that it counts as unreadable. Raises RulesError for a rule that does not fit the
    rows.
    """
    rows = _prepared(frame, rules, empty)
    readings = {
        name: conversions.converting(expression(text)) for name, text in rules.columns.items()
    }
    _check(rows, rules, readings)
    rows = _left_out(rows, rules)
    asked = {
        key: e
        for name, text in rules.columns.items()
        for key, e in _asked(name, text, readings[name], rules)
    }
    if rules.one_per is None:
        # What was left out is no record of the table, so it names nothing there.
        cells = {name: pl.when(~pl.col("_left_out")).then(cell) for name, cell in asked.items()}
        return Mapped(_told(rows.select(**cells, **{name: pl.col(name) for name in ROW}), readings))
    keyed = rows.with_columns(_key=_lenient(rules.one_per))
    keyless = pl.col("_key").is_null() & pl.col(DEFECT).is_null()
    keyed = keyed.with_columns(
        pl.when(keyless).then(pl.lit(f"no {rules.one_per}")).otherwise(DEFECT).alias(DEFECT)
    )
    whole, broken = (
        keyed.filter(pl.col(DEFECT).is_null()),
        keyed.filter(pl.col(DEFECT).is_not_null()),
    )
    found = whole.group_by("_key", maintain_order=True).agg(
        **asked, **{name: pl.first(name) for name in ROW}
    )
    records = _told(found, readings)
    content = pl.struct(pl.exclude(*ROW))
    legs, distinct, count = (
        whole.select(legs=pl.len(), distinct=content.n_unique(), count=pl.col("_key").n_unique())
        .collect(engine="streaming")
        .row(0)
    )
    unread = broken.select(
        [pl.lit(None).alias(name) for name in rules.columns] + [pl.col(name) for name in ROW]
    )
    together = pl.concat([records, unread], how="vertical_relaxed")
    return Mapped(together, duplicates=legs - distinct, superseded=distinct - count)


def _prepared(frame: pl.LazyFrame, rules: Rules, empty: frozenset[str]) -> pl.LazyFrame:
    """Text stripped and empty cells null, columns that are missing added."""
    schema = frame.collect_schema()
    verbatim = {
        name for column in VERBATIM if column in rules.columns for name in rules.spoken_of(column)
    }
    strings = [name for name, dtype in schema.items() if dtype == pl.String and name not in ROW]
    text = [
        (as_text(name, pl.String()) if name in verbatim else _filled(name, empty)).alias(name)
        for name in strings
    ]
    missing = [
        pl.lit(None, pl.String).alias(name) for name in rules.source_columns if name not in schema
    ]
    extracted = [
        pl.col(column).str.json_path_match(path).alias(name)
        for name, (column, path) in rules.extract.items()
    ]
    defect = [] if DEFECT in schema else [pl.lit(None, pl.String).alias(DEFECT)]
    return frame.with_columns(*text, *missing, *defect).with_columns(extracted)


def _left_out(rows: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Rows that are no records, marked with the reason and as `_left_out`."""
    left_out = [
        pl.when(_lenient(test)).then(pl.lit(reason)) for test, reason in rules.leave_out.items()
    ]
    out = pl.coalesce(pl.lit(None, pl.String), *left_out)
    return rows.with_columns(
        pl.coalesce(DEFECT, out).alias(DEFECT), out.is_not_null().alias("_left_out")
    )


def _filled(name: str, empty: frozenset[str]) -> pl.Expr:
    text = as_text(name, pl.String())
    return text.map_batches(
        partial(emptied, words=empty), return_dtype=pl.String(), is_elementwise=True
    )


def _lenient(text: str) -> pl.Expr:
    """The expression, null where it converts what it can't."""
    found = expression(text)
    read = conversions.converting(found)
    return read.value if read else found


def _asked(
    name: str, text: str, read: Converting | None, rules: Rules
) -> list[tuple[str, pl.Expr]]:
    """A column and, where its expression converts, what is needed to tell unreadable cells from
    empty ones."""
    if read is None:
        return [(name, expression(text))]
    cells = [
        pl.when(c.failed).then(c.cell.cast(pl.String)) for c in read.conversions if not c.tolerated
    ]
    first = [cell.drop_nulls().first() for cell in cells] if rules.one_per else cells
    written = pl.coalesce(*first, pl.lit("?"))
    return [
        (name, read.value),
        (_LOW + name, read.low),
        (_HIGH + name, read.high),
        (_WRITTEN + name, written),
    ]


def _told(rows: pl.LazyFrame, readings: Mapping[str, Converting | None]) -> pl.LazyFrame:
    """The columns alone; as text where the expression converts, with what stood in the cells that
    can't be read."""
    schema = rows.collect_schema()
    columns = []
    for name, read in readings.items():
        if read is None:
            columns.append(pl.col(name))
            continue
        value, written = pl.col(name), pl.col(_WRITTEN + name)
        unread = value.ne_missing(pl.col(_LOW + name)) | value.ne_missing(pl.col(_HIGH + name))
        columns.append(
            pl.when(unread)
            .then(written)
            .otherwise(_text(value, schema[name], read.precisions))
            .alias(name)
        )
    return rows.select(*columns, *ROW)


def _text(value: pl.Expr, dtype: pl.DataType, precisions: frozenset[int]) -> pl.Expr:
    """A value as text, a time as exactly as the form that read it can know it."""
    if not isinstance(dtype, pl.Datetime):
        return value.cast(pl.String)
    exact = value.dt.to_string(
        "%Y-%m-%d %H:%M:%S%.f%:z" if dtype.time_zone else "%Y-%m-%d %H:%M:%S%.f"
    )
    whole = {DAY: value == value.dt.truncate("1d"), MINUTE: value == value.dt.truncate("1m")}
    for precision in sorted(precisions & whole.keys()):
        exact = (
            pl.when(whole[precision]).then(value.dt.to_string(_TEXT[precision])).otherwise(exact)
        )
    return exact


def _check(rows: pl.LazyFrame, rules: Rules, readings: Mapping[str, Converting | None]) -> None:
    """Raises RulesError for the first expression that the rows' columns, or their number, do not
    allow."""
    nothing = pl.LazyFrame(schema=rows.collect_schema())
    conditions = {"leave_out": rules.leave_out, "one_per": [rules.one_per] if rules.one_per else []}
    for name, texts in (
        *((name, [text]) for name, text in rules.columns.items()),
        *conditions.items(),
    ):
        for text in texts:
            read = readings.get(name)
            try:
                for conversion in read.conversions if read else ():
                    _check_text(nothing, conversion)
                _check_rows(nothing, text, None if name in conditions else rules.one_per)
            except (pl.exceptions.PolarsError, RulesError) as error:
                raise RulesError(f"{name} = {text}: {str(error).splitlines()[0]}") from None


def _check_text(nothing: pl.LazyFrame, conversion: conversions.Conversion) -> None:
    temporal = conversion.dtype in ("Date", "Datetime", "Time") and conversion.form is None
    if temporal and nothing.select(conversion.cell).collect_schema().dtypes() == [pl.String()]:
        raise RulesError(
            "CAST reads no time; write strptime(column, '%Y-%m-%d'), or map the column as it is"
        )


def _check_rows(nothing: pl.LazyFrame, text: str, one_per: str | None) -> None:
    alone = nothing.select(_lenient(text)).collect().dtypes[0]
    if one_per is None:
        if _aggregates(conversions.tree_of(expression(text))):
            raise RulesError(
                "makes one value of all rows; say with one_per which rows are one record"
            )
        return
    together = (
        nothing.group_by(_lenient(one_per).alias("_key")).agg(_found=_lenient(text)).collect()
    )
    if together.schema["_found"] != alone:
        raise RulesError(
            "gives several values for the rows that are one record; make one, like MIN(column)"
        )


def _aggregates(tree: Any) -> bool:
    """Whether an expression makes one value of many rows; a window function does not."""
    if isinstance(tree, dict):
        return any(
            key in ("Agg", "Len") or (key != "Over" and _aggregates(inner))
            for key, inner in tree.items()
        )
    return tree == "Len" or (isinstance(tree, list) and any(map(_aggregates, tree)))
