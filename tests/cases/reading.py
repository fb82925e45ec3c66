"""Cases to records: each case gets ids and numbers of its own, so that all can be judged at once.
See README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from checks.records.tables import TABLES
from tests.oracle import DAY, MINUTE, UNREADABLE, Coarse, Rows

FOLDER: Final = Path(__file__).parent
KEYS: Final = (
    "name",
    "rule",
    "tier",
    "contact",
    "ticket",
    "events",
    "call",
    "calls",
    "chat",
    "exemptions",
    "pauses",
    "department",
    "period",
    "as_of",
    "subject",
    "expect",
    "since",
    "due",
    "governs",
    "carried_over",
    "provisional",
    "number_shared_with",
    "quarantined",
    "not_recorded",
    "governing",
)
FLAGS: Final = {
    "governs": "governing",
    "carried_over": "carried_over",
    "provisional": "calendar_provisional",
}


@dataclass(frozen=True)
class Case:
    """One case of one rule: its records, when it is judged and what must come out."""

    name: str
    rule: str
    subject_id: str
    rows: Rows
    start: datetime
    end: datetime
    cutoff: datetime
    governing: str
    not_recorded: tuple[str, ...]
    """Columns that the company does not record; cases of the same company are judged together."""
    expected: dict[str, Any] = field(default_factory=dict)
    """verdict and reason, and where the case says so due_at, governing, carried_over,
    calendar_provisional; empty where there must be no obligation."""


def load_cases(folder: Path = FOLDER) -> list[Case]:
    out: list[Case] = []
    for path in sorted(folder.glob("*.yaml")):
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        base = content.get("base", {})
        for line in content["cases"]:
            both = {
                key: {**base[key], **line[key]}
                for key in ("ticket", "call")
                if key in base and key in line
            }
            out.append(_case(path.stem, len(out), content, {**base, **line, **both}))
    return out


def _case(stem: str, number: int, content: dict[str, Any], said: dict[str, Any]) -> Case:
    unknown = sorted(said.keys() - set(KEYS))
    if unknown:
        raise ValueError(
            f"{stem}, case {said['name']!r}: unknown key {', '.join(unknown)}; "
            f"known: {', '.join(KEYS)}"
        )
    own, rule = f"{stem}/{number}", said.get("rule", content.get("rule"))
    start, end = _period(str(said.get("period", content.get("period", "2026-10"))))
    subject = own + str(
        said.get("subject", "#1" if "chat" in said and "ticket" not in said else "")
    )
    return Case(
        name=f"{stem}: {said['name'].rpartition(' | ')[2]}",
        rule=rule,
        subject_id=subject,
        rows=_records(own, number, subject, said),
        start=start,
        end=end,
        cutoff=instant(said["as_of"]) if "as_of" in said else end,
        governing=said.get("governing", "strictest"),
        not_recorded=tuple(said.get("not_recorded", ())),
        expected=_expected(said),
    )


def _expected(said: dict[str, Any]) -> dict[str, Any]:
    words = str(said["expect"]).split()
    expected: dict[str, Any] = (
        {} if words == ["none"] else {"verdict": words[0], "reason": "".join(words[1:])}
    )
    expected |= {column: said[key] for key, column in FLAGS.items() if key in said}
    if "since" in said:
        expected["triggered_at"] = instant(said["since"])
    if "due" in said:
        expected["due_at"] = None if said["due"] == "empty" else instant(said["due"])
    return expected


def instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    return datetime.fromisoformat(str(value))


def event_time(value: Any) -> datetime:
    """An instant as exactly as it is written: without seconds it is known to the minute, without a
    time to the day."""
    at = instant(value)
    if re.search(r"\d\d:\d\d:\d\d", str(value)):
        return at
    return Coarse(at, MINUTE if ":" in str(value) else DAY)


def due_time(value: Any) -> datetime:
    """A promised time: a date means the end of that day."""
    return instant(value) if ":" in str(value) else datetime.combine(instant(value), time.max)


def _period(text: str) -> tuple[datetime, datetime]:
    """A month, or a year."""
    year, _, month = text.partition("-")
    if not month:
        return datetime(int(year), 1, 1), datetime(int(year) + 1, 1, 1)
    return datetime(int(year), int(month), 1), datetime(
        int(year) + int(month) // 12, int(month) % 12 + 1, 1
    )


def _records(own: str, number: int, subject: str, said: dict[str, Any]) -> Rows:
    """The case's rows, what its company records, and what rows that were not accepted name."""
    rows = {
        table: [_cells(table, own, number, row) for row in lines]
        for table, lines in _rows(own, number, subject, said).items()
    }
    carried = {
        name: frozenset(TABLES[name].by_name) - set(said.get("not_recorded", ()))
        for name in ("tickets", "calls")
    }
    quarantined = {
        name: [_cells(name, own, number, _named(name, own, row)) for row in lines]
        for name, lines in said.get("quarantined", {}).items()
    }
    return Rows(rows, carried, quarantined)


