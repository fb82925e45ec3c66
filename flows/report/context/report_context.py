"""What every part of the report is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from checks.law.rulebook import Rule, Rulebooks, Text
from checks.numbers.gate import GateFound
from checks.numbers.rates import Rate, RuleRow, Tally
from checks.numbers.whole import Metrics
from checks.numbers.year import Year
from flows.report.context.articles import cited
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import Profile
from flows.report.words.texts import Texts
from flows.report.words.wording import Wording
from flows.system.errors import KelouError

EVIDENCE = 4
"""Findings named on the card of a clause."""
NAMED = 12
"""Departments named in one sentence: a company of thousands of them still gets one page one."""
OF = TypeVar("OF")


@dataclass(frozen=True, kw_only=True)
class ReportWords:
    """The means to put results into the words of one language and one document."""

    rulebooks: Rulebooks
    texts: Texts
    wording: Wording
    printable: Printable
    options: ReportOptions
    profile: Profile

    @cached_property
    def target(self) -> float | None:
        """The rate to reach, 0..1: the company's, else the line below which a department is to be
        penalised; None where no regulation in force draws one."""
        stated = self.rulebooks.stated_parameters.penalised_below
        line = stated.amount / 100 if stated else None
        return self.options.target or line

    def in_focus(self, rule_id: str) -> bool:
        return not self.profile.focus or rule_id.startswith(f"{self.profile.focus}-")

    def in_focus_article(self, article: str) -> bool:
        """Whether an article, as `TC 第八条(一)`, is of a regulation that the document is about."""
        return not self.profile.focus or article.startswith(f"{self.profile.focus} ")

    def word(self, text: Text) -> str:
        """Either language of a rulebook's text."""
        return text.zh if self.texts.lang == "zh" else cited(text.en, "en")

    def of_document(self, name: str, **values: str) -> str:
        """A word of the document (checks.law.belongings.WORDS): as the regulation that asks for it
        has it, else the general one."""
        own = self.profile.words.get(name)
        if own is None:
            return self.texts(f"profile.general.{name}", **values)
        text = own.zh if self.texts.lang == "zh" else own.en
        return text.format(**values) if values else text

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
        if name is None or name == "unassigned":
            return self.texts("words.unassigned")
        own = {} if self.texts.lang == "zh" else self.options.department_names
        return self.printable.text(own.get(name) or self.texts.name("department_name", name))

    def person(self, name: str | None) -> str:
        return (
            self.texts("words.unassigned")
            if name in (None, "unassigned")
            else self.printable.agent(name)
        )

    def several(
        self, rows: Sequence[OF], say: Callable[[OF], str], between: str = "words.and"
    ) -> str:
        """What is said of each of the first NAMED rows, joined by the text `between`, and how many
        others there are."""
        said = self.texts(between).join(say(row) for row in rows[:NAMED])
        others = len(rows) - NAMED
        if others <= 0:
            return said
        return said + self.texts("words.others", n=self.wording.number(others))

    def tier(self, code: str | None) -> str:
        return self.texts.name("tier", code if code != "unknown" else None)


@dataclass(frozen=True, kw_only=True)
class ReportContext(ReportWords):
    """The results of a run and the means to put them into words; `findings` has the schema
    `checks.results.findings.FINDINGS`, `inputs` is inputs.json. `kept_apart`: SHA-256 of
    findings.csv where the document doesn't carry it; `seal`: that of inputs.json.
    """

    metrics: Metrics
    findings: pl.DataFrame
    inputs: Mapping[str, Any]
    kept_apart: str = ""
    seal: str = ""

    @cached_property
    def grave(self) -> pl.DataFrame:
        """Critical and major findings that the document is about."""
        found = self.findings.filter(pl.col("grade").is_in(("critical", "major")))
        if not self.profile.focus:
            return found
        return found.filter(pl.col("rules").str.contains(rf"\b{self.profile.focus}-"))

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

    def person(self, name: str | None) -> str:
        """Somebody of the staff by name, where the records tell it and it is nobody else's; else by
        number."""
        known = self.metrics.people.get(name or "")
        if known is None:
            return super().person(name)
        called = self.printable.agent(known)
        return f"{called} {self.printable.agent(name)}" if known in self._namesakes else called

    @cached_property
    def _namesakes(self) -> frozenset[str]:
        """Names that several people bear. Counted once: a workbook asks for a person a hundred
        thousand times, and a company may have as many."""
        borne = Counter(self.metrics.people.values())
        return frozenset(name for name, bearers in borne.items() if bearers > 1)

    @cached_property
    def disputed(self) -> frozenset[str]:
        """Findings that a department objects to, while nobody has rejected that."""
        waiting = (
            entry.finding
            for entry in self.metrics.objections or ()
            if entry.decision is None or entry.decision.accepted
        )
        return frozenset(finding or "" for finding in waiting) - {""}

    @cached_property
    def contested(self) -> frozenset[str]:
        """Departments some finding of which is disputed."""
        disputed = pl.Series(sorted(self.disputed), dtype=pl.String).implode()
        rows = self.findings.filter(pl.col("finding_id").is_in(disputed))
        return frozenset(rows["department"].drop_nulls())

    @property
    def period_name(self) -> str:
        """`2026年10月`; the days of a period that is no whole month."""
        period = self.metrics.period
        first, last = date.fromisoformat(period.from_), date.fromisoformat(period.to)
        whole = first.day == 1 and (last + timedelta(days=1)).day == 1
        if whole and (first.year, first.month) == (last.year, last.month):
            return self.wording.month(period.from_)
        return self.wording.span(period.from_, period.to)

    @property
    def gate(self) -> GateFound:
        """What the gate found. Raises KelouError: an older run's numbers lack it."""
        if self.metrics.gate is None:
            raise KelouError("metrics.json lacks the section gate; make the run anew: kelou audit")
        return self.metrics.gate

    @property
    def tally(self) -> Tally:
        """The rate row that the document is about: the governing acts, or one regulation's own
        obligations."""
        if not self.profile.focus:
            return self.metrics.headline
        own = (row for row in self.metrics.by_regulation if row.key == self.profile.focus)
        return next(own, NO_CASES)

    def rules(self) -> list[RuleRow]:
        """The rule rows that the document is about, in governing order."""
        return [row for row in self.metrics.by_rule if self.in_focus(row.key)]


@dataclass(frozen=True, kw_only=True)
class YearContext(ReportWords):
    """The closings of a year, added up, and the means to put them into words."""

    year: Year


_NO_RATE = Rate(numerator=0, denominator=0, unknown=0, rate=None, low=None, high=None)
NO_CASES = Tally(
    met=0,
    late=0,
    overdue=0,
    missing=0,
    pending=0,
    unknown=0,
    exempt=0,
    timeliness=_NO_RATE,
    record=_NO_RATE,
)
