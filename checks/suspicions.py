"""Signals that records may have been dressed up: hints for the inspector, never violations, for
there are innocent reasons for all of them. Each says what was looked for, how often it was found,
with whom, and where to look first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from math import comb
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.concepts import Period
from checks.law.rulebook import Rulebooks, Text
from checks.local_time import dtype_in
from checks.numbers.base import Title
from checks.numbers.records import PersonFound, SignalExample, SignalFound
from checks.records.as_of_cutoff import cut, instants
from checks.records.milestones import MILESTONES
from checks.subjects.sessions import sessions
from checks.text.filling import filled

EXAMPLES: Final = 20
LAST_SHARE: Final = 0.02
"""A reply counts as in the last moment when at most this share of the limit was left."""
SAME_SECOND: Final = 4
"""Milestones of one ticket in one second from which on they are remarkable."""
REOPENED_WITHIN: Final = timedelta(hours=24)
ENTERED_AFTER: Final = timedelta(hours=24)
CASES: Final = 20
"""Cases that a person must have before being compared with the others."""
FAR: Final = 3.0
"""Standard errors between a person's rate and that of all others that are remarkable."""


@dataclass(frozen=True)
class Evidence:
    """What a signal looks at: the records as of the cutoff, and the obligations of the schema
    OBLIGATIONS."""

    records: Mapping[str, pl.LazyFrame]
    obligations: pl.LazyFrame
    rulebooks: Rulebooks
    period: Period

    def within(self, column: str) -> pl.Expr:
        return (pl.col(column) >= self.period.start) & (pl.col(column) < self.period.end)

    @property
    def tickets(self) -> pl.LazyFrame:
        """Tickets opened in the period; what is later than the cutoff has not happened yet."""
        return (
            self.records["tickets"]
            .filter(self.within("opened_at"))
            .with_columns(cut(instants("tickets"), self.period.cutoff))
        )


def signals(
    records: Mapping[str, pl.LazyFrame],
    obligations: pl.LazyFrame,
    rulebooks: Rulebooks,
    period: Period,
) -> tuple[SignalFound, ...]:
    """The "signals" part of metrics.json: every signal, also those that found nothing; persons with
    most first, at most EXAMPLES examples."""
    evidence = Evidence(records, obligations, rulebooks, period)
    return tuple(found_of(s.id, s.title, s.reading, s.look(evidence)) for s in SIGNALS)


@dataclass(frozen=True)
class Signal:
    """`look` gives one row per case looked at: subject, person, at (instant), detail (text), hit
    (Boolean)."""

    id: str
    title: Text
    reading: Text
    look: Callable[[Evidence], pl.LazyFrame]


def found_of(name: str, title: Text, reading: Text, cases: pl.LazyFrame) -> SignalFound:
    """What the cases (as of `Signal.look`) add up to."""
    looked_at, hits = pl.collect_all(
        [cases.select(pl.len()), cases.filter("hit").sort("at", "subject")]
    )
    persons = hits.group_by(key=pl.col("person").fill_null(UNASSIGNED)).agg(
        found=pl.len().cast(pl.Int64)
    )
    shown = hits.head(EXAMPLES).select(
        "subject", "person", pl.col("at").dt.to_string("%Y-%m-%d %H:%M:%S"), "detail"
    )
    most_first = persons.sort(["found", "key"], descending=[True, False]).to_dicts()
    return SignalFound(
        id=name,
        title=Title(zh=title.zh, en=title.en),
        reading=Title(zh=reading.zh, en=reading.en),
        found=hits.height,
        looked_at=int(looked_at.item()),
        persons=tuple(PersonFound(**row) for row in most_first),
        examples=tuple(SignalExample(**row) for row in shown.to_dicts()),
    )


