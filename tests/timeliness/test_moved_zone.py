"""A company in a zone that moves its clocks: instants are judged, local times are told."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.judging import Records, judge
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import OBLIGATIONS, read_metrics
from flows.audit.explain import explain
from flows.audit.run import AuditRequest, run_audit
from flows.closing.whatif import Change, what_if
from flows.ingest import IngestOptions, Intake, read_folder
from flows.law.rulebooks import load_rulebooks
from flows.settings import Settings
from flows.settings.periods import instant, period
from flows.system.errors import UsageError

NEW_YORK = "America/New_York"
SETTINGS = Settings.model_validate({"time": {"zone": NEW_YORK}})
TICKETS = """ticket_id,kind,opened_at,replied_at,completed_at,archived_at
spring-in-time,inquiry,2026-03-08 01:30:00,2026-03-08 04:30:00,,
spring-late,inquiry,2026-03-08 01:30:00,2026-03-08 04:30:01,,
spring-none,inquiry,2026-03-08 02:30:00,2026-03-08 04:00:00,,
spring-unread,inquiry,2026-03-08 01:30:00,2026-03-08 02:30:00,,
autumn-either-met,inquiry,2026-11-01 00:30:00,2026-11-01 01:29:00,,
autumn-neither-known,inquiry,2026-11-01 00:30:00,2026-11-01 01:31:00,,
autumn-either-late,inquiry,2026-10-31 23:00:00,2026-11-01 01:30:00,,
autumn-first,inquiry,2026-11-01 00:30:00,2026-11-01T01:40:00-04:00,,
autumn-second,inquiry,2026-11-01 00:30:00,2026-11-01T01:40:00-05:00,,
autumn-over,inquiry,2026-11-01 00:30:00,2026-11-01 02:00:00,,
last-of-february,inquiry,2026-02-28 23:59:50,2026-02-28 23:59:59,,
last-of-march,inquiry,2026-03-31 23:30:00,2026-03-31 23:50:00,,
first-of-april,inquiry,2026-04-01 00:00:00,2026-04-01 00:20:00,,
filed,inquiry,2026-03-06 10:00:00,2026-03-06 10:30:00,2026-03-06 10:40:00,2026-03-09 23:59:59
"""
FILES = {
    "customers.csv": "customer_id,tier\nC1,core\n",
    "calls.csv": "call_id,direction,started_at,answered_at,rings,customer_id\n"
    "K1,inbound,2026-11-01T01:30:00-04:00,2026-11-01T01:30:05-04:00,1,C1\n"
    "K2,inbound,2026-11-01T01:30:00-05:00,2026-11-01T01:30:05-05:00,1,C1\n",
    "chats.csv": "message_id,conversation_id,sent_at,sender,text,customer_id\n"
    "M1,H1,2026-11-01T01:59:00-04:00,customer,在吗,C1\n"
    "M2,H1,2026-11-01T01:00:00-05:00,agent,您好，请讲,C1\n",
    "spot_checks.csv": "checked_on,ticket_id\n2026-03-31,last-of-march\n",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new_york")
    head, *lines = TICKETS.splitlines()
    rows = [head + ",customer_id,answered_on_spot", *(f"{line},C1,false" for line in lines)]
    for name, text in {**FILES, "tickets.csv": "\n".join(rows)}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def intake(data: Path) -> Intake:
    return read_folder(data, IngestOptions(time_zone=NEW_YORK))


@pytest.fixture(scope="module")
def run(data: Path) -> Path:
    """The folder of one audit of the days around the change in autumn."""
    span = period(None, "2026-10-31", "2026-11-02", None, NEW_YORK)
    out = data.parent / f"{data.name}_run"
    run_audit(AuditRequest(data, span, out, "en", pdf=False), SETTINGS)
    return out


@pytest.fixture(scope="module")
def year(intake: Intake) -> pl.DataFrame:
    return judged(intake.records, "2026-02-01", "2026-11-30")


TOPICS = ("deferred-reply", "archive", "phone-answer", "online-first-reply")


def judged(records: Records, first: str, last: str, zone: str = NEW_YORK) -> pl.DataFrame:
    """The obligations of the days from first to last, by few rules."""
    books = load_rulebooks().rulebooks
    control = books.regulation("TC")
    few = [rule for rule in control.rules if rule.topic in TOPICS]
    of_them = books.model_construct(
        regulations=(control.model_construct(**{**vars(control), "rules": tuple(few)}),),
        topics=books.topics,
        stated_parameters=books.stated_parameters,
    )
    return judge(records, of_them, period(None, first, last, None, zone))


def one(found: pl.DataFrame, subject: str, rule: str = "TC-6.1-deferred") -> dict[str, Any]:
    return found.filter(subject_id=subject, rule_id=rule).row(0, named=True)


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("spring-in-time", "met"),
        ("spring-late", "late"),
        ("spring-unread", "unknown:unreadable"),
        ("autumn-either-met", "met"),
        ("autumn-neither-known", "unknown:precision"),
        ("autumn-either-late", "late"),
        ("autumn-first", "met"),
        ("autumn-second", "late"),
        ("autumn-over", "late"),
    ],
)
def test_two_hours_are_two_hours_over_a_change(
    year: pl.DataFrame, subject: str, verdict: str
) -> None:
    found = one(year, subject)
    assert ":".join(filter(None, (found["verdict"], found["reason"]))) == verdict


def test_a_time_that_the_clock_leaps_over_is_no_time(intake: Intake) -> None:
    reason = f"no such hour, the clock leaps over it: {NEW_YORK}"
    assert intake.quarantine.select("row", "column", "reason").rows() == [(4, "opened_at", reason)]
    assert intake.issues.select("row", "column", "reason").rows() == [(5, "replied_at", reason)]


def test_what_was_second_at_the_same_time_on_the_wall_is_later(year: pl.DataFrame) -> None:
    first, second = (one(year, call, "TC-6.1-phone")["triggered_at"] for call in ("K1", "K2"))
    assert (first.isoformat(), second.isoformat()) == (
        "2026-11-01T01:30:00-04:00",
        "2026-11-01T01:30:00-05:00",
    )
    assert year.filter(subject_id="H1#1", rule_id="TC-6.1-online")["verdict"].to_list() == ["met"]


def test_a_month_is_one_of_local_days(intake: Intake) -> None:
    def within(first: str, last: str) -> set[str]:
        found = judged(intake.records, first, last).filter(topic="deferred-reply")
        return set(found["subject_id"])

    march = within("2026-03-01", "2026-03-31")
    assert "last-of-march" in march and not march & {"last-of-february", "first-of-april"}
    assert within("2026-02-01", "2026-02-28") == {"last-of-february"}
    assert "first-of-april" in within("2026-04-01", "2026-04-30")


def test_a_working_day_ends_at_local_midnight(year: pl.DataFrame) -> None:
    found = one(year, "filed", "TC-6.6-archive")
    assert found["due_at"].isoformat() == "2026-03-09T23:59:59.999999-04:00"
    assert found["verdict"] == "met"


def test_the_periods_and_cutoffs_that_people_write() -> None:
    autumn = period("2026-11", None, None, None, NEW_YORK)
    assert [at.isoformat() for at in (autumn.start, autumn.end)] == [
        "2026-11-01T00:00:00-04:00",
        "2026-12-01T00:00:00-05:00",
    ]
    for text, why in (
        ("2026-03-08 02:30", "leaps"),
        ("2026-11-01 01:30", "2026-11-01T01:30:00-04"),
    ):
        with pytest.raises(UsageError, match=why):
            instant("--as-of", text, NEW_YORK)
    at = instant("--as-of", "2026-11-01T01:30:00-05:00", NEW_YORK)
    assert (at.utcoffset(), at.replace(tzinfo=None)) == (
        timedelta(hours=-5),
        datetime(2026, 11, 1, 1, 30),
    )


def test_a_zone_whose_clock_leaps_over_midnight_has_every_day() -> None:
    days = [
        period(None, f"2026-09-0{day}", f"2026-09-0{day}", None, "America/Santiago")
        for day in (5, 6, 7)
    ]
    assert [str(span.start) for span in days] == [
        "2026-09-05 00:00:00-04:00",
        "2026-09-06 01:00:00-03:00",
        "2026-09-07 00:00:00-03:00",
    ]
    assert days[0].end == days[1].start


def test_where_no_clock_is_moved_a_zone_changes_nothing(data: Path) -> None:
    """June in New York, read as one of a zone that keeps its offset."""
    rows = [
        "ticket_id,kind,opened_at,replied_at,completed_at,customer_id,answered_on_spot",
        "J1,inquiry,2026-06-05 22:00:00,2026-06-06 01:00:00,2026-06-06 02:00:00,C1,false",
        "J2,inquiry,2026-05-31 23:30:00,2026-06-01 00:30:00,,C1,false",
    ]
    folder = data.parent / f"{data.name}_june"
    folder.mkdir()
    (folder / "tickets.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "customers.csv").write_text(FILES["customers.csv"], encoding="utf-8")
    found = []
    for zone in (NEW_YORK, "Etc/GMT+4"):
        options = IngestOptions(time_zone=zone, absent=frozenset({"calls", "chats"}))
        records = read_folder(folder, options).records
        wall = pl.col("triggered_at", "due_at", "fulfilled_at").dt.replace_time_zone(None)
        found.append(judged(records, "2026-06-01", "2026-06-30", zone).with_columns(wall))
    assert found[0].height == 3
    assert found[0].equals(found[1])


def test_obligations_are_local_with_their_offsets_beside_them(run: Path) -> None:
    kept = one(pl.read_parquet(run / OBLIGATIONS), "autumn-second")
    assert kept["fulfilled_at"] == datetime(2026, 11, 1, 1, 40)
    offsets = [kept[f"{name}_offset"] for name in ("triggered", "due", "fulfilled")]
    assert offsets == [-240, -300, -300]
    again = one(scan_obligations(run / OBLIGATIONS).collect(), "autumn-second")
    assert again["due_at"].isoformat() == "2026-11-01T01:30:00-05:00"
    assert (again["due_at"].fold, again["fulfilled_at"].fold) == (1, 1)


def test_explained_with_the_offset(run: Path, data: Path) -> None:
    def told(subject: str) -> str:
        found = explain(run, subject, data, SETTINGS, "en")
        return "\n".join(f"{label}: {text}" for steps in found for label, text in steps)

    second = told("autumn-second")
    assert "2026-11-01 00:30:00-04:00" in second
    assert "2026-11-01 01:30:00-05:00" in second and "2026-11-01 01:40:00-05:00" in second
    assert "10 min" in second
    unknown = told("autumn-neither-known")
    between = "between 2026-11-01 01:31:00-04:00 and 2026-11-01 01:31:00-05:00"
    assert f"known to the hour only: {between}" in unknown


def test_numbers_and_pages_are_local(run: Path) -> None:
    assert read_metrics(run).period.cutoff == "2026-11-03T00:00:00-05:00"
    with (run / "findings.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["subject_id"] == "autumn-second"]
    late = next(row for row in rows if "TC-6.1-deferred" in row["rules"])
    assert (late["due_at"], late["overrun_seconds"]) == ("2026-11-01 01:30:00", "600")
    page = (run / "report.html").read_text("utf-8")
    assert "2026-11-01 01:40:00-05:00" in page, "an hour that exists twice, with its offset"
    assert "2026-11-01 00:30:00" in page and "00:30:00-04:00" not in page


def test_another_limit_is_supposed_on_instants_too(run: Path) -> None:
    found = what_if(run, Change(limits={"TC-6.1-deferred": {"core": "1min"}}))
    assert not found.judged_again
    moved = found.moves.filter(pl.col("rule_id") == "TC-6.1-deferred")
    assert "late" in set(moved["verdict_now"])
