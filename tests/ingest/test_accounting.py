"""Every row is accepted, a duplicate, superseded or quarantined, and it is known which."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.records.parsing import repeats
from checks.records.parsing.defects import NOT_A_TIME
from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, Intake, read_folder
from tests.ingest.conftest import Read
from tests.long import examples

HEAD = "call_id,direction,started_at,rings\n"


def counts(intake: Intake, table: str = "calls") -> tuple[int, ...]:
    return tuple(intake.accounting[table].values())


def test_equal_rows_are_duplicates_whatever_their_form(read: Read) -> None:
    intake = read(
        {"calls.csv": HEAD + "K1,in,2026-10-03 09:05:00,3\nＫ1, 呼入,2026年10月3日9时5分0秒,3.0\n"}
    )
    assert counts(intake) == (2, 1, 1, 0, 0)


def test_a_differing_later_row_supersedes(read: Read) -> None:
    intake = read(
        {
            "calls.csv": HEAD
            + "K1,in,2026-10-03,3\nK1,in,2026-10-03,4\nK1,in,2026-10-03,4\nK1,in,2026-10-03,3\n"
        }
    )
    assert counts(intake) == (4, 1, 1, 2, 0)
    assert intake.records["calls"].select("rings", "_row").collect().rows() == [(3, 5)]


def test_the_later_file_by_name_supersedes(read: Read) -> None:
    later, earlier = HEAD + "K1,in,2026-10-03,10\n", HEAD + "K1,in,2026-10-03,2\n"
    intake = read(
        {
            "calls/part-10.csv": later,
            "calls/part-2.csv": earlier,
            "calls.csv": HEAD + "K1,in,2026-10-03,1\n",
        }
    )
    assert intake.records["calls"].select("rings").collect().item() == 10
    assert counts(intake) == (3, 1, 0, 2, 0)


def test_rows_that_differ_in_an_unreadable_cell_differ(read: Read) -> None:
    intake = read(
        {
            "calls.csv": HEAD
            + "K1,in,2026-10-03,three\nK1,in,2026-10-03,four\nK1,in,2026-10-03,four\n"
        }
    )
    assert counts(intake) == (3, 1, 1, 1, 0)
    assert intake.issues.select("row", "value").rows() == [(3, "four")]


def test_an_empty_part_of_a_key_is_a_value(read: Read) -> None:
    text = "customer_id,tier,valid_from\nC1,核心客户,\nC1,重要客户,\nC1,重要客户,2026-10-01\n"
    assert counts(read({"customers.csv": text}, "customers"), "customers") == (3, 2, 0, 1, 0)


def test_an_unreadable_part_of_a_key_is_not_an_empty_one(read: Read) -> None:
    text = "customer_id,tier,valid_from\nC1,核心客户,\nC1,重要客户,soon\nC1,重要客户,soon\n"
    assert counts(read({"customers.csv": text}, "customers"), "customers") == (3, 2, 1, 0, 0)


def test_without_a_key_only_identical_rows_repeat(read: Read) -> None:
    events = (
        "ticket_id,event,at\nT1,响应,2026-10-03\nT1,responded,2026/10/3\nT1,responded,2026-10-04\n"
    )
    calls = HEAD + "K1,in,2026-10-03,3\n"
    assert counts(read({"ticket_events.csv": events, "calls.csv": calls}), "ticket_events") == (
        3,
        2,
        1,
        0,
        0,
    )


def test_quarantine_comes_before_repetition(read: Read) -> None:
    intake = read(
        {"calls.csv": HEAD + "K1,in,2026-10-03,3\nK1,in,yesterday,3\n,,,4\nK2,sideways,,\n"}
    )
    assert counts(intake) == (4, 1, 0, 0, 3)
    assert intake.quarantine.select("row", "column", "value", "reason").rows() == [
        (3, "started_at", "yesterday", NOT_A_TIME),
        (4, "call_id", "", "required, but empty"),
        (4, "direction", "", "required, but empty"),
        (4, "started_at", "", "required, but empty"),
        (5, "direction", "sideways", "not one of inbound, outbound"),
        (5, "started_at", "", "required, but empty"),
    ]


def test_codes_and_booleans_not_understood_are_empty_and_an_issue(read: Read) -> None:
    head = "工单编号,工单类型,受理时间,状态,当场答复,回访角色\n"
    text = head + "T1,投诉,2026-10-03,?,也许,经理\nT2,demand,2026-10-03,归档,是,\n"
    intake = read({"tickets.csv": text}, "tickets")
    columns = ["status", "answered_on_spot", "followup_role"]
    assert intake.records["tickets"].select(columns).collect().rows() == [
        (None, None, "other"),
        ("archived", True, None),
    ]
    assert intake.issues.select("column", "value").rows() == [
        ("status", "?"),
        ("answered_on_spot", "也许"),
    ]


CELLS = st.fixed_dictionaries(
    {
        "call_id": st.sampled_from(["K1", "K2", " K1", "Ｋ2", ""]),
        "direction": st.sampled_from(["in", "呼入", "OUT", "", "?"]),
        "started_at": st.sampled_from(
            ["2026-10-03 09:05:00", "2026/10/3 9:05", "2026-10-04", "soon", ""]
        ),
        "rings": st.sampled_from(["3", "３", "many", "manifold", ""]),
    }
)
COLUMNS = ("call_id", "direction", "started_at", "rings")
MEANING = {
    " K1": "K1",
    "Ｋ2": "K2",
    "in": "inbound",
    "呼入": "inbound",
    "OUT": "outbound",
    "?": "",
    "soon": "",
    "2026/10/3 9:05": "2026-10-03 09:05",
    "３": "3",
}


def expected(files: list[list[dict[str, str]]]) -> Counter[str]:
    """The accounting rules once more, row by row."""
    fates: Counter[str] = Counter()
    states: dict[str, list[tuple[str, ...]]] = {}
    for row in (row for rows in files for row in rows):
        if not any(cell.strip() for cell in row.values()):
            continue
        cells = tuple(MEANING.get(row[column], row[column]) for column in COLUMNS)
        fates["read"] += 1
        if "" in cells[:3]:
            fates["quarantined"] += 1
        else:
            states.setdefault(cells[0], []).append(cells)
    for rows in states.values():
        if any(collide(one, other) for one in rows for other in rows):
            fates["quarantined"] += len(rows)
            continue
        repeated = sum(before == after for before, after in pairwise(rows))
        fates.update(accepted=1, duplicates=repeated, superseded=len(rows) - 1 - repeated)
    return fates


def collide(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Direction and start both differ; a start to the minute is the same instant as one with
    seconds of 0."""
    starts = {row[2] + ":00" if row[2].count(":") == 1 else row[2] for row in (one, other)}
    return one[1] != other[1] and len(starts) > 1


