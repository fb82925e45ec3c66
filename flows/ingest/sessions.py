"""Messages in the order of their sessions: sorted once for all that is asked of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl

from checks.parts import WHOLE
from checks.subjects.sessions import APART, sessions
from flows.ingest.intake import Intake

AT_ONCE: Final = 4_000_000
"""Messages that are sorted in memory together."""


def with_sessions(intake: Intake, gap: timedelta, at_once: int | None = None) -> Intake:
    """The intake with its chats in the order of their sessions and with their marks
    (checks.subjects.sessions.MARKS), whole conversations at a time, about `at_once`
    messages (default: AT_ONCE). `gap`: from which on a message may open a new session.
    """
    chats = intake.records["chats"]
    rows = intake.accounting["chats"]["accepted"] if "chats" in intake.accounting else 0
    if not rows:
        return intake
    parts = WHOLE.split(rows, at_once or AT_ONCE)
    if len(parts) == 1:
        size = sum(source.size for source in intake.sources if source.table == "chats")
        kept = intake.staging.keep(sessions(chats, gap), size)
    else:
        conversation = pl.col("conversation_id")
        ordered = (sessions(chats.filter(part.holds(conversation)), gap) for part in parts)
        apart = (part.with_columns(pl.col("run") + n * APART) for n, part in enumerate(ordered))
        kept = pl.concat(intake.staging.put(part) for part in apart)
    return replace(intake, records=intake.records.with_tables({"chats": kept}))
