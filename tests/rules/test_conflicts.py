"""Conflicts are computed: those of the shipped regulations, and how they follow from rules."""

from __future__ import annotations

from datetime import date

import pytest

from checks.law.conflicts import Conflict, bound_together, conflicts
from checks.law.rulebook import Limit, Regulation, Rule, Rulebooks, Text
from flows.law.rulebooks import load_rulebooks

DAY = date(2026, 10, 1)
BOOKS = load_rulebooks().rulebooks
PARAMETERS = BOOKS.stated_parameters
FOUND = conflicts(BOOKS, DAY)
TEXT = Text(zh="题", en="title")


def asked(conflict: Conflict) -> dict[str, str]:
    return {demand.rule.id: demand.limit for demand in conflict.demands}


def of(topic: str, tier: str) -> list[Conflict]:
    return [
        c
        for c in FOUND
        if c.kind == "same_act" and c.tier == tier and c.demands[0].rule.topic == topic
    ]


def test_an_important_customer_s_call_is_asked_for_at_five_rings_and_at_three() -> None:
    (found,) = of("phone-answer", "important")
    assert asked(found) == {"TC-6.1-phone": "5", "RC-8.2-phone": "3", "CD-3.1-phone": "3"}
    assert found.governing.rule.id == "TC-6.1-phone"
    assert found.strictest is not None
    assert found.strictest.rule.id == "RC-8.2-phone"


def test_an_important_customer_s_message_at_ten_minutes_and_at_five() -> None:
    (found,) = of("online-first-reply", "important")
    assert asked(found) == {"TC-6.1-online": "10min", "RC-8.2-online": "5min"}


def test_equal_limits_are_no_conflict() -> None:
    assert (
        of("phone-answer", "core")
        == of("online-first-reply", "core")
        == of("archive", "core")
        == []
    )


def test_rules_that_never_meet_are_no_conflict() -> None:
    """Emergency and general faults have different limits, and no fault is both."""
    for conflict in FOUND:
        words = {word for demand in conflict.demands for word in demand.rule.when}
        assert not {"emergency", "general"} <= words
        assert not {"local", "away"} <= words


def test_a_promise_against_a_fixed_limit_has_no_strictest() -> None:
    (found,) = of("deferred-reply", "core")
    assert asked(found) == {"TC-6.1-deferred": "2h", "RC-10.2-promise": "promised_at"}
    assert found.strictest is None


@pytest.mark.parametrize(
    ("tier", "solve", "arrive"),
    [("core", "4h", "24h"), ("important", "6h", "36h"), ("ordinary", "8h", "48h")],
)
def test_an_emergency_elsewhere_is_to_be_solved_before_one_need_arrive(
    tier: str, solve: str, arrive: str
) -> None:
    found = [
        c
        for c in FOUND
        if c.kind == "order_of_steps" and c.tier == tier and "TC-6.3-away-arrive" in asked(c)
    ]
    assert [asked(c) for c in found] == [
        {"TC-6.2-urgent-solve": solve, "TC-6.3-away-arrive": arrive}
    ]
    assert found[0].governing.rule.id == "TC-6.2-urgent-solve"


def test_steps_of_the_same_city_fit_together() -> None:
    assert not any("TC-6.3-local-arrive" in asked(c) for c in FOUND if c.kind == "order_of_steps")


def test_the_order_of_regulations_decides_which_governs() -> None:
    books = load_rulebooks(order=("CD", "RC", "TC", "CM")).rulebooks
    found = next(
        c for c in conflicts(books, DAY) if "CD-3.1-phone" in asked(c) and c.tier == "important"
    )
    assert found.governing.rule.id == "CD-3.1-phone"


def test_rules_of_one_act_stand_together_only_where_they_can_meet() -> None:
    together = bound_together(BOOKS.rule("CM-2.3-fault"), BOOKS, DAY)
    assert [rule.id for rule in together] == [
        "TC-6.2-urgent-respond",
        "TC-6.2-normal-respond",
        "CM-2.3-fault",
    ]
    assert bound_together(BOOKS.rule("TC-6.2-urgent-solve"), BOOKS, DAY) == (
        BOOKS.rule("TC-6.2-urgent-solve"),
    )


def rule(rule_id: str, when: tuple[str, ...], end: str, *limits: Limit, topic: str = "act") -> Rule:
    return Rule(
        id=rule_id,
        title=TEXT,
        article="第一条",
        requirement=TEXT,
        topic=topic,
        subject="ticket",
        when=when,
        start="requested_at",
        end=end,
        clock="wall",
        limits=limits,
        basis="explicit",
    )


def books(*rules: Rule) -> Rulebooks:
    codes = dict.fromkeys(rule.regulation for rule in rules)
    regulations = [
        Regulation(code=c, title=TEXT, rules=tuple(r for r in rules if r.regulation == c))
        for c in codes
    ]
    return Rulebooks(regulations=tuple(regulations), topics={}, stated_parameters=PARAMETERS)


def test_limits_are_those_of_the_day() -> None:
    changed = rule(
        "A-1", ("fault",), "solved_at", Limit(core="2h"), Limit(since=date(2027, 1, 1), core="1h")
    )
    both = books(changed, rule("B-1", ("fault",), "solved_at", Limit(core="2h")))
    assert conflicts(both, date(2026, 12, 31)) == ()
    assert [asked(c) for c in conflicts(both, date(2027, 1, 1))] == [{"A-1": "1h", "B-1": "2h"}]


@pytest.mark.parametrize(
    ("one", "other", "tiers"),
    [
        (("fault",), ("complaint",), []),
        (("fault", "onsite"), ("fault", "not onsite"), []),
        (("fault", "core_away"), ("fault", "local"), []),
        (("fault", "not core_away"), ("fault", "away"), ["important", "ordinary"]),
        (("fault", "core_away"), ("fault", "away"), ["core"]),
        (("fault",), ("emergency",), ["core", "important", "ordinary"]),
    ],
)
def test_conditions_meet_tier_by_tier(
    one: tuple[str, ...], other: tuple[str, ...], tiers: list[str]
) -> None:
    limits = (
        Limit(core="1h", important="1h", ordinary="1h"),
        Limit(core="2h", important="2h", ordinary="2h"),
    )
    found = conflicts(
        books(rule("A-1", one, "solved_at", limits[0]), rule("B-1", other, "solved_at", limits[1])),
        DAY,
    )
    assert [c.tier for c in found] == tiers


def test_a_later_step_that_is_due_first_is_found_in_a_regulation_of_ones_own() -> None:
    respond = rule("A-1", ("complaint",), "responded_at", Limit(core="4h"), topic="one")
    close = rule(
        "A-2", ("complaint",), "disposed_at", Limit(core="2h", important="2h"), topic="two"
    )
    (found,) = conflicts(books(respond, close), DAY)
    assert (found.kind, found.tier, list(asked(found))) == (
        "order_of_steps",
        "core",
        ["A-2", "A-1"],
    )


def test_steps_of_different_chains_have_no_order() -> None:
    first = rule("A-1", ("fault",), "responded_at", Limit(core="4h"), topic="one")
    second = rule("A-2", ("complaint",), "disposed_at", Limit(core="2h"), topic="two")
    assert conflicts(books(first, second), DAY) == ()