def _rows(
    own: str, number: int, subject: str, said: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    tier, contact = said.get("tier", "none"), said.get("contact")
    who = None if tier == "none" else own
    periods = (
        tier if isinstance(tier, dict) else {} if tier in ("none", "unknown") else {None: tier}
    )
    for since, name in periods.items():
        rows["customers"].append(
            {"customer_id": own, "tier": name, "valid_from": since, "contact": contact}
        )
    if "number_shared_with" in said:
        other = {
            "customer_id": f"{own}-other",
            "tier": said["number_shared_with"],
            "contact": contact,
        }
        rows["customers"].append(other)
    if "ticket" in said:
        department = {"department": said["department"]} if "department" in said else {}
        ticket = {"ticket_id": own, "customer_id": who, **department, **said["ticket"]}
        rows["tickets"].append(ticket)
    for text in said.get("events", []):
        at, _, event = text.rpartition(" ")
        rows["ticket_events"].append({"ticket_id": own, "event": event, "at": at})
    linked = {"ticket_id": own} if "ticket" in said else {}
    if "call" in said:
        rows["calls"].append({"call_id": own, **_caller(said["call"], who), **said["call"]})
    for n, call in enumerate(said.get("calls", [])):
        rows["calls"].append({"call_id": f"{own}-{n}", **_caller(call, who), **linked, **call})
    for n, text in enumerate(said.get("chat", [])):
        day, clock, sender, words = text.split(" ", 3)
        rows["chats"].append(
            {
                "message_id": f"{own}-{n:02}",
                "conversation_id": own,
                "sent_at": f"{day} {clock}",
                "sender": sender,
                "text": words,
                "customer_id": who,
                **linked,
            }
        )
    for row in said.get("exemptions", []):
        rows["exemptions"].append(
            {"subject_id": subject, "reason": "系统割接", "approved_by": "M01", **row}
        )
    for row in said.get("pauses", []):
        rows["pauses"].append({"subject_type": "ticket", "subject_id": own, **row})
    return rows


def _caller(call: dict[str, Any], who: str | None) -> dict[str, Any]:
    """A call with a number is known by its number alone."""
    return {} if "number" in call else {"customer_id": who}


def _named(table: str, own: str, row: dict[str, Any]) -> dict[str, Any]:
    """A quarantined row names what is the case's own, unless it says otherwise; a call with a
    number, the number."""
    if table == "calls":
        return {**_caller(row, own), **row}
    if table == "pauses":
        return {"subject_type": "ticket", "subject_id": own, **row}
    identifier = {
        "customers": "customer_id",
        "chats": "conversation_id",
        "ticket_events": "ticket_id",
    }[table]
    return {identifier: own, **row}


def _cells(table: str, own: str, number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Instants as instants, the words `unreadable` and `own` as what they say, telephone numbers of
    the case's own."""
    out = dict(row)
    for name, value in row.items():
        column = TABLES[table].by_name[name]
        if value == "unreadable" and (column.marked or column.required):
            out[name] = UNREADABLE
        elif value == "own" and column.identifier:
            out[name] = own
        elif value is not None and column.kind == "instant":
            out[name] = event_time(value)
        elif value is not None and column.kind == "promise":
            out[name] = due_time(value)
        elif value is not None and name in ("number", "contact"):
            out[name] = _own_number(str(value), number)
    return out


def _own_number(text: str, number: int) -> str:
    """`#` stands for the last four digits, which are the case's own; without one they are put at
    the end."""
    if "#" in text:
        return text.replace("#", f"{number:04}")
    return f"{text}{number:04}" if any(character.isdigit() for character in text) else text
