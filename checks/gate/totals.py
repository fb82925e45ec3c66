"""Control totals: rows that the exporting systems declare, held against what was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from checks.gate.times import instant_of
from checks.numbers.gate import ControlTotal
from checks.records.parsing.text import fold
from checks.records.tables import TABLES

_MONTH: Final = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")


def control_totals(
    records: Mapping[str, pl.LazyFrame],
    accounting: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str],
) -> tuple[ControlTotal, ...]:
    """One row per table and span, in order of table, span; what several systems declare for it is
    added up.

    Records do not say which system they come from, so all of a table's accepted rows of the day or
    month count; for a whole table all rows that were read. `names`: folded word
    (checks.records.parsing.text.fold) -> table.
    """
    declared = records["control_totals"].collect()
    if declared.is_empty():
        return ()
    spanned = [
        (_table(str(table), names), _span(day, month), system, rows)
        for system, table, day, month, rows in declared.select(
            "system", "table", "day", "month", "rows"
        ).iter_rows()
    ]
    frame = pl.DataFrame(spanned, schema=["table", "span", "system", "rows"], orient="row")
    sums = frame.group_by("table", "span").agg(
        systems=pl.col("system").unique().sort().str.join(", "), declared=pl.col("rows").sum()
    )
    counted = {name: _counts(records, name, sums) for name in set(sums["table"]) & set(TABLES)}
    return tuple(
        _total(row["systems"], row["table"], row["span"], row["declared"], counted, accounting)
        for row in sums.sort("table", "span").iter_rows(named=True)
    )


def _total(
    systems: str,
    table: str,
    span: str,
    declared: int,
    counted: Mapping[str, Mapping[str, int]],
    accounting: Mapping[str, Mapping[str, int]],
) -> ControlTotal:
    read: int | None
    if table not in TABLES:
        read = None
    elif not span:
        read = accounting.get(table, {}).get("read", 0)
    elif instant_of(TABLES[table]) is None or not _is_span(span):
        read = None
    else:
        read = counted[table].get(span, 0)
    return ControlTotal(
        systems, table, span, declared, read, None if read is None else read - declared
    )


def _table(word: str, names: Mapping[str, str]) -> str:
    return names.get(fold([word])[0], word)


def _span(day: date | None, month: str | None) -> str:
    """`2026-10-03`, `2026-10`, or empty for the whole table; a month that can't be read stays as it
    is written."""
    if day:
        return day.isoformat()
    found = _MONTH.fullmatch((month or "").strip())
    return f"{found[1]}-{int(found[2]):02}" if found else (month or "").strip()


def _is_span(span: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", span) is not None


def _counts(records: Mapping[str, pl.LazyFrame], table: str, sums: pl.DataFrame) -> dict[str, int]:
    """Accepted rows of the table by every day and month that is asked for."""
    column = instant_of(TABLES[table])
    if column is None:
        return {}
    return dict(_counted(records[table], column, list(sums.filter(table=table)["span"])))


def _counted(rows: pl.LazyFrame, column: str, spans: list[str]) -> Iterator[tuple[str, int]]:
    for form in ("%Y-%m-%d", "%Y-%m"):
        span = pl.col(column).dt.to_string(form).alias("span")
        counted = rows.select(span).filter(pl.col("span").is_in(spans)).group_by("span").len()
        yield from counted.collect(engine="streaming").iter_rows()
