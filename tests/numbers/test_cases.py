"""What the report tells of single cases, and how much of their limit acts used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from checks.concepts import Period
from checks.numbers.whole import Metrics
from flows.audit.history import History
from flows.audit.judgement import Judged, measure
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.law.rulebooks import load_rulebooks
from flows.report.words.privacy import metrics_masked
from flows.settings import Settings
from tests.numbers.test_model import SAMPLE

PERIOD = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))


@cache
def judged(masked: bool = False) -> Judged:
    settings = Settings.model_validate({"report": {"mask_staff": masked}})
    rules = load_rulebooks().rulebooks
    intake = PlainStages.ingest(SAMPLE, settings)
    obligations = PlainStages.judge_records(intake, rules, PERIOD, settings, Selection())
    return measure(intake, rules, PERIOD, settings, obligations, History())


def numbers() -> Metrics:
    return judged().metrics


def test_every_critical_finding_is_told_step_by_step_first() -> None:
    critical = {
        row["finding_id"]
        for row in judged().findings.iter_rows(named=True)
        if row["grade"] == "critical"
    }
    cases = numbers().cases
    assert cases and critical == {case.key for case in cases[: len(critical)]}
    assert all(case.steps for case in cases)
    assert len({case.subject_id for case in cases}) == len(cases)


def test_the_next_contact_comes_after_the_missed_deadline() -> None:
    told = [case for case in numbers().cases if case.next_contact]
    assert told
    for case in told:
        assert case.next_contact is not None
        assert case.next_contact.at > min(step.due_at for step in case.steps if step.due_at)


def test_bars_hold_every_act_that_has_a_time() -> None:
    topics = {row.key: row for row in numbers().by_topic}
    assert numbers().limit_use
    for use in numbers().limit_use:
        assert sum(use.bars) + use.open + use.unmeasured == use.n
        assert use.n == topics[use.key].timeliness.denominator
        assert sum(use.bars[10:]) == use.late
        assert use.near <= sum(use.bars[8:10]) + use.bars[7]


def test_a_departments_tc_tally_is_its_tc_rate() -> None:
    own = {row.key: row for row in numbers().tc_by_department}
    for row in numbers().by_department:
        assert row.tc_timeliness == own[row.key].timeliness


def test_missed_alerts_and_measures_are_listed_one_by_one() -> None:
    evidence = numbers().evidence
    alerts, of = evidence.overdue_alerts.details, evidence.overdue_alerts.rate
    assert len(alerts.missed) == of.denominator - of.numerator  # type: ignore[union-attr]
    measures = evidence.rectifications.details.listed  # type: ignore[union-attr]
    done = [row for row in measures if row.state == "done"]
    assert len(done) == evidence.rectifications.rate.numerator
    late = [row for row in measures if row.closed_on and row.due_on and row.closed_on > row.due_on]
    assert late and {row.state for row in late} == {"late"}


def test_the_key_of_a_case_stays_that_of_its_finding() -> None:
    """However much like a telephone number the identifiers look."""
    case = replace(numbers().cases[0], key="F-4001234567cc", subject_id="13812345678")
    counted = replace(numbers(), cases=(case,), people={"13912345678": "林淑芬"})
    masked = metrics_masked(counted, shown=False)
    assert masked.cases == (case,) and masked.people == counted.people


def test_masked_staff_have_no_names() -> None:
    assert numbers().people
    assert judged(masked=True).metrics.people == {}
