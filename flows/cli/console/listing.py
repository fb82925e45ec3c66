"""Printing a listing: a table for people, CSV or JSON for machines."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

from checks.concepts import SCHEMA_VERSION
from flows.law.rule_tables import Listing

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 160
"""Columns of a table that goes into a file or a pipe, where no terminal tells its width."""


def show(listing: Listing, form: str) -> None:
    """Print to stdout as `table`, `csv` or `json`."""
    printers = {"table": _table, "csv": _csv, "json": _json}
    printers[form](listing)


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


def _table(listing: Listing) -> None:
    from rich.table import Table

    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=bool(listing.headings))
    for place, heading in enumerate(listing.headings or next(iter(listing.cells), [])):
        # Folded: Chinese has no spaces to break at
        table.add_column(heading, overflow="fold", no_wrap=not place)
    for cells in listing.cells:
        table.add_row(*cells)
    with console.capture() as text:
        if listing.cells:
            console.print(table, markup=False)
        for note in listing.notes:
            console.print(note, markup=False)
    # Rich fills every cell; a pipe or file wants no blanks at the ends of lines.
    print("\n".join(line.rstrip(" ") for line in text.get().splitlines()))


def _csv(listing: Listing) -> None:
    columns = list(listing.rows[0]) if listing.rows else []
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    for row in listing.rows:
        writer.writerow(
            {
                name: "; ".join(cell) if isinstance(cell, list) else cell
                for name, cell in row.items()
            }
        )


def _json(listing: Listing) -> None:
    content = {"schema_version": SCHEMA_VERSION, listing.name: listing.rows}
    print(json.dumps(content, ensure_ascii=False, indent=2))
