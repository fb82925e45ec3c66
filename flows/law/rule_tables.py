"""What `kelou rules` lists: rules, clauses and conflicts, as rows for machines and as cells for
people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any, Final

from ruamel.yaml import YAML

from checks.concepts import TIERS
from checks.explanations.rule_card import rule_card
from checks.explanations.rule_words import RuleWords
from checks.explanations.words import Words
from checks.law.conflicts import Conflict, conflicts
from checks.law.parameters import Parameter
from checks.law.register import coverage
from checks.law.rulebook import Clause, Rule, Rulebooks
from checks.records.milestones import WORDS

_TIMED: Final = ("calendar", "pauses")


@dataclass(frozen=True)
class Listing:
    """`rows`: for CSV and JSON; `headings` (or none), `cells`: for a table on the screen; `notes`:
    lines below it."""

    name: str
    rows: list[dict[str, Any]]
    headings: list[str]
    cells: list[list[str]]
    notes: list[str] = field(default_factory=list)


def rule_words(lang: str) -> RuleWords:
    """The wording of rules in one language, with the names of the tables' columns."""
    texts: dict[str, Any] = {}
    for name in ("wording.yaml", "rules.yaml", "commands.yaml"):
        texts |= _yaml("explanations", name)
    fields = {**_yaml("completeness", "suites", "calls.yaml")["fields"]}
    fields |= {**_yaml("completeness", "suites", "tickets.yaml")["fields"], **WORDS}
    return RuleWords(Words(texts, lang), fields)


