"""What the report prints that stands in metrics.json under no path: how it follows from what stands
there, worked out without the report's code.

By the message (or function) and the name of the number: the numbers in their order, or the set that
each is one of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from itertools import accumulate
from typing import Any, Final

import polars as pl
from ruamel.yaml import YAML

from checks.law.rulebook import Rulebooks

GRADES: Final = ("critical", "major", "minor")
STATUSES: Final = ("automated", "completeness", "conduct", "evidence", "manual", "not_a_duty")
UNDONE: Final = ("late", "overdue", "open")


@dataclass(frozen=True)
class Facts:
    """metrics.json, the findings, inputs.json, and what the document is about."""

    metrics: dict[str, Any]
    findings: pl.DataFrame
    inputs: dict[str, Any]
    rulebooks: Rulebooks
    focus: str = ""

    @cached_property
    def duties(self) -> list[tuple[int, int]]:
        """Done of due, of every duty with cases."""
        found = []
        for duty in self.metrics["evidence"].values():
            if not duty:
                continue
            done, due = duty["rate"]["numerator"], duty["rate"]["denominator"]
            if "without_training" in (duty["details"] or {}):
                due = duty["details"]["people"]
                done = due - duty["details"]["without_training"]
            if (
                self.focus
                and "by_clause" in (duty["details"] or {})
                and "too_late" in duty["details"]
            ):
                mine = [c for c in duty["details"]["by_clause"] if c["key"].startswith(self.focus)]
                due = sum(clause["n"] for clause in mine)
                done = due - sum(clause["too_late"] for clause in mine)
            own = any(article.startswith(f"{self.focus} ") for article in duty["articles"])
            if due and (own or not self.focus):
                found.append((done, due))
        return found

    @property
    def failed(self) -> int:
        return sum(done < due for done, due in self.duties)

    @property
    def own(self) -> pl.DataFrame:
        """The findings that the document is about."""
        if not self.focus:
            return self.findings
        return self.findings.filter(pl.col("rules").str.contains(rf"\b{self.focus}-"))

    @property
    def grave(self) -> pl.DataFrame:
        return self.own.filter(pl.col("grade").is_in(("critical", "major")))

    @property
    def rules(self) -> list[dict[str, Any]]:
        return [
            r for r in self.metrics["by_rule"] if not self.focus or r["regulation"] == self.focus
        ]

    @cached_property
    def themes(self) -> list[tuple[pl.DataFrame, int]]:
        """The findings of each theme with a breach, and its breached rules."""
        source = (files("report_templates") / "themes.yaml").read_text("utf-8")
        made = []
        for theme in YAML(typ="safe").load(source).values():
            broken = [
                rule
                for rule in self.rules
                if rule["topic"] in theme["topics"]
                and rule["late"] + rule["overdue"] + rule["missing"]
            ]
            if broken:
                topics = [rule["topic"] for rule in broken]
                made.append((self.own.filter(pl.col("topic").is_in(topics)), len(broken)))
        return made

    @cached_property
    def strings(self) -> set[str]:
        """Every text of metrics.json."""

        def within(node: Any) -> Iterator[str]:
            if isinstance(node, str):
                yield node
            elif isinstance(node, dict | list):
                for each in node.values() if isinstance(node, dict) else node:
                    yield from within(each)

        return set(within(self.metrics))

    @property
    def gaps(self) -> int:
        """Rules that the records can't decide."""
        own = {rule["key"] for rule in self.rules}
        return sum(gap["rule_id"] in own for gap in self.metrics["gate"]["gaps"])

    @property
    def answered(self) -> int:
        return self.findings["response"].drop_nulls().len()

    def detail(self, duty: str, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.metrics["evidence"][duty]["details"][name]
        return found

    @cached_property
    def spans(self) -> set[float]:
        """Seconds between any two instants of a case that is told."""
        found: set[float] = set()
        for case in self.metrics["cases"]:
            times = [s[key] for s in case["steps"] for key in ("due_at", "fulfilled_at") if s[key]]
            if case["next_contact"]:
                times.append(case["next_contact"]["at"])
            instants = [datetime.fromisoformat(at) for at in times]
            found |= {(b - a).total_seconds() for a in instants for b in instants if b > a}
        return found


def peaks(facts: Facts) -> set[str]:
    """The four hours with most that was late, as either language lists them."""
    late: Counter[int] = Counter()
    for cell in facts.metrics["heat"]:
        late[cell["hour"]] += cell["denominator"] - cell["numerator"]
    hours = [str(hour) for hour in sorted(sorted(late, key=lambda hour: (-late[hour], hour))[:4])]
    return {"、".join(hours), ", ".join(hours)}


def most_topics(facts: Facts) -> list[int]:
    """The fewest steps with half of the findings."""
    counts = [row["n"] for row in facts.metrics["findings"]["by_topic"]]
    total = facts.metrics["findings"]["total"]
    return [next(n for n, so_far in enumerate(accumulate(counts), 1) if 2 * so_far >= total)]


def alerts(facts: Facts) -> list[int]:
    """Missed alerts by whoever answers for the ticket, the most first."""
    missed = facts.detail("overdue_alerts", "missed")
    counted = Counter((m["responsible"] or "", m["department"] or "") for m in missed)
    return sorted(counted.values(), reverse=True)[:16]


def few_checks(facts: Facts) -> list[int]:
    days = facts.detail("spot_checks", "days")
    return [sum(day["checked"] * 10 < day["asked"] * 3 for day in days)]


def theme_numbers(facts: Facts) -> list[int]:
    """Of each theme the findings by grade, then by recorded cause."""
    found: list[int] = []
    for own, _ in facts.themes:
        by_grade = [own.filter(pl.col("grade") == grade).height for grade in GRADES]
        causes = own["cause"].drop_nulls().value_counts(sort=True)["count"].head(3).to_list()
        found += [n for n in by_grade if n] + sorted(causes, reverse=True)
    return found


def owners(facts: Facts) -> set[int]:
    listed = facts.detail("rectifications", "listed")
    return set(Counter(r["owner"] for r in listed if r["state"] in UNDONE).values())


def rung(facts: Facts) -> tuple[list[int], ...] | set[int]:
    """On page one, then in the list of the grave findings, which the page has elsewhere; of a part
    of the regulations page one has cases of its own."""
    if facts.focus:
        return set(_rings(facts, facts.findings))
    cards = [card["finding_id"] for card in facts.metrics["attention"]]
    first = [n for number in cards for n in _rings(facts, facts.findings.filter(finding_id=number))]
    return [*first, *_rings(facts, facts.grave)], first


def _rings(facts: Facts, rows: pl.DataFrame) -> list[int]:
    clocks = {rule.id: rule.clock for rule in facts.rulebooks.rules}
    found = rows.select("rules", "rings").iter_rows()
    return [n for rules, n in found if n is not None and clocks[rules.split(";")[0]] == "rings"]


def theme_findings(facts: Facts) -> tuple[list[int], list[int]]:
    """The findings of each theme, with or without all of them at the end."""
    sizes = [own.height for own, _ in facts.themes]
    return sizes, [*sizes, facts.findings.height]


def demands(facts: Facts) -> list[int]:
    """Five failed duties at most, every theme, what is nobody's and what is undecided: twelve at
    most."""
    found = facts.metrics["findings"]
    own = (
        found["critical_by_department"],
        found["unassigned"],
        facts.metrics["headline"]["unknown"],
    )
    others = 0 if facts.focus else sum(map(bool, own))
    return [min(12, min(facts.failed, 5) + len(facts.themes) + others)]


def readings_left(facts: Facts) -> list[int]:
    """Two of each kind are printed."""
    breached = {r["key"] for r in facts.rules if r["late"] + r["overdue"] + r["missing"]}
    mine = {r["key"] for r in facts.rules}
    own = [r for r in facts.rulebooks.rules if r.id in breached and r.reading]
    rules = [r for r in facts.rulebooks.rules if r.id in mine]
    shared = [r for r in facts.rulebooks.readings if any(map(r.scope.holds, rules))]
    return [max(0, len(own) - 2) + max(0, len(shared) - 2)]


def statuses(facts: Facts) -> list[int]:
    """Of each regulation all clauses, then those looked after in each way."""
    found: list[int] = []
    for regulation in facts.rulebooks.regulations:
        counted = Counter(clause.status for clause in regulation.clauses)
        found += [counted.total(), *(counted[status] for status in STATUSES)]
    return found


def by_topic(facts: Facts) -> set[int]:
    return set(facts.own["topic"].value_counts()["count"].to_list())


def further_clauses(facts: Facts) -> list[int]:
    return [n - 1 for n in (len(c.split(";")) for c in facts.grave["clauses"]) if n > 1]


def overruns(facts: Facts) -> set[Any]:
    return set(facts.findings["overrun_seconds"].drop_nulls().to_list())


def of_the_trade(facts: Facts) -> set[str]:
    """What indicators say of themselves, as it stands in metrics.json."""
    names = ("title", "definition", "over")
    told = {i[name][lang] for i in facts.metrics["indicators"] for name in names for lang in LANGS}
    return told | {i["source"] for i in facts.metrics["indicators"]}


def in_order(n: int) -> list[int]:
    return list(range(1, n + 1))


LANGS: Final = ("zh", "en")
Expected = list[Any] | set[Any] | tuple[list[Any], ...]
DERIVED: Final[dict[tuple[str, str], Callable[[Facts], Expected]]] = {
    ("trade.meaning", "definition"): of_the_trade,
    ("trade.meaning", "over"): of_the_trade,
    ("trade.sourced", "source"): of_the_trade,
    ("page.more_failures", "n"): lambda f: [f.failed - 4],
    ("decision.failures", "n"): lambda f: [f.failed],
    ("oversight.picture", "n"): lambda f: [f.failed],
    ("oversight.picture", "total"): lambda f: [len(f.duties)],
    ("nouns.table", "n"): lambda f: {len(f.metrics["gate"]["tables"])},
    ("nouns.rule", "n"): lambda f: {len(f.rules)},
    ("_judged", "number"): lambda f: {len(f.rules) - f.gaps},
    ("_counts", "number"): lambda f: (
        {0} if not f.metrics["findings"]["critical_by_department"] else set()
    ),
    ("distribution.more_steps", "n"): lambda f: [len(f.metrics["limit_use"]) - 11],
    ("overview.heat_most", "hours"): peaks,
    ("distribution.pareto", "n"): most_topics,
    ("distribution.others", "n"): lambda f: {len(f.metrics["findings"]["by_topic"]) - 9},
    ("cases.intro_none", "others"): lambda f: [len(f.metrics["cases"])],
    ("picture.timeline", "subject"): lambda f: [case["subject_id"] for case in f.metrics["cases"]],
    ("why", "duration"): overruns,
    ("_overrun", "duration"): overruns,
    ("until_contact", "duration"): lambda f: f.spans,
    ("result_of", "duration"): lambda f: f.spans,
    ("_summary", "number"): theme_numbers,
    ("themes.more", "n"): lambda f: [n - 6 for _, n in f.themes if n > 6],
    ("_owner", "number"): owners,
    ("_person", "number"): alerts,
    ("oversight.days", "n"): few_checks,
    ("nouns.file_or_sheet", "n"): lambda f: {len(f.inputs["unread"])},
    ("quality.unread", "n"): lambda f: {str(len(f.inputs["unread"]))},
    ("annex.grave_list.order", "year"): lambda f: [f.metrics["period"]["from"][:4]],
    ("annex.grave_list.table", "n"): lambda f: [str(f.grave.height)],
    ("annex.grave_list.others", "n"): further_clauses,
    ("why.rang", "n"): rung,
    ("why.rang", "limit"): lambda f: {"3", "5", "6"},
    ("picture.day", "day"): lambda f: set(range(1, 32)),
    ("nouns.finding", "n"): theme_findings,
    ("_listed", "number"): lambda f: [
        n for n in (len(pair["cells"]) - 4 for pair in f.metrics["gate"]["replaced"]) if n > 0
    ],
    ("demands.intro", "n"): demands,
    ("annex.readings.more", "n"): readings_left,
    ("words.heading", "chapter"): lambda f: set(range(1, 17)),
    ("words.in_brackets", "words"): lambda f: f.strings,
    ("clause_coverage", "number"): statuses,
    ("_worst_row", "number"): by_topic,
    ("happened", "duration"): overruns,
    ("words.capped", "total"): lambda f: {f.answered},
    ("words.capped", "shown"): lambda f: {f.answered},
    ("words.capped_people", "total"): lambda f: [len(f.metrics["by_person"])],
    ("words.capped_people", "shown"): lambda f: [25],
    ("good_practice.none", "n"): lambda f: [30],
}
"""Of the printed document and the page."""
