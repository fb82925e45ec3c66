"""Different things under one key, and what is known of records beside their rows."""

from __future__ import annotations

import pytest

from flows.settings.sources import SourceSettings
from tests.ingest.conftest import Read

HEAD = "call_id,direction,started_at,number,rings\n"
A = "K1,in,2026-10-03 09:05:00,139,1\n"


def fates(read: Read, *rows: str) -> tuple[int, ...]:
    """What becomes of these rows; one more stands, so that something is readable."""
    counts = read({"calls.csv": HEAD + "".join((*rows, A.replace("K1", "K9")))}).accounting["calls"]
    return tuple((counts | {name: counts[name] - 1 for name in ("read", "accepted")}).values())


@pytest.mark.parametrize(
    "other",
    [
        "K1,out,2026-10-04 09:05:00,139,1\n",
        "K1,in,2026-10-04 09:05:00,138,1\n",
        "K1,out,2026-10-03 09:05:00,,1\n",
    ],
)
def test_rows_that_differ_in_two_cells_of_identity_are_different_things(
    read: Read, other: str
) -> None:
    assert fates(read, A, other, A) == (3, 0, 0, 0, 3)


@pytest.mark.parametrize(
    ("other", "duplicates"),
    [
        ("K1,in,2026-10-03 09:05:00,138,1\n", 0),
        ("K1,in,2026-10-03 09:05:00,,9\n", 0),
        (A, 1),
        # The same instant, known less exactly: a later state, and no difference of identity.
        ("K1,in,2026-10-03 09:05,139,1\n", 0),
        ("K1,in,2026-10-03 09:05,138,1\n", 0),
    ],
)
def test_a_later_state_changes_one_cell_at_most(read: Read, other: str, duplicates: int) -> None:
    assert fates(read, A, other) == (2, 1, duplicates, 1 - duplicates, 0)


def test_three_states_that_change_one_cell_each_are_one_thing_only_while_the_cell_is_the_same(
    read: Read,
) -> None:
    number = "K1,in,2026-10-03 09:05:00,138,1\n"
    assert fates(read, A, number, "K1,in,2026-10-03 09:05:00,137,1\n") == (3, 1, 0, 2, 0)
    assert fates(read, A, number, "K1,out,2026-10-03 09:05:00,139,1\n") == (3, 0, 0, 0, 3)


def test_other_keys_stand_and_every_colliding_row_is_told(read: Read) -> None:
    intake = read(
        {
            "calls.csv": HEAD
            + A
            + "K2,in,2026-10-03 09:05:00,139,1\nK1,out,2026-10-04 09:05:00,139,1\n"
        }
    )
    assert intake.records["calls"].select("call_id").collect()["call_id"].to_list() == ["K2"]
    assert intake.quarantine.select("row", "column", "value", "reason").rows() == [
        (2, "call_id", "K1", "key_collision"),
        (4, "call_id", "K1", "key_collision"),
    ]


def test_an_unreadable_row_takes_no_part(read: Read) -> None:
    assert fates(read, A, "K1,out,soon,138,1\n") == (2, 1, 0, 0, 1)


def test_messages_are_known_within_their_conversation(read: Read) -> None:
    rows = (
        "1,V1,2026-10-03 09:05:00,customer,a\n",
        "1,V2,2026-10-04 09:05:00,agent,b\n",
        "1,V1,2026-10-04 09:05:00,customer,c\n",
    )
    intake = read(
        {"chats.csv": "message_id,conversation_id,sent_at,sender,text\n" + "".join(rows)}, "chats"
    )
    assert tuple(intake.accounting["chats"].values()) == (3, 1, 0, 0, 2)
    assert intake.records.quarantined["chats"].collect().rows() == [
        ("V1", "chats.csv", 2),
        ("V1", "chats.csv", 4),
    ]


def test_tables_without_an_identity_do_not_collide(read: Read) -> None:
    text = "customer_id,tier,valid_from,name,city\nC1,core,,a,b\nC1,ordinary,,c,d\n"
    assert tuple(read({"customers.csv": text}, "customers").accounting["customers"].values()) == (
        2,
        1,
        0,
        1,
        0,
    )


def test_a_quarantined_row_names_what_can_be_read_of_it(read: Read) -> None:
    calls = (
        HEAD
        + "K1,sideways,2026-10-03 09:05:00,139,\nK2,in,soon,1.39E+10,\nK3,in,,139,\nK4,in,,无,\n"
        + A.replace("K1", "K5")
    )
    events = (
        "ticket_id,event,at\nT1,responded,soon\nT1,whatever,2026-10-03\n2.0E+17,solved,"
        "2026-10-03\n,,soon\n"
    )
    intake = read({"calls.csv": calls, "ticket_events.csv": events})
    lost = intake.records.quarantined.items()
    named = {name: set(frame.drop("_file", "_row").collect().rows()) for name, frame in lost}
    assert named == {
        "calls": {(None, "139")},
        "ticket_events": {("T1", "responded"), ("T1", None), (None, "solved")},
        "chats": set(),
        "customers": set(),
        "pauses": set(),
    }


def test_a_column_is_carried_by_its_heading_alone(read: Read) -> None:
    one = "ticket_id,kind,opened_at,回复时间\nT1,inquiry,2026-10-03,\n"
    two = "ticket_id,kind,opened_at,evidence\nT2,inquiry,2026-10-03,a.pdf\n"
    events = "ticket_id,event,at\nT1,completed,2026-10-03\n"
    intake = read(
        {"tickets/1.csv": one, "tickets/2.csv": two, "ticket_events.csv": events}, "tickets"
    )
    assert intake.carried["tickets"] == {"ticket_id", "kind", "opened_at", "replied_at", "evidence"}
    assert intake.records.recorded["tickets"] == intake.carried["tickets"] | {"completed_at"}
    assert intake.carried["calls"] == frozenset()


def test_a_mapped_column_is_carried_where_the_source_has_it(read: Read) -> None:
    columns = {
        "ticket_id": "id",
        "kind": "'fault'",
        "opened_at": "made",
        "replied_at": "misspelt",
        "solved_at": "COALESCE(gone, done)",
        "completed_at": "done",
    }
    optional = ("misspelt", "gone")
    source = SourceSettings(
        table="tickets", files=("desk.csv",), columns=columns, optional=optional
    )
    intake = read(
        {"desk.csv": "id,made,done\nT1,2026-10-03,\n"}, "tickets", sources={"desk": source}
    )
    assert intake.carried["tickets"] == set(columns) - {"replied_at"}


def test_a_row_that_a_mapping_leaves_out_names_nothing(read: Read) -> None:
    source = SourceSettings(
        table="calls",
        files=("pbx.csv",),
        leave_out=[{"where": "kind = 'test'", "because": "a test"}],
        columns={"call_id": "id", "direction": "'inbound'", "started_at": "made", "number": "tel"},
    )
    text = "id,made,tel,kind\nK1,2026-10-03,139,\nK2,2026-10-03,138,test\nK3,soon,137,\n"
    intake = read({"pbx.csv": text}, sources={"pbx": source})
    assert tuple(intake.accounting["calls"].values()) == (3, 1, 0, 0, 2)
    assert intake.records.quarantined["calls"].collect().rows() == [(None, "137", "pbx.csv", 4)]
