"""The monthly appraisal (TC 第十五条, 第十六条; RC 第二十一条, 第二十二条): of each department and
person the indicators that the texts name, and what follows from them as proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.concepts import Period
from checks.law.rulebook import Rulebooks
from checks.numbers.rates import RankedRow, Rate
from checks.numbers.year import Proposal
from checks.results.metrics.tally import tally_rows
from checks.results.year.count import Month, month_standing
from checks.results.year.people import Record
from checks.results.year.proposals import Standing, is_reward, proposals
from checks.results.year.weighing import Weighed, weighed


@dataclass(frozen=True)
class Appraisal:
    """One department or person (`who`, `key`) in a month.

    `timeliness`: the obligations of TC alone, `reception`: those of RC alone, each with its rank;
    None without one. `archive`: archives in time of those decided. `department`: where a person
    has most obligations. `proposals`: what the articles foresee; `withheld`: rewards that the
    `record` contradicts.
    """

    who: str
    key: str
    department: str | None
    timeliness: RankedRow | None
    reception: RankedRow | None
    archive: Rate | None
    record: Record
    proposals: tuple[Proposal, ...]
    withheld: tuple[Proposal, ...]


def appraisals(month: Month, rulebooks: Rulebooks, period: Period) -> tuple[Appraisal, ...]:
    """One per department, then one per person, each in order of name; what the records put on
    nobody is in none of them."""
    obligations, now = month_standing(month, rulebooks, period)
    # A month alone: what follows from a year is not asked for.
    _, rest = month_standing(month.uncontested, rulebooks, period)
    penalties, rewards = (
        proposals([of], replace(of, month=None), rulebooks.foreseen) for of in (rest, now)
    )
    foreseen = chain(
        (p for p in penalties if not is_reward(p)), (p for p in rewards if is_reward(p))
    )
    made = weighed((p for p in foreseen if p.month), [now])
    archives = rulebooks.topics_that(lambda topic: topic.archives)
    due = obligations.filter("governing", pl.col("topic").is_in(archives))
    return tuple(_appraisals("department", now, due, made)) + tuple(
        _appraisals("person", now, due, made)
    )


def _appraisals(who: str, now: Standing, due: pl.DataFrame, made: Weighed) -> Iterator[Appraisal]:
    of_tc, of_rc = (
        (now.tc_departments, now.reception_departments)
        if who == "department"
        else (now.tc_persons, now.reception_persons)
    )
    timeliness, reception = _by_key(of_tc), _by_key(of_rc)
    column = "department" if who == "department" else "responsible"
    archive = {row.key: row.timeliness for row in tally_rows(due, column)}
    keys = timeliness.keys() | reception.keys() | now.records.get(who, {}).keys()
    for key in sorted(keys - {UNASSIGNED}):
        yield Appraisal(
            who=who,
            key=key,
            department=now.department_of.get(key) if who == "person" else key,
            timeliness=timeliness.get(key),
            reception=reception.get(key),
            archive=archive.get(key),
            record=now.record(who, key),
            proposals=_of(made.proposed, who, key),
            withheld=_of(made.withheld, who, key),
        )


def _by_key(rows: Sequence[RankedRow]) -> dict[str, RankedRow]:
    return {row.key: row for row in rows}


def _of(made: Sequence[Proposal], who: str, key: str) -> tuple[Proposal, ...]:
    return tuple(p for p in made if (p.who, p.key) == (who, key))
