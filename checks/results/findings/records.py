"""What the records add to a finding: its place in the files, its recorded cause, the answer of the
audited side."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.judging import Records


def with_source(acts: pl.DataFrame, records: Records) -> pl.LazyFrame:
    """Adds source_file, source_row, cause (`overtime_cause`) and emergency (Boolean).

    The source of a call or ticket is its own row, that of a session the customer's first message:
    its clock started there.
    """
    asked = acts.lazy().with_columns(record_id=_record_id())
    where = {"source_file": "_file", "source_row": "_row"}
    calls = _behind(asked, "call", records["calls"], "call_id").select(
        record_id="call_id", subject_type=pl.lit("call", pl.Categorical), **where
    )
    tickets = _behind(asked, "ticket", records["tickets"], "ticket_id").select(
        record_id="ticket_id",
        subject_type=pl.lit("ticket", pl.Categorical),
        cause="overtime_cause",
        emergency=pl.col("severity").eq("emergency"),
        **where,
    )
    said = records["chats"].filter(pl.col("sender") == "customer")
    first = _behind(asked, "chat_session", said, "conversation_id").sort("message_id")
    sessions = first.group_by(record_id="conversation_id", triggered_at="sent_at").agg(
        session_file=pl.col("_file").first(), session_row=pl.col("_row").first()
    )
    return (
        asked.join(
            pl.concat([calls, tickets], how="diagonal"),
            on=["subject_type", "record_id"],
            how="left",
        )
        .join(sessions, on=["record_id", "triggered_at"], how="left")
        .with_columns(
            source_file=_own_or_session("file"),
            source_row=_own_or_session("row"),
            emergency=pl.col("emergency").fill_null(False),
        )
    )


def _behind(
    asked: pl.LazyFrame, subject_type: str, records: pl.LazyFrame, key: str
) -> pl.LazyFrame:
    """The records behind the few acts of one kind of subject that were breached."""
    wanted = (
        asked.filter(pl.col("subject_type") == subject_type)
        .select(pl.col("record_id").alias(key))
        .unique()
    )
    return records.join(wanted, on=key, how="semi")


def _record_id() -> pl.Expr:
    numbered = pl.col("subject_id").str.replace(r"#\d+$", "")
    return pl.when(pl.col("subject_type") == "call").then("subject_id").otherwise(numbered)


def _own_or_session(name: str) -> pl.Expr:
    session = pl.col("subject_type") == "chat_session"
    return pl.when(session).then(f"session_{name}").otherwise(f"source_{name}")


def responses(rectifications: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """finding_id and `response`: owner and note of the rectification that was opened for it by the
    cutoff."""
    opened = rectifications.filter(pl.col("opened_on").cast(pl.Datetime("us")) < cutoff)
    words = pl.concat_str("owner", "note", separator=": ", ignore_nulls=True)
    return opened.select("finding_id", response=words).unique(
        "finding_id", keep="first", maintain_order=True
    )
