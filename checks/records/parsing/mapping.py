"""Another system's rows -> rows with canonical column names, as SQL expressions say; nothing is
dropped on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from checks.records.parsing import conversions
from checks.records.parsing.canonical import DEFECT, VERBATIM
from checks.records.parsing.conversions import Converting
from checks.records.parsing.fitting import check_columns, check_conditions, lenient
from checks.records.parsing.rules import Rules, expression
from checks.records.parsing.text import as_text, emptied
from checks.records.parsing.times.assembly import DAY, MINUTE

ROW: Final = ("_file", "_row", DEFECT)
_LOW, _HIGH, _WRITTEN = "_low.", "_high.", "_written."
KEY: Final = "_key"
"""Of a lookup's rows: what the source's column is compared with."""
NO_RECORD: Final = "none of the conditions of `each` holds"
_TEXT: Final = {DAY: "%Y-%m-%d", MINUTE: "%Y-%m-%d %H:%M"}


@dataclass(frozen=True)
class Join:
    """A lookup: `rows` has the column `key`, in which each value stands once, and those that it
    gives."""

    key: str
    rows: pl.LazyFrame


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


def mapped(
    frame: pl.LazyFrame,
    rules: Rules,
    empty: frozenset[str] = frozenset(),
    joins: Sequence[Join] = (),
) -> Mapped:
    """Apply the rules to a source's rows, which carry `_file`, `_row` and maybe `_defect`.

    `empty`: words that stand for an empty cell (checks.records.parsing.text.spoken), which
    expressions see as NULL. A cell that a conversion of the rules can't read comes out as the text
    that it is, so that it counts as unreadable. Raises RulesError for a rule that does not fit the
    rows.
    """
    rows = _prepared(frame, rules, empty, joins)
    check_conditions(rows, rules)
    rows = _left_out(rows, rules)
    if rules.each:
        return Mapped(_several(rows, rules))
    readings = _readings(rows, rules)
    if rules.one_per is None:
        return Mapped(_single(rows, rules, readings))
    return _merged(rows, rules, rules.one_per, readings)


def _readings(rows: pl.LazyFrame, rules: Rules) -> dict[str, Converting | None]:
    readings = {
        name: conversions.converting(expression(text)) for name, text in rules.columns.items()
    }
    check_columns(rows, rules, readings)
    return readings


def _cells(rules: Rules, readings: Mapping[str, Converting | None]) -> dict[str, pl.Expr]:
    return {
        key: e
        for name, text in rules.columns.items()
        for key, e in _asked(name, text, readings[name], rules)
    }


def _single(
    rows: pl.LazyFrame, rules: Rules, readings: Mapping[str, Converting | None]
) -> pl.LazyFrame:
    # What was left out is no record of the table, so it names nothing there.
    cells = {
        name: pl.when(~pl.col("_left_out")).then(cell)
        for name, cell in _cells(rules, readings).items()
    }
    return _told(rows.select(**cells, **{name: pl.col(name) for name in ROW}), readings)


def _several(rows: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Every record that a row gives; a row that gives none is told once."""
    found, given = [], pl.lit(False)
    whole = pl.col(DEFECT).is_null()
    for one, variant in zip(rules.each, rules.variants(), strict=True):
        when = lenient(one.when).fill_null(False) if one.when else pl.lit(True)
        given |= when
        found.append(_single(rows.filter(whole & when), variant, _readings(rows, variant)))
    left = rows.filter(~(whole & given)).select(
        "_file", "_row", pl.coalesce(DEFECT, pl.lit(NO_RECORD)).alias(DEFECT)
    )
    return pl.concat([*found, left], how="diagonal_relaxed").select(*rules.texts, *ROW)


def _merged(
    rows: pl.LazyFrame, rules: Rules, one_per: str, readings: Mapping[str, Converting | None]
) -> Mapped:
    keyed = rows.with_columns(_key=lenient(one_per))
    keyless = pl.col("_key").is_null() & pl.col(DEFECT).is_null()
    keyed = keyed.with_columns(
        pl.when(keyless).then(pl.lit(f"no {one_per}")).otherwise(DEFECT).alias(DEFECT)
    )
    whole, broken = (
        keyed.filter(pl.col(DEFECT).is_null()),
        keyed.filter(pl.col(DEFECT).is_not_null()),
    )
    found = whole.group_by("_key", maintain_order=True).agg(
        **_cells(rules, readings), **{name: pl.first(name) for name in ROW}
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


def _prepared(
    frame: pl.LazyFrame, rules: Rules, empty: frozenset[str], joins: Sequence[Join]
) -> pl.LazyFrame:
    """Text stripped and empty cells null, columns that are missing added, lookups joined."""
    schema = frame.collect_schema()
    verbatim = {
        name for column in VERBATIM if column in rules.texts for name in rules.spoken_of(column)
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
    rows = frame.with_columns(*text, *missing, *defect).with_columns(extracted)
    for join in joins:
        by = as_text(join.key, rows.collect_schema()[join.key])
        rows = (
            rows.with_columns(_by=by)
            .join(join.rows, left_on="_by", right_on=KEY, how="left", maintain_order="left")
            .drop("_by")
        )
    return rows


def _left_out(rows: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """Rows that are no records, marked with the reason and as `_left_out`."""
    left_out = [
        pl.when(lenient(test)).then(pl.lit(reason)) for test, reason in rules.leave_out.items()
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
