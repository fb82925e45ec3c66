"""Subjects a portion at a time: what is judged together fits into memory, however long the
month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from checks.judging.frames import Sources
from checks.subjects.sessions import parts

AT_ONCE: Final[Mapping[str, int]] = {
    "call": 1_000_000,
    "chat_session": 3_000_000,
    "ticket": 300_000,
}
"""Calls, messages and tickets whose obligations are judged together."""
TOGETHER: Final[Mapping[str, int]] = {"call": 3, "chat_session": 1, "ticket": 4}
"""Portions that are read together: each reading goes through the whole month, and their records
alone are small."""
_OF: Final = {
    "call": ("call_id", ("calls",)),
    "chat_session": ("conversation_id", ("chats",)),
    "ticket": ("ticket_id", ("tickets", "ticket_events")),
}
"""What tells the portion of a subject, and the tables whose rows belong to one subject; the first
holds them all."""


def portions(kind: str, sources: Sources, at_once: int | None = None) -> Iterator[Sources]:
    """The sources of each portion of a kind's subjects, about `at_once` records each (default:
    AT_ONCE)."""
    key, tables = _OF[kind]
    records = sources.records[tables[0]].select(pl.len()).collect(engine="streaming").item()
    number = -(-records // (at_once or AT_ONCE[kind]))
    if number < 2:
        yield sources
        return
    if kind == "chat_session" and "run" in sources.records["chats"].collect_schema():
        for part in parts(sources.records["chats"]):
            chats = part.collect(engine="streaming").lazy()
            yield replace(sources, records=sources.records.with_tables({"chats": chats}))
        return
    # By content, not by place: the order of the rows changes nothing.
    portion = pl.col(key).hash() % number
    for first in range(0, number, TOGETHER[kind]):
        few = range(first, min(first + TOGETHER[kind], number))
        read = _filtered(sources, tables, portion.is_between(few[0], few[-1]))
        for n in few:
            mine = _filtered(read, tables, portion == n)
            yield (
                replace(mine, asked=sources.asked.filter(portion == n))
                if kind == "ticket"
                else mine
            )


def _filtered(sources: Sources, tables: Iterable[str], those: pl.Expr) -> Sources:
    """The sources with only `those` rows of some tables, in memory."""
    kept = {
        name: sources.records[name].filter(those).collect(engine="streaming").lazy()
        for name in tables
    }
    return replace(sources, records=sources.records.with_tables(kept))
