"""A rule's parts in words: when it applies, what starts and fulfils it, its limits, its
conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from checks.concepts import TIERS
from checks.explanations.words import Words
from checks.law.conflicts import Conflict, Demand
from checks.law.hours import BusinessHours, PauseReason
from checks.law.rulebook import Limit, Rule
from checks.subjects.registry import word as own_word

NOTHING: Final[Mapping[str, Mapping[str, str]]] = {}


@dataclass(frozen=True)
class RuleWords:
    """`words`: the wording of explanations and rules together; `fields`: the names of the tables'
    columns."""

    words: Words
    fields: dict[str, dict[str, str]]

    def say(self, saying: str, **values: object) -> str:
        return self.words.say("sayings", saying, **values)

    def when(self, rule: Rule) -> str:
        """`咨询、未能当场解答`, after the kind of subject."""
        subject = self._named("subjects", rule.subject)
        parts = [*(self.condition(word) for word in rule.when), *self._cells(rule)]
        return self.say("when", subject=subject, words=self._list(parts))

    def _cells(self, rule: Rule) -> Iterator[str]:
        """`优先级为 P1 或 P2`, as the cells are written in the rulebook."""
        for column, values in rule.where.items():
            names = self.say("either").join(value.removeprefix("not ") for value in values)
            saying = "is_not" if values[0].startswith("not ") else "is"
            yield self.say(saying, column=self._moment(column), values=names)

    def condition(self, word: str) -> str:
        plain = self._named("conditions", word.removeprefix("not "))
        return self.say("not", word=plain) if word.startswith("not ") else plain

    def moment(self, expression: str, own: Mapping[str, Mapping[str, str]] = NOTHING) -> str:
        """A start or an end; `a|b` and `a & b` with their joiner. `own`: words that the kind of
        subject has for instants of its own (SubjectKind.words)."""
        joiner = self.say("either") if "|" in expression else self.say("both")
        names = (name.strip() for name in re.split(r"[|&]", expression))
        return joiner.join(
            own[name][self.words.lang] if name in own else self._moment(name) for name in names
        )

    def _moment(self, name: str) -> str:
        if name in self.words.texts["moments"]:
            return self.words.say("moments", name)
        return self.fields.get(name, {}).get(self.words.lang, name)

    def _named(self, section: str, name: str) -> str:
        """The wording's name; a kind of subject may bring its own."""
        if name in self.words.texts[section]:
            return self.words.say(section, name)
        return own_word(name, self.words.lang)

    def end(self, rule: Rule) -> str:
        """What fulfils the rule, by whom, and what else does under a condition."""
        end = self.moment(rule.end, rule.kind.words)
        if rule.by:
            roles = self.say("either").join(self.words.say("roles", role) for role in rule.by)
            end = self.say("by", end=end, roles=roles)
        others = (
            self.say("where", words=self.condition(word), end=self.moment(other))
            for word, other in rule.end_if.items()
        )
        return "; ".join((end, *others))

    def clock(self, rule: Rule) -> str:
        clock = self.words.say("clocks", rule.clock_kind)
        return (
            self.say("to", clock=clock, moment=self.moment(rule.promise)) if rule.promise else clock
        )

    def calendars(self, rule: Rule, known: Mapping[str, BusinessHours]) -> list[str]:
        """The business hours that the rule's clock counts, the usual ones first, and whose are
        others."""
        usual = [self._hours(known[rule.calendar])] if rule.calendar else []
        others = []
        for row in rule.calendar_for:
            tiers = (self.words.say("tiers", tier) for tier in row.tier)
            whose = self._list((*row.department, *tiers)) or self.say("everybody")
            text = self.say("hours_for", whose=whose, hours=self._hours(known[row.calendar]))
            others.append(self.say("from", since=row.since, limits=text) if row.since else text)
        return [*usual, *others]

    def _hours(self, hours: BusinessHours) -> str:
        week = self._list(f"{days} {shifts}" for days, shifts in hours.week.items())
        given = hours.holidays
        holidays = given if isinstance(given, str) else self._list(map(str, given))
        return self.say("hours", name=self.words.text(hours), week=week, holidays=holidays)

    def pauses(self, rule: Rule, known: Mapping[str, PauseReason]) -> list[str]:
        """What stops the rule's clock, and for which tiers alone."""
        lines = []
        for pause in rule.pauses:
            tiers = self._list(self.words.say("tiers", tier) for tier in pause.tier)
            reason = self.words.text(known[pause.reason])
            lines.append(self.say("pause_for", reason=reason, tiers=tiers) if tiers else reason)
        return lines

    def limits(self, limit: Limit) -> str:
        """One row of limits, tier by tier, with the day that it came into force."""
        cells = dict(zip(TIERS, limit.cells, strict=True))
        if not any(cells.values()):
            limits = self.say("repealed")
        elif len(set(cells.values())) == 1:
            limits = self.say("all_tiers", limit=self.words.limit(limit.cells[0] or ""))
        else:
            limits = self._list(
                self.say(
                    "tier_limit", tier=self.words.say("tiers", tier), limit=self.words.limit(cell)
                )
                for tier, cell in cells.items()
                if cell
            )
        return self.say("from", since=limit.since, limits=limits) if limit.since else limits

    def demand(self, demand: Demand) -> str:
        limit = self.moment(demand.limit) if demand.rule.promise else self.words.limit(demand.limit)
        return self.say("demand", rule=demand.rule.id, limit=limit)

    def conflict(self, conflict: Conflict) -> tuple[str, str, str]:
        """The tier, what each rule asks of it, and which governs."""
        return (
            self.words.say("tiers", conflict.tier),
            self._list(self.demand(demand) for demand in conflict.demands),
            self.say(conflict.kind, rule=conflict.governing.rule.id),
        )

    def standing(self, rule: Rule, together: Sequence[Rule]) -> str:
        """Which of the rules that bind the same act come before or after this one."""
        ids = [other.id for other in together]
        before, after = ids[: ids.index(rule.id)], ids[ids.index(rule.id) + 1 :]
        if before:
            return self.say("yields", others=self._list(before))
        return self.say("governs", others=self._list(after)) if after else self.say("governs_alone")

    def _list(self, parts: Iterable[str]) -> str:
        return self.say("and").join(parts)
