"""The numbers of page one, computed again from obligations.parquet by loops that share no code with
the metrics."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from checks.closing import Closing
from checks.closing.rates import rate
from checks.judging import judge
from checks.numbers.completeness import Completeness
from checks.numbers.intake import RowAccounting
from checks.numbers.plain import from_json, plain, to_json
from checks.numbers.whole import Metrics
from checks.records.records import Records
from checks.results.findings import findings
from checks.results.metrics import NOT_LOOKED, metrics, with_findings
from flows.ingest import read_folder
from tests.numbers.frames import OCTOBER, rulebooks

Rows = list[dict[str, Any]]
BROKEN = ("late", "overdue", "missing")
PRESENCE = {
    "TC-6.1-told",
    "TC-6.3-remote-agreed",
    "TC-6.3-confirm",
    "TC-8.2-remedy",
    "TC-8.2-objective",
    "TC-9-evidence",
    "TC-9-explained",
    "RC-8.2-told",
    "RC-9.2-told",
    "CM-3.2-survey",
    "CD-3.1-told",
}


@pytest.fixture(scope="module")
def closing() -> Closing:
    intake = read_folder(Path(__file__).parents[2] / "sample_data")
    judged = judge(intake.records, rulebooks(), OCTOBER)
    return Closing(judged.lazy(), rulebooks(), intake.records, intake.provided, OCTOBER)


def whole(closing: Closing) -> Metrics:
    return with_findings(metrics(closing), findings(closing))


@pytest.fixture(scope="module")
def numbers(closing: Closing) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(to_json(whole(closing)), allow_nan=False))
    return made


@pytest.fixture(scope="module")
def rows(closing: Closing, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    path = tmp_path_factory.mktemp("run") / "obligations.parquet"
    closing.obligations.collect().write_parquet(path)
    read: Rows = pq.read_table(path).to_pylist()
    assert len(read) > 1000
    return read


def _governing(rows: Rows, timed: bool = True) -> Rows:
    return [row for row in rows if row["governing"] and (row["rule_id"] not in PRESENCE) == timed]


def _fraction(of: dict[str, Any]) -> tuple[int, int, int]:
    return of["numerator"], of["denominator"], of["unknown"]


def _count(rows: Rows) -> tuple[int, int, int]:
    met = sum(row["verdict"] == "met" for row in rows)
    broken = sum(row["verdict"] in BROKEN for row in rows)
    return met, met + broken, sum(row["verdict"] == "unknown" for row in rows)


def _by(rows: Rows, *names: str) -> dict[tuple[Any, ...], Rows]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def test_the_rate_with_numerator_denominator_and_bounds(
    numbers: dict[str, Any], rows: Rows
) -> None:
    met, decided, unknown = _count(_governing(rows))
    shown = numbers["headline"]["timeliness"]
    assert _fraction(shown) == (met, decided, unknown)
    assert shown["rate"] == met / decided
    assert shown["low"] == met / (decided + unknown)
    assert shown["high"] == (met + unknown) / (decided + unknown)
    assert _fraction(numbers["headline"]["record"]) == _count(_governing(rows, timed=False))


def test_verdicts_are_counted_once_per_act(numbers: dict[str, Any], rows: Rows) -> None:
    acts = _by(rows, "subject_type", "subject_id", "topic")
    assert all(sum(row["governing"] for row in act) == 1 for act in acts.values())
    assert numbers["headline"]["acts"] == len(acts)
    assert numbers["headline"]["obligations"] == len(rows)
    for verdict in ("met", "late", "overdue", "missing", "pending", "unknown", "exempt"):
        assert numbers["headline"][verdict] == sum(
            row["governing"] and row["verdict"] == verdict for row in rows
        )
    assert numbers["headline"]["violations"] == sum(
        row["governing"] and row["verdict"] in BROKEN for row in rows
    )


def test_tiers_departments_people_and_regulations(numbers: dict[str, Any], rows: Rows) -> None:
    timed = [row for row in rows if row["rule_id"] not in PRESENCE]
    for key, name, empty, of in (
        ("by_tier", "tier", "unknown", _governing(rows)),
        ("by_department", "department", "unassigned", _governing(rows)),
        ("by_person", "responsible", "unassigned", _governing(rows)),
        ("by_regulation", "regulation", "", timed),
        ("by_rule", "rule_id", "", timed),
    ):
        expected = {group[0] or empty: _count(members) for group, members in _by(of, name).items()}
        shown = {row["key"]: _fraction(row["timeliness"]) for row in numbers[key]}
        assert {group: counts for group, counts in shown.items() if any(counts)} == {
            group: counts for group, counts in expected.items() if any(counts)
        }


def test_the_rates_under_both_ways_to_choose_what_governs(
    numbers: dict[str, Any], rows: Rows
) -> None:
    place = {rule.id: n for n, rule in enumerate(rulebooks().rules)}
    gravity = [*BROKEN, "unknown", "pending", "met", "exempt"]
    ways = {
        "strictest": lambda row: (max(0, gravity.index(row["verdict"]) - 2), place[row["rule_id"]]),
        "order": lambda row: (row["verdict"] not in ("met", *BROKEN), place[row["rule_id"]]),
    }
    acts = _by(rows, "subject_type", "subject_id", "topic").values()
    assert set(numbers["headline"]["by_governing"]) == set(ways)
    for mode, first in ways.items():
        governing = [dict(min(act, key=first), governing=True) for act in acts]
        shown = numbers["headline"]["by_governing"][mode]
        assert shown["violations"] == sum(row["verdict"] in BROKEN for row in governing)
        assert _fraction(shown["timeliness"]) == _count(_governing(governing))
        assert _fraction(shown["record"]) == _count(_governing(governing, timed=False))
    assert (
        numbers["headline"]["by_governing"]["strictest"]["violations"]
        == numbers["findings"]["total"]
    )


def test_the_rate_of_tickets(numbers: dict[str, Any], rows: Rows) -> None:
    timed = [
        row for row in rows if row["rule_id"] not in PRESENCE and row["subject_type"] == "ticket"
    ]
    tickets = _by([dict(row, ticket=row["subject_id"].split("#")[0]) for row in timed], "ticket")
    verdicts = [{row["verdict"] for row in group} for group in tickets.values()]
    decided = [found for found in verdicts if found & {"met", *BROKEN}]
    good = [found for found in decided if not found & set(BROKEN)]
    shown = numbers["headline"]["tickets"]
    assert (shown["numerator"], shown["denominator"]) == (len(good), len(decided))


def test_findings_by_grade_and_the_longest_overrun(
    numbers: dict[str, Any], rows: Rows, closing: Closing
) -> None:
    broken = _by(
        [row for row in rows if row["verdict"] in BROKEN], "subject_type", "subject_id", "topic"
    )
    assert numbers["findings"]["total"] == len(broken) == findings(closing).height
    assert sum(grade["n"] for grade in numbers["findings"]["by_grade"]) == len(broken)
    rings = {rule.id for rule in rulebooks().rules if rule.clock == "rings"}
    overruns = [
        ((row["fulfilled_at"] or OCTOBER.cutoff) - row["due_at"]).total_seconds()
        for row in rows
        if row["verdict"] in ("late", "overdue") and row["rule_id"] not in rings
    ]
    assert numbers["headline"]["longest_overrun"]["seconds"] == round(max(overruns))


def test_the_whole_of_the_metrics_does_not_depend_on_the_order_of_rows(
    closing: Closing, numbers: dict[str, Any]
) -> None:
    judged = closing.obligations.collect().sample(fraction=1, shuffle=True, seed=7)
    tables = {
        name: frame.collect().sample(fraction=1, shuffle=True, seed=7)
        for name, frame in closing.records.items()
    }
    lazy = closing.records.with_tables({name: frame.lazy() for name, frame in tables.items()})
    shuffled = Closing(judged.lazy(), closing.rulebooks, lazy, closing.provided, closing.period)
    assert json.loads(json.dumps(to_json(whole(shuffled)))) == numbers


def test_an_empty_month_gives_numbers_too(closing: Closing) -> None:
    none = Closing(
        pl.LazyFrame(schema=closing.obligations.collect_schema()),
        closing.rulebooks,
        Records({name: frame.clear() for name, frame in closing.records.items()}),
        closing.provided,
        closing.period,
    )
    made = to_json(whole(none))
    json.dumps(made, allow_nan=False)
    assert made["headline"]["timeliness"]["rate"] is None
    assert made["attention"] == []


def test_earlier_closings_stand_in_the_trend_as_they_were_published(
    closing: Closing, numbers: dict[str, Any]
) -> None:
    october = whole(closing)
    headline = replace(october.headline, acts=10, violations=1, timeliness=rate(9, 10))
    period = replace(october.period, from_="2026-09-01", to="2026-09-30")
    september = replace(
        october, period=period, headline=headline, findings=replace(october.findings, total=1)
    )
    published = from_json(json.loads(json.dumps(to_json(september))))
    trend = with_findings(metrics(closing), findings(closing), [published]).trend
    assert [(row.from_, row.acts, row.findings) for row in trend[:1]] == [("2026-09-01", 10, 1)]
    assert trend[0].timeliness == rate(9, 10)
    assert [plain(row) for row in trend[1:]] == numbers["trend"]
    assert datetime.fromisoformat(numbers["period"]["cutoff"]) == OCTOBER.cutoff


def test_the_keys_that_others_read(numbers: dict[str, Any]) -> None:
    assert set(numbers) == {
        "schema_version",
        "period",
        "calendar",
        "headline",
        "by_regulation",
        "by_article",
        "by_rule",
        "by_topic",
        "by_tier",
        "by_department",
        "by_person",
        "by_channel",
        "proposals",
        "heat",
        "delays",
        "near_miss",
        "backlog",
        "undecided",
        "gaps",
        "exemptions",
        "findings",
        "attention",
        "evidence",
        "analyses",
        "agreement",
        "trend",
        "accounting",
        "quality",
        "cases",
        "limit_use",
        "people",
        "tc_by_department",
    }
    tally = {
        "key",
        "met",
        "late",
        "overdue",
        "missing",
        "pending",
        "unknown",
        "exempt",
        "timeliness",
        "record",
    }
    for group in (
        "regulation",
        "article",
        "rule",
        "topic",
        "tier",
        "department",
        "person",
        "channel",
    ):
        assert all(tally <= set(row) for row in numbers[f"by_{group}"])


def test_what_other_checks_found_is_passed_through(closing: Closing) -> None:
    read = RowAccounting(read=1, accepted=1, duplicates=0, superseded=0, quarantined=0)
    found = replace(
        NOT_LOOKED,
        accounting={"calls": read},
        completeness=Completeness(tables={}, archive=rate(1, 2)),
    )
    made = metrics(closing, found)
    assert made.accounting == {"calls": read}
    assert made.analyses.archive_completeness == rate(1, 2)
