"""A turn of a conversation: a question of the customer and its reply (subjects.turns), so that a
greeting and then silence is seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.concepts import VIOLATIONS
from checks.records.tables import TABLES
from checks.subjects.conditions import Meaning
from checks.subjects.kind import Sources, Tables
from checks.subjects.session import SessionKind
from checks.subjects.sessions import sessions
from checks.subjects.turns import NUMBERED, turn_frame, turns


class _Turn(SessionKind):
    def record_of(self, subject_id: pl.Expr) -> pl.Expr:
        return subject_id.str.replace(_NUMBER, "")

    def record_id(self, subject_id: str) -> str:
        return re.sub(_NUMBER, "", subject_id)

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        chats = sources.records["chats"].filter(pl.col("sent_at") <= cutoff)
        stated = turn_frame(chats, sources.courtesy, sources.greetings, sources.session_gap)
        return self.in_department(
            stated.with_columns(quarantined=sources.lost.of_conversation()), sources.staff
        )

    def records_of(
        self, subject_id: str, records: Mapping[str, pl.LazyFrame], session_gap: timedelta
    ) -> Tables:
        conversation, _, number = subject_id.rpartition(NUMBERED)
        stated = records["chats"].filter(pl.col("conversation_id") == conversation)
        talk = turns(sessions(stated, session_gap), ("",))
        return [("chats", talk.filter(pl.col("turn_number") == int(number)))]


_NUMBER: Final = rf"{NUMBERED}\d+$"
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "asked_at": {"zh": "客户发问", "en": "the customer's question"},
    "answered_at": {
        "zh": "客服答复（仅问候不算）",
        "en": "an agent's reply (more than a greeting)",
    },
}
TURN: Final = _Turn(
    name="chat_turn",
    table=TABLES["chats"],
    key="conversation_id",
    begins="asked_at",
    conditions={"asks": Meaning(pl.col("asked_at").is_not_null())},
    derived_starts=("asked_at",),
    derived_ends=("answered_at",),
    from_columns=False,
    shown_by=(),
    numbered=True,
    # A closing word of thanks starts no clock, whoever writes after it.
    excuses=((pl.col("courtesy_only"), "exempt:courtesy_only"),),
    unsettled=("met", *VIOLATIONS, "exempt:courtesy_only"),
    at_once=3_000_000,
    words=_WORDS,
)
