"""Records and rulebooks in, obligations with verdicts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from checks.attribution import actors, departments
from checks.calendar import Calendar
from checks.concepts import OBLIGATIONS, Period
from checks.rulebook import Rule, Rulebooks
from checks.timeliness.adjust import approved
from checks.timeliness.calls import call_frame
from checks.timeliness.clocks import Clocks
from checks.timeliness.courtesy import COURTESY
from checks.timeliness.outcomes import verdict_and_reason
from checks.timeliness.overtime import overtime_since
from checks.timeliness.parties import resolved
from checks.timeliness.rules import Subject, obligations_of
from checks.timeliness.scope import governed, in_scope
from checks.timeliness.sessions import session_frame
from checks.timeliness.tickets import ticket_frame
from checks.timeliness.tiers import tiers

Records = Mapping[str, pl.LazyFrame]


@dataclass(frozen=True)
class Readings:
    """What the regulations leave open and a company may fix otherwise: readings with a value."""

    ring_cycle: timedelta = timedelta(seconds=5)
    courtesy: tuple[str, ...] = COURTESY
    calendar: Calendar = field(default_factory=lambda: Calendar({}))

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.calendar, self.ring_cycle)


def judge(records: Records, rulebooks: Rulebooks, period: Period, readings: Readings | None = None) -> pl.DataFrame:
    """Every obligation in scope of the period, judged as of its cutoff; schema `checks.concepts.OBLIGATIONS`.

    records: every canonical table (checks.tables), empty where it was not provided.
    """
    readings = readings or Readings()
    before = judge_as_of(records, rulebooks, period.start, readings)
    now = judge_as_of(records, rulebooks, period.cutoff, readings)
    scoped = governed(in_scope(now.lazy(), before.lazy(), period))
    return scoped.sort("rule", "subject_id").select(OBLIGATIONS.names()).cast(OBLIGATIONS).collect()


def judge_as_of(records: Records, rulebooks: Rulebooks, cutoff: datetime, readings: Readings) -> pl.DataFrame:
    """Every obligation that exists as of the cutoff, of any time; as OBLIGATIONS, with `rule`, without what a
    period adds.
    """
    subjects = _subjects(records, cutoff, readings)
    numbered = list(enumerate(rulebooks.rules))
    frames = []
    for subject in subjects:
        mine = [(n, rule) for n, rule in numbered if rule.subject == subject.type]
        frames.append(_judge_subject(subject, mine, cutoff, readings))
    table = _rule_table(rulebooks.rules)
    joined = pl.concat(frames).join(table, on="rule", how="left", maintain_order="left")
    joined = approved(joined, records["exemptions"], cutoff)
    joined = departments(actors(joined, records["ticket_events"], rulebooks, cutoff), records["staff"])
    verdict, reason = verdict_and_reason("outcome")
    return joined.with_columns(verdict=verdict, reason=reason).drop("outcome").collect()


def _subjects(records: Records, cutoff: datetime, readings: Readings) -> list[Subject]:
    """The three kinds of subject as of the cutoff, each with its customer's tier periods."""
    master = tiers(records["customers"])
    calls = resolved(records["calls"], records["customers"], records["customer_contacts"])
    frames = {
        "call": call_frame(calls, cutoff, readings.ring_cycle),
        "chat_session": session_frame(records["chats"].filter(pl.col("sent_at") <= cutoff), readings.courtesy),
        "ticket": ticket_frame(records, cutoff).rename({"tier": "form_tier"}),
    }
    return [Subject(kind, master.attach(frame).collect(), master) for kind, frame in frames.items()]


def _judge_subject(
    subject: Subject, rules: list[tuple[int, Rule]], cutoff: datetime, readings: Readings
) -> pl.LazyFrame:
    """All rules on one kind of subject; rules about overtime in a second stage, from the breaches of the first."""
    frame = subject.frame.with_row_index("subject").lazy()
    all_rules = [rule for _, rule in rules]

    def run(chosen: list[tuple[int, Rule]], source: pl.LazyFrame) -> list[pl.LazyFrame]:
        return [obligations_of(n, rule, subject, source, all_rules, cutoff, readings.clocks) for n, rule in chosen]

    second = [(n, rule) for n, rule in rules if "overtime" in rule.when]
    frames = run([pair for pair in rules if pair not in second], frame)
    first = pl.concat(frames).collect()
    late = overtime_since(first.lazy())
    stages = [first.lazy(), *run(second, frame.join(late, on="subject", how="left", maintain_order="left"))]
    keys = ["subject_id", "customer_id", "department", "responsible"]
    return (
        pl.concat(stages)
        .drop("breached_due")
        .join(frame.select("subject", *keys), on="subject", how="left", maintain_order="left")
        .with_columns(subject_type=pl.lit(subject.type))
        .drop("subject")
    )


def _rule_table(rules: tuple[Rule, ...]) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "rule": pl.Series(range(len(rules)), dtype=pl.UInt16),
            "rule_id": [r.id for r in rules],
            "regulation": [r.regulation for r in rules],
            "topic": [r.topic for r in rules],
        }
    )
