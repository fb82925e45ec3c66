"""Where regulations ask different things of the same act, or a regulation's own steps do not fit
together.

Computed from the rulebooks for a day, tier by tier: nothing here knows a rule by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Literal

from checks.concepts import TIERS
from checks.law.milestone_order import CHAINS
from checks.law.rulebook import Rule, Rulebooks, parse_duration
from checks.law.vocabulary import EXCLUSIVE, end_columns


@dataclass(frozen=True)
class Demand:
    """What one rule asks of a tier; `limit` as the rulebook writes it, a promise as its column."""

    rule: Rule
    limit: str

    @cached_property
    def length(self) -> int | None:
        """The limit as a number in the units of its clock; None where only a record is owed."""
        owed = self.rule.clock_kind in ("promise", "presence")
        return None if owed else parse_duration(self.limit)[1]

    @cached_property
    def scale(self) -> tuple[object, ...]:
        """What the lengths of demands must share to be compared: the clock, and of business time
        the unit and the calendars."""
        rule = self.rule
        if rule.clock != "business":
            return (rule.clock_kind,)
        unit = parse_duration(self.limit)[0]
        return rule.clock_kind, unit, rule.calendar, rule.calendar_for


@dataclass(frozen=True)
class Conflict:
    """Demands that a customer of the tier can hold at once and that differ.

    `same_act`: several regulations bind one act; the first demand governs by the order of
    regulations.
    `order_of_steps`: a later step is due before an earlier one; both bind, so the first demand, the
    one due earlier, sets the pace.
    """

    kind: Literal["same_act", "order_of_steps"]
    tier: str
    demands: tuple[Demand, ...]

    @property
    def governing(self) -> Demand:
        """The demand that governs, or that sets the pace."""
        return self.demands[0]

    @property
    def strictest(self) -> Demand | None:
        """The demand that is due first; None where clocks of different kinds can't be compared."""
        lengths = [demand.length for demand in self.demands]
        if None in lengths or len({demand.scale for demand in self.demands}) > 1:
            return None
        return min(zip(lengths, self.demands, strict=True), key=lambda pair: pair[0] or 0)[1]


def conflicts(rulebooks: Rulebooks, on: date) -> tuple[Conflict, ...]:
    """All conflicts between the limits in force when a clock starts on that day."""
    found = [
        *(conflict for tier in TIERS for conflict in _same_act(rulebooks, tier, on)),
        *(conflict for tier in TIERS for conflict in _order_of_steps(rulebooks, tier, on)),
    ]
    rules = [rule.id for rule in rulebooks.rules]
    return tuple(
        sorted(
            found, key=lambda c: (c.kind != "same_act", [rules.index(d.rule.id) for d in c.demands])
        )
    )


def bound_together(rule: Rule, rulebooks: Rulebooks, on: date) -> tuple[Rule, ...]:
    """The rules, this one among them, that may bind the same act of one customer, in governing
    order."""
    topic = [other for other in rulebooks.rules if other.topic == rule.topic]
    groups = (group for tier in TIERS for group in _largest_groups(_demands(topic, tier, on), tier))
    found = {
        demand.rule.id for group in groups if rule in [d.rule for d in group] for demand in group
    }
    return tuple(other for other in topic if other.id in {rule.id, *found})


def _same_act(rulebooks: Rulebooks, tier: str, on: date) -> Iterator[Conflict]:
    for topic in dict.fromkeys(rule.topic for rule in rulebooks.rules):
        demands = _demands([rule for rule in rulebooks.rules if rule.topic == topic], tier, on)
        for together in _largest_groups(demands, tier):
            if len({(demand.rule.clock_kind, demand.limit) for demand in together}) > 1:
                yield Conflict("same_act", tier, together)


def _largest_groups(demands: Sequence[Demand], tier: str) -> list[tuple[Demand, ...]]:
    """The largest sets of demands that can all hold at once."""
    found: list[tuple[Demand, ...]] = []
    for size in range(len(demands), 1, -1):
        for group in combinations(demands, size):
            contained = any(all(demand in larger for demand in group) for larger in found)
            if not contained and _compatible([demand.rule for demand in group], tier):
                found.append(group)
    return found


def _order_of_steps(rulebooks: Rulebooks, tier: str, on: date) -> Iterator[Conflict]:
    """Within one regulation: pairs of rules from one start whose later step is due before the
    earlier one."""
    for regulation in rulebooks.regulations:
        for earlier, later in combinations(_demands(regulation.rules, tier, on), 2):
            for first, second in ((earlier, later), (later, earlier)):
                if _due_sooner(second, first) and _is_before(first.rule, second.rule, tier):
                    yield Conflict("order_of_steps", tier, (second, first))


def _is_before(first: Rule, second: Rule, tier: str) -> bool:
    """Whether, for a ticket of some kind, every end of `first` stands before every end of `second`
    in the chain."""
    if not first.kind.milestones or first.start != second.start:
        return False
    return any(
        _compatible([first, second], tier, kind)
        for kind in CHAINS
        if _last_place(first, kind) < _first_place(second, kind)
    )


def _last_place(rule: Rule, kind: str) -> float:
    return max(_places(rule, kind), default=float("inf"))


def _first_place(rule: Rule, kind: str) -> float:
    return min(_places(rule, kind), default=-1)


def _places(rule: Rule, kind: str) -> list[int]:
    """Where the rule's ends stand in the chain; none unless all of them do."""
    ends = end_columns(rule.end)
    places = [n for n, step in enumerate(CHAINS[kind]) for end in ends if end in step]
    return places if len(places) == len(ends) else []


def _due_sooner(one: Demand, other: Demand) -> bool:
    if one.length is None or other.length is None or one.scale != other.scale:
        return False
    return one.length < other.length


def _demands(rules: Sequence[Rule], tier: str, on: date) -> list[Demand]:
    found = []
    for rule in rules:
        limits = rule.limit_on(on)
        cell = limits.cells[TIERS.index(tier)] if limits else None
        if cell is not None:
            found.append(Demand(rule, rule.promise or cell))
    return found


def _compatible(rules: Sequence[Rule], tier: str, *also: str) -> bool:
    """Whether one subject of this tier can meet the conditions of all the rules."""
    if len({rule.subject for rule in rules}) > 1:
        return False
    words = {*also, *(_for_tier(word, tier) for rule in rules for word in rule.when)}
    if "never" in words or any(f"not {word}" in words for word in words):
        return False
    if not all(len(words.intersection(group)) <= 1 for group in EXCLUSIVE):
        return False
    return all(_cell_possible(name, rules) for rule in rules for name in rule.where)


def _cell_possible(name: str, rules: Sequence[Rule]) -> bool:
    """Whether a cell can be what the `where` of all the rules asks."""
    asked = [rule.where[name] for rule in rules if name in rule.where]
    negated = {v.removeprefix("not ") for values in asked for v in values if v.startswith("not ")}
    plain = [{*values} for values in asked if not values[0].startswith("not ")]
    return not plain or bool(set.intersection(*plain) - negated)


def _for_tier(word: str, tier: str) -> str:
    """`core_away` means `away` for a core customer and nothing for others."""
    if not word.endswith("core_away"):
        return word
    if tier == "core":
        return word.replace("core_away", "away")
    return "any" if word.startswith("not ") else "never"
