"""Mechanisms that did not work: duties of which less was done than was due, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from checks.numbers.base import Section
from checks.numbers.duty import Duty
from checks.numbers.evidence import LateExemptions, Rectified, TrainedPeople
from flows.report.context.report_context import ReportContext


@dataclass(frozen=True)
class Mechanism:
    """A duty with cases: `done` of `due`, and who answers for it."""

    key: str
    article: str
    done: int
    due: int
    owner: str

    @property
    def gap(self) -> int:
        return self.due - self.done

    @property
    def share(self) -> float:
        return self.done / self.due


def mechanisms(context: ReportContext) -> list[Mechanism]:
    """The duties that the document is about, those with the largest share undone first."""
    return sorted(_mechanisms(context), key=lambda row: (row.share, -row.due))


def failures(context: ReportContext) -> list[Mechanism]:
    return [row for row in mechanisms(context) if row.gap]


def _mechanisms(context: ReportContext) -> Iterator[Mechanism]:
    for name, duty in context.metrics.evidence.named():
        done, due = duty.rate.numerator, duty.rate.denominator
        if isinstance(duty.details, TrainedPeople):
            # Whoever has no training on record is not trained, as far as anybody can show
            due = duty.details.people
            done = due - duty.details.without_training
        if isinstance(duty.details, LateExemptions) and context.profile.focus:
            # What another regulation's clause allows is not this one's to judge
            own = [row for row in duty.details.by_clause if context.in_focus_article(row.key)]
            due = sum(row.n for row in own)
            done = due - sum(row.too_late for row in own)
        articles = [article for article in duty.articles if context.in_focus_article(article)]
        if due and (articles or not context.profile.focus):
            yield Mechanism(
                name,
                context.article(articles[0]) if articles else "—",
                done,
                due,
                _owner(context, name, duty),
            )


def _owner(context: ReportContext, key: str, duty: Duty[Section]) -> str:
    """Who answers for it: as the measures name them, else as the regulations have it."""
    if isinstance(duty.details, Rectified) and key == "rectifications":
        undone = ("late", "overdue", "open")
        owners = Counter(row.owner for row in duty.details.listed if row.state in undone)
        named = [
            context.texts(
                "failure.owner", name=context.department(name), n=context.wording.number(n)
            )
            for name, n in owners.most_common(3)
            if name
        ]
        if named:
            return context.texts("words.and").join(named)
    return context.texts(f"duty_owner.{key}")
