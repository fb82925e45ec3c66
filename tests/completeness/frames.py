"""Canonical frames out of a few cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from checks.records.tables import TABLES, empty


def canonical(table: str, rows: Iterable[Mapping[str, Any]]) -> pl.LazyFrame:
    """A canonical frame of the given cells; whatever is not given is empty, and readable."""
    schema = TABLES[table].schema
    blank = {name: False if name.endswith("_unreadable") else None for name in schema}
    filled = [
        blank | {"_file": f"{table}.csv", "_row": 2 + n} | dict(row) for n, row in enumerate(rows)
    ]
    return pl.DataFrame(filled, schema=schema).lazy()


def records(
    **tables: Iterable[Mapping[str, Any]],
) -> tuple[dict[str, pl.LazyFrame], frozenset[str]]:
    """(every table, the names of those given)."""
    given = {name: canonical(name, rows) for name, rows in tables.items()}
    return {name: given.get(name, empty(name)) for name in TABLES}, frozenset(given)
