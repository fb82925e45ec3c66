"""The gravest findings step by step, and who the people of a closing are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from checks.closing.facts import Closing, as_words
from checks.numbers.cases import CaseFile, CaseStep, Contact
from checks.records.records import Records

SHOWN: Final = 5
"""Cases that the report tells step by step; the others stand in its lists."""
_STEP: Final = ("rule_id", "verdict", "reason", "triggered_at", "due_at", "fulfilled_at")


def case_files(closing: Closing, findings: pl.DataFrame) -> tuple[CaseFile, ...]:
    """The critical findings, then those of emergencies and what a bar keeps from being critical,
    the longest overrun first: at most SHOWN, and one a subject."""
    barred = pl.col("grade_reason").str.contains(";", literal=True)
    emergency = pl.col("grade_reason") == "emergency"
    grave = findings.filter((pl.col("grade") == "critical") | emergency | barred).sort(
        pl.col("grade") != "critical",
        "overrun_seconds",
        "finding_id",
        descending=[False, True, False],
        nulls_last=True,
    )
    rows = grave.unique("subject_id", keep="first", maintain_order=True).head(SHOWN).to_dicts()
    if not rows:
        return ()
    subjects = [row["subject_id"] for row in rows]
    facts = closing.facts.filter(pl.col("subject_id").is_in(subjects)).sort(
        "triggered_at", "due_at", "rule_order", nulls_last=True
    )
    steps = as_words(
        facts.select("subject_type", "subject_id", *_STEP).collect(engine="streaming")
    ).to_dicts()
    return tuple(
        CaseFile(
            key=row["finding_id"],
            subject_id=row["subject_id"],
            agreed_arrival_at=_agreed(closing.records, row),
            steps=tuple(_step(step) for step in steps if _same(step, row)),
            next_contact=_next_contact(closing, row),
        )
        for row in rows
    )


def _same(step: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(step[key] == row[key] for key in ("subject_type", "subject_id"))


def _step(row: Mapping[str, Any]) -> CaseStep:
    times = {name: _iso(row[name]) for name in ("triggered_at", "due_at", "fulfilled_at")}
    return CaseStep(
        rule_id=row["rule_id"], verdict=row["verdict"], reason=row["reason"] or "", **times
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(sep=" ", timespec="seconds")


def _agreed(records: Records, row: Mapping[str, Any]) -> str | None:
    if row["subject_type"] != "ticket":
        return None
    ticket = records["tickets"].filter(pl.col("ticket_id") == row["subject_id"].partition("#")[0])
    found = ticket.select("agreed_arrival_at").collect()
    return _iso(found.item(0, 0)) if found.height else None


def _next_contact(closing: Closing, row: Mapping[str, Any]) -> Contact | None:
    """The customer's first answered call or agent's message after the deadline, up to the
    cutoff."""
    customer, after = row["customer_id"], row["due_at"] or row["triggered_at"]
    if customer is None or after is None:
        return None
    calls = closing.records["calls"].filter(
        (pl.col("customer_id") == customer) & pl.col("answered_at").is_not_null()
    )
    way = pl.when(pl.col("direction") == "outbound").then(pl.lit("call_out"))
    spoken = calls.select(
        subject_id="call_id",
        at="answered_at",
        way=way.otherwise(pl.lit("call_in")),
        responsible="agent_id",
    )
    chats = closing.records["chats"]
    own = chats.filter(pl.col("customer_id") == customer).select("conversation_id").unique()
    written = (
        chats.filter(pl.col("sender") == "agent")
        .join(own, on="conversation_id", how="semi")
        .select(
            subject_id="conversation_id",
            at="sent_at",
            way=pl.lit("chat"),
            responsible="sender_id",
        )
    )
    later = pl.col("at").is_between(after, closing.period.cutoff, closed="right")
    first = pl.concat([spoken, written]).filter(later).sort("at", "subject_id").head(1).collect()
    if not first.height:
        return None
    found = first.row(0, named=True)
    return Contact(**{**found, "at": _iso(found["at"]) or ""})


def people(closing: Closing) -> dict[str, str]:
    """The names of those who answered for obligations, by their number, as last recorded before
    the cutoff."""
    named = closing.facts.select(staff_id=pl.col("responsible").cast(pl.String)).unique()
    valid = pl.col("valid_from").is_null() | (pl.col("valid_from") <= closing.period.cutoff)
    staff = closing.records["staff"].filter(valid & pl.col("name").is_not_null())
    rows = (
        staff.join(named, on="staff_id", how="semi")
        .sort("staff_id", "valid_from", nulls_last=False)
        .unique("staff_id", keep="last", maintain_order=True)
        .select("staff_id", "name")
        .collect()
    )
    return dict(rows.sort("staff_id").iter_rows())
