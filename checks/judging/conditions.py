"""What the words of a rule's `when` mean, each a row-wise expression.

True: the rule applies; false: it does not; null: the record does not say, the obligation exists and
is unknown (`condition`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from checks.judging.as_of_cutoff import filled
from checks.records.milestones import FINISHED_BY


def _is(column: str, value: str) -> pl.Expr:
    return pl.col(column).eq_missing(pl.lit(value))


def deferred(on_the_spot: timedelta) -> pl.Expr:
    """Whether the question could not be answered on the spot: as recorded, else from the course of
    the ticket; a reply within `on_the_spot` of the response was given on the spot.
    """
    responded = pl.coalesce("responded_at", "requested_at")
    at_once = (pl.col("replied_at") <= responded + on_the_spot).fill_null(False)
    put_off = filled("promised_at") | filled("escalated_at")
    return pl.coalesce(~pl.col("answered_on_spot"), put_off | ~at_once)


_ONSITE: Final = _is("service_mode", "onsite")
_AWAY: Final = _ONSITE & _is("locality", "other_city")

CONDITIONS: Final[Mapping[str, pl.Expr]] = {
    "any": pl.lit(True),
    # calls
    "inbound": _is("direction", "inbound"),
    "unanswered": pl.col("unanswered"),
    "busy": _is("disposition", "busy"),
    # chat sessions
    "customer_waiting": pl.col("first_customer_message").is_not_null(),
    # tickets
    "inquiry": _is("kind", "inquiry"),
    "fault": _is("kind", "fault"),
    "demand": _is("kind", "demand"),
    "complaint": _is("kind", "complaint"),
    "online": _is("channel", "online"),
    "phone": _is("channel", "phone"),
    "walk_in": _is("channel", "walk_in"),
    "email": _is("channel", "email"),
    "deferred": pl.col("deferred"),
    "emergency": _is("severity", "emergency"),
    # A fault without severity has at least the general deadlines, and nobody can say whether the
    # shorter ones.
    "general": pl.col("severity") == "general",
    "severity_empty": pl.col("severity").is_null(),
    "onsite": _ONSITE,
    # An on-site service without locality is not placed anywhere: not away, and only perhaps local.
    "local": _ONSITE & (pl.col("locality") == "same_city"),
    "away": _AWAY,
    "core_away": _AWAY & pl.col("tier").eq_missing(pl.lit("core")),
    "remote_area": pl.col("remote_area").fill_null(False),
    "agreed": filled("agreed_arrival_at"),
    "promised": filled("promised_at"),
    "escalated": filled("escalated_at"),
    "evaluated": filled("evaluated_at"),
    "solved": filled("solved_at"),
    "disposed": filled("disposed_at"),
    "completed": filled("completed_at"),
    "finished": pl.any_horizontal(
        [_is("kind", kind) & filled(step) for kind, step in FINISHED_BY.items()]
    ),
    "overtime": pl.col("overtime_since").is_not_null(),
    "objective_cause": _is("overtime_cause", "objective"),
}

NEEDLESS: Final[Mapping[str, pl.Expr]] = {
    # A fault that was solved remotely needed no visit [TC 第六条(二)].
    "solved_remotely": filled("remote_started_at")
    & filled("solved_at")
    & ~filled("departed_at")
    & ~filled("arrived_at")
}
"""What the words of a topic's `needless_when` mean."""
NEED_TIER: Final = frozenset(
    name for name, meaning in CONDITIONS.items() if "tier" in meaning.meta.root_names()
)
"""Conditions that ask for the customer's tier."""


def applies(when: tuple[str, ...], undecided_when: tuple[str, ...] = ()) -> pl.Expr:
    """All words of `when` together, in three-valued logic: false wins over null; null where those
    of `undecided_when` hold.
    """
    holds = pl.all_horizontal([_word(word) for word in when])
    if not undecided_when:
        return holds
    undecided = pl.all_horizontal([_word(word) for word in undecided_when])
    return pl.when(~undecided.fill_null(False)).then(holds)


def _word(word: str) -> pl.Expr:
    return ~CONDITIONS[word.removeprefix("not ")] if word.startswith("not ") else CONDITIONS[word]
