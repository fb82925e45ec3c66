"""Records and rulebooks in, obligations with verdicts out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from checks.calendar import Calendar
from checks.concepts import OBLIGATIONS, Period
from checks.rulebook import Rule, Rulebooks
from checks.timeliness.clocks import Clocks
from checks.timeliness.courtesy import COURTESY
from checks.timeliness.exemptions import exemptions_as_of
from checks.timeliness.overtime import overtime_since
from checks.timeliness.rules import Bench, obligations_of
from checks.timeliness.scope import governed, in_scope
from checks.timeliness.subjects import Records, Subjects, subjects_as_of

Numbered = list[tuple[int, Rule]]


@dataclass(frozen=True)
class Readings:
    """What the regulations leave open and a company may fix otherwise: readings with a value."""

    ring_cycle: timedelta = timedelta(seconds=5)
    courtesy: tuple[str, ...] = COURTESY
    calendar: Calendar = field(default_factory=lambda: Calendar({}))


def judge(records: Records, rulebooks: Rulebooks, period: Period, readings: Readings | None = None) -> pl.DataFrame:
    """Every obligation in scope of the period, judged as of its cutoff; schema `checks.concepts.OBLIGATIONS`.

    records: every canonical table (checks.tables), empty where it was not provided.
    """
    readings = readings or Readings()
    before = judge_as_of(records, rulebooks, period.start, readings)
    now = judge_as_of(records, rulebooks, period.cutoff, readings)
    scoped = governed(in_scope(now.lazy(), before.lazy(), period), rulebooks.rules)
    return scoped.select(OBLIGATIONS.names()).collect()


def judge_as_of(records: Records, rulebooks: Rulebooks, cutoff: datetime, readings: Readings) -> pl.DataFrame:
    """Every obligation that exists as of the cutoff, of any time, in order of (rule, subject_id).

    Columns of OBLIGATIONS but for governing and carried_over, and `rule`, the rule's place in governing order.
    """
    exemptions = exemptions_as_of(records["exemptions"], cutoff)
    events = records["ticket_events"].filter(pl.col("at") <= cutoff).collect()
    clocks = Clocks(readings.calendar, readings.ring_cycle)
    numbered = list(enumerate(rulebooks.rules))
    judged: dict[int, pl.DataFrame] = {}
    for subjects in subjects_as_of(records, cutoff, exemptions, readings.ring_cycle, readings.courtesy):
        mine = [(n, rule) for n, rule in numbered if rule.subject == subjects.type]
        bench = Bench(cutoff, clocks, exemptions, events, [rule for _, rule in mine])
        judged |= _by_rule(subjects, mine, bench)
    return pl.concat(judged[n] for n, _ in numbered).drop("subject", "breached_due")


def _by_rule(subjects: Subjects, rules: Numbered, bench: Bench) -> dict[int, pl.DataFrame]:
    """The obligations of each rule; those about overtime in a second stage, from the breaches that the first found."""
    frame = subjects.frame.lazy()

    def run(chosen: Numbered, source: pl.LazyFrame) -> dict[int, pl.DataFrame]:
        # One by one: collecting them together compares every plan with every other, which costs more than it shares.
        return {n: obligations_of(n, rule, subjects, source, bench).collect() for n, rule in chosen}

    second = [(n, rule) for n, rule in rules if "overtime" in rule.when]
    first = run([pair for pair in rules if pair not in second], frame)
    if not second:
        return first
    late = overtime_since(pl.concat(first.values()).lazy())
    return first | run(second, frame.join(late, on="subject", how="left", maintain_order="left"))
