"""Records and rulebooks in, obligations with verdicts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import polars as pl

from checks.attribution import doers
from checks.calendar import Calendar
from checks.concepts import SUBJECT_TYPES, Period
from checks.rulebook import Rule, Rulebooks
from checks.timeliness.clocks import Clocks
from checks.timeliness.courtesy import COURTESY
from checks.timeliness.exemptions import exemptions_as_of
from checks.timeliness.overtime import overtime_since
from checks.timeliness.rules import Bench, obligations_of, presented
from checks.timeliness.scope import Judged, governed, in_scope
from checks.timeliness.subjects import Records, Sources, Subjects, sources_of, subjects_as_of

Numbered = list[tuple[int, Rule]]
IN_MEMORY = partial(pl.Config, engine_affinity="in-memory")
"""Judging asks many small questions of frames that are in memory: the streaming engine, Polars' default, would take
half as long again for them, and more memory."""


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
    found: dict[int, pl.DataFrame] = {}
    with IN_MEMORY():
        sources = sources_of(records, rulebooks.rules, readings.ring_cycle, readings.courtesy)
        # One kind of subject after the other: what one needs is gone before the next begins.
        for kind in SUBJECT_TYPES:
            before = _judged(kind, sources, rulebooks, period.start, readings)
            now = _judged(kind, sources, rulebooks, period.cutoff, readings)
            scoped = governed(in_scope(now, before, period), rulebooks.rules)
            found |= _presented(scoped, now.subjects, rulebooks)
        return pl.concat(found[place] for place in sorted(found))


def judge_as_of(records: Records, rulebooks: Rulebooks, cutoff: datetime, readings: Readings) -> pl.DataFrame:
    """Every obligation that exists as of the cutoff, of any time, in order of (rule, subject_id).

    Columns of OBLIGATIONS but for governing and carried_over.
    """
    found: dict[int, pl.DataFrame] = {}
    with IN_MEMORY():
        sources = sources_of(records, rulebooks.rules, readings.ring_cycle, readings.courtesy)
        for kind in SUBJECT_TYPES:
            judged = _judged(kind, sources, rulebooks, cutoff, readings)
            found |= _presented(judged.by_rule, judged.subjects, rulebooks)
        return pl.concat(found[place] for place in sorted(found))


def _presented(
    by_rule: Mapping[int, pl.DataFrame], subjects: Subjects, rulebooks: Rulebooks
) -> dict[int, pl.DataFrame]:
    return {place: presented(rulebooks.rules[place], found, subjects) for place, found in by_rule.items()}


def _judged(kind: str, sources: Sources, rulebooks: Rulebooks, cutoff: datetime, readings: Readings) -> Judged:
    """Every obligation on one kind of subject that exists as of the cutoff, of any time."""
    exemptions = exemptions_as_of(sources.records["exemptions"], cutoff)
    subjects = subjects_as_of(kind, sources, cutoff, exemptions)
    mine = [(place, rule) for place, rule in enumerate(rulebooks.rules) if rule.subject == kind]
    events = sources.records["ticket_events"].filter((pl.col("at") <= cutoff) & pl.lit(kind == "ticket"))
    clocks = Clocks(readings.calendar, readings.ring_cycle)
    return Judged(
        subjects, _by_rule(subjects, mine, Bench(cutoff, clocks, exemptions, doers(events), [r for _, r in mine]))
    )


def _by_rule(subjects: Subjects, rules: Numbered, bench: Bench) -> dict[int, pl.DataFrame]:
    """The obligations of each rule; those about overtime in a second stage, from the breaches that the first found."""
    frame = subjects.frame.lazy()

    def run(chosen: Numbered, source: pl.LazyFrame) -> dict[int, pl.DataFrame]:
        # One by one: collecting them together compares every plan with every other, which costs more than it shares.
        return {place: obligations_of(rule, subjects, source, bench).collect() for place, rule in chosen}

    second = [(place, rule) for place, rule in rules if "overtime" in rule.when]
    first = run([pair for pair in rules if pair not in second], frame)
    if not second:
        return first
    late = overtime_since(pl.concat(found.select("subject", "breached_due") for found in first.values()).lazy())
    return first | run(second, frame.join(late, on="subject", how="left", maintain_order="left"))
