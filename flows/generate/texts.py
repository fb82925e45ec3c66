"""What is said in a chat: topics for what is asked and answered, stock phrases for the rest."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from flows.generate.draws import NONE, Mask, Whole, words
from flows.generate.habits import KINDS, vocabulary
from flows.generate.scene import Scene
from flows.generate.tickets import INQUIRY

ROLES: Final = ("ask", "bot", "system", "first", "answer", "more", "reply", "close", "thanks")
"""What a message does; `ask` and `answer` are about the topic, the others are stock phrases."""
VARIANTS: Final = (
    ("bot_vague", "bot", "bot_vague"),
    ("first_bare", "first", "bare_first"),
    ("forbidden", "reply", "forbidden"),
    ("near_miss", "reply", "near_miss"),
)
"""Phrases that now and then stand in for a role's usual ones, and the share in which they do."""


@cache
def _pool() -> tuple[tuple[str, ...], dict[str, tuple[int, int]]]:
    """All texts, and where those of each name begin and how many there are; `ask` and `answer` by
    topic."""
    topics = [topic for kind in KINDS for topic in vocabulary()["topics"][kind]]
    named = {
        "ask": [t["ask"] for t in topics],
        "answer": [t["answer"] for t in topics],
        **vocabulary()["chat"],
    }
    pool: list[str] = []
    where = {}
    for name, lines in named.items():
        where[name] = (len(pool), len(lines))
        pool.extend(lines)
    return tuple(pool), where


def texts(role: Whole, ticket: Whole, again: Mask, scene: Scene) -> pl.Series:
    """The text of each message; `again`: its session is about a ticket that was already open."""
    draws, (pool, where) = scene.draws, _pool()
    drawn = draws.unit(len(role))

    def line(name: str) -> Whole:
        first, size = where[name]
        chosen: Whole = first + (drawn * size).astype(np.int64)
        return chosen

    topic = _topics(ticket, drawn, scene)
    usual = {"ask": topic, "answer": where["answer"][0] + topic}
    text = np.choose(role, [usual[name] if name in usual else line(name) for name in ROLES])
    text = np.where((role == ROLES.index("ask")) & (ticket != NONE) & again, line("again"), text)
    for name, stands_for, share in VARIANTS:
        swapped = (role == ROLES.index(stands_for)) & draws.chance(
            len(role), scene.habits.share(share)
        )
        text = np.where(swapped, line(name), text)
    return words(pool, text, "text")


def _topics(
    ticket: Whole, drawn: np.ndarray[tuple[int], np.dtype[np.float64]], scene: Scene
) -> Whole:
    """The ticket's topic; without a ticket one of the inquiries."""
    sizes: Whole = np.array([len(vocabulary()["topics"][kind]) for kind in KINDS])
    known = (np.cumsum(sizes) - sizes)[scene.cases.kind[ticket]] + scene.cases.topic[ticket]
    return np.where(ticket == NONE, (drawn * sizes[INQUIRY]).astype(np.int64), known)
