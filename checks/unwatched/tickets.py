"""Tickets that wait where no deadline binds, or whose deadline a bare gesture met."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text, end_columns
from checks.records.milestones import FINISHED_BY
from checks.text.filling import filled
from checks.unwatched.model import Seen, Watch, longest_limit, shown

_LAST_STEP: Final = {**FINISHED_BY, "demand": "evaluation_report_at"}
"""What a customer waits for, by kind of ticket; a demand's service goes on after its report."""


def _never_closed(seen: Seen) -> pl.LazyFrame:
    """Tickets whose service is finished, and those of them that nobody marked as completed."""
    open_ = pl.col("completed_at").is_null() & pl.col("archived_at").is_null()
    asked_or_open = seen.within("asked_at") | open_
    return seen.tickets.filter(pl.col("finished_at").is_not_null() & asked_or_open).select(
        subject="ticket_id",
        person="handler_id",
        at="finished_at",
        detail=shown(pl.col("finished_at")),
        hit=open_,
    )


def _unbound(seen: Seen) -> pl.LazyFrame:
    """Tickets of the period, and those of them whose last step of service no rule binds, because
    the customer's tier has no limit there.

    A question answered on the spot asked for no further step.
    """
    books, on_the_spot = seen.closing.rulebooks, seen.closing.rulebooks.parameters.on_the_spot
    done = pl.coalesce(
        pl.when(pl.col("kind") == kind).then(step) for kind, step in _LAST_STEP.items()
    )
    bound = [
        seen.closing.ticket_facts.filter(
            pl.col("rule_id")
            .cast(pl.String)
            .is_in([rule.id for rule in books.rules if step in end_columns(rule.end)])
        ).select("ticket_id", kind=pl.lit(kind), bound=pl.lit(True))
        for kind, step in _LAST_STEP.items()
    ]
    spot = pl.col("answered_on_spot").fill_null(
        pl.col("replied_at") - pl.coalesce("responded_at", "asked_at") <= on_the_spot
    )
    settled = (pl.col("kind") == "inquiry") & spot.fill_null(False)
    tiers = seen.closing.ticket_facts.group_by("ticket_id").agg(
        tier_then=pl.col("tier").cast(pl.String).drop_nulls().first()
    )
    joined = seen.asked_in_period.join(
        pl.concat(bound).unique(), on=["ticket_id", "kind"], how="left"
    ).join(tiers, on="ticket_id", how="left")
    tier = pl.coalesce("tier_then", "tier").fill_null("—")
    return joined.select(
        subject="ticket_id",
        person="handler_id",
        at="asked_at",
        detail=filled("{} {} {}", "kind", tier, shown(done)),
        hit=pl.col("bound").is_null() & ~settled,
    )


def _acknowledged_only(seen: Seen) -> pl.LazyFrame:
    """E-mails that were acknowledged, and those of them that got neither a time nor, soon after, an
    answer."""
    answer = pl.col("replied_at") - pl.col("responded_at")
    soon = (answer <= seen.closing.rulebooks.parameters.on_the_spot).fill_null(False)
    mail = (pl.col("kind") == "inquiry") & (pl.col("channel") == "email")
    return seen.asked_in_period.filter(mail & pl.col("responded_at").is_not_null()).select(
        subject="ticket_id",
        person="handler_id",
        at="responded_at",
        detail=shown(pl.col("replied_at")),
        hit=pl.col("promised_at").is_null() & ~soon,
    )


def _kept_back(seen: Seen) -> pl.LazyFrame:
    """Questions handed to others, and those of them that lay longer than the whole hand-over may
    take before anyone passed them on."""
    limit = longest_limit(seen.closing, "handoff")
    return seen.asked_in_period.filter(
        pl.col("escalated_at").is_not_null() & (pl.col("kind") == "inquiry")
    ).select(
        subject="ticket_id",
        person="handler_id",
        at="escalated_at",
        detail=shown(pl.col("asked_at")),
        hit=pl.col("escalated_at") - pl.coalesce("responded_at", "asked_at") > limit,
    )


def _confirmed_later(seen: Seen) -> pl.LazyFrame:
    """On-site work that the customer confirmed, and that of it that was confirmed only later."""
    within = seen.closing.rulebooks.parameters.confirmed_within
    done, confirmed = pl.col("solved_at"), pl.col("customer_confirmed_at")
    return seen.asked_in_period.filter(
        (pl.col("service_mode") == "onsite") & done.is_not_null() & confirmed.is_not_null()
    ).select(
        subject="ticket_id",
        person="handler_id",
        at="customer_confirmed_at",
        detail=shown(done),
        hit=confirmed - done > within,
    )


WATCHES: Final = (
    Watch(
        "never-closed",
        "TC 第九条",
        Text(zh="已办结而未标记完成", en="Finished and never marked as completed"),
        Text(
            zh="最后一个服务步骤已有时间，截止时仍没有完成和归档时间；补救和原因备案也因此一直不到期",
            en="the last step of service has its time, completion and archiving have none by the "
            "cutoff; remedy and cause never fall due either",
        ),
        _never_closed,
    ),
    Watch(
        "unbound",
        "TC 第四条(三)",
        Text(zh="没有任何时限约束的事项", en="Work that no deadline binds"),
        Text(
            zh="客户等级在条文中没有办结时限（例如意向客户的投诉），且不是当场解答的咨询",
            en="the texts give this tier no limit for the last step of service (a prospect's "
            "complaint, say), and it was no question answered on the spot",
        ),
        _unbound,
    ),
    Watch(
        "acknowledged-only",
        "RC 第八条(二)4",
        Text(zh="邮件只告知收到", en="E-mail merely acknowledged"),
        Text(
            zh="已回复收到，但没有承诺答复时限，也没有随即答复",
            en="an acknowledgement without a promised time and without an answer soon after it",
        ),
        _acknowledged_only,
    ),
    Watch(
        "kept-back",
        "RC 第九条(二)2",
        Text(zh="转交之前搁置", en="Kept back before it was passed on"),
        Text(
            zh="响应之后到转交的时间超过内部对接的全部时限",
            en="between response and escalation more time than the whole hand-over may take",
        ),
        _kept_back,
    ),
    Watch(
        "confirmed-later",
        "TC 第六条(三)",
        Text(zh="现场结果事后才确认", en="On-site result confirmed only later"),
        Text(
            zh="客户确认晚于现场服务完成一小时以上（参数 confirmed_within）",
            en="confirmed more than an hour after the work (parameter confirmed_within)",
        ),
        _confirmed_later,
    ),
)
