"""A source's frame -> a canonical frame of one table; every cell that was not understood is kept
beside its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.records.parsing.cells import (
    Reader,
    coded,
    compared,
    counted,
    named,
    proofs,
    struct_of,
    texts,
)
from checks.records.parsing.text import as_text
from checks.records.parsing.times.bounds import EARLIEST
from checks.records.parsing.times.columns import KINDS, at_a_glance, times, times_struct
from checks.records.parsing.times.offsets import Clock
from checks.records.parsing.typed import typed
from checks.records.parsing.vocabulary import REST, Vocabulary
from checks.records.tables import DTYPES, PRECISION, Column, Table

RAW: Final = "_raw."
"""`_raw.<column>`: what stood in a cell that could not be understood; null when it was empty or
understood."""
DEFECT: Final = "_defect"
"""Why a record could not be taken apart into cells; null when it could."""
COMPARED: Final = ("article", "period")
"""Text columns that are compared with others, as identifiers are: full-width characters become
half-width."""
PROOFS: Final = ("evidence", "remedy")
"""Text columns in which the words that mean nothing in an identifier mean nothing, too."""
VERBATIM: Final = ("text",)
"""Text columns in which every word means itself: a customer may well write a dash."""
_GLANCE: Final = "_glance."
"""`_glance.<column>`: what a cell is at first sight, see checks.records.parsing.cells.Reader."""
_TIMES: Final = "_times"
"""What a second look made of all columns of times; a column of its own, or each of them would look
again."""


@dataclass(frozen=True)
class ParseOptions:
    """How to read cells: the words known, the offset of the clock that wrote them, the words that
    mean an empty cell.

    `zone` is the configured one; `shift` leads from the writing clock to it;
    `written_in` names that clock's zone if it is moved twice a year. `empty` stand for an
    empty cell in every column but VERBATIM, `nameless` (all of `empty`, and more) in identifiers
    and PROOFS; both in the form of checks.records.parsing.text.spoken. `period_end`: where it is
    known, no event lies long after it; none lies before `earliest`. `formats`: the forms (strftime)
    that a column's times have, where some were declared; nothing else is a time there.
    """

    vocabulary: Vocabulary
    offset: timedelta
    zone: str
    empty: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()
    shift: timedelta = timedelta()
    written_in: str = ""
    period_end: datetime | None = None
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earliest: datetime = EARLIEST

    @property
    def clock(self) -> Clock:
        """The clock that wrote the times."""
        return Clock(
            self.zone, self.offset, self.shift, self.period_end, self.written_in, self.earliest
        )


def canonical(
    frame: pl.LazyFrame,
    source: Mapping[str, str],
    table: Table,
    reading: ParseOptions,
    clean: frozenset[str] = frozenset(),
) -> pl.LazyFrame:
    """Read `source` (canonical column -> column of `frame`); the other columns of the table become
    null.

    `frame` carries `_file` and `_row`, and may carry `_defect`; its `clean` columns are taken as
    they are.
    Returned: the table's schema (with nulls in required columns where a cell was empty or
    unreadable), then `_raw.<column>` of each parsed column, and `_defect`.
    """
    schema = frame.collect_schema()
    given = {
        c: _given(table.by_name[c], name, schema[name], reading, c in clean)
        for c, name in source.items()
    }
    readers = {
        c: reader
        for c, (_, form) in given.items()
        if form == "text" and (reader := _reader(table.by_name[c], table, reading))
    }
    timed = {
        c: table.by_name[c]
        for c, (_, form) in given.items()
        if form == "text" and table.by_name[c].kind in KINDS
    }
    defect = pl.col(DEFECT) if DEFECT in schema else pl.lit(None, pl.String).alias(DEFECT)
    cells = [cell.alias(c) for c, (cell, _) in given.items()]
    glances = [reader.fast(pl.col(c)) for c, reader in readers.items()]
    # A declared form may look like the commonest one and mean another day
    glances += [
        pl.lit(None, DTYPES[column.kind]).alias(c)
        if c in reading.formats
        else at_a_glance(pl.col(c), column, reading.clock).alias(c)
        for c, column in timed.items()
    ]
    looks = [_second_look(table.by_name[c], reader) for c, reader in readers.items()]
    glanced = {*readers, *timed}
    structs = {c for c, (_, form) in given.items() if form == "struct"} | {
        c for c in glanced if table.by_name[c].parsed
    }
    facts = {
        name: part
        for column in table.columns
        for name, part in _taken_apart(
            column, column.name in source, column.name in structs, column.name in glanced
        )
    }
    read = frame.select(*cells, defect, "_file", pl.col("_row").cast(pl.UInt32))
    read = read.with_columns(glance.name.prefix(_GLANCE) for glance in glances)
    read = read.with_columns(*looks, *_look_at_times(timed, reading))
    read = read.with_columns(pl.col(_TIMES).struct.field(c) for c in timed)
    return read.select(
        facts.get(name, pl.col(name)).alias(name) for name in canonical_schema(table).names()
    )


def canonical_schema(table: Table) -> pl.Schema:
    """What `canonical` returns: the table's schema, what stood in cells that were not understood,
    and `_defect`."""
    raw = {RAW + c.name: pl.String() for c in table.columns if c.parsed}
    return pl.Schema({**table.schema, **raw, DEFECT: pl.String()})


def _given(
    column: Column, name: str, dtype: pl.DataType, reading: ParseOptions, clean: bool
) -> tuple[pl.Expr, str]:
    """The source's column, and what it is: a `value`, a `struct` of checks.records.parsing.cells,
    or `text` to be read."""
    if clean:
        return pl.col(name), "value"
    known = typed(column, pl.col(name), dtype, reading.clock)
    return (as_text(name, dtype), "text") if known is None else (known, "struct")


def _look_at_times(columns: Mapping[str, Column], reading: ParseOptions) -> list[pl.Expr]:
    """What a second look makes of all columns of times together (`_times`, a struct of the columns'
    structs)."""
    if not columns:
        return []
    left = [pl.when(pl.col(_GLANCE + c).is_null()).then(c).alias(c) for c in columns]

    def look(cells: pl.Series) -> pl.Series:
        texts = cells.struct.unnest()
        return times(texts, columns, reading.empty, reading.clock, reading.formats)

    read = pl.struct(left).map_batches(
        look, return_dtype=times_struct(columns.values()), is_elementwise=True
    )
    return [read.alias(_TIMES)]


def _second_look(column: Column, reader: Reader) -> pl.Expr:
    """What the reader makes of the cells that a glance did not tell; nothing of the others."""
    left = pl.when(pl.col(_GLANCE + column.name).is_null()).then(column.name)
    dtype = struct_of(column) if column.parsed else pl.String()

    def look(text: pl.Series) -> pl.Series:
        if text.null_count() == len(text):
            return pl.repeat(None, len(text), dtype=dtype, eager=True)
        return reader.slow(text)

    return left.map_batches(look, return_dtype=dtype, is_elementwise=True).alias(column.name)


def _taken_apart(
    column: Column, there: bool, struct: bool, read: bool
) -> Iterator[tuple[str, pl.Expr]]:
    """The column and its companions, by name; `read`: a glance told some of its cells."""
    cell, none = pl.col(column.name), pl.lit(None, DTYPES[column.kind])
    value = cell.struct.field("value") if struct else cell if there else none
    yield column.name, pl.coalesce(_GLANCE + column.name, value) if read else value
    raw = cell.struct.field("raw") if struct else pl.lit(None, pl.String)
    if column.parsed:
        yield RAW + column.name, raw
    if column.marked:
        yield f"{column.name}_unreadable", raw.is_not_null()
    if column.timed:
        exact = cell.struct.field("precision").fill_null(0) if struct else pl.lit(0, PRECISION)
        yield f"{column.name}_precision", exact


def _reader(column: Column, table: Table, reading: ParseOptions) -> Reader | None:
    """What reads the column's text; None where it stands as it is, and of times, which are read
    together."""
    if column.kind == "text":
        return text_reader(column, reading)
    if column.kind == "number":
        return counted(reading.empty)
    if column.kind in KINDS:
        return None
    if column.kind == "bool":
        return coded(reading.vocabulary.booleans, reading.empty, {}, None)
    codes = reading.vocabulary.tables[table.name].values[column.name]
    own = {value: value for value in column.values}
    other = "other" if column.kind == "open_code" else None
    return coded(codes, reading.empty, own, codes.get(REST, other))


def text_reader(column: Column, reading: ParseOptions) -> Reader | None:
    """What reads the text of a column that holds text; None where it stands as it is."""
    if column.name in VERBATIM:
        return None
    if column.identifier:
        return named(reading.nameless)
    if column.name in PROOFS:
        return proofs(reading.nameless)
    return compared(reading.empty) if column.name in COMPARED else texts(reading.empty)
