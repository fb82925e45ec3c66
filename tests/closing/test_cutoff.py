"""Attributes without a time are those of the export that the lake held at the cutoff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.audit.run import silent
from flows.ingest import IngestOptions
from flows.ingest.lake import Lake, pin, read_lake, take_in

HEAD = "ticket_id,kind,opened_at,severity,status,responded_at\n"
LOCAL = timedelta(hours=8)


def drop(folder: Path, tickets: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "customers.csv").write_text("customer_id,tier\nC1,core\n", "utf-8")
    (folder / "tickets.csv").write_text(HEAD + tickets, "utf-8")
    return folder


@pytest.fixture
def twice(tmp_path: Path) -> tuple[Lake, datetime]:
    """A lake with an export, the time between, and a later export."""
    lake, options = (
        Lake(str(tmp_path / "lake")),
        IngestOptions(absent=frozenset({"calls", "chats"})),
    )
    first = drop(
        tmp_path / "first",
        "T1,fault,2026-10-14 09:00:00,general,open,\nT2,fault,2026-10-14 09:00:00,,open,\n",
    )
    take_in(first, lake, options, silent)
    between = datetime.now(UTC).replace(tzinfo=None) + LOCAL
    later = "T1,fault,2026-10-14 09:00:00,emergency,completed,2026-10-14 10:00:00\n"
    take_in(
        drop(tmp_path / "second", later + "T3,fault,2026-10-15 09:00:00,emergency,open,\n"),
        lake,
        options,
        silent,
    )
    return lake, between


def tickets(
    lake: Lake, cutoff: datetime | None
) -> tuple[dict[str, tuple[str | None, ...]], dict[str, int]]:
    intake = read_lake(lake, IngestOptions(absent=frozenset({"calls", "chats"})), pin(lake), cutoff)
    rows = (
        intake.records["tickets"]
        .select("ticket_id", "severity", "status", "responded_at")
        .collect()
        .iter_rows()
    )
    return {name: tuple(str(cell) for cell in cells) for name, *cells in rows}, dict(intake.later)


def test_the_export_held_at_the_cutoff_decides_what_has_no_time(
    twice: tuple[Lake, datetime],
) -> None:
    lake, between = twice
    found, later = tickets(lake, between)
    assert found["T1"] == ("general", "open", "2026-10-14 10:00:00"), "an event has its own time"
    assert found["T3"] == ("emergency", "open", "None"), "only the later export has it"
    assert later == {}


def test_without_a_cutoff_the_newest_export_decides(twice: tuple[Lake, datetime]) -> None:
    assert tickets(twice[0], None)[0]["T1"][:2] == ("emergency", "completed")


def test_where_only_later_exports_exist_the_report_is_told(twice: tuple[Lake, datetime]) -> None:
    found, later = tickets(twice[0], datetime(2026, 11, 1))
    assert found["T1"][:2] == ("emergency", "completed")
    assert later == {"tickets": 2}
