"""Milestones come in a chain: a later one that is filled shows that an earlier step must have
happened."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from checks.records.milestones import ENTRIES
from checks.records.tables import TABLES


def _chain(kind: str) -> tuple[tuple[str, ...], ...]:
    mine = sorted((e for e in ENTRIES if kind in e.place), key=lambda e: e.place[kind])
    steps = groupby(mine, key=lambda e: e.place[kind])
    return tuple(tuple(entry.name for entry in step) for _, step in steps)


CHAINS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    kind: _chain(kind) for kind in TABLES["tickets"].by_name["kind"].values
}
"""Steps in order per kind of ticket; members of one step imply nothing about one another."""


def later_milestones(kind: str, ends: tuple[str, ...]) -> tuple[str, ...]:
    """The milestones after all of `ends` in the chain of this kind; none when an end is not on the
    chain."""
    steps = CHAINS[kind]
    places = [n for n, step in enumerate(steps) for end in ends if end in step]
    if len(places) < len(ends):
        return ()
    return tuple(m for step in steps[max(places) + 1 :] for m in step)