def _one_character(evidence: Evidence) -> pl.LazyFrame:
    """First human replies of a session that say nothing."""
    said = pl.col("text").fill_null("").str.replace_all(r"[\p{Z}\p{C}]", "")
    chats = evidence.records["chats"].filter(pl.col("sent_at") <= evidence.period.cutoff)
    return (
        sessions(
            chats,
            evidence.rulebooks.parameters.session_gap,
            ("conversation_id", "sent_at", "sender", "sender_id", "text"),
        )
        .filter((pl.col("sender") == "agent") & pl.col("waited"))
        # A session's messages follow each other
        .filter(pl.col("run").ne_missing(pl.col("run").shift(1)))
        .filter(evidence.within("sent_at"))
        .select(
            subject=filled("{}#{}", "conversation_id", "session"),
            person="sender_id",
            at="sent_at",
            detail=said,
            hit=said.str.len_chars() <= 1,
        )
    )


def _last_moment(evidence: Evidence) -> pl.LazyFrame:
    """Obligations on a wall clock that were met when hardly any time was left."""
    wall = [rule.id for rule in evidence.rulebooks.rules if rule.clock == "wall"]
    left, limit = (
        pl.col("due_at") - pl.col("fulfilled_at"),
        pl.col("due_at") - pl.col("triggered_at"),
    )
    met = pl.col("rule_id").is_in(wall) & pl.col("governing") & (pl.col("verdict") == "met")
    return evidence.obligations.filter(
        met & pl.col("fulfilled_at").is_not_null() & (limit > pl.duration())
    ).select(
        subject=pl.col("subject_id"),
        person=pl.col("responsible"),
        at=pl.col("fulfilled_at"),
        detail=filled("{} {}s", "rule_id", left.dt.total_seconds()),
        hit=left.dt.total_microseconds() <= limit.dt.total_microseconds() * LAST_SHARE,
    )


def _same_second(evidence: Evidence) -> pl.LazyFrame:
    """Tickets whose steps carry one and the same second."""
    filled = pl.any_horizontal(pl.col(MILESTONES).is_not_null())
    tickets = evidence.tickets.select("ticket_id", "handler_id", *MILESTONES).filter(filled)
    second = {name: f"{name}_second" for name in MILESTONES}
    alike = (pl.col(one) == pl.col(other) for one, other in combinations(second.values(), 2))
    # So many pairs must be alike, or there is no second of enough steps; few tickets must be looked
    # at step by step.
    near = pl.sum_horizontal(pair.cast(pl.UInt16) for pair in alike) >= comb(SAME_SECOND, 2)
    seconds = tickets.with_columns(
        pl.col(name).dt.epoch("s").alias(alias) for name, alias in second.items()
    )
    stated = seconds.filter(near).drop(second.values()).collect(engine="streaming").lazy()
    steps = (
        stated.unpivot(
            MILESTONES, index=["ticket_id", "handler_id"], variable_name="step", value_name="at"
        )
        .filter(pl.col("at").is_not_null())
        .with_columns(pl.col("at").dt.truncate("1s"))
        .group_by("ticket_id", "handler_id", "at")
        .agg(steps=pl.len(), names=pl.col("step").sort().str.join(" "))
    )
    most = pl.col("steps") == pl.col("steps").max()
    looked = steps.group_by("ticket_id", "handler_id").agg(
        pl.col("at", "names", "steps").filter(most).first()
    )
    case = {"subject": pl.col("ticket_id"), "person": pl.col("handler_id")}
    never = pl.lit(None, dtype_in(evidence.period.zone))
    nothing = {"at": never, "detail": pl.lit(None, pl.String), "hit": pl.lit(False)}
    return pl.concat(
        [
            looked.select(**case, at="at", detail="names", hit=pl.col("steps") >= SAME_SECOND),
            tickets.join(stated, on="ticket_id", how="anti").select(**case, **nothing),
        ]
    )


