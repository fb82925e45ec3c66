"""What regulations foresee, TC 第十六条 and RC 第二十二条 among the shipped ones, by month and for
the year: proposals, never decisions.

Each names its evidence and what speaks against it; people decide. Each regulation's consequences
follow from its own obligations. Where an article breaks off in the source text, what stands behind
the break is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from checks.closing.facts import UNASSIGNED
from checks.closing.rates import rate
from checks.law.belongings import Consequence
from checks.numbers.rates import RankedRow, Tally
from checks.numbers.year import Proposal, ProposalEvidence
from checks.results.metrics.breakdowns import RANKED_FROM
from checks.results.year.people import NOTHING, Record

Made = tuple[Consequence, Proposal]
"""What follows, and for whom; its article is that of the regulation that names the consequence."""


@dataclass(frozen=True)
class Standing:
    """Ranked tallies (checks.results.metrics.breakdowns.ranked) of one month, or of the year
    (`month` None): of all governing acts, of the obligations of the regulation on timeliness alone
    (`overtime_of`; TC), of those of the one on reception alone (`reception_of`; RC).
    `penalised_below`: the rate below which a department is penalised. `breaks_off`: the text of the
    former does. `records`: what else the records say of a person or department."""

    month: str | None
    total: Tally
    departments: list[RankedRow]
    persons: list[RankedRow]
    tc_departments: list[RankedRow]
    tc_persons: list[RankedRow]
    reception_departments: list[RankedRow]
    reception_persons: list[RankedRow]
    department_of: Mapping[str, str]
    objections: tuple[str, ...]
    penalised_below: float
    overtime_of: str
    reception_of: str
    breaks_off: bool
    records: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)

    def objected(self, who: str, key: str) -> int:
        """How often the department, or the person's department, objected."""
        department = key if who == "department" else self.department_of.get(key)
        return sum(name == department for name in self.objections)

    def record(self, who: str, key: str) -> Record:
        return self.records.get(who, {}).get(key, NOTHING)


AGAINST: Final = (
    "low_scores",
    "forbidden_phrases",
    "penalty_same_month",
    "reward_same_month",
    "penalty_in_year",
    "incomplete_year",
    "few_cases",
    "undecided",
    "interval",
    "exemptions",
    "objections",
    "widespread",
    "seen_before",
    "harm_not_recorded",
    "praise_not_recorded",
    "below_target",
    "only_one",
    "text_breaks_off",
)
"""Customers gave low scores; explicitly forbidden phrases were used; the same month foresees a
penalty, or a reward, too; the year foresees penalties; months of the year are not closed. Fewer
cases than say much; undecided cases could turn it; chance could explain it; exempt cases among
them; the department objected; most of the people meet the condition; not the first time in the
year. Whether a customer was harmed, or praised the service, no record says; first, but below 80 %;
the only one that is ranked; the article breaks off."""
_REWARDS: Final[tuple[Consequence, ...]] = (
    "department_first",
    "person_first",
    "reception_department_first",
    "reception_person_best",
)
_GOOD: Final = (
    "department_first",
    "person_first_year",
    "person_faultless",
    "reception_department_first",
    "reception_person_best",
)
"""How the kinds of proposals begin that reward."""
_BEST_RECEPTION: Final = 3


def proposals(
    months: Sequence[Standing], whole: Standing, foreseen: Mapping[Consequence, str]
) -> Iterator[Proposal]:
    """Everything that the articles foresee for these months and the year, penalties first;
    `foreseen`: the article of each consequence that a regulation in force names."""
    for consequence, made in _proposals(months, whole):
        if consequence in foreseen:
            yield replace(made, article=foreseen[consequence])


def _proposals(months: Sequence[Standing], whole: Standing) -> Iterator[Made]:
    for month in months:
        yield from _departments_below(month, "department_below_month", ())
    cut_short = ("text_breaks_off",) if whole.breaks_off else ()
    yield from _departments_below(whole, "department_below_year", cut_short)
    for month in months:
        yield from _overtime_persons(month)
        yield from _reception_breaches(month)
    for month in (*months, whole):
        span = "year" if month.month is None else "month"
        yield from _first(
            month,
            "department",
            month.tc_departments,
            "department_first",
            f"department_first_{span}",
        )
        yield from _reception(month, span)
    for month in months:
        yield from _faultless(month)
    yield from _first(whole, "person", whole.tc_persons, "person_first", "person_first_year")


def _departments_below(standing: Standing, kind: str, more: tuple[str, ...]) -> Iterator[Made]:
    """The timeliness rate of a department's own obligations is below the line, 80 % [TC
    第十六条(二)2]."""
    for row in standing.tc_departments:
        of = row.timeliness
        if row.key == UNASSIGNED or of.rate is None or of.rate >= standing.penalised_below:
            continue
        highest = {"interval": row.interval.high if row.interval else None, "undecided": of.high}
        doubts = [
            code
            for code, high in highest.items()
            if high is not None and high >= standing.penalised_below
        ]
        yield _proposal(standing, "department", row, "department_below", kind, (*doubts, *more))


