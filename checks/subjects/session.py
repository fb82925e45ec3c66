"""A chat session: a stretch of a conversation, made from its messages (subjects.sessions)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.concepts import VIOLATIONS
from checks.records.periods import Periods
from checks.records.records import Records
from checks.records.tables import TABLES
from checks.subjects.call import callers_tier
from checks.subjects.conditions import Meaning
from checks.subjects.kind import Sources, SubjectKind, Tables
from checks.subjects.sessions import in_order, parts, session_frame, sessions


class SessionKind(SubjectKind):
    """What is made from the messages of a conversation."""

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        chats = sources.records["chats"].filter(pl.col("sent_at") <= cutoff)
        stated = session_frame(chats, sources.courtesy, sources.session_gap)
        return self.in_department(
            stated.with_columns(quarantined=sources.lost.of_conversation()), sources.staff
        )

    def tier_at(self, tiers: Periods, instant: pl.Expr) -> pl.Expr:
        return callers_tier(tiers, instant)

    def ordered_parts(self, rows: pl.LazyFrame) -> list[pl.LazyFrame]:
        """Chats that carry their marks: whole conversations, put in order part by part."""
        return parts(rows) if "run" in rows.collect_schema() else []

    def with_channel(self, facts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
        return facts.join(conversation_channels(records), on="conversation_id", how="left")

    def with_source(self, acts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
        """The place of the customer's first message: the session's clock started there."""
        said = records["chats"].filter(pl.col("sender") == "customer")
        wanted = acts.select("conversation_id").unique()
        first = said.join(wanted, on="conversation_id", how="semi").sort("message_id")
        places = first.group_by("conversation_id", triggered_at="sent_at").agg(
            source_file=pl.col("_file").first(), source_row=pl.col("_row").first()
        )
        return acts.join(places, on=["conversation_id", "triggered_at"], how="left").with_columns(
            cause=pl.lit(None, pl.String), emergency=pl.lit(False)
        )

    def records_of(
        self, subject_id: str, records: Mapping[str, pl.LazyFrame], session_gap: timedelta
    ) -> Tables:
        conversation, _, number = subject_id.rpartition("#")
        stated = records["chats"].filter(pl.col("conversation_id") == conversation)
        talk = sessions(stated, session_gap)
        own = talk.filter(pl.col("session") == int(number))
        return [("chats", own), *self.pauses_of(subject_id, records)]


def conversation_channels(records: Records) -> pl.LazyFrame:
    """conversation_id and the first `channel` that its messages give; without those that give
    none."""
    named = in_order(records["chats"], ("conversation_id", "channel")).filter(
        pl.col("channel").is_not_null()
    )
    return named.group_by("conversation_id").agg(pl.col("channel").first())


SESSION: Final = SessionKind(
    name="chat_session",
    table=TABLES["chats"],
    key="conversation_id",
    begins="first_customer_message",
    conditions={"customer_waiting": Meaning(pl.col("first_customer_message").is_not_null())},
    derived_starts=("first_customer_message",),
    derived_ends=("first_agent_message",),
    from_columns=False,
    shown_by=(),
    numbered=True,
    excuses=(
        (
            pl.col("first_agent_message").is_null() & pl.col("courtesy_only"),
            "exempt:courtesy_only",
        ),
    ),
    # One lost message may have been the question, the reply or the end of the session before.
    unsettled=("met", *VIOLATIONS, "exempt:courtesy_only"),
    at_once=3_000_000,
)
