"""Records and rulebooks in, obligations with verdicts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

import polars as pl

from checks.concepts import Period
from checks.judging.attribution import doers
from checks.judging.clocks import Clocks
from checks.judging.frames import (
    CutoffContext,
    Subjects,
    cutoff_context,
    sources_of,
    subjects_as_of,
)
from checks.judging.governing import Governing
from checks.judging.overtime import overtime_since
from checks.judging.portions import portions
from checks.judging.rules import JudgingContext, may_bind, obligations_of, presented
from checks.judging.scope import Judged, governed, in_scope
from checks.law.calendar import Calendar
from checks.law.rulebook import Rule, Rulebooks
from checks.local_time import zone_of
from checks.parts import WHOLE, Part
from checks.records.records import Records
from checks.subjects.courtesy_words import COURTESY
from checks.subjects.kind import Sources, SubjectKind
from checks.subjects.registry import kinds

Numbered = list[tuple[int, Rule]]
IN_MEMORY = partial(pl.Config, engine_affinity="in-memory")
"""Judging asks many small questions of frames that are in memory: the streaming engine, Polars'
default, would take half as long again for them, and more memory."""


@dataclass(frozen=True)
class JudgingOptions:
    """What the regulations leave open and a company may fix otherwise."""

    ring_cycle: timedelta = timedelta(seconds=5)
    courtesy: tuple[str, ...] = COURTESY
    calendar: Calendar = field(default_factory=lambda: Calendar({}))
    governing: Governing = "strictest"


def judge(
    records: Records,
    rulebooks: Rulebooks,
    period: Period,
    options: JudgingOptions | None = None,
    part: Part = WHOLE,
) -> pl.DataFrame:
    """Every obligation in scope of the period, judged as of its cutoff; schema
    `checks.concepts.OBLIGATIONS`.

    records: every canonical table (checks.records.tables), empty where it was not provided.
    part: of the subjects; the records are those of all.
    """
    return _in_order(judge_in_portions(records, rulebooks, period, options, part=part))


def judge_in_portions(
    records: Records,
    rulebooks: Rulebooks,
    period: Period,
    options: JudgingOptions | None = None,
    at_once: int | None = None,
    only: Collection[str] | None = None,
    part: Part = WHOLE,
) -> Iterator[tuple[int, pl.DataFrame]]:
    """The same in parts, with the place of their rule in governing order; each part in order of
    subject_id.

    at_once: records whose obligations are judged together; by default as many as memory surely
    holds. only: the names of the kinds of subject to judge; by default all. part: as of `judge`.
    """
    options = options or JudgingOptions()
    zone = zone_of(period.cutoff)
    clocks = Clocks.of(rulebooks, options.calendar, options.ring_cycle, zone)
    with IN_MEMORY():
        sources = sources_of(records, rulebooks, options.ring_cycle, options.courtesy)
    # One kind of subject after the other: what one needs is gone before the next begins.
    for kind in _kinds_asked(rulebooks):
        if only is not None and kind.name not in only:
            continue
        with IN_MEMORY():
            then, today = (
                cutoff_context(kind, sources, rulebooks, period.start),
                cutoff_context(kind, sources, rulebooks, period.cutoff),
            )
        for portion in portions(kind, sources, at_once, part):
            with IN_MEMORY():
                before = _judged(kind, portion, rulebooks, then, clocks)
                now = _judged(kind, portion, rulebooks, today, clocks)
                scoped = governed(in_scope(now, before, period), rulebooks.rules, options.governing)
                parts = list(_presented(scoped, now.subjects, rulebooks))
            yield from parts


def judge_as_of(
    records: Records, rulebooks: Rulebooks, cutoff: datetime, options: JudgingOptions
) -> pl.DataFrame:
    """Every obligation that exists as of the cutoff, of any time, in order of (rule, subject_id).

    Columns of OBLIGATIONS but for governing and carried_over.
    """
    found: list[tuple[int, pl.DataFrame]] = []
    clocks = Clocks.of(rulebooks, options.calendar, options.ring_cycle, zone_of(cutoff))
    with IN_MEMORY():
        sources = sources_of(records, rulebooks, options.ring_cycle, options.courtesy)
        for kind in _kinds_asked(rulebooks):
            known = cutoff_context(kind, sources, rulebooks, cutoff)
            judged = _judged(kind, sources, rulebooks, known, clocks)
            found += _presented(judged.by_rule, judged.subjects, rulebooks)
    return _in_order(found)


def _kinds_asked(rulebooks: Rulebooks) -> list[SubjectKind]:
    """The kinds that some rule is about, in their order."""
    asked = {rule.subject for rule in rulebooks.rules}
    return [kind for kind in kinds() if kind.name in asked]


def _in_order(parts: Iterable[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    """All parts in order of their rules."""
    return pl.concat(part for _, part in sorted(parts, key=itemgetter(0)))


def _presented(
    by_rule: Mapping[int, pl.DataFrame], subjects: Subjects, rulebooks: Rulebooks
) -> Iterator[tuple[int, pl.DataFrame]]:
    for place, found in by_rule.items():
        yield place, presented(rulebooks.rules[place], found, subjects)


def _judged(
    kind: SubjectKind,
    sources: Sources,
    rulebooks: Rulebooks,
    known: CutoffContext,
    clocks: Clocks,
) -> Judged:
    """Every obligation on one kind of subject that exists as of the cutoff, of any time."""
    subjects = subjects_as_of(kind, sources, known)
    mine = [
        (place, rule) for place, rule in enumerate(rulebooks.rules) if rule.subject == kind.name
    ]
    events = (
        sources.records["ticket_events"]
        if kind.milestones
        else sources.records["ticket_events"].clear()
    )
    amounts = rulebooks.parameters
    context = JudgingContext(
        known.cutoff,
        clocks,
        known.exemptions,
        known.pauses,
        doers(events.filter(pl.col("at") <= known.cutoff)),
        {rule.id: rule for rule in rulebooks.rules},
        rulebooks.topics,
        amounts.overtime_of,
        sources.records.recorded,
    )
    return Judged(subjects, _by_rule(subjects, mine, context))


def _by_rule(
    subjects: Subjects, rules: Numbered, context: JudgingContext
) -> dict[int, pl.DataFrame]:
    """The obligations of each rule; those about overtime in a second stage, from the breaches that
    the first found."""
    frame = subjects.frame
    second = [(place, rule) for place, rule in rules if "overtime" in rule.when]
    first = _of_those_bound(
        subjects, [pair for pair in rules if pair not in second], frame, context
    )
    if second:
        late = overtime_since(
            pl.concat(found.select("subject", "breached_due") for found in first.values())
        )
        with_late = frame.join(late, on="subject", how="left", maintain_order="left")
        return first | _of_those_bound(subjects, second, with_late, context)
    return first


def _of_those_bound(
    subjects: Subjects, rules: Numbered, frame: pl.DataFrame, context: JudgingContext
) -> dict[int, pl.DataFrame]:
    """The obligations of each rule on a frame of `subjects`."""
    # Asked at once, since rules share conditions. Most rules bind few subjects of a day, or none,
    # and a rule costs as much of none as of a thousand.
    kind = subjects.kind
    may = frame.select(
        may_bind(rule, kind, context.topics).alias(str(place)) for place, rule in rules
    )

    def found(rule: Rule, source: pl.LazyFrame) -> pl.DataFrame:
        return obligations_of(rule, subjects, source, context).collect()

    # One by one: collecting them together compares every plan with every other, which costs more
    # than it shares.
    some = {
        place: found(rule, frame.lazy().filter(those))
        for place, rule in rules
        if (those := may[str(place)]).any()
    }
    if len(some) == len(rules):
        return some
    # All give the same columns
    empty = next(iter(some.values())) if some else found(rules[0][1], frame.clear().lazy())
    return {place: some.get(place, empty.clear()) for place, _ in rules}
