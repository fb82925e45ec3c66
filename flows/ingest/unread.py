"""What lies in a data folder and is not read, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from flows.ingest.files import reading_order
from flows.ingest.intake import Unread
from flows.ingest.parts import Part

SHOWN: Final = 10


def unread_of(nowhere: Iterable[Unread], parts: Sequence[Part]) -> tuple[Unread, ...]:
    """What no table takes and what none of these parts read, in order of name: one of them may pass
    over what another reads."""
    read = {understood.file for part in parts for understood in part.understood}
    found = [*nowhere, *(u for part in parts for u in part.unread if u.name not in read)]
    return tuple({u.name: u for u in sorted(found, key=lambda u: reading_order(u.name))}.values())


def named_lines(unread: Sequence[Unread], most: int = SHOWN) -> Iterator[str]:
    """A line for each, at most so many, then how many more there are."""
    for one in unread[:most]:
        yield f"not read: {one.name}: {hint(one)}"
    if len(unread) > most:
        yield f"not read: {len(unread) - most} more"


def hint(unread: Unread) -> str:
    """Why, and what to do if it should be read."""
    table, ending = unread.table, PurePosixPath(unread.name).suffix.lower()
    match unread.reason:
        case "hidden":
            return "a hidden sheet; show it if it holds records"
        case "headings":
            return unread.detail
        case "format":
            what = f"{ending} files are not read" if ending else "a file without an ending"
            return what + (f"; for {table} save it as .xlsx or .csv" if table else "")
    return (
        f"of no table; if it is meant for {table}, put it beside the others as {table}….csv"
        if table
        else "of no table"
    )
