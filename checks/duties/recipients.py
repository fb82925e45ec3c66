"""Whom warnings and alerts went to (TC 第八条(一)): the first receiver and the head of the ticket's
department, an alert also to the emergency team."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.alerts import sent
from checks.duties.item import Found
from checks.duties.people import role_says, with_person
from checks.duties.wording import says
from checks.numbers.evidence import Recipients

_PARTED: Final = r"[;；,，、|/\n]+"
"""What parts the recipients of a message."""
_DEPARTMENT: Final = "部|科|中心|处|组|department|team"
"""A title with one of these says of which department; a title without is the ticket's own."""


def recipients(closing: Closing) -> Found:
    """Warnings and alerts sent in the period, and those of them that went to whom they must: a
    warning to the first receiver and the head of that department, an alert to the first receiver
    and the emergency team.

    Unknown: a recipient whom the staff list does not tell may have been the one, or the ticket
    names no first receiver. Where no message names anybody, recipients are not recorded.
    """
    messages = _messages(closing).collect()
    named = _reached(messages.lazy(), closing).collect()
    nobody, warning = pl.col("recipients").is_null(), pl.col("kind") == "warning"
    reached = pl.col("first") & pl.when(warning).then("head").otherwise("team")
    recorded = messages["recipients"].null_count() < messages.height
    in_order = pl.when(nobody).then(pl.lit(False if recorded else None, pl.Boolean))
    told = messages.join(named, on="message", how="left").with_columns(
        in_order=in_order.otherwise(reached)
    )
    counts = told.select(
        good=pl.col("in_order").sum(),
        decided=pl.col("in_order").count(),
        unnamed=nobody.sum(),
        not_copied=(~warning & ~pl.col("team")).sum(),
        not_first_receiver=(~pl.col("first")).sum(),
        not_head=(warning & ~pl.col("head")).sum(),
    ).row(0, named=True)
    good, decided = counts.pop("good"), counts.pop("decided")
    return rate(good, decided, told.height - decided), Recipients(**counts)


def _messages(closing: Closing) -> pl.LazyFrame:
    """Messages of the period: message (a number), kind, sent_at, recipients; handler, owner (the
    handler's name) and department of the ticket."""
    tickets = closing.records["tickets"].select(
        "ticket_id", handler=pl.col("handler_id"), department=pl.col("department")
    )
    names = (
        closing.records["staff"]
        .group_by(handler=pl.col("staff_id"))
        .agg(owner=pl.col("name").drop_nulls().last())
    )
    within = pl.concat([sent(closing, kind) for kind in ("warning", "overdue")]).filter(
        pl.col("sent_at") >= closing.period.start
    )
    return (
        within.select("ticket_id", "kind", "sent_at", "recipients")
        .with_row_index("message")
        .join(tickets, on="ticket_id", how="left")
        .join(names, on="handler", how="left")
    )


def _reached(messages: pl.LazyFrame, closing: Closing) -> pl.LazyFrame:
    """Per message with recipients: `first`, `head`, `team`, whether it went to the first receiver,
    to the head of the department, to the emergency team; null where nobody can tell."""
    amounts = closing.rulebooks.parameters
    each = (
        messages.with_columns(to=pl.col("recipients").str.replace_all(_PARTED, ";").str.split(";"))
        .explode("to")
        .with_columns(pl.col("to").str.strip_chars())
        .filter(pl.col("to").str.len_chars() > 0)
    )
    title, team = (
        says(pl.col("to"), amounts.department_head),
        says(pl.col("to"), amounts.emergency_team),
    )
    of_it = pl.col("to").str.contains(pl.col("department"), literal=True)
    elsewhere = pl.col("to").str.to_lowercase().str.contains(_DEPARTMENT)
    by_title = title & (of_it.fill_null(False) | ~elsewhere)
    known = with_person(each, closing, "to", "sent_at").with_columns(
        is_first=(pl.col("person") == pl.col("handler")).fill_null(False)
        | (pl.col("to") == pl.col("handler")).fill_null(False)
        | pl.col("to").str.contains(pl.col("owner"), literal=True).fill_null(False),
        is_head=pl.when(pl.col("role").is_not_null())
        .then(
            role_says(amounts.department_head) & (pl.col("role_department") == pl.col("department"))
        )
        .when(title)
        .then(by_title)
        .when(team)
        .then(False),
        is_team=team,
        stranger=pl.col("person").is_null() & ~title & ~team,
    )
    no_other_head = _head_known(closing)
    told = (
        known.join(no_other_head, on="department", how="left")
        .group_by("message")
        .agg(
            pl.col("is_first", "is_team").any(),
            _any(pl.col("is_head")).alias("is_head"),
            pl.col("stranger").any(),
            pl.col("handler").first(),
            pl.col("owner").first(),
            pl.col("head_known").first().fill_null(False),
        )
    )
    by_name = pl.col("stranger") & pl.col("owner").is_null()
    return told.select(
        "message",
        first=pl.when("is_first")
        .then(True)
        .when(pl.col("handler").is_not_null() & ~by_name)
        .then(False),
        head=pl.when(pl.col("is_head").is_null() & pl.col("head_known"))
        .then(False)
        .otherwise("is_head"),
        team="is_team",
    )


def _head_known(closing: Closing) -> pl.LazyFrame:
    """Departments of which the staff list names a head: a stranger is not it."""
    heads = says(pl.col("role"), closing.rulebooks.parameters.department_head)
    return (
        closing.records["staff"]
        .filter(heads.fill_null(False))
        .select("department", head_known=pl.lit(True))
        .unique()
    )


def _any(flag: pl.Expr) -> pl.Expr:
    """True where one is, null where none is and one is unknown, else false."""
    return pl.when(flag.any()).then(True).when(flag.null_count() == 0).then(False)