def _yaml(*path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(
        files("checks").joinpath(*path).read_text("utf-8")
    )
    return loaded


def rule_listing(rulebooks: Rulebooks, words: RuleWords, on: date) -> Listing:
    """One row per rule, with the limits in force on that day; its calendars and pauses where some
    rule has any."""
    rules = rulebooks.rules
    timed = [name for name in _TIMED if any(_timed(rule)[name] for rule in rules)]
    tiers = [words.words.say("tiers", tier) for tier in TIERS]
    return Listing(
        "rules",
        [_rule_row(rule, on) | {name: _timed(rule)[name] for name in timed} for rule in rules],
        [*_columns(words, "rule", "article", "title"), *tiers, *_columns(words, "clock", *timed)],
        [
            [
                rule.id,
                rule.article,
                words.words.text(rule.title),
                *_limits(rule, on),
                words.words.say("clocks", rule.clock_kind),
                *(_timed(rule)[name] for name in timed),
            ]
            for rule in rules
        ],
    )


def _rule_row(rule: Rule, on: date) -> dict[str, str]:
    return {
        "rule_id": rule.id,
        "regulation": rule.regulation,
        "article": rule.article,
        "topic": rule.topic,
        "subject": rule.subject,
        "when": " & ".join((*rule.when, *_where(rule))),
        "start": rule.start,
        "end": _end(rule),
        "clock": rule.clock,
        **dict(zip(TIERS, _limits(rule, on), strict=True)),
        "renegotiable": "yes" if rule.renegotiable else "",
        "basis": rule.basis,
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
    }


def _timed(rule: Rule) -> dict[str, str]:
    """The names of a rule's calendars, the usual one first, and of the reasons that stop its
    clock."""
    reasons = [
        pausing.reason + (f" ({', '.join(pausing.tier)})" if pausing.tier else "")
        for pausing in rule.pauses
    ]
    return {"calendar": ", ".join(rule.calendars), "pauses": ", ".join(reasons)}


def _where(rule: Rule) -> list[str]:
    return [f"{column} in ({', '.join(values)})" for column, values in rule.where.items()]


def _end(rule: Rule) -> str:
    others = "".join(f" ({condition}: {end})" for condition, end in rule.end_if.items())
    return rule.end + others + (f" by {' or '.join(rule.by)} staff" if rule.by else "")


def _limits(rule: Rule, on: date) -> list[str]:
    limit = rule.limit_on(on)
    return [cell or "" for cell in limit.cells] if limit else [""] * len(TIERS)


def rule_card_listing(rule: Rule, rulebooks: Rulebooks, words: RuleWords, on: date) -> Listing:
    """One rule explained, one row per line."""
    lines = rule_card(rule, rulebooks, words, on)
    return Listing(
        "lines",
        [{"property": name, "text": text} for name, text in lines],
        [],
        [[words.words.say("rule_labels", name), text] for name, text in lines],
    )


def clause_listing(rulebooks: Rulebooks, words: RuleWords) -> Listing:
    """One row per clause of the register; below it the counts, and where a source text breaks
    off."""
    clauses = [(code.code, clause) for code in rulebooks.regulations for clause in code.clauses]
    return Listing(
        "clauses",
        [_clause_row(code, clause) for code, clause in clauses],
        _columns(words, "regulation", "article", "status", "decided_by", "summary"),
        [
            [
                code,
                clause.article,
                words.words.say("statuses", clause.status),
                words.say("and").join((*clause.rules, *clause.by)),
                words.words.text(clause.summary)
                + (f" ({words.words.text(clause.note)})" if clause.note else ""),
            ]
            for code, clause in clauses
        ],
        _totals(rulebooks, words),
    )


def _clause_row(code: str, clause: Clause) -> dict[str, Any]:
    return {
        "clause_id": clause.id,
        "regulation": code,
        "article": clause.article,
        "status": clause.status,
        "rules": list(clause.rules),
        "by": list(clause.by),
        "summary_zh": clause.summary.zh,
        "summary_en": clause.summary.en,
        "note_zh": clause.note.zh if clause.note else "",
        "note_en": clause.note.en if clause.note else "",
    }


def _totals(rulebooks: Rulebooks, words: RuleWords) -> list[str]:
    notes = []
    for row in coverage(rulebooks):
        code = row.regulation.code
        counts = {"total": row.total, "duties": row.duties, "by_records": row.by_records}
        notes.append(words.say("totals", code=code, manual=row.clauses["manual"], **counts))
        if row.unlisted:
            notes.append(words.say("unlisted", code=code, rules=", ".join(row.unlisted)))
        if row.regulation.ends:
            notes.append(
                words.say(
                    "ends",
                    code=code,
                    title=words.words.text(row.regulation.title),
                    ends=words.words.text(row.regulation.ends),
                )
            )
    return notes


def parameter_listing(rulebooks: Rulebooks, words: RuleWords) -> Listing:
    """One row per amount that no single rule holds, as the files state it."""
    stated = [(name, given) for name, given in rulebooks.stated_parameters if given is not None]
    return Listing(
        "parameters",
        [_parameter_row(name, given, rulebooks.citing(given.article)) for name, given in stated],
        _columns(words, "parameter", "article", "title", "value", "reading"),
        [
            [
                name,
                rulebooks.citing(given.article),
                words.words.text(given.title),
                given.value if isinstance(given.value, str) else ", ".join(given.value),
                words.words.text(given.reading) if given.reading else "",
            ]
            for name, given in stated
        ],
    )


def _parameter_row(name: str, given: Parameter, article: str) -> dict[str, Any]:
    return {
        "parameter": name,
        "article": article,
        "value": given.value if isinstance(given.value, str) else list(given.value),
        "title_zh": given.title.zh,
        "title_en": given.title.en,
        "reading_zh": given.reading.zh if given.reading else "",
        "reading_en": given.reading.en if given.reading else "",
    }


def conflict_listing(rulebooks: Rulebooks, words: RuleWords, on: date) -> Listing:
    """One row per conflict and tier, for clocks that start on that day."""
    found = conflicts(rulebooks, on)
    return Listing(
        "conflicts",
        [_conflict_row(conflict) for conflict in found],
        _columns(words, "act", "tier", "demands", "governs", "strictest"),
        [
            [
                words.say("and").join(
                    dict.fromkeys(words.words.text(rulebooks.topics[t]) for t in _topics(conflict))
                ),
                *words.conflict(conflict),
                conflict.strictest.rule.id if conflict.strictest else "",
            ]
            for conflict in found
        ],
        [] if found else [words.say("no_conflict")],
    )


def _conflict_row(conflict: Conflict) -> dict[str, Any]:
    conditions = dict.fromkeys(word for demand in conflict.demands for word in demand.rule.when)
    return {
        "kind": conflict.kind,
        "topics": list(dict.fromkeys(_topics(conflict))),
        "tier": conflict.tier,
        "when": " & ".join(conditions),
        "demands": [f"{demand.rule.id}: {demand.limit}" for demand in conflict.demands],
        "governs": conflict.governing.rule.id,
        "strictest": conflict.strictest.rule.id if conflict.strictest else "",
    }


def _topics(conflict: Conflict) -> list[str]:
    return [demand.rule.topic for demand in conflict.demands]


def _columns(words: RuleWords, *names: str) -> list[str]:
    return [words.words.say("columns", name) for name in names]
