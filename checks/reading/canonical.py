"""A source's frame -> a canonical frame of one table; every cell that was not understood is kept beside its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import polars as pl

from checks.reading.instants import instants
from checks.reading.text import as_text, fold, half_width
from checks.reading.vocabulary import Vocabulary
from checks.tables import DTYPES, PRECISION, Column, Table

RAW: Final = "_raw."
"""`_raw.<column>`: what stood in a cell that could not be understood; null when it was empty or understood."""
DEFECT: Final = "_defect"
"""Why a record could not be taken apart into cells; null when it could."""
IDENTIFIERS: Final = ("number", "contact", "article", "period")
"""Text columns that are compared with others, as every `…_id` is: full-width characters become half-width."""
_INTEGERS: Final = r"^\+?([0-9]{1,18})(?:\.0*)?$"


@dataclass(frozen=True)
class Reading:
    """How to read cells: the words known, the offset of the clock that wrote them, the words that mean an empty cell.

    `zone` is the configured one; `shift` leads from the writing clock to it.
    """

    vocabulary: Vocabulary
    offset: timedelta
    zone: str
    empty: tuple[str, ...] = ()
    shift: timedelta = timedelta()


def canonical(
    frame: pl.LazyFrame, source: Mapping[str, str], table: Table, reading: Reading, clean: frozenset[str] = frozenset()
) -> pl.LazyFrame:
    """Read `source` (canonical column -> column of `frame`); the other columns of the table become null.

    `frame` carries `_file` and `_row`, and may carry `_defect`; its `clean` columns are taken as they are.
    Returned: the table's schema (with nulls in required columns where a cell was empty or unreadable), then
    `_raw.<column>` of each column that is not text, and `_defect`.
    """
    schema = frame.collect_schema()
    parsed = {name: column for name, column in source.items() if name not in clean}
    text = {name: as_text(column, schema[column], reading.empty) for name, column in parsed.items()}
    cells = [
        pl.col(source[c.name]).alias(c.name)
        if c.name in clean
        else _cell(c, parsed.get(c.name), text, schema, table, reading)
        for c in table.columns
    ]
    coded = [c for c in table.columns if c.parsed]
    written = [text.get(c.name, pl.lit(None, pl.String)).alias(RAW + c.name) for c in coded]
    not_understood = [pl.when(pl.col(c.name).is_null()).then(pl.col(RAW + c.name)).alias(RAW + c.name) for c in coded]
    marks = [pl.col(RAW + c.name).is_not_null().alias(f"{c.name}_unreadable") for c in coded if c.marked]
    exact = [pl.lit(0, PRECISION).alias(f"{c.name}_precision") for c in table.columns if c.timed]
    defect = pl.col(DEFECT) if DEFECT in schema else pl.lit(None, pl.String).alias(DEFECT)
    read = frame.select(*cells, *written, defect, "_file", pl.col("_row").cast(pl.UInt32))
    return read.with_columns(not_understood).with_columns(*marks, *exact).select(canonical_schema(table).names())


def canonical_schema(table: Table) -> pl.Schema:
    """What `canonical` returns: the table's schema, what stood in cells that were not understood, and `_defect`."""
    raw = {RAW + c.name: pl.String() for c in table.columns if c.parsed}
    return pl.Schema({**table.schema, **raw, DEFECT: pl.String()})


def _cell(
    column: Column, name: str | None, text: Mapping[str, pl.Expr], schema: pl.Schema, table: Table, reading: Reading
) -> pl.Expr:
    dtype = DTYPES[column.kind]
    if name is None:
        return pl.lit(None, dtype).alias(column.name)
    typed = _typed(column, pl.col(name), schema[name], reading)
    if typed is not None:
        return typed.alias(column.name)
    words = reading.vocabulary.tables[table.name].values.get(column.name, {})
    parse: Callable[[pl.Series], pl.Series] = {
        "text": half_width if is_identifier(column.name) else _unchanged,
        "code": partial(_codes, words=words, otherwise=None),
        "open_code": partial(_codes, words=words, otherwise="other"),
        "bool": partial(_codes, words=reading.vocabulary.booleans, otherwise=None),
        "instant": lambda s: instants(s, reading.offset) + reading.shift,
        "due": lambda s: instants(s, reading.offset) + reading.shift,
        "date": lambda s: (instants(s, reading.offset) + reading.shift).dt.date(),
        "number": _numbers,
    }[column.kind]
    if parse is _unchanged:
        return text[column.name].alias(column.name)
    return text[column.name].map_batches(parse, return_dtype=dtype, is_elementwise=True).alias(column.name)


def _typed(column: Column, cell: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr | None:
    """A cell that needs no parsing because its source is typed; None when it does."""
    if isinstance(dtype, pl.Datetime) and column.kind in ("instant", "due", "date"):
        local = (
            cell.dt.convert_time_zone(reading.zone).dt.replace_time_zone(None)
            if dtype.time_zone
            else cell + reading.shift
        )
        return local.cast(DTYPES[column.kind])
    if dtype == pl.Date and column.kind in ("instant", "due", "date"):
        return cell.cast(DTYPES[column.kind])
    if dtype == pl.Boolean and column.kind == "bool":
        return cell
    if dtype.is_integer() and column.kind == "number":
        return pl.when(cell >= 0).then(cell.cast(pl.Int64))
    return None


def is_identifier(name: str) -> bool:
    return name.endswith("_id") or name in IDENTIFIERS


def _unchanged(text: pl.Series) -> pl.Series:
    return text


def _codes(text: pl.Series, words: Mapping[str, str | bool], otherwise: str | None) -> pl.Series:
    """Each word's canonical value; an unknown word becomes `otherwise`. Folds distinct values only, they are few."""
    dtype = pl.Boolean() if True in words.values() else pl.String()
    distinct = text.drop_nulls().unique()
    values = pl.Series([words.get(word, otherwise) for word in fold(distinct)], dtype=dtype)
    return text.replace_strict(distinct, values, default=None, return_dtype=dtype)


def _numbers(text: pl.Series) -> pl.Series:
    """Whole numbers from 0; `3.0` is 3. Anything else is unreadable."""
    return half_width(text).str.extract(_INTEGERS).cast(pl.Int64)
