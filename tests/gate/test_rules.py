"""Which rules the records can't show: read off the rules themselves."""

from __future__ import annotations

import pytest

from checks.gate import RuleGap, fed_by, rule_gaps
from checks.law.vocabulary import end_columns
from checks.records.records import all_columns
from checks.records.tables import TABLES
from checks.subjects.kind import SubjectKind
from checks.subjects.registry import kinds
from flows.law.rulebooks import load_rulebooks

BOOKS = load_rulebooks().rulebooks
EVERY = frozenset(TABLES)
_BOTH = "renegotiated_due_at customer_accepted"


def gaps_without(*columns: str, provided: frozenset[str] = EVERY) -> dict[str, RuleGap]:
    """The gaps where all columns are recorded but these (`tickets.recorded_at`)."""
    left = {
        table: names - {c.split(".")[1] for c in columns if c.startswith(f"{table}.")}
        for table, names in all_columns().items()
    }
    return {gap.rule_id: gap for gap in rule_gaps(BOOKS.rules, left, provided)}


def test_where_everything_is_recorded_every_rule_can_be_judged() -> None:
    assert gaps_without() == {}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_what_a_condition_needs_are_columns_of_its_subject(kind: SubjectKind) -> None:
    needs = {n for m in kind.conditions.values() if m.needs for n in end_columns(m.needs)}
    assert needs <= set(kind.table.by_name)


def test_the_conditions_that_need_no_column_are_these() -> None:
    words = {word for kind in kinds() for word, m in kind.conditions.items() if not m.needs}
    by_required_columns = {"inbound", "inquiry", "fault", "demand", "complaint"}
    by_what_is_absent = {"unanswered", "deferred", "severity_empty"}
    assert (
        words
        == {"any", "asks", "customer_waiting", "overtime"} | by_required_columns | by_what_is_absent
    )


def test_the_entry_time_decides_the_rules_on_entry_and_no_other() -> None:
    gaps = gaps_without("tickets.recorded_at")
    assert set(gaps) == {"TC-7-entry", "RC-8.3-entry"}
    assert gaps["TC-7-entry"] == RuleGap("TC-7-entry", "TC 第七条", "end", ("tickets.recorded_at",))


@pytest.mark.parametrize(
    ("missing", "rule", "columns", "partly"),
    [
        # a | b: one of the two is enough
        (("dispatched_at",), "TC-6.2-urgent-dispatch", None, False),
        (
            ("dispatched_at", "remote_started_at"),
            "TC-6.2-urgent-dispatch",
            "dispatched_at remote_started_at",
            False,
        ),
        (("surveyed_at",), "CM-3.2-survey", None, False),
        # a & b: for want of one it can't be shown to be kept, though it can be seen to be broken
        (("customer_accepted",), "TC-8.2-objective", "customer_accepted", True),
        (("customer_accepted", "renegotiated_due_at"), "TC-8.2-objective", _BOTH, False),
        # a role that counts must be recorded
        (("followup_role",), "RC-10.2-key", "followup_role", True),
        (("followup_role",), "RC-10.2-intent", None, False),
        # another end where a condition holds
        (("replied_at",), "RC-8.2-email", "replied_at", True),
        (("responded_at",), "RC-8.2-email", None, False),
        (("replied_at", "responded_at"), "RC-8.2-email", "replied_at responded_at", False),
    ],
)
def test_ends_of_several_columns(
    missing: tuple[str, ...], rule: str, columns: str | None, partly: bool
) -> None:
    gap = gaps_without(*(f"tickets.{name}" for name in missing)).get(rule)
    if columns is None:
        assert gap is None or gap.why != "end"
        return
    assert gap is not None
    assert (gap.why, gap.partly) == ("end", partly)
    assert sorted(gap.columns) == sorted(f"tickets.{name}" for name in columns.split())


def test_without_the_answer_s_time_no_call_can_be_judged() -> None:
    gaps = gaps_without("calls.answered_at")
    assert {gap.columns for gap in gaps.values()} == {("calls.answered_at",)}
    assert set(gaps) == {rule.id for rule in BOOKS.rules if rule.subject == "call"}


def test_a_condition_that_nobody_records_leaves_its_rules_unjudged() -> None:
    gaps = gaps_without("tickets.channel")
    assert {gap.why for gap in gaps.values()} == {"condition"}
    assert set(gaps) == {
        "RC-8.2-greet",
        "RC-8.2-wait",
        "RC-8.2-email",
        "RC-8.2-told",
        "CD-3.1-told",
    }


def test_a_promise_that_nobody_records_binds_nobody() -> None:
    gaps = gaps_without("tickets.promised_at")
    assert gaps["RC-10.2-promise"].why == "condition"
    assert gaps["TC-6.1-told"].why == "end"


def test_a_table_that_is_missing_is_named_itself() -> None:
    gaps = gaps_without(provided=EVERY - {"chats"})
    assert set(gaps) == {"TC-6.1-online", "RC-8.2-online"}
    assert gaps["TC-6.1-online"] == RuleGap("TC-6.1-online", "TC 第六条(一)", "table", ("chats",))


def test_a_source_feeds_the_rules_whose_ends_it_carries() -> None:
    assert fed_by(
        BOOKS, "tickets", frozenset({"ticket_id", "kind", "opened_at", "archived_at"})
    ).rules == (
        "TC-6.6-archive",
        "RC-11.1-archive",
    )
    assert fed_by(BOOKS, "ticket_events", frozenset({"evaluated_at", "reopened_at"})).rules == (
        "TC-6.4-evaluate",
    )
    assert fed_by(BOOKS, "chats", frozenset({"sent_at"})).rules == (
        "TC-6.1-online",
        "RC-8.2-online",
    )
    assert len(fed_by(BOOKS, "exemptions", frozenset()).rules) == len(BOOKS.rules)


def test_a_register_feeds_the_clauses_that_it_proves() -> None:
    fed = fed_by(BOOKS, "alerts", frozenset({"sent_at"}))
    assert (fed.rules, fed.clauses) == ((), ("TC 第八条(一)",))