def written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def accounting(*files: str) -> dict[str, int]:
    with TemporaryDirectory() as name:
        folder = Path(name) / "calls"
        folder.mkdir()
        for number, text in enumerate((*files, HEAD + "K9,in,2026-10-03,1\n")):
            (folder / f"{number}.csv").write_text(text, encoding="gb18030")
        return read_folder(
            Path(name), IngestOptions(absent=frozenset(NEEDED) - {"calls"})
        ).accounting["calls"]


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=12), min_size=1, max_size=3))
def test_random_messy_folders(files: list[list[dict[str, str]]]) -> None:
    want = expected(files)
    want.update(read=1, accepted=1)
    got = accounting(*map(written, files))
    assert got == {name: want[name] for name in got}


@settings(max_examples=examples(20), deadline=None)
@given(
    st.lists(CELLS, unique_by=lambda row: MEANING.get(row["call_id"], row["call_id"])), st.randoms()
)
def test_the_order_of_rows_matters_only_to_supersession(
    rows: list[dict[str, str]], random: Random
) -> None:
    twice = [*rows, *rows]
    shuffled = random.sample(twice, len(twice))
    assert accounting(written(twice)) == accounting(written(shuffled))


def test_many_repeated_keys_are_settled_in_portions(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "AT_ONCE", 2)
    rows = [f"K{number % 7},in,2026-10-03,{number // 14}\n" for number in range(28)]
    assert counts(read({"calls.csv": HEAD + "".join(rows)})) == (28, 7, 14, 7, 0)
