"""Proposals held against one another: rewards that the records contradict, reward and penalty of
one month, penalties in order of gravity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from checks.closing.facts import UNASSIGNED
from checks.numbers.year import PenaltyGroup, Proposal
from checks.results.year.proposals import Standing, in_order, is_reward

WITHHOLDING: Final = ("low_scores", "forbidden_phrases")
"""What contradicts a person's reward: it is listed as withheld, not proposed."""
MONTHS: Final = 12
NAMED: Final = 5
"""The gravest of a group, by name."""


@dataclass(frozen=True)
class Weighed:
    """`proposed`: penalties first, the gravest first within a month; `withheld`: rewards that a
    rank or rate would earn and the records contradict; `groups`: the penalties of persons."""

    proposed: tuple[Proposal, ...]
    withheld: tuple[Proposal, ...]
    groups: tuple[PenaltyGroup, ...]


def weighed(made: Iterable[Proposal], months: Sequence[Standing]) -> Weighed:
    """The proposals of the year, each with what the others say against it."""
    every = [_of_whole_year(p, len(months)) for p in made]
    people = {month.month: _people(month) for month in months}
    touched = Counter((p.article, p.month) for p in every if p.who == "person" and not is_reward(p))
    widespread = {key for key, n in touched.items() if 2 * n > people.get(key[1], 0)}
    kept: dict[tuple[str, str], list[Proposal]] = {}
    for p in every:
        if not _withheld(p):
            kept.setdefault((p.who, p.key), []).append(p)
    marked = [_marked(p, kept.get((p.who, p.key), []), widespread) for p in every]
    proposed = [p for p in marked if not _withheld(p)]
    places = {article: n for n, article in enumerate(dict.fromkeys(p.article for p in every))}
    penalties = sorted(
        (p for p in proposed if not is_reward(p)), key=lambda p: (places[p.article], *_gravity(p))
    )
    return Weighed(
        (*penalties, *(p for p in proposed if is_reward(p))),
        tuple(p for p in marked if _withheld(p)),
        tuple(_groups(penalties, people)),
    )


def _of_whole_year(proposal: Proposal, months: int) -> Proposal:
    """What follows from a year is said of one of which months are not closed."""
    if proposal.month is not None or months >= MONTHS:
        return proposal
    return replace(proposal, against=in_order({*proposal.against, "incomplete_year"}))


def _people(month: Standing) -> int:
    """How many persons answered for something in the month."""
    rows = (*month.tc_persons, *month.reception_persons)
    return len({row.key for row in rows} - {UNASSIGNED})


def _withheld(proposal: Proposal) -> bool:
    contradicted = any(code in WITHHOLDING for code in proposal.against)
    return is_reward(proposal) and proposal.who == "person" and contradicted


def _marked(
    proposal: Proposal, mine: Sequence[Proposal], widespread: set[tuple[str, str | None]]
) -> Proposal:
    """`mine`: what is proposed for the same person or department."""
    others = [p for p in mine if is_reward(p) != is_reward(proposal)]
    same = any(p.month == proposal.month for p in others)
    found = set(proposal.against)
    if is_reward(proposal):
        found |= {"penalty_same_month"} if same and proposal.month else set()
        found |= {"penalty_in_year"} if others and not proposal.month else set()
    else:
        found |= {"reward_same_month"} if same and proposal.month else set()
        again = "first" in proposal.kind and _earlier(mine, proposal)
        found |= {"seen_before"} if again else set()
        if proposal.who == "person" and (proposal.article, proposal.month) in widespread:
            found.add("widespread")
    return replace(proposal, against=in_order(found))


def _earlier(mine: Sequence[Proposal], proposal: Proposal) -> bool:
    before = (p.month for p in mine if p.article == proposal.article)
    return any(month and proposal.month and month < proposal.month for month in before)


def _gravity(proposal: Proposal) -> tuple[str, int, int, int, float, str]:
    """By month; then displeased customers, grave findings, number of breaches, share of them."""
    of = proposal.evidence
    share = 0.0 if of.rate is None else of.rate - 1
    said = of.messages if proposal.kind.startswith("reception_attitude") else 0
    return (
        proposal.month or "9999-99",
        -of.displeased,
        -of.grave,
        -(of.violations + said),
        share,
        proposal.key,
    )


def _groups(
    penalties: Sequence[Proposal], people: Mapping[str | None, int]
) -> Iterable[PenaltyGroup]:
    """One row per article, month and consequence; `penalties` in order of gravity."""
    found: dict[tuple[str, str | None, str], list[Proposal]] = {}
    for p in penalties:
        if p.who == "person":
            found.setdefault((p.article, p.month, p.kind), []).append(p)
    for (article, month, kind), group in found.items():
        yield PenaltyGroup(
            article=article,
            kind=kind,
            month=month,
            persons=len(group),
            of=people.get(month, 0),
            gravest=tuple(p.key for p in group[:NAMED]),
        )
