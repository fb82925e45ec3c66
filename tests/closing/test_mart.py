"""The mart: everything of every closing in two tables, also after a command that was killed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from checks.concepts import VIOLATIONS
from flows.archive.run_folder import MANIFEST, OBLIGATIONS
from flows.cli import run as kelou
from flows.closing import mart
from flows.closing.close import close_run
from flows.closing.mart import MART, write_mart
from flows.settings import Settings


@pytest.fixture(scope="module")
def lake(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one closing."""
    folder = tmp_path_factory.mktemp("mart") / "lake"
    close_run(str(folder), published, Settings())
    return folder


def held(lake: Path, name: str) -> pl.DataFrame:
    """The rows in an order of their own: a table has none."""
    found = pl.read_delta(str(lake / "mart" / name))
    key = ("restatement", "finding_id", "rule_id", "subject_id", "triggered_at")
    return found.sort([column for column in key if column in found.columns])


def test_every_obligation_is_there_with_clause_limit_and_finding(lake: Path) -> None:
    found = held(lake, "obligations")
    assert dict(found.schema) == dict(MART["obligations"])
    original = pl.read_parquet(lake / "closings/2026-10/closing" / OBLIGATIONS)
    key = ["rule_id", "subject_id", "triggered_at"]
    kept = found.select(original.columns).sort(key)
    assert kept.equals(original.sort(key))
    breached = found.filter(pl.col("verdict").is_in(VIOLATIONS))
    assert breached.height and breached["finding_id"].null_count() == 0
    assert set(breached["finding_id"]) == set(held(lake, "findings")["finding_id"])
    assert found.filter(~pl.col("verdict").is_in(VIOLATIONS))["finding_id"].is_null().all()
    rule = found.row(by_predicate=pl.col("rule_id") == "TC-6.2-urgent-solve", named=True)
    told = [rule[name] for name in ("clause", "tier", "limit", "allowed_seconds")]
    assert told == ["TC 第六条(二)", "important", "6h", 6 * 3600]
    assert found["clause"].null_count() == 0 and found["cutoff"].dt.month().unique().item() == 11


def test_duckdb_reads_it(lake: Path) -> None:
    obligations = DeltaTable(lake / "mart" / "obligations").to_pyarrow_dataset()
    findings = DeltaTable(lake / "mart" / "findings").to_pyarrow_dataset()
    query = """select count(distinct finding_id) from obligations join findings
               using (finding_id, edition) where findings.current and month = '2026-10'"""
    query = query.replace("month =", "findings.month =")
    assert duckdb.sql(query).fetchall() == [(findings.count_rows(),)]
    assert obligations.count_rows() > findings.count_rows()


def test_a_restatement_comes_beside_what_it_replaces(lake: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(lake, tmp_path / "lake"))
    before = held(copy, "findings")
    month = copy / "closings" / "2026-10"
    shutil.copytree(month / "closing", month / "restatement-1")
    manifest = json.loads((month / "restatement-1" / MANIFEST).read_text("utf-8"))
    manifest["closing"]["number"] = 2
    (month / "restatement-1" / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    assert write_mart(str(copy)) == ("2026-10",) and write_mart(str(copy)) == ()
    after = held(copy, "findings")
    assert after.height == 2 * before.height
    assert set(after.filter("current")["edition"]) == {"restatement-1"}
    assert len(DeltaTable(copy / "mart" / "findings").file_uris()) == 1


def test_what_a_killed_close_left_out_the_next_one_makes_up_for(
    lake: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(mart, "_write", killed)
        close_run(str(tmp_path / "lake"), published, Settings())
    assert not close_run(str(tmp_path / "lake"), published, Settings()).published
    for name in MART:
        assert (
            held(tmp_path / "lake", name)
            .drop("closed_at")
            .equals(held(lake, name).drop("closed_at"))
        )


def test_it_can_be_written_anew(lake: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(lake, tmp_path / "lake"))
    held(copy, "findings").select("month", "grade").write_delta(
        str(copy / "mart" / "findings"),
        mode="overwrite",
        delta_write_options={"schema_mode": "overwrite"},
    )
    shutil.rmtree(copy / "mart" / "obligations")
    assert kelou(["mart", "--lake", str(copy)]) == 0
    for name in MART:
        assert held(copy, name).equals(held(lake, name))
    assert kelou(["mart", "--lake", str(tmp_path / "none")]) == 3