def _overtime_persons(month: Standing) -> Iterator[Made]:
    """[TC 第十六条(二)1] Overtime of the month, once or several times, or one that displeased a
    customer; whether it did harm only people know."""
    for row in month.tc_persons:
        late = _overtime(row)
        if not late or row.key == UNASSIGNED:
            continue
        displeased = month.record("person", row.key).displeased
        times = "first" if late == 1 else "repeated"
        kind = "person_overtime_displeased" if displeased else f"person_{times}_overtime"
        doubts = ("harm_not_recorded",) if late == 1 else ()
        yield _proposal(month, "person", row, "person_overtime", kind, doubts)


def _reception_breaches(month: Standing) -> Iterator[Made]:
    """[RC 第二十二条(二)1] Breaches of the reception regulation in the month, forbidden phrases
    (服务态度差) among them, as one proposal for each person."""
    rows = {row.key: row for row in month.reception_persons}
    spoke = {
        key
        for key, record in month.records.get("person", {}).items()
        if record.by_regulation.get(month.reception_of)
    }
    for key in (*rows, *sorted(spoke - rows.keys())):
        phrases = month.record("person", key).by_regulation.get(month.reception_of, 0)
        row = rows.get(key) or _without_cases(key)
        times = row.broken + phrases
        if not times or key == UNASSIGNED:
            continue
        what = "reception_attitude" if phrases else "reception"
        kind = f"{what}_first_breach" if times == 1 else f"{what}_repeated_breach"
        doubts = ("harm_not_recorded",) if times == 1 else ()
        yield _proposal(month, "person", row, "reception_breach", kind, doubts)


def _faultless(month: Standing) -> Iterator[Made]:
    """[TC 第十六条(一)1] A person's month at 100 %; the customers' opinion is the other half of the
    condition."""
    for row in month.tc_persons:
        if row.rank is not None and row.timeliness.rate == 1:
            yield _proposal(month, "person", row, "person_first", "person_faultless_month")


def _reception(standing: Standing, span: str) -> Iterator[Made]:
    """[RC 第二十二条(一)] The first three persons and the first department at reception."""
    departments, persons = standing.reception_departments, standing.reception_persons
    best = 1 if span == "year" else _BEST_RECEPTION
    yield from _first(
        standing,
        "department",
        departments,
        "reception_department_first",
        f"reception_department_first_{span}",
    )
    yield from _first(
        standing,
        "person",
        persons,
        "reception_person_best",
        f"reception_person_best_{span}",
        (),
        best,
    )


def _first(
    standing: Standing,
    who: str,
    rows: Sequence[RankedRow],
    consequence: Consequence,
    kind: str,
    more: tuple[str, ...] = (),
    best: int = 1,
) -> Iterator[Made]:
    able = [(row.rank, row) for row in rows if row.rank is not None]
    alone = ("only_one",) if len(able) == 1 else ()
    for rank, row in able:
        if rank <= best:
            low = ("below_target",) if (row.timeliness.rate or 0) < standing.penalised_below else ()
            yield _proposal(standing, who, row, consequence, kind, (*more, *alone, *low))


def _overtime(row: RankedRow) -> int:
    of = row.timeliness
    return int(of.denominator - of.numerator)


def _without_cases(key: str) -> RankedRow:
    """The tally of somebody who answered for no obligation of the regulation."""
    counts = dict.fromkeys(("met", "late", "overdue", "missing", "pending", "unknown", "exempt"), 0)
    none = rate(0, 0)
    return RankedRow(key=key, **counts, timeliness=none, record=none, interval=None, rank=None)


def is_reward(proposal: Proposal) -> bool:
    """Whether it is good for whom it is about."""
    return proposal.kind.startswith(_GOOD)


def _proposal(
    standing: Standing,
    who: str,
    row: RankedRow,
    consequence: Consequence,
    kind: str,
    doubts: tuple[str, ...] = (),
) -> Made:
    of, record = row.timeliness, standing.record(who, row.key)
    reception = consequence.startswith("reception")
    breaches = row.broken if reception else _overtime(row)
    code = standing.reception_of if reception else standing.overtime_of
    evidence = ProposalEvidence(
        **vars(of),
        interval=row.interval,
        violations=breaches,
        exempt=row.exempt,
        rank=row.rank,
        messages=record.messages,
        answers=record.answers,
        mean_score=record.mean,
        low_scores=record.low,
        displeased=record.displeased,
        grave=record.grave.get(code, 0),
    )
    found = set(doubts)
    found |= {"few_cases"} if of.denominator < RANKED_FROM else set()
    found |= {"exemptions"} if row.exempt else set()
    found |= {"objections"} if standing.objected(who, row.key) else set()
    if consequence in _REWARDS:
        found |= record.contradictions(who)
        found |= {"praise_not_recorded"} if not record.answers else set()
    made = Proposal(
        article="",
        kind=kind,
        who=who,
        key=row.key,
        month=standing.month,
        evidence=evidence,
        against=in_order(found),
        numbers=() if consequence in _REWARDS else record.numbers.get(code, ()),
    )
    return consequence, made


def in_order(codes: set[str]) -> tuple[str, ...]:
    """The codes of AGAINST in its order."""
    return tuple(code for code in AGAINST if code in codes)
