"""What a month's records say of a person besides timeliness: what was said, what customers
answered, how grave the findings are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import polars as pl

from checks.numbers.analyses import Feedback, FeedbackRow

_GRAVE: Final = ("critical", "major")
_CONTENT: Final = 4.0
"""客户评价优秀 (TC 第十六条(一)1): a mean below this contradicts it, as 4 and 5 say that a customer
was content."""


@dataclass(frozen=True)
class Record:
    """`messages` with an explicit breach of the rules on wording, and those `by_regulation`;
    customers' `answers`, the `sum` of their scores, those that are `low`; tickets on which the
    person ran over time and whose customer gave a low score (`displeased`); critical and major
    findings by regulation (`grave`); the register's `numbers` of all findings, by regulation,
    gravest first."""

    messages: int = 0
    by_regulation: Mapping[str, int] = field(default_factory=dict)
    answers: int = 0
    sum: float = 0
    low: int = 0
    displeased: int = 0
    grave: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def mean(self) -> float | None:
        return self.sum / self.answers if self.answers else None

    def contradictions(self, who: str) -> set[str]:
        """What contradicts a reward: codes of checks.results.year.proposals.AGAINST. One low score
        contradicts a person's, only a low mean a department's."""
        discontent = self.mean is not None and self.mean < _CONTENT
        found = {
            "low_scores": discontent or (who == "person" and self.low),
            "forbidden_phrases": self.messages,
        }
        return {code for code, holds in found.items() if holds}


NOTHING: Final = Record()


def records_of(
    conduct: pl.DataFrame, findings: pl.DataFrame, feedback: Feedback | None
) -> dict[str, Record]:
    """By person. `conduct`: schema checks.conduct.findings.FINDINGS, `findings`:
    checks.results.findings.FINDINGS."""
    said = _said(conduct)
    grave, numbers = _grave(findings), _numbers(findings)
    scores = {row.key: row for row in feedback.by_person} if feedback else {}
    return {
        key: replace(
            _record(*said.get(key, (0, {})), grave.get(key, {}), scores.get(key)),
            numbers=numbers.get(key, {}),
        )
        for key in sorted(said.keys() | numbers.keys() | scores.keys())
    }


def feedback_of(rows: Iterable[FeedbackRow]) -> dict[str, Record]:
    """What customers answered, by department."""
    return {row.key: _record(0, {}, {}, row) for row in rows}


def added(records: Iterable[Mapping[str, Record]]) -> dict[str, Record]:
    """The records of several months as one."""
    found: dict[str, Record] = {}
    for month in records:
        for key, record in month.items():
            found[key] = _sum(found.get(key, NOTHING), record)
    return found


def _sum(one: Record, other: Record) -> Record:
    return Record(
        messages=one.messages + other.messages,
        by_regulation=Counter(one.by_regulation) + Counter(other.by_regulation),
        answers=one.answers + other.answers,
        sum=one.sum + other.sum,
        low=one.low + other.low,
        displeased=one.displeased + other.displeased,
        grave=Counter(one.grave) + Counter(other.grave),
        numbers={
            code: (*one.numbers.get(code, ()), *other.numbers.get(code, ()))
            for code in dict.fromkeys((*one.numbers, *other.numbers))
        },
    )


def _record(
    messages: int,
    by_regulation: Mapping[str, int],
    grave: Mapping[str, int],
    scores: FeedbackRow | None,
) -> Record:
    if scores is None:
        return Record(messages, by_regulation, grave=grave)
    total = (scores.mean or 0) * scores.answers
    return Record(
        messages,
        by_regulation,
        scores.answers,
        round(total),
        scores.low,
        scores.displeased,
        grave,
    )


def _said(conduct: pl.DataFrame) -> dict[str, tuple[int, dict[str, int]]]:
    """Messages with an explicit breach by person: one message counts once, and once for each
    regulation whose article it breaches."""
    message = pl.struct("conversation_id", "message_id")
    explicit = conduct.filter(
        pl.col("weight") == "explicit", pl.col("sender_id").is_not_null()
    ).with_columns(code=pl.col("article").str.split(" ").list.first())
    total = explicit.group_by("sender_id").agg(n=message.n_unique().cast(pl.Int64))
    parts = explicit.group_by("sender_id", "code").agg(n=message.n_unique().cast(pl.Int64))
    by_code: dict[str, dict[str, int]] = _nested(parts.iter_rows())
    return {person: (n, by_code[person]) for person, n in total.iter_rows()}


def _grave(findings: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Critical and major findings by person and regulation."""
    found = _by_regulation(findings.filter(pl.col("grade").is_in(_GRAVE)))
    counts = found.group_by("responsible", "code").agg(n=pl.len().cast(pl.Int64))
    return _nested(counts.iter_rows())


def _numbers(findings: pl.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """The numbers of all findings by person and regulation, in their order."""
    groups = _by_regulation(findings).group_by("responsible", "code", maintain_order=True)
    found = groups.agg("finding_id")
    return _nested((person, code, tuple(ids)) for person, code, ids in found.iter_rows())


def _by_regulation(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings that somebody answers for, by regulation (`code`): one that breaches several counts
    for each."""
    codes = pl.col("clauses").str.split(";").list.eval(pl.element().str.split(" ").list.first())
    found = findings.filter(pl.col("responsible").is_not_null())
    unique = codes.list.unique(maintain_order=True)
    return found.select("finding_id", "responsible", code=unique).explode("code")


T = TypeVar("T")


def _nested(rows: Iterator[tuple[str, str, T]]) -> dict[str, dict[str, T]]:
    found: dict[str, dict[str, T]] = {}
    for person, code, value in rows:
        found.setdefault(person, {})[code] = value
    return found
