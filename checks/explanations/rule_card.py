"""One rule explained to a compliance officer, line by line."""

from __future__ import annotations

from datetime import date

from checks.explanations.rule_words import RuleWords
from checks.law.conflicts import bound_together, conflicts
from checks.law.register import clauses_of
from checks.law.rulebook import Rule, Rulebooks

Line = tuple[str, str]


def rule_card(rule: Rule, rulebooks: Rulebooks, words: RuleWords, on: date) -> list[Line]:
    """Property and text of each line.

    What the rule asks of whom, from when, by when, on what basis, and how it stands to other rules
    on that day.
    """
    regulation = rulebooks.regulation(rule.regulation)
    return [
        ("rule", f"{rule.id} {words.words.text(rule.title)}"),
        ("regulation", f"{regulation.code} {words.words.text(regulation.title)}"),
        ("article", rule.article),
        ("requirement", words.words.text(rule.requirement)),
        ("when", words.when(rule)),
        ("start", words.moment(rule.start, rule.kind.words)),
        ("end", words.end(rule)),
        ("clock", words.clock(rule)),
        *(("calendar", line) for line in words.calendars(rule, rulebooks.calendars)),
        *(("limits", words.limits(limit)) for limit in rule.limits),
        *(("pauses", line) for line in words.pauses(rule, rulebooks.pause_reasons)),
        ("renegotiable", words.say("yes" if rule.renegotiable else "no")),
        ("basis", words.words.say("basis", rule.basis)),
        *(("reading", words.words.text(text)) for text in rulebooks.readings_of(rule)),
        *(
            ("clause", f"{clause.article} {words.words.text(clause.summary)}")
            for clause in clauses_of(rulebooks, rule)
        ),
        ("topic", words.words.text(rulebooks.topics[rule.topic])),
        ("standing", words.standing(rule, bound_together(rule, rulebooks, on))),
        *(("conflict", line) for line in _conflicts(rule, rulebooks, words, on)),
    ]


def _conflicts(rule: Rule, rulebooks: Rulebooks, words: RuleWords, on: date) -> list[str]:
    found = [
        c for c in conflicts(rulebooks, on) if rule.id in [demand.rule.id for demand in c.demands]
    ]
    shown = [words.conflict(conflict) for conflict in found]
    return [f"{tier}: {demands}; {governs}" for tier, demands, governs in shown]
