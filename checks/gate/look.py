"""Looking over what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.gate.model import Gate, Inventory
from checks.gate.rules import rule_gaps
from checks.gate.times import coarse_times, tables
from checks.gate.totals import control_totals
from checks.law.rulebook import Rulebooks
from checks.numbers.gate import Replaced, UnknownCode
from checks.records.records import Records
from checks.records.tables import BESIDE, TABLES

CODES_SHOWN: Final = 200
"""Unknown values listed of one column, the most frequent first."""


def coded(table: str) -> frozenset[str]:
    """The columns of the table that take one of a few values: what is unknown there is told by
    value."""
    return frozenset(c.name for c in TABLES[table].columns if c.kind in ("code", "bool"))


def look(
    inventory: Inventory,
    records: Records,
    rulebooks: Rulebooks,
    period: Period | None,
    names: Mapping[str, str],
) -> Gate:
    """Everything that a person should know of these records before they are judged.

    Without a `period` nothing is said of rows outside it. `names`: folded words for tables, as
    control totals use them.
    """
    provided = frozenset(inventory.accounting)
    return Gate(
        tables=tables(inventory, records, period),
        unread=inventory.unread,
        replaced=tuple(_replaced(inventory.replaced)),
        rules=len(rulebooks.rules),
        gaps=rule_gaps(rulebooks.rules, records.recorded, provided),
        not_carried={
            name: tuple(
                c
                for c in TABLES[name].by_name
                if c not in BESIDE and c not in records.recorded.get(name, frozenset())
            )
            for name in TABLES
            if name in provided
        },
        unknown_codes=tuple(_unknown_codes(inventory)),
        coarse_times=coarse_times(records, provided),
        control_totals=control_totals(records, inventory.accounting, names),
    )


def _replaced(frame: pl.DataFrame) -> Iterator[Replaced]:
    """The pairs of rows, in the order of the frame (schema
    checks.records.parsing.replaced.REPLACED)."""
    where = ("table", "key", "file", "row", "later_file", "later_row")
    for (table, key, file, row, later_file, later_row), cells in frame.group_by(
        where, maintain_order=True
    ):
        facts = tuple(cells.select("column", "earlier", "later").iter_rows())
        yield Replaced(
            str(table), str(key), str(file), int(row), str(later_file), int(later_row), facts
        )


def _unknown_codes(inventory: Inventory) -> Iterator[UnknownCode]:
    """Values of code and yes/no columns that mean nothing, by column, the most frequent first."""
    where = ("table", "column", "value")
    kinds = ((inventory.issues, False), (inventory.quarantine, True))
    cells = pl.concat(frame.select(*where, aside=pl.lit(aside)) for frame, aside in kinds)
    counted = (
        cells.filter(pl.col("value") != "")
        .group_by(where)
        .agg(n=pl.len(), aside=pl.col("aside").sum())
    )
    ordered = counted.sort("table", "column", "n", "value", descending=[False, False, True, False])
    first = ordered.group_by("table", "column", maintain_order=True).head(CODES_SHOWN)
    for table, column, value, n, aside in first.select(
        "table", "column", "value", "n", "aside"
    ).iter_rows():
        if column in coded(table):
            yield UnknownCode(table, column, value, n, aside)
