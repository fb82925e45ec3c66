"""What the records add to a finding: its place in the files, its recorded cause, the answer of the audited side."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.timeliness import Records


def with_source(acts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
    """Adds source_file, source_row, cause (`overtime_cause`) and emergency (Boolean).

    The source of a call or ticket is its own row, that of a session the customer's first message: its clock started
    there.
    """
    where = {"source_file": "_file", "source_row": "_row"}
    calls = records["calls"].select(subject_type=pl.lit("call"), record_id="call_id", **where)
    tickets = records["tickets"].select(
        subject_type=pl.lit("ticket"), record_id="ticket_id", cause="overtime_cause",
        emergency=pl.col("severity").eq("emergency"), **where,
    )  # fmt: skip
    first = records["chats"].filter(pl.col("sender") == "customer").sort("message_id")
    sessions = first.group_by(record_id="conversation_id", triggered_at="sent_at").agg(
        session_file=pl.col("_file").first(), session_row=pl.col("_row").first()
    )
    return (
        acts.with_columns(record_id=_record_id())
        .join(pl.concat([calls, tickets], how="diagonal"), on=["subject_type", "record_id"], how="left")
        .join(sessions, on=["record_id", "triggered_at"], how="left")
        .with_columns(
            source_file=_own_or_session("file"), source_row=_own_or_session("row"),
            emergency=pl.col("emergency").fill_null(False),
        )
    )  # fmt: skip


def _record_id() -> pl.Expr:
    numbered = pl.col("subject_id").str.replace(r"#\d+$", "")
    return pl.when(pl.col("subject_type") == "call").then("subject_id").otherwise(numbered)


def _own_or_session(name: str) -> pl.Expr:
    session = pl.col("subject_type") == "chat_session"
    return pl.when(session).then(f"session_{name}").otherwise(f"source_{name}")


def responses(rectifications: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """finding_id and `response`: owner and note of the rectification that was opened for it by the cutoff."""
    opened = rectifications.filter(pl.col("opened_on").cast(pl.Datetime("us")) < cutoff)
    words = pl.concat_str("owner", "note", separator=": ", ignore_nulls=True)
    return opened.select("finding_id", response=words).unique("finding_id", keep="first", maintain_order=True)
