"""What every part of the report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from checks.concepts import VIOLATIONS
from checks.law.rulebook import Rule, Rulebooks, Text
from flows.report.context.articles import cited
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Press
from flows.report.words.profiles import Profile
from flows.report.words.texts import Texts
from flows.report.words.wording import Wording

Metrics = Mapping[str, Any]
EVIDENCE = 4
"""Findings named on the card of a clause."""


@dataclass(frozen=True)
class Desk:
    """The results of a run and the means to put them into words; `findings` has the schema
    `checks.results.findings.FINDINGS`. `kept_apart`: SHA-256 of findings.csv where the document
    doesn't carry it.
    """

    metrics: Metrics
    findings: pl.DataFrame
    inputs: Metrics
    rulebooks: Rulebooks
    texts: Texts
    say: Wording
    press: Press
    options: ReportOptions
    profile: Profile
    kept_apart: str = ""

    @cached_property
    def printed(self) -> frozenset[str]:
        """The findings that have a row, and so an anchor, in the annex."""
        listed = self.findings.head(
            self.options.printed_rows if "violations" in self.profile.annexes else 0
        )
        return frozenset(listed["finding_id"])

    @cached_property
    def evidence(self) -> dict[str, list[tuple[str, str]]]:
        """The first findings (number, subject) of every rule, gravest first."""
        cases = self.findings.select(
            "finding_id", "subject_id", rule=pl.col("rules").str.split(";")
        ).explode("rule")
        first = cases.group_by("rule", maintain_order=True).head(EVIDENCE)
        found: dict[str, list[tuple[str, str]]] = {}
        for rule, number, subject in first.select("rule", "finding_id", "subject_id").iter_rows():
            found.setdefault(rule, []).append((number, subject))
        return found

    @cached_property
    def answered(self) -> pl.DataFrame:
        """The findings that the audited side has answered."""
        return self.findings.filter(pl.col("response").is_not_null())

    @property
    def tally(self) -> Metrics:
        """The rate row that the document is about: the governing acts, or one regulation's own
        obligations."""
        if not self.profile.focus:
            headline: Metrics = self.metrics["headline"]
            return headline
        return self.row("by_regulation", self.profile.focus) or NO_CASES

    def row(self, group: str, key: str) -> Metrics | None:
        """The row of a list of the metrics by its key."""
        return next((row for row in self.metrics[group] if row["key"] == key), None)

    def in_focus(self, rule_id: str) -> bool:
        return not self.profile.focus or rule_id.startswith(f"{self.profile.focus}-")

    def rules(self) -> list[Metrics]:
        """The rule rows that the document is about, in governing order."""
        return [row for row in self.metrics["by_rule"] if self.in_focus(row["key"])]

    def word(self, text: Text) -> str:
        """Either language of a rulebook's text."""
        return text.zh if self.texts.lang == "zh" else cited(text.en, "en")

    def title_of(self, code: str) -> str:
        """The name of a regulation; its code where the rulebooks in force lack it."""
        return (
            self.word(self.rulebooks.regulation(code).title)
            if code in self.rulebooks.order
            else code
        )

    def clause(self, rule: Rule) -> str:
        """`TC 第六条(一)`, `TC art. 6(1)`: the form in which every table names a clause."""
        return f"{rule.regulation} {self.article(rule.article)}"

    def article(self, article: str) -> str:
        """An article, or several joined by `;`, as the language cites them."""
        return self.texts("words.semicolon").join(
            cited(part, self.texts.lang) for part in article.split(";")
        )

    def department(self, name: str | None) -> str:
        return (
            self.texts("words.unassigned") if name in (None, "unassigned") else self.press.ink(name)
        )

    def person(self, name: str | None) -> str:
        return (
            self.texts("words.unassigned")
            if name in (None, "unassigned")
            else self.press.agent(name)
        )

    def tier(self, code: str | None) -> str:
        return self.texts.name("tier", code if code != "unknown" else None)


_NO_RATE = {"numerator": 0, "denominator": 0, "unknown": 0, "rate": None, "low": None, "high": None}
NO_CASES: Metrics = {
    **dict.fromkeys(("met", "late", "overdue", "missing", "pending", "unknown", "exempt"), 0),
    "timeliness": _NO_RATE,
    "record": _NO_RATE,
}


def violations(tally: Metrics) -> int:
    return sum(tally[verdict] for verdict in VIOLATIONS)
