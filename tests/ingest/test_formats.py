"""`formats`: times of a form that leaves day and month open are read as it is declared, never
guessed cell by cell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from flows.settings.sources import SourceSettings
from flows.system.errors import UsageError
from tests.ingest.conftest import Read

TICKETS = "nr,opened,done\n1,03/10/2026 09:05,04/10/2026 10:00\n2,13/10/2026 09:05,2026-10-14\n"
COLUMNS = {"ticket_id": "nr", "kind": "'fault'", "opened_at": "opened", "solved_at": "done"}


def desk(**more: Any) -> dict[str, SourceSettings]:
    given = {"table": "tickets", "files": ("desk.csv",), "columns": COLUMNS, **more}
    return {"desk": SourceSettings.model_validate(given)}


def cells(read: Read, text: str, **more: Any) -> list[tuple[Any, ...]]:
    intake = read({"desk.csv": text}, "tickets", sources=desk(**more))
    columns = ["opened_at", "opened_at_precision", "solved_at", "solved_at_unreadable"]
    return intake.records["tickets"].select(columns).collect().rows()


def test_a_declared_form_is_read_and_anything_else_in_its_column_is_unreadable(read: Read) -> None:
    form = "%d/%m/%Y %H:%M"
    assert cells(read, TICKETS, formats={"opened_at": form, "solved_at": form}) == [
        (datetime(2026, 10, 3, 9, 5), 60, datetime(2026, 10, 4, 10), False),
        (datetime(2026, 10, 13, 9, 5), 60, None, True),
    ]


def test_without_a_form_nothing_is_guessed(read: Read) -> None:
    with pytest.raises(Exception, match=r"13/10/2026|03/10/2026"):
        cells(read, TICKETS)


def test_months_may_come_first_and_the_clock_be_of_twelve_hours(read: Read) -> None:
    text = "nr,opened,done\n1,10/3/26 9:05 PM,\n"
    found = cells(read, text, formats={"opened_at": "%m/%d/%y %I:%M %p"})
    assert found == [(datetime(2026, 10, 3, 21, 5), 60, None, False)]


def test_an_offset_in_the_form_leads_to_the_configured_zone(read: Read) -> None:
    text = "nr,opened,done\n1,03/10/2026 09:05:00 +0000,\n"
    found = cells(read, text, formats={"opened_at": "%d/%m/%Y %H:%M:%S %z"})
    assert found == [(datetime(2026, 10, 3, 17, 5), 0, None, False)]


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        ({"opened_at": "%H:%M"}, "tells no day"),
        ({"opened_at": "%d %H"}, "tells no day"),
        (
            {"opened": "%d/%m/%Y"},
            r"no time of that name \(did you mean opened_at\?\); its times are opened_at",
        ),
        ({"kind": "%d/%m/%Y"}, "no time of that name"),
    ],
)
def test_a_form_that_can_not_be_is_refused_with_its_key(
    read: Read, formats: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError, match=f"inputs.sources.desk: formats.*{words}"):
        cells(read, TICKETS, formats=formats)
