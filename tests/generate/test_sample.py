"""The committed sample month: made by the generator byte for byte, and full of what its README
says."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl
from ruamel.yaml import YAML

from checks.concepts import EXEMPT_REASONS, TIMED_CLOCKS, UNKNOWN_REASONS, VIOLATIONS, Period
from checks.judging import judge
from checks.law.rulebook import Rulebooks
from checks.numbers.plain import plain
from checks.reconciliation import reconcile
from flows.generate import write_sample
from flows.ingest import Intake, read_folder
from flows.law.rulebooks import load_rulebooks

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data"
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))


NOT_IN_SUCH_AN_EXPORT = frozenset({"not_recorded", "calendar"})
"""It carries every column, and the calendar of its year is published."""


@cache
def intake() -> Intake:
    return read_folder(SAMPLE)


@cache
def rulebooks() -> Rulebooks:
    return load_rulebooks().rulebooks


@cache
def obligations() -> pl.DataFrame:
    return judge(intake().records, rulebooks(), OCTOBER)


def test_the_generator_makes_exactly_the_committed_files(tmp_path: Path) -> None:
    write_sample(tmp_path / "again")
    made = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    committed = {path.name: path.read_bytes() for path in SAMPLE.iterdir()}
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []


def test_every_rule_is_kept_and_broken_at_least_once() -> None:
    verdicts = obligations().group_by("rule_id").agg(pl.col("verdict").unique())
    seen = {rule: set(found) for rule, found in verdicts.rows()}
    for rule in rulebooks().rules:
        assert "met" in seen[rule.id], rule.id
        assert seen[rule.id] & set(VIOLATIONS), rule.id


def test_every_reason_for_unknown_and_exempt_occurs() -> None:
    pairs = set(obligations().select("verdict", "reason").unique().rows())
    assert {
        ("unknown", reason) for reason in UNKNOWN_REASONS if reason not in NOT_IN_SUCH_AN_EXPORT
    } <= pairs
    assert {("exempt", reason) for reason in EXEMPT_REASONS} <= pairs
    assert ("met", "implied") in pairs
    assert obligations()["carried_over"].any()


def test_the_rate_is_that_of_an_ordinary_company() -> None:
    timed = [rule.id for rule in rulebooks().rules if rule.clock in TIMED_CLOCKS]
    decided = obligations().filter(pl.col("governing") & pl.col("rule_id").is_in(timed))["verdict"]
    counts = dict(decided.value_counts().rows())
    violated = sum(counts.get(verdict, 0) for verdict in VIOLATIONS)
    assert 0.88 <= counts["met"] / (counts["met"] + violated) <= 0.95


def test_the_planted_cases_are_judged_as_their_author_meant() -> None:
    meant = YAML(typ="safe", pure=True).load(
        Path(__file__).with_name("planted_verdicts.yaml").read_text("utf-8")
    )
    planted = obligations().filter(pl.col("subject_id").str.contains("^(TH-P|HH-P|GZ)"))
    noted = planted.filter((pl.col("verdict") != "met") | (pl.col("reason") != ""))
    text = (pl.col("verdict") + " " + pl.col("reason")).str.strip_chars().alias("text")
    judged: dict[str, dict[str, str]] = {}
    for subject, rule, verdict in noted.select("subject_id", "rule_id", text).rows():
        judged.setdefault(subject, {})[rule] = verdict
    assert judged == meant


def test_bad_rows_are_accounted_for_as_planted() -> None:
    accounting = intake().accounting
    assert accounting["calls"]["duplicates"] == 1
    assert accounting["tickets"]["superseded"] == 1
    assert {
        table: counts["quarantined"]
        for table, counts in accounting.items()
        if counts["quarantined"]
    } == {
        "calls": 2,
        "chats": 2,
        "tickets": 2,
    }
    assert sorted(intake().issues["value"]) == ["三声", "当天上午"]


def test_the_planted_gaps_between_systems_are_found() -> None:
    rulebooks = load_rulebooks().rulebooks
    found = {f.check: plain(f) for f in reconcile(intake().records, OCTOBER, rulebooks)}
    assert found["ticket-numbers-missing"]["examples"] == [
        "GD202610-00077",
        "GD202610-00141",
        "GZ202610-00043",
        "GZ202610-00045",
        "GZ202610-00046",
    ]
    assert found["ticket-without-contact"]["examples"] == ["GZ202610-00042"]
    assert found["opened-before-contact"]["examples"] == [
        "GZ202610-00047",
        "GZ202610-00048",
        "GZ202610-00049",
    ]
    assert found["opened-before-contact"]["detail"]["steady"]
    assert found["export-gap-calls"]["count"] == 5
    assert found["export-gap-chats"]["count"] == found["export-gap-tickets"]["count"] == 0


def test_no_telephone_number_can_be_anybodys() -> None:
    numbers = pl.concat(
        [
            intake().records[table].select(pl.col(column).alias("number"))
            for table, column in (
                ("customers", "contact"),
                ("calls", "number"),
                ("tickets", "contact"),
            )
        ]
    ).collect()["number"]
    digits = numbers.drop_nulls().str.replace_all(r"\D", "").str.replace("^86", "")
    assert digits.str.contains(r"^1[3-9]\d0000\d{4}$").all()
