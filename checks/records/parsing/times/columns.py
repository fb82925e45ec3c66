"""Columns of times: the commonest form at a glance, and whatever else a file holds in all of them
at once.

Recognising the rarer forms takes dozens of small steps whose cost hardly grows with the number of
cells; so the cells that are left of all columns go through them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.cells import struct_of
from checks.records.parsing.text import emptied, put
from checks.records.parsing.times.assembly import DAY, STAMP, precision_of_form
from checks.records.parsing.times.bounds import bounded, implausible
from checks.records.parsing.times.clock_changes import WHY, arrived, in_zone
from checks.records.parsing.times.durations import apart
from checks.records.parsing.times.instants import instants
from checks.records.parsing.times.offsets import Clock
from checks.records.parsing.times.zero_dates import BEFORE, zero_texts
from checks.records.tables import PRECISION, Column

KINDS: Final = ("instant", "promise", "date")
"""Kinds of columns that hold times."""
A_MOMENT: Final = timedelta(microseconds=1)


def at_a_glance(text: pl.Expr, column: Column, clock: Clock) -> pl.Expr:
    """The times that stand in the commonest form, in the configured zone; null where it takes more
    than a glance."""
    # strptime takes second 60 for a leap second and moves it into the next minute; local logs have
    # none.
    stamped = (text.str.len_bytes() == 19) & ~text.str.ends_with(":60")
    written = text.str.strptime(INSTANT, STAMP, strict=False)
    at = arrived(written, clock)
    sure = stamped & (written >= BEFORE)
    if bounded(column):
        sure &= ~implausible(at, clock.period_end, clock.earliest)
    return pl.when(sure).then(clock.local(at).dt.date() if column.kind == "date" else at)


def times_struct(columns: Iterable[Column]) -> pl.Struct:
    """What `times` returns: a struct of `checks.records.parsing.cells.struct_of` by the column's
    name."""
    return pl.Struct({column.name: struct_of(column) for column in columns})


def times(
    texts: pl.DataFrame,
    columns: Mapping[str, Column],
    words: frozenset[str],
    clock: Clock,
    formats: Mapping[str, tuple[str, ...]],
) -> pl.Series:
    """Times in the configured zone (`times_struct`); `texts` has a column of stripped text for each
    of `columns`, behind which a duration may stand (checks.records.parsing.times.durations).

    Of a promise a date means the end of that day; an implausible event has no time. `formats`: by
    column the forms (strftime) that its times have, where they were declared.
    """
    dtype = times_struct(columns.values())
    filled = [name for name in columns if texts[name].null_count() < len(texts)]
    # Those of a declared form last: the others are recognised together
    filled.sort(key=lambda name: name in formats)
    if not filled:
        return pl.repeat(None, len(texts), dtype=dtype, eager=True)
    long = {
        name: apart(texts[name]).with_columns(
            kind=pl.lit(columns[name].kind), bounded=pl.lit(bounded(columns[name]))
        )
        for name in filled
    }
    free = [cells for name, cells in long.items() if name not in formats]
    known = [_recognised(pl.concat(free), clock)] if free else []
    known += [_declared(long[name], formats[name], clock) for name in filled if name in formats]
    read = _in_zone(pl.concat(known), clock)
    read = read.with_columns(raw=_unread(read["raw"], words))
    cells = {
        name: _struct(read.slice(n * len(texts), len(texts)), columns[name]).alias(name)
        for n, name in enumerate(filled)
    }
    empty = {
        name: pl.repeat(None, len(texts), dtype=struct_of(columns[name]), eager=True)
        for name in columns
    }
    return pl.DataFrame(empty | cells).to_struct()


def _recognised(cells: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    return in_zone(lambda offset: cells.hstack(instants(cells["text"], offset)), clock)


def _declared(cells: pl.DataFrame, forms: Sequence[str], clock: Clock) -> pl.DataFrame:
    return in_zone(lambda offset: declared(cells, forms, offset), clock)


def declared(cells: pl.DataFrame, forms: Sequence[str], offset: timedelta) -> pl.DataFrame:
    """`cells` (column `text`) with what checks.records.parsing.times.instants gives, read by the
    declared forms alone; what is of another form, or of two with different meanings, is
    unreadable."""
    read = [_of_form(form, offset) for form in forms]
    first = pl.coalesce(read)
    agreed = pl.all_horizontal([at.is_null() | (at == first) for at in read])
    exact = pl.coalesce(
        pl.when(at.is_not_null()).then(precision_of_form(form))
        for at, form in zip(read, forms, strict=True)
    )
    at = pl.when(agreed).then(first)
    exact = pl.when(agreed).then(exact).fill_null(0).cast(PRECISION)
    return cells.with_columns(at=at, precision=exact, zero=zero_texts(cells["text"]))


def _of_form(form: str, offset: timedelta) -> pl.Expr:
    text = pl.col("text")
    if "%z" not in form:
        return text.str.strptime(INSTANT, form, strict=False)
    utc = text.str.strptime(pl.Datetime("us", "UTC"), form, strict=False)
    return utc.dt.replace_time_zone(None) + offset


def _in_zone(read: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """`value`, `precision` and `raw` (the text of what has no value, though it is not a zero date,
    with what made it none behind WHY) of each cell."""
    kind, later = pl.col("kind"), pl.col("arrived") + pl.duration(microseconds="plus")
    day = pl.col("until").is_not_null() & (pl.col("precision") >= DAY) & (pl.col("plus") == 0)
    read = read.with_columns(
        value=pl.when(pl.col("why").is_not_null() | pl.col("lost"))
        .then(None)
        .when(day & (kind == "promise"))
        .then(pl.col("until") - A_MOMENT)
        .when(day & (kind == "date"))
        .then("at")
        .when(kind == "date")
        .then(clock.local(later))
        .otherwise(later)
    )
    possible = ~pl.col("bounded") | ~implausible(pl.col("value"), clock.period_end, clock.earliest)
    exact = pl.when(possible & pl.col("value").is_not_null()).then("precision").otherwise(0)
    read = read.with_columns(value=pl.when(possible).then("value"), precision=exact.cast(PRECISION))
    raw = pl.concat_str("said", pl.concat_str(pl.lit(WHY), "why").fill_null(""))
    return read.with_columns(raw=pl.when(pl.col("value").is_null() & ~pl.col("zero")).then(raw))


def _unread(raw: pl.Series, words: frozenset[str]) -> pl.Series:
    """Without the words that stand for an empty cell."""
    unread = raw.is_not_null().arg_true()
    return put(raw, unread, emptied(raw.gather(unread), words)) if len(unread) else raw


def _struct(cells: pl.DataFrame, column: Column) -> pl.Series:
    value = pl.col("value").dt.date() if column.kind == "date" else pl.col("value")
    fields = [field.name for field in struct_of(column).fields]
    return cells.with_columns(value=value).select(fields).to_struct()
