"""Sources whose clock is moved twice a year: instants of the configured zone, both changes, in two
zones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from flows.ingest import Intake
from flows.settings.sources import SourceSettings
from tests.ingest.conftest import Read
from tests.ingest.workbooks import workbook

HOUR = timedelta(hours=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def taken(read: Read, zone: str, *cells: str, column: str = "replied_at", **more: Any) -> Intake:
    lines = [f"{n},inquiry,2026-01-05 12:00:00,{cell}" for n, cell in enumerate(cells, 1)]
    text = "\n".join([f"ticket_id,kind,opened_at,{column}", *lines])
    settings = {"table": "tickets", "files": ["desk*"], "time_zone": zone, **more}
    return read(
        {"desk.csv": text}, "tickets", sources={"desk": SourceSettings.model_validate(settings)}
    )


def cells(intake: Intake, column: str = "replied_at") -> list[tuple[Any, ...]]:
    columns = (column, f"{column}_unreadable", f"{column}_precision")
    known = [c for c in columns if c in intake.records["tickets"].collect_schema()]
    return intake.records["tickets"].select(known).collect().rows()


@pytest.mark.parametrize(
    ("zone", "written", "china"),
    [
        (BERLIN, "2026-03-29 01:59:59", "2026-03-29 08:59:59"),
        (BERLIN, "2026-03-29 03:00:00", "2026-03-29 09:00:00"),
        (BERLIN, "2026-07-01 12:00:00", "2026-07-01 18:00:00"),
        (BERLIN, "2026-10-25 01:59:59", "2026-10-25 07:59:59"),
        (BERLIN, "2026-10-25 03:00:00", "2026-10-25 10:00:00"),
        (BERLIN, "2026-10-25T02:30:00+02:00", "2026-10-25 08:30:00"),
        (BERLIN, "2026-10-25T02:30:00+01:00", "2026-10-25 09:30:00"),
        (BERLIN, "2026-10-25T01:30:00Z", "2026-10-25 09:30:00"),
        (BERLIN, "1792891800", "2026-10-25 09:30:00"),
        (NEW_YORK, "2026-03-08 01:59:59", "2026-03-08 14:59:59"),
        (NEW_YORK, "2026-03-08 03:00:00", "2026-03-08 15:00:00"),
        (NEW_YORK, "2026-11-01 00:59:59", "2026-11-01 12:59:59"),
        (NEW_YORK, "2026-11-01 02:00:00", "2026-11-01 15:00:00"),
        (NEW_YORK, "Nov 1 2026 01:30:00 -0500", "2026-11-01 14:30:00"),
    ],
)
def test_local_times_are_instants(read: Read, zone: str, written: str, china: str) -> None:
    intake = taken(read, zone, f'"{written}"')
    assert cells(intake) == [(datetime.fromisoformat(china), False, 0)]


@pytest.mark.parametrize(
    ("zone", "written", "first"),
    [
        (BERLIN, "2026-10-25 02:30:00", "2026-10-25 08:30:00"),
        (NEW_YORK, "2026-11-01 01:00:00", "2026-11-01 13:00:00"),
    ],
)
def test_an_hour_that_exists_twice_is_known_to_the_hour(
    read: Read, zone: str, written: str, first: str
) -> None:
    at = datetime.fromisoformat(first)
    intake = taken(read, zone, written, written[:-3])
    # Both readings, and the whole of what the cell leaves open, lie in [v, v + p)
    assert cells(intake) == [(at, False, 3601), (at, False, 3660)]
    assert intake.issues.is_empty()


@pytest.mark.parametrize(
    ("zone", "written"),
    [(BERLIN, "2026-03-29 02:30:00"), (NEW_YORK, "2026-03-08 02:00:00")],
)
def test_an_hour_that_the_clock_leaps_over_is_unreadable(
    read: Read, zone: str, written: str
) -> None:
    intake = taken(read, zone, written)
    assert cells(intake) == [(None, True, 0)]
    reason = f"no such hour: the clock of {zone} leaps over it"
    assert intake.issues.select("value", "reason").rows() == [(written, reason)]
    column = {"columns": {"ticket_id": "ticket_id", "kind": "kind", "opened_at": "replied_at"}}
    intake = taken(read, zone, written, "2026-07-01 12:00:00", **column)
    assert intake.quarantine.select("row", "value", "reason").rows() == [(2, written, reason)]
    assert tuple(intake.accounting["tickets"].values()) == (2, 1, 0, 0, 1)


def test_a_promise_is_one_instant_or_none(read: Read) -> None:
    promised = ("2026-10-25 02:30:00", "2026-10-25", "2026-10-25 02:30:00+01:00")
    intake = taken(read, BERLIN, *promised, column="promised_at")
    end_of_day = datetime(2026, 10, 26, 7) - timedelta(microseconds=1)
    assert cells(intake, "promised_at") == [
        (None, True),
        (end_of_day, False),
        (datetime(2026, 10, 25, 9, 30), False),
    ]
    assert intake.issues["reason"].to_list() == [
        "the hour exists twice in Europe/Berlin; export it with its offset"
    ]


def test_a_day_is_as_long_as_its_clock_makes_it(read: Read) -> None:
    intake = taken(read, BERLIN, "2026-10-25", "2026-07-01")
    assert cells(intake) == [
        (datetime(2026, 10, 25, 6), False, 25 * 3600),
        (datetime(2026, 7, 1, 6), False, 24 * 3600),
    ]


def test_declared_forms_and_typed_cells_move_alike(read: Read) -> None:
    forms = {"replied_at": ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S %z"]}
    intake = taken(
        read, NEW_YORK, "01/11/2026 01:30:00", "01/11/2026 01:30:00 -0500", formats=forms
    )
    at = datetime(2026, 11, 1, 13, 30)
    assert cells(intake) == [(at, False, 3601), (at + HOUR, False, 0)]
    rows = [["ticket_id", "kind", "opened_at"], ["1", "inquiry", datetime(2026, 11, 1, 1, 30)]]
    settings = {"table": "tickets", "files": ["t.xlsx"], "time_zone": NEW_YORK}
    source = {"t": SourceSettings.model_validate(settings)}
    book = read({"t.xlsx": workbook(("t", rows))}, "tickets", sources=source)
    assert cells(book, "opened_at") == [(at, 3601)]
    frame = pl.DataFrame({"ticket_id": ["1"], "kind": ["inquiry"], "opened_at": [rows[1][2]]})
    settings["files"] = ["p.parquet"]
    from io import BytesIO

    stored = BytesIO()
    frame.write_parquet(stored)
    source = {"p": SourceSettings.model_validate(settings)}
    typed = read({"p.parquet": stored.getvalue()}, "tickets", sources=source)
    assert cells(typed, "opened_at") == [(at, 3601)]
