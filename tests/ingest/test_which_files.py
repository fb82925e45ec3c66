"""Which files of a folder are read for a table, in which order, and how the others are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.ingest import Intake, read_folder
from flows.ingest.options import IngestOptions
from flows.ingest.unread import named_lines
from flows.system.errors import InputError, UsageError
from tests.ingest.conftest import Read
from tests.ingest.workbooks import HEAD, workbook

LINE = "call_id,direction,started_at\n{},inbound,2026-10-12 09:00:00\n"


def ids(intake: Intake) -> list[str]:
    return intake.records["calls"].select("call_id").collect().to_series().to_list()


def named(intake: Intake) -> list[tuple[str, str, str]]:
    return [(u.name, u.reason, u.table) for u in intake.unread]


@pytest.mark.parametrize(
    "name",
    [
        "calls.csv",
        "Calls.CSV",
        "calls (1).csv",
        "calls(2).csv",
        "calls_2026-10.csv",
        "calls-下旬.csv",
        "calls下旬.csv",
        "calls 2026年10月.csv",
        "calls.2026-10.csv",
        "calls2.csv",
        "calls - 副本.csv",
        "calls/十月.csv",
        "calls 10/1.csv",
        "通话记录.csv",
        "通话记录(2).csv",
        "通话记录_10.csv",
        "通话记录10月.csv",
        "通话记录十月.csv",
        "通话记录导出20261031.csv",
        "话单明细.csv",
        "ｃａｌｌｓ（１）.csv",
    ],
)
def test_a_name_that_begins_with_the_tables_is_read(read: Read, name: str) -> None:
    intake = read({name: LINE.format("K1")})
    assert (ids(intake), intake.unread) == (["K1"], ())


@pytest.mark.parametrize(
    "name",
    ["callsheet.csv", "callsExport.csv", "my calls.csv", "旧/calls.csv", "通话录音.csv", "x.csv"],
)
def test_other_words_are_other_files_and_named(read: Read, name: str) -> None:
    intake = read({"calls.csv": LINE.format("K1"), name: LINE.format("K2")})
    assert (ids(intake), [u.name for u in intake.unread]) == (["K1"], [name])


def test_the_longest_name_decides(read: Read) -> None:
    contacts = "customer_id,contact\nC1,13900000001\n"
    files = {
        "customer_contacts (2).csv": contacts,
        "客户联系方式10月.csv": contacts,
        "customers.csv": "customer_id,tier\nC1,core\n",
    }
    intake = read(files, "customers")
    assert {s.path: s.table for s in intake.sources} == {
        "customer_contacts (2).csv": "customer_contacts",
        "客户联系方式10月.csv": "customer_contacts",
        "customers.csv": "customers",
    }


def test_files_are_read_in_the_order_of_their_names_without_ending(read: Read) -> None:
    names = [
        "calls.csv",
        "calls (1).csv",
        "calls (2).csv",
        "calls (10).xlsx",
        "calls/part-2.csv",
        "calls/part-10.csv",
    ]
    files: dict[str, str | bytes] = {
        name: LINE.format("K1") for name in names if name.endswith(".csv")
    }
    files["calls (10).xlsx"] = workbook(
        ("Sheet1", [HEAD, ["K1", "inbound", "2026-10-12 09:00:00"]])
    )
    assert [source.path for source in read(files).sources] == names


def test_the_later_download_supersedes(read: Read) -> None:
    rows = "call_id,direction,started_at,rings\nK1,inbound,2026-10-12 09:00:00,{}\n"
    intake = read({"calls (1).csv": rows.format(2), "calls.csv": rows.format(1)})
    assert intake.records["calls"].select("rings").collect().item() == 2


def test_whatever_is_not_read_is_named_but_hidden_files(read: Read) -> None:
    files = {
        "calls.csv": LINE.format("K1"),
        "calls_notes.txt": "Dear all,\n",
        "calls_summary.csv": "day,calls\n1,2\n",
        "calls.ods": b"PK",
        "话单.et": b"x",
        "README.md": "# data",
        "notes/说明.docx": b"x",
        "archive.zip": b"PK",
        "callsheet.csv": LINE.format("K3"),
        ".hidden.csv": "x",
        "~$calls.xlsx": b"x",
        ".git/calls.csv": "x",
    }
    intake = read(files)
    assert ids(intake) == ["K1"]
    assert sorted(named(intake)) == [
        ("README.md", "format", ""),
        ("archive.zip", "format", ""),
        ("calls.ods", "format", "calls"),
        ("calls_notes.txt", "headings", "calls"),
        ("calls_summary.csv", "headings", "calls"),
        ("callsheet.csv", "name", "calls"),
        ("notes/说明.docx", "format", ""),
        ("话单.et", "format", "calls"),
    ]
    lines = list(named_lines(intake.unread))
    assert (
        "not read: calls.ods: .ods files are not read; for calls save it as .xlsx or .csv" in lines
    )
    assert [
        line
        for line in lines
        if "calls_summary.csv: no heading of calls in the first 2 rows" in line
    ]
    assert (
        "not read: callsheet.csv: of no table; if it is meant for calls, put it beside the "
        "others as calls….csv" in lines
    )
    assert list(named_lines(intake.unread, 3))[3:] == ["not read: 5 more"]


def test_a_file_with_the_tables_own_name_must_be_the_table(read: Read) -> None:
    with pytest.raises(InputError, match=r"calls\.csv: no heading of calls"):
        read({"calls.csv": "day,calls\n1,2\n", "calls (1).csv": LINE.format("K1")})


def test_a_broken_file_whose_name_begins_so_is_no_mere_omission(read: Read) -> None:
    with pytest.raises(InputError, match=r"calls_2026\.csv\.gz: damaged or cut off"):
        read({"calls.csv": LINE.format("K1"), "calls_2026.csv.gz": b"\x1f\x8b\x08\x00cut off"})


def test_a_needed_table_that_is_not_there_names_what_may_be_meant(tmp_path: Path) -> None:
    for name, text in {"calls.ods": "x", "calls_old.csv": "a,b\n1,2\n"}.items():
        (tmp_path / name).write_text(text)
    absent = frozenset({"customers", "chats", "tickets"})
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path, IngestOptions(absent=absent))
    first, second = str(caught.value).split("\n")
    assert (
        "no table calls" in first
        and "calls.ods is not read" in second
        and "calls_old.csv is not read" in second
    )


def test_a_file_that_only_begins_like_an_absent_table_is_no_contradiction(read: Read) -> None:
    tickets = "ticket_id,kind,opened_at\nT1,inquiry,2026-10-12\n"
    assert read({"tickets.csv": tickets, "calls_notes.txt": "none"}, "tickets").provided == {
        "tickets"
    }
    with pytest.raises(UsageError, match="calls is declared absent"):
        read({"calls_2026.csv": LINE.format("K1")}, "tickets")
