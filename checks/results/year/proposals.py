"""What TC 第十六条 and RC 第二十二条 foresee, month by month and for the year: proposals, never
decisions.

Each names its evidence and what speaks against it; people decide. Both articles break off in the
source text; what stands behind the break is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from checks.closing.facts import UNASSIGNED
from checks.numbers.rates import RankedRow, Tally
from checks.numbers.year import Proposal, ProposalEvidence
from checks.results.metrics.breakdowns import RANKED_FROM


@dataclass(frozen=True)
class Standing:
    """Ranked tallies (checks.results.metrics.breakdowns.ranked) of one month, or of the year
    (`month` None). `penalised_below`: the rate below which a department is penalised."""

    month: str | None
    total: Tally
    departments: list[RankedRow]
    persons: list[RankedRow]
    tc_departments: list[RankedRow]
    reception_departments: list[RankedRow]
    reception_persons: list[RankedRow]
    department_of: Mapping[str, str]
    objections: tuple[str, ...]
    penalised_below: float

    def objected(self, who: str, key: str) -> int:
        """How often the department, or the person's department, objected."""
        department = key if who == "department" else self.department_of.get(key)
        return sum(name == department for name in self.objections)


AGAINST: Final = (
    "few_cases",
    "undecided",
    "interval",
    "exemptions",
    "objections",
    "harm_not_recorded",
    "praise_not_recorded",
    "below_target",
    "only_one",
    "text_breaks_off",
)
"""Fewer cases than say much; undecided cases could turn it; chance could explain it; exempt cases
among them; the department objected; whether a customer was harmed, or praised the service, no
record says; first, but below 80 %; the only one that is ranked; the article breaks off."""
_REWARD, _PENALTY = "TC 第十六条(一)", "TC 第十六条(二)"
_RC_REWARD, _RC_PENALTY = "RC 第二十二条(一)", "RC 第二十二条(二)"
_BEST_RECEPTION: Final = 3


def proposals(months: Sequence[Standing], whole: Standing) -> Iterator[Proposal]:
    """Everything that the articles foresee for these months and the year, penalties first."""
    for month in months:
        yield from _departments_below(month, "department_below_month", ())
    yield from _departments_below(whole, "department_below_year", ("text_breaks_off",))
    yield from _overtime_persons(whole)
    for month in (*months, whole):
        span = "year" if month.month is None else "month"
        yield from _first(
            month, "department", month.departments, f"{_REWARD}2", f"department_first_{span}"
        )
        yield from _reception(month, span)
    for month in months:
        yield from _faultless(month)
    yield from _first(
        whole, "person", whole.persons, f"{_REWARD}1", "person_first_year", ("praise_not_recorded",)
    )


def _departments_below(standing: Standing, kind: str, more: tuple[str, ...]) -> Iterator[Proposal]:
    """第十六条(二)2: the timeliness rate of a department's TC obligations is below 80 %."""
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
        yield _proposal(standing, "department", row, f"{_PENALTY}2", kind, (*doubts, *more))


def _overtime_persons(whole: Standing) -> Iterator[Proposal]:
    """第十六条(二)1: a first overtime without harm, or several; which of them did harm only people
    know."""
    for row in whole.persons:
        late = _overtime(row)
        if late and row.key != UNASSIGNED:
            kind = "person_first_overtime" if late == 1 else "person_repeated_overtime"
            yield _proposal(whole, "person", row, f"{_PENALTY}1", kind, ("harm_not_recorded",))


def _faultless(month: Standing) -> Iterator[Proposal]:
    """第十六条(一)1: a person's month at 100 %; the customers' opinion is the other half of the
    condition."""
    for row in month.persons:
        if row.rank is not None and row.timeliness.rate == 1:
            yield _proposal(
                month,
                "person",
                row,
                f"{_REWARD}1",
                "person_faultless_month",
                ("praise_not_recorded",),
            )


def _reception(standing: Standing, span: str) -> Iterator[Proposal]:
    """第二十二条(一): the first three persons and the first department at receiving inquiries."""
    departments, persons = standing.reception_departments, standing.reception_persons
    best = 1 if span == "year" else _BEST_RECEPTION
    yield from _first(
        standing, "department", departments, f"{_RC_REWARD}2", f"reception_department_first_{span}"
    )
    yield from _first(
        standing, "person", persons, f"{_RC_REWARD}1", f"reception_person_best_{span}", (), best
    )
    if span == "year":
        for row in persons:
            if _overtime(row) and row.key != UNASSIGNED:
                kind = (
                    "reception_first_breach" if _overtime(row) == 1 else "reception_repeated_breach"
                )
                yield _proposal(
                    standing, "person", row, f"{_RC_PENALTY}1", kind, ("harm_not_recorded",)
                )


def _first(
    standing: Standing,
    who: str,
    rows: Sequence[RankedRow],
    article: str,
    kind: str,
    more: tuple[str, ...] = (),
    best: int = 1,
) -> Iterator[Proposal]:
    able = [(row.rank, row) for row in rows if row.rank is not None]
    alone = ("only_one",) if len(able) == 1 else ()
    for rank, row in able:
        if rank <= best:
            low = ("below_target",) if (row.timeliness.rate or 0) < standing.penalised_below else ()
            yield _proposal(standing, who, row, article, kind, (*more, *alone, *low))


def _overtime(row: RankedRow) -> int:
    of = row.timeliness
    return int(of.denominator - of.numerator)


def _proposal(
    standing: Standing, who: str, row: RankedRow, article: str, kind: str, doubts: tuple[str, ...]
) -> Proposal:
    of = row.timeliness
    evidence = ProposalEvidence(
        **vars(of),
        interval=row.interval,
        violations=_overtime(row),
        exempt=row.exempt,
        rank=row.rank,
    )
    found = set(doubts)
    found |= {"few_cases"} if of.denominator < RANKED_FROM else set()
    found |= {"exemptions"} if row.exempt else set()
    found |= {"objections"} if standing.objected(who, row.key) else set()
    against = tuple(code for code in AGAINST if code in found)
    return Proposal(
        article=article,
        kind=kind,
        who=who,
        key=row.key,
        month=standing.month,
        evidence=evidence,
        against=against,
    )
