"""Subjects a portion at a time: what is judged together fits into memory, however long the month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from checks.timeliness.subjects import Sources

AT_ONCE: Final[Mapping[str, int]] = {"call": 1_500_000, "chat_session": 3_000_000, "ticket": 300_000}
"""Calls, messages and tickets whose obligations are judged together."""
_OF: Final = {
    "call": ("call_id", ("calls",)),
    "chat_session": ("conversation_id", ("chats",)),
    "ticket": ("ticket_id", ("tickets", "ticket_events")),
}
"""What tells the portion of a subject, and the tables whose rows belong to one subject; the first holds them all."""


def portions(kind: str, sources: Sources, at_once: int | None = None) -> Iterator[Sources]:
    """The sources of each portion of a kind's subjects, about `at_once` records each (default: AT_ONCE)."""
    key, tables = _OF[kind]
    records = sources.records[tables[0]].select(pl.len()).collect(engine="streaming").item()
    number = -(-records // (at_once or AT_ONCE[kind]))
    if number < 2:
        yield sources
        return
    # By content, not by place: the order of the rows changes nothing.
    portion = pl.col(key).hash() % number
    for n in range(number):
        # Read once, for both instants as of which it is judged.
        mine = {name: sources.records[name].filter(portion == n).collect(engine="streaming").lazy() for name in tables}
        asked = sources.asked.filter(portion == n) if kind == "ticket" else sources.asked
        yield replace(sources, records={**sources.records, **mine}, asked=asked)
