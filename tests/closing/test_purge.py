"""Erased is erased, in every version of the lake; what is left is still proof; a backup is a lake
again."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from flows.archive.log import Log
from flows.audit.data_source import LakeSource
from flows.audit.run import AuditRequest, run_audit, silent
from flows.cli import run as kelou
from flows.closing.close import close_month
from flows.closing.verify import verify
from flows.ingest import options_of
from flows.ingest.lake import Lake, erasing, pin, read_lake, take_in
from flows.ingest.lake.alone import alone
from flows.ingest.lake.erasing import left_half_done
from flows.ingest.lake.purge import erase_customer
from flows.ingest.lake.tombstones import SCHEMA, TOMBSTONES, tombstones
from flows.settings import Settings
from flows.settings.periods import period
from flows.system.errors import UsageError
from tests.closing.months import write_month

SETTINGS = Settings.model_validate({"report": {"profiles": ()}, "judging": {"regulations": ["TC"]}})
SECRETS = ("王小明", "13900000002")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two months, the first of them closed."""
    folder = tmp_path_factory.mktemp("filled")
    for month in (10, 11):
        write_month(folder / "data", datetime(2026, month, 1))
        take_in(folder / "data", Lake(str(folder / "lake")), options_of(SETTINGS), silent)
        if month == 10:
            october = period("2026-10", None, None)
            close_month(str(folder / "lake"), october, SETTINGS, "zh", silent)
    return folder / "lake"


@pytest.fixture
def lake(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "lake"))


class Killed(BaseException):
    """Where a command ends for good: nothing of it runs afterwards."""


def holding(lake: Path, text: str) -> list[Path]:
    """Files of the lake's tables in which the text stands."""
    files = (
        path for name in ("records", "ledger", TOMBSTONES) for path in (lake / name).rglob("*")
    )
    return [path for path in files if path.is_file() and text.encode() in path.read_bytes()]


