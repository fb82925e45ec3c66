"""Three generated months through ingest, audit, close, restate, verify: what the closings decided
is the year."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import Period
from checks.judging import judge
from checks.numbers.base import Count
from checks.numbers.closings import Restatement
from checks.numbers.plain import read
from flows.archive.closings import Closed, closings
from flows.archive.integrity import read_json
from flows.archive.run_folder import file_hashes, write_json
from flows.audit.run import silent
from flows.cli import run as kelou
from flows.closing.close import close_month
from flows.closing.editions import awaiting_after
from flows.closing.findings.states import Finding
from flows.closing.findings.still_missing import still_missing
from flows.closing.verify import verify
from flows.closing.verify.chain import chain_differences
from flows.ingest import options_of
from flows.ingest.lake import Lake, pin, read_lake, take_in
from flows.law.judging_options import judging_options
from flows.law.rulebooks import rulebooks_of
from flows.settings import Settings
from flows.settings.periods import period
from tests.closing.months import write_month

SETTINGS = Settings.model_validate(
    {
        "report": {"profiles": ()},
        "inputs": {"absent": ["calls", "chats"]},
        "judging": {"regulations": ["TC"]},
    }
)
MONTHS, LATE = 3, 1
"""The months closed; of one a ticket arrives after it was closed."""

AFTER = datetime(2026, MONTHS + 1, 1)


@dataclass(frozen=True)
class Year:
    lake: str
    closed: list[Closed]
    awaiting: dict[int, tuple[Count, ...] | None]
    """By month, what the ingest of its records said of the months closed before."""


@pytest.fixture(scope="module")
def closed_year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    data, lake = folder / "data", str(folder / "lake")
    awaiting = {}
    for month in range(1, MONTHS + 1):
        write_month(data, datetime(2026, month, 1), tables=("customers", "tickets"))
        if month == LATE + 1:
            _write_late_ticket(data)
        taken = take_in(data, Lake(lake), options_of(SETTINGS), silent)
        awaiting[month] = awaiting_after(lake, taken, silent)
        _close(lake, month)
        if month == LATE + 1:
            _close(lake, LATE)
    return Year(lake, closings(lake), awaiting)


def _write_late_ticket(data: Path) -> None:
    first, *rows = (data / "tickets" / f"2026-{LATE:02}.csv").read_text("utf-8").splitlines()
    late = rows[0].replace(f"T26{LATE:02}-0", f"T26{LATE:02}-9")
    (data / "tickets" / "late.csv").write_text(f"{first}\n{late}\n", "utf-8")


def _close(lake: str, month: int) -> None:
    close_month(lake, period(f"2026-{month:02}", None, None), SETTINGS, "zh", silent)


def _editions(closed: list[Closed]) -> Iterator[Closed]:
    """The last edition of each month, in order."""
    last = {c.month: c for c in sorted(closed, key=lambda c: c.restated)}
    yield from (last[month] for month in sorted(last))


def test_closings_add_up_to_the_year(closed_year: Year) -> None:
    frames = [
        pl.read_parquet(c.folder / "obligations.parquet") for c in _editions(closed_year.closed)
    ]
    decided = pl.concat(
        [*(f.filter(pl.col("verdict") != "pending") for f in frames[:-1]), frames[-1]]
    )
    lake, whole = (
        Lake(closed_year.lake),
        Period(datetime(2026, 1, 1), AFTER, AFTER),
    )
    records = read_lake(lake, options_of(SETTINGS), pin(lake)).records
    at_once = judge(records, rulebooks_of(SETTINGS).rulebooks, whole, judging_options(SETTINGS))
    assert Counter(decided.select(KEY).iter_rows()) == Counter(at_once.select(KEY).iter_rows())
    both = decided.join(at_once, on=KEY, suffix="_at_once").filter(
        ~_broken("verdict").eq(_broken("verdict_at_once"))
    )
    assert set(both["verdict_at_once"]) == {"unknown"}, (
        "overdue then; done since, at a time that nobody recorded"
    )
    assert decided["carried_over"].any()


KEY = ["rule_id", "subject_id"]


def _broken(verdict: str) -> pl.Expr:
    return pl.col(verdict).is_in(["late", "overdue", "missing"])


def test_the_late_ticket_is_a_restatement_that_the_next_report_tells(closed_year: Year) -> None:
    names = [closed.name for closed in closed_year.closed]
    restated = f"2026-{LATE:02}/restatement-1"
    assert names.count(restated) == 1 and len(names) == MONTHS + 1
    changes = closed_year.closed[names.index(restated)].manifest["closing"]["changes"]
    assert {row["key"] for row in changes["by_cause"]} == {"late_data"}
    assert {row["subject_id"] for row in changes["rows"]} == {f"T26{LATE:02}-9"}
    told = {c.month: c.metrics().restatements for c in closed_year.closed if not c.restated}
    assert told[f"2026-{LATE + 2:02}"] == (read(Restatement, changes),)
    assert not any(found for month, found in told.items() if month != f"2026-{LATE + 2:02}")


def test_an_ingest_says_at_once_what_it_changes_of_a_closed_month(closed_year: Year) -> None:
    restated = next(closed for closed in closed_year.closed if closed.restated)
    assert closed_year.awaiting == {
        1: None,
        LATE + 1: (Count(key=restated.month, n=restated.changes().changed),),
        3: None,
    }


def test_each_report_knows_the_closings_before_it(closed_year: Year) -> None:
    metrics = closed_year.closed[-1].metrics()
    assert [row.from_[:7] for row in metrics.trend] == [
        f"2026-{month:02}" for month in range(1, MONTHS + 1)
    ]
    assert metrics.findings.repeated
    assert not list(chain_differences(closed_year.lake))


def test_a_closing_in_the_middle_is_verified_from_its_pinned_versions(
    closed_year: Year, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restated = next(c for c in closed_year.closed if c.restated)
    assert kelou(["verify", str(restated.folder)]) == 0
    assert "recomputed byte for byte" in capsys.readouterr().out


def test_the_yearly_report_proposes_and_says_what_speaks_against(
    closed_year: Year, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        kelou(
            [
                "year",
                "2026",
                "--lake",
                closed_year.lake,
                "--out",
                str(tmp_path / "year"),
                "--lang",
                "both",
            ]
        )
        == 0
    )
    assert f"{MONTHS} closings" in capsys.readouterr().out
    told = json.loads((tmp_path / "year" / "year.json").read_text("utf-8"))
    assert (
        told["missing"] == [f"2026-{month:02}" for month in range(MONTHS + 1, 13)]
        and sum(c["restatement"] for c in told["closings"]) == 1
    )
    total, months = told["headline"]["timeliness"], [row["timeliness"] for row in told["months"]]
    assert total["denominator"] == sum(rate["denominator"] for rate in months)
    assert total["numerator"] == sum(rate["numerator"] for rate in months)
    assert {p["kind"] for p in told["proposals"]} >= {
        "person_repeated_overtime",
        "department_below_month",
    }
    below = next(p for p in told["proposals"] if p["kind"] == "department_below_month")
    assert below["evidence"]["rate"] < 0.8 and "few_cases" in below["against"]
    assert {"report.pdf", "report.en.pdf", "proposals.csv"} <= {
        p.name for p in (tmp_path / "year").iterdir()
    }


def test_a_verified_finding_whose_record_is_still_not_there_is_open_again(
    closed_year: Year, tmp_path: Path
) -> None:
    """Judged as of a later closing; what was supplied since is not opened."""
    first, period_ = (
        closed_year.closed[0],
        Period(datetime(2026, 1, 1), datetime(2026, 2, 1), AFTER),
    )
    entries = pl.read_parquet(first.folder / "register.parquet").filter(
        pl.col("detail").is_in(["missing", "overdue"])
    )
    asked = [(Finding(row, first.name, "verified"), period_) for row in entries.to_dicts()]
    found = still_missing(closed_year.lake, asked, AFTER, SETTINGS)
    assert found <= set(entries["finding_id"])
    lake = Lake(closed_year.lake)
    records = read_lake(lake, options_of(SETTINGS), pin(lake)).records
    judged = judge(records, rulebooks_of(SETTINGS).rulebooks, period_, judging_options(SETTINGS))
    broken = judged.lazy().filter(pl.col("verdict").is_in(["missing", "overdue"])).collect()
    acts = set(broken.select("subject_id", "topic").iter_rows())
    subjects = dict(entries.select("finding_id", pl.struct("subject", "step")).iter_rows())
    assert found == {n for n, of in subjects.items() if (of["subject"], of["step"]) in acts}
    assert found, "a document that nobody ever supplied"


def test_a_yearly_report_is_added_up_again(closed_year: Year, tmp_path: Path) -> None:
    out = tmp_path / "year"
    assert kelou(["year", "2026", "--lake", closed_year.lake, "--out", str(out)]) == 0
    told = read_json(out / "year.json")
    assert told is not None
    write_json(out / "year.json", {**told, "missing": ["2026-01"]})
    manifest = read_json(out / "manifest.json") or {}
    write_json(out / "manifest.json", {**manifest, "outputs": file_hashes(out)})
    assert [d.path for d in verify(out).differences] == ["year.json"]
    used = [{**closing, "sha256": "0" * 64} for closing in manifest["closings"]]
    write_json(out / "manifest.json", {**manifest, "closings": used})
    assert {d.kind for d in verify(out).differences} == {"input", "output"}