def _closed_and_reopened(evidence: Evidence) -> pl.LazyFrame:
    """Tickets that were completed and soon afterwards reopened."""
    events = evidence.records["ticket_events"].filter(
        pl.col("event").is_in(["completed", "reopened"]) & (pl.col("at") <= evidence.period.cutoff)
    )
    ordered = events.sort("ticket_id", "at", "event").with_columns(
        next_event=pl.col("event").shift(-1).over("ticket_id"),
        next_at=pl.col("at").shift(-1).over("ticket_id"),
    )
    reopened = (pl.col("next_event") == "reopened") & (
        pl.col("next_at") - pl.col("at") <= REOPENED_WITHIN
    )
    return ordered.filter((pl.col("event") == "completed") & evidence.within("at")).select(
        subject="ticket_id",
        person="actor_id",
        at="at",
        detail=pl.col("next_at").dt.to_string("%Y-%m-%d %H:%M:%S"),
        hit=reopened.fill_null(False),
    )


def _entered_late(evidence: Evidence) -> pl.LazyFrame:
    """Tickets entered into the system long after they were opened, or after they were completed."""
    entered, opened, completed = pl.col("recorded_at"), pl.col("opened_at"), pl.col("completed_at")
    return evidence.tickets.filter(entered.is_not_null()).select(
        subject="ticket_id",
        person="handler_id",
        at="recorded_at",
        detail=opened.dt.to_string("%Y-%m-%d %H:%M:%S"),
        hit=(entered - opened > ENTERED_AFTER) | (entered > completed).fill_null(False),
    )


def _far_from_peers(evidence: Evidence) -> pl.LazyFrame:
    """Persons whose timeliness rate is far from that of everyone else, in either direction."""
    clocks = [rule.id for rule in evidence.rulebooks.rules if rule.clock != "presence"]
    decided = pl.col("verdict").is_in(["met", "late", "overdue"])
    people = (
        evidence.obligations.filter(
            pl.col("rule_id").is_in(clocks)
            & pl.col("governing")
            & decided
            & pl.col("responsible").is_not_null()
        )
        .group_by("responsible")
        .agg(met=(pl.col("verdict") == "met").sum(), n=pl.len(), at=pl.col("triggered_at").max())
        .sort("responsible")
    )
    others = (pl.col("met").sum() - pl.col("met")) / (pl.col("n").sum() - pl.col("n"))
    own = pl.col("met") / pl.col("n")
    error = (others * (1 - others) / pl.col("n")).sqrt()
    return people.select(
        subject="responsible",
        person="responsible",
        at="at",
        detail=filled("{}% / {}%", (own * 100).round(1), (others * 100).round(1)),
        hit=((pl.col("n") >= CASES) & ((own - others).abs() > FAR * error)).fill_null(False),
    )


SIGNALS: Final = (
    Signal(
        "one-character-reply",
        Text(zh="首次答复仅一个字符", en="First reply of one character"),
        Text(
            zh="会话首次人工答复不超过一个字符",
            en="the first human reply of a session has at most one character",
        ),
        _one_character,
    ),
    Signal(
        "last-moment",
        Text(zh="临近时限集中办结", en="Met at the last moment"),
        Text(zh="达标时剩余时间不足时限的2%", en="met with less than 2 % of the limit left"),
        _last_moment,
    ),
    Signal(
        "same-second",
        Text(zh="多个环节同一秒", en="Many steps in the same second"),
        Text(
            zh="同一工单四个及以上环节时间为同一秒",
            en="four or more steps of a ticket carry the same second",
        ),
        _same_second,
    ),
    Signal(
        "closed-and-reopened",
        Text(zh="办结后随即重开", en="Completed and soon reopened"),
        Text(zh="办结后24小时内重开", en="reopened within 24 hours of its completion"),
        _closed_and_reopened,
    ),
    Signal(
        "entered-late",
        Text(zh="事后补录", en="Entered long after the fact"),
        Text(
            zh="受理24小时后或办结后才录入系统",
            en="entered more than 24 hours after opening, or after completion",
        ),
        _entered_late,
    ),
    Signal(
        "far-from-peers",
        Text(zh="个人达标率明显偏离", en="One person far from the others"),
        Text(
            zh="不少于20件，达标率与其他人员相差超过三个标准误",
            en="at least 20 cases and a timeliness rate more than three standard errors from "
            "that of all others",
        ),
        _far_from_peers,
    ),
)
