"""Milestones come in a chain: a later one that is filled shows that an earlier step must have
happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CHAINS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "inquiry": (("responded_at",), ("replied_at",), ("completed_at",), ("archived_at",)),
    "fault": (
        ("responded_at",),
        ("dispatched_at", "remote_started_at", "handling_started_at"),
        ("departed_at",),
        ("arrived_at",),
        ("solved_at",),
        ("completed_at",),
        ("archived_at",),
    ),
    "demand": (("evaluated_at",), ("evaluation_report_at",), ("completed_at",), ("archived_at",)),
    "complaint": (
        ("responded_at",),
        ("investigated_at",),
        ("solution_agreed_at",),
        ("disposed_at",),
        ("completed_at",),
        ("archived_at",),
    ),
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
