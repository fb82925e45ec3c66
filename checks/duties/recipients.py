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
_SPACED: Final = (r"([0-9)）\p{Han}])\s+", "${1};")
"""A space behind a number or a Chinese name parts recipients as well; within a foreign name it does
not."""
_ADDRESS: Final = r"@|^\+?[0-9][0-9 -]{6,}$"
"""A mail address or a telephone number, which no list of staff explains."""
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
    told = (
        _recipients(messages, closing)
        .join(_departments(closing), on="department", how="left")
        .with_columns(is_head=_head(pl.col("listed").fill_null(False)))
        .group_by("message")
        .agg(
            pl.col("is_first", "team", "stranger", "address").any(),
            pl.col("handler", "owner").first(),
            pl.col("head_known").first().fill_null(False),
            is_head=_any(pl.col("is_head")),
        )
    )
    perhaps_first = pl.col("address") | (pl.col("stranger") & pl.col("owner").is_null())
    sure = pl.col("head_known") & ~pl.col("address")
    return told.select(
        "message",
        "team",
        first=pl.when("is_first")
        .then(True)
        .when(pl.col("handler").is_not_null() & ~perhaps_first)
        .then(False),
        head=pl.when(pl.col("is_head").is_null() & sure).then(False).otherwise("is_head"),
    )


def _recipients(messages: pl.LazyFrame, closing: Closing) -> pl.LazyFrame:
    """One row per recipient of a message: `to`, person, role and role_department of the staff list;
    is_first (the first receiver), team, title (of a head), own_title (of the ticket's department),
    heads (by role), stranger (a name of nobody), address (a mail address or telephone number)."""
    amounts, to = closing.rulebooks.parameters, pl.col("to")
    parted = pl.col("recipients").str.replace_all(_PARTED, ";").str.replace_all(*_SPACED)
    each = (
        messages.with_columns(to=parted.str.split(";"))
        .explode("to")
        .with_columns(to.str.strip_chars())
        .filter(to.str.len_chars() > 0)
    )
    title, team = says(to, amounts.department_head), says(to, amounts.emergency_team)
    own = to.str.contains(pl.col("department"), literal=True).fill_null(False)
    handler, owner = pl.col("handler"), pl.col("owner")
    first = [pl.col("person") == handler, to == handler, to.str.contains(owner, literal=True)]
    nobody = pl.col("person").is_null() & ~title & ~team
    return with_person(each, closing, "to", "sent_at").with_columns(
        is_first=pl.any_horizontal(part.fill_null(False) for part in first),
        team=team,
        title=title,
        own_title=own | ~to.str.to_lowercase().str.contains(_DEPARTMENT),
        heads=role_says(amounts.department_head),
        stranger=nobody,
        address=nobody & to.str.contains(_ADDRESS),
    )


def _head(listed: pl.Expr) -> pl.Expr:
    """Whether a recipient heads the ticket's department. A head of another one does not, but of a
    department that the staff list does not have (`listed`) nobody can tell which it is."""
    own = pl.col("role_department") == pl.col("department")
    by_role = pl.when(~pl.col("heads") | own | listed).then(pl.col("heads") & own)
    return (
        pl.when(pl.col("role").is_not_null())
        .then(by_role)
        .when("title")
        .then("own_title")
        .when("team")
        .then(False)
    )


def _departments(closing: Closing) -> pl.LazyFrame:
    """Departments of the staff list (`listed`), and whether it names a head (`head_known`): then a
    stranger is not it."""
    heads = role_says(closing.rulebooks.parameters.department_head).fill_null(False)
    return (
        closing.records["staff"]
        .filter(pl.col("department").is_not_null())
        .group_by("department")
        .agg(head_known=heads.any(), listed=pl.lit(True))
    )


def _any(flag: pl.Expr) -> pl.Expr:
    """True where one is, null where none is and one is unknown, else false."""
    return pl.when(flag.any()).then(True).when(flag.null_count() == 0).then(False)
