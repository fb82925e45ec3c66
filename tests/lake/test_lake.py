"""What a lake holds is what its files hold: once each, corrected where corrected, at versions that
stay."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from flows.ingest import IngestOptions, read_folder
from flows.ingest.lake import Lake, pin, read_lake, take_in
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from tests.lake.drops import CALLS, CUSTOMERS, contents, drop, ingest, read

TOLD = ("column", "value", "reason")


def test_a_lake_gives_the_intake_that_its_files_give(tmp_path):
    data = drop(tmp_path / "data")
    ingest(data, tmp_path / "lake")
    lake, folder = read(tmp_path / "lake"), read_folder(data)
    assert lake.accounting == folder.accounting
    assert lake.sources == folder.sources
    assert lake.quarantine.equals(folder.quarantine)
    assert lake.issues.equals(folder.issues)
    for name, records in folder.records.items():
        assert lake.records[name].collect().equals(records.collect()), name


def test_a_file_ingested_twice_adds_nothing_whatever_it_is_called(tmp_path):
    data = drop(tmp_path / "data")
    ingest(data, tmp_path / "lake")
    before = contents(tmp_path / "lake")
    (data / "calls").mkdir()
    (data / "calls.csv").rename(data / "calls" / "again.csv")
    ingest(data, tmp_path / "lake")
    after = contents(tmp_path / "lake")
    assert all(after[name].equals(before[name]) for name in before)


def test_a_corrected_export_supersedes(tmp_path):
    ingest(drop(tmp_path / "data"), tmp_path / "lake")
    corrected = CALLS.replace("K1,inbound,2026-10-05 09:00:00", "K1,inbound,2026-10-05 08:59:00")
    ingest(drop(tmp_path / "data", calls=corrected), tmp_path / "lake")
    intake = read(tmp_path / "lake")
    started = intake.records["calls"].filter(pl.col("call_id") == "K1").collect()["started_at"]
    assert [str(at) for at in started] == ["2026-10-05 08:59:00"]
    assert intake.accounting["calls"] == {
        "read": 8,
        "accepted": 2,
        "duplicates": 3,
        "superseded": 1,
        "quarantined": 2,
    }


def test_late_rows_arrive_in_their_own_day(tmp_path):
    ingest(drop(tmp_path / "data"), tmp_path / "lake")
    late = "call_id,direction,started_at\nK9,inbound,2026-09-30 23:00:00\n"
    (tmp_path / "data" / "calls").mkdir()
    (tmp_path / "data" / "calls" / "late.csv").write_text(late)
    ingest(tmp_path / "data", tmp_path / "lake")
    table = Lake(str(tmp_path / "lake")).open("records/calls")
    assert {"_day": "2026-09-30"} in table.partitions()


def test_a_growing_export_adds_its_new_rows(tmp_path):
    ingest(drop(tmp_path / "data"), tmp_path / "lake")
    grown = CUSTOMERS + "C3,important,\n"
    ingest(drop(tmp_path / "data", customers=grown), tmp_path / "lake")
    intake = read(tmp_path / "lake")
    assert sorted(intake.records["customers"].collect()["customer_id"]) == ["C1", "C2", "C3"]
    assert intake.accounting["customers"]["duplicates"] == 2


def test_pinned_versions_do_not_see_what_came_later(tmp_path):
    ingest(drop(tmp_path / "data"), tmp_path / "lake")
    lake = Lake(str(tmp_path / "lake"))
    pins = pin(lake)
    ingest(drop(tmp_path / "data", customers=CUSTOMERS + "C3,important,\n"), tmp_path / "lake")
    assert read_lake(lake, IngestOptions(), pins).accounting["customers"]["read"] == 2
    assert read(tmp_path / "lake").accounting["customers"]["read"] == 5


def test_every_row_knows_its_file_and_the_files_hash(tmp_path):
    data = drop(tmp_path / "data")
    ingest(data, tmp_path / "lake")
    stored = pl.scan_delta(str(tmp_path / "lake" / "records" / "calls")).collect()
    hashes = {source.path: source.sha256 for source in read_folder(data).sources}
    assert set(stored["_sha256"]) == {hashes["calls.csv"]}
    assert sorted(stored["_row"]) == [2, 3, 4, 5]


def test_a_folder_that_is_no_lake_is_named(tmp_path):
    with pytest.raises(InputError, match="no lake there; fill it first"):
        read(tmp_path / "nowhere")


def test_a_lake_of_another_schema_is_refused(tmp_path):
    ingest(drop(tmp_path / "data"), tmp_path / "lake")
    log = tmp_path / "lake" / "ledger" / "_delta_log" / f"{0:020}.json"
    log.write_text(log.read_text().replace("schema 2.0", "schema 0.9"))
    with pytest.raises(
        UsageError, match=r"written in schema 0\.9.*ingest the exports into a new lake"
    ):
        read(tmp_path / "lake")


def test_a_time_too_late_for_a_period_is_read_for_another(tmp_path):
    calls = (
        CALLS.replace("2026-10-05 09:00:10", "2028-01-01") + "K4,inbound,2028-01-01 09:00:00,,\n"
    )
    ingest(drop(tmp_path / "data", calls=calls), tmp_path / "lake")
    lake = Lake(str(tmp_path / "lake"))

    def audited(period_end):
        intake = read_lake(lake, IngestOptions(period_end=period_end), pin(lake))
        columns = ("call_id", "answered_at", "answered_at_unreadable", "answered_at_precision")
        return intake.records["calls"].select(columns).collect().sort("call_id").rows(), intake

    early, intake = audited(datetime(2026, 11, 1))
    assert early == [("K1", None, True, 0), ("K2", None, True, 0)]
    assert ("started_at", "2028-01-01 09:00:00", "implausible") in intake.quarantine.select(
        TOLD
    ).rows()
    assert ("answered_at", "2028-01-01", "implausible") in intake.issues.select(TOLD).rows()
    later, intake = audited(datetime(2028, 1, 1))
    assert later[0] == ("K1", datetime(2028, 1, 1), False, 86_400)
    assert [row[0] for row in later] == ["K1", "K2", "K4"]
    assert not set(intake.quarantine["reason"]) & {"implausible"}


def test_a_lake_knows_what_its_files_carry_and_what_quarantined_rows_name(tmp_path):
    data = drop(
        tmp_path / "data",
        calls=CALLS.replace("rings\n", "rings,number\n", 1).replace("昨天,,", "昨天,,,139"),
    )
    ingest(data, tmp_path / "lake")
    lake, folder = read(tmp_path / "lake"), read_folder(data)
    assert lake.carried == folder.carried
    assert lake.records.recorded == folder.records.recorded
    named = lake.records.quarantined["calls"].collect()
    assert named.equals(folder.records.quarantined["calls"].collect()) and named[
        "number"
    ].to_list() == ["139"]


def test_one_file_may_feed_a_table_by_several_sources(tmp_path):
    data, lake = drop(tmp_path / "data"), Lake(str(tmp_path / "lake"))
    (data / "rooms.txt").write_text(
        "room,asked,answered\nR1,2026-10-05 09:00:00,2026-10-05 09:01:00\n"
    )
    sources = {
        side: SourceSettings(
            table="chats",
            files=("rooms.txt",),
            columns={"conversation_id": "room", "message_id": f"'{side}'", "sent_at": column},
            constants={"sender": side},
        )
        for side, column in {"customer": "asked", "agent": "answered"}.items()
    }
    for _ in range(2):
        take_in(data, lake, IngestOptions(sources=sources), lambda words: None)
        chats = read(tmp_path / "lake").records["chats"].filter(pl.col("conversation_id") == "R1")
        assert chats.select("sender").sort("sender").collect().to_series().to_list() == [
            "agent",
            "customer",
        ]