def test_a_customer_s_data_are_gone_and_the_closing_is_still_proof(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert all(holding(lake, text) for text in SECRETS)
    closing = lake / "closings" / "2026-10" / "closing"
    erase = ["purge", "--lake", str(lake), "--customer", "C2", "--reason", "客户来函要求"]
    assert kelou(erase) == 0 and "would be erased" in capsys.readouterr().out
    assert all(holding(lake, text) for text in SECRETS)
    assert kelou([*erase, "--yes"]) == 0
    assert not [path for text in SECRETS for path in holding(lake, text)]
    rows = pl.scan_delta(str(lake / "records" / "tickets")).collect()
    assert "C2" not in set(rows["customer_id"]) and rows.height == 10
    assert set(tombstones(Lake(str(lake)))["table"]) == {"customers", "calls", "chats", "tickets"}
    found = verify(closing)
    assert found.differences == []
    assert any("erased on request" in note and "客户来函要求" in note for note in found.notes)
    assert kelou([*erase, "--yes"]) == 2, "nothing is left of the customer"


def test_tampering_beside_an_erasure_is_still_found(lake: Path) -> None:
    assert kelou(["purge", "--lake", str(lake), "--customer", "C2", "--reason", "x", "--yes"]) == 0
    address = str(lake / "records" / "tickets")
    rows = pl.scan_delta(address).collect()
    other = (
        pl.when(pl.col("ticket_id") == "T2610-0")
        .then(pl.lit(datetime(2026, 10, 9)))
        .otherwise("responded_at")
    )
    rows.with_columns(responded_at=other).write_delta(address, mode="overwrite")
    found = verify(lake / "closings" / "2026-10" / "closing")
    assert "T2610-0" in " ".join(str(difference) for difference in found.differences)


def test_a_forged_tombstone_excuses_nothing(lake: Path) -> None:
    held = Lake(str(lake))
    stone = {"table": "calls", "kind": "retention", "rows": 0, "version": 99, "reason": "x"}
    rows = pl.DataFrame([{**stone, "erased_at": datetime(2026, 11, 5)}], schema=SCHEMA)
    held.append(held.made(TOMBSTONES, SCHEMA), rows.lazy(), {})
    found = verify(lake / "closings" / "2026-10" / "closing")
    assert any("that no purge has logged" in str(difference) for difference in found.differences)


@pytest.mark.parametrize("step", ["_bury", "_rewrite", "_forget", "_entry"])
def test_a_purge_killed_before_any_step_is_ended_by_the_next_command(
    lake: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(erasing, step, killed)
        erase_customer(Lake(str(lake)), "C2", "客户来函要求")
    assert not holding(lake, SECRETS[0]) or step != "_entry"
    with alone(Lake(str(lake))) as finished:
        assert finished and finished.reason == "客户来函要求"
    assert not [path for text in SECRETS for path in holding(lake, text)]
    assert not left_half_done(Lake(str(lake))) and len(Log(lake).entries("erasure")) == 1
    assert tombstones(Lake(str(lake))).height == sum(finished.tables.values())
    with pytest.raises(UsageError, match="no record of a customer"):
        erase_customer(Lake(str(lake)), "C2", "客户来函要求")


def test_a_purge_killed_when_all_was_done_is_logged_once(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Log.append

    def killed(log: Log, entry: dict[str, object]) -> None:
        append(log, entry)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Log, "append", killed)
        erase_customer(Lake(str(lake)), "C2", "客户来函要求")
    with alone(Lake(str(lake))):
        assert not left_half_done(Lake(str(lake)))
    assert len(Log(lake).entries("erasure")) == 1


def test_a_purge_that_was_killed_is_ended_by_repeating_it(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    erase = ["purge", "--lake", str(lake), "--expired", "--on", "2029-11-01", "--yes"]
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(erasing, "_forget", killed)
        kelou(erase)
    assert kelou(erase) == 0 and not left_half_done(Lake(str(lake)))
    assert not [p for p in (lake / "records").rglob("_day=2026-10-*/*.parquet") if p.is_file()]


@pytest.mark.parametrize("place", [0, 0.3, 0.5, 0.999])
@pytest.mark.parametrize(
    "name", ["_day=2026-10-02/*.parquet", "_delta_log/*0.json", "_delta_log/*1.json"]
)
def test_a_changed_byte_in_the_lake_is_found(lake: Path, name: str, place: float) -> None:
    (path,) = (lake / "records" / "tickets").glob(name)
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)
    found = verify(lake / "closings" / "2026-10" / "closing")
    assert {d.path[-len("records/tickets") :] for d in found.differences} == {"records/tickets"}


def test_what_is_past_retention_goes_and_the_rest_is_accounted_for(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["purge", "--lake", str(lake), "--expired", "--on", "2029-11-01", "--yes"]) == 0
    assert "calls              6 rows erased" in capsys.readouterr().out
    held = Lake(str(lake))
    intake = read_lake(held, options_of(SETTINGS), pin(held))
    assert intake.accounting["calls"]["read"] == intake.accounting["calls"]["accepted"] == 6
    found = verify(lake / "closings" / "2026-10" / "closing")
    assert found.differences == [] and any("past retention" in note for note in found.notes)


def test_a_backup_restored_elsewhere_verifies(lake: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "backup"), "tar", lake)
    shutil.rmtree(lake)
    restored = tmp_path / "restored"
    shutil.unpack_archive(archive, restored)
    found = verify(restored / "closings" / "2026-10" / "closing")
    assert (found.differences, found.recomputed) == ([], True)


def test_a_lake_of_another_schema_is_refused(tmp_path: Path) -> None:
    data = write_month(tmp_path / "data", datetime(2026, 10, 1))
    take_in(data, Lake(str(tmp_path / "lake")), options_of(SETTINGS), silent)
    for log in (tmp_path / "lake").rglob("*.json"):
        log.write_text(
            log.read_text("utf-8").replace("Kelou lake, schema 2", "Kelou lake, schema 1"), "utf-8"
        )
    with pytest.raises(UsageError, match=r"written in schema 1\.\d+, this version of Kelou reads"):
        run_audit(
            AuditRequest(
                LakeSource(str(tmp_path / "lake")), period("2026-10", None, None), tmp_path / "out"
            ),
            SETTINGS,
        )
