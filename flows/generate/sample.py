"""The sample month: drawn records with planted cases on top, and the README that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl
from ruamel.yaml import YAML

from checks.tables import TABLES
from flows.generate.habits import DEPARTMENTS, vocabulary
from flows.generate.month import Tables, generate
from flows.generate.plan import Plan
from flows.generate.write import INSTANT_FORMAT, write

Row = dict[str, str]

SAMPLE: Final = Plan(records=2400, month=date(2026, 10, 1), seed=20261001)
_OFFSET: Final = re.compile(r"\+(\d+)(s|min|h|d)")
_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_TEAMS: Final = {
    "inquiry": (DEPARTMENTS[0], 2, 11), "fault": (DEPARTMENTS[1], 13, 19), "demand": (DEPARTMENTS[2], 20, 23),
    "complaint": (DEPARTMENTS[0], 2, 11),
}  # fmt: skip
"""Who works on a kind of planted ticket: the department and the first and last number of its staff."""


@cache
def planted() -> Mapping[str, Any]:
    """planted.yaml; every value is text or a list."""
    text = files("flows.generate").joinpath("planted.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)  # type: ignore[no-any-return]


def sample() -> Iterator[tuple[str, Tables]]:
    """The sample's tables, all cells as text: one portion."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for _, portion in generate(SAMPLE):
        for name, frame in portion.items():
            tables.setdefault(name, []).append(_as_text(frame))
    drawn = {name: pl.concat(frames) for name, frames in tables.items()}
    for name, rows in _planted_rows().items():
        added = pl.DataFrame(rows, schema=dict.fromkeys(_columns(name), pl.String))
        kept = [_without_missing(name, drawn[name])] if name in drawn else []
        drawn[name] = pl.concat([*kept, added], how="diagonal")
    filled = {name: drawn[name].select(_filled(name, drawn[name])) for name in TABLES if name in drawn}
    yield "sample", {name: frame.with_columns(pl.all().replace("", None)) for name, frame in filled.items()}


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    instants = [pl.col(name).dt.strftime(INSTANT_FORMAT) for name, kind in frame.schema.items() if kind == pl.Datetime]
    return frame.with_columns(instants).cast(pl.String)


def _columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns]


def _filled(table: str, frame: pl.DataFrame) -> list[str]:
    """The columns that the frame has, in the table's order."""
    return [name for name in _columns(table) if name in frame.columns]


def _without_missing(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    key = TABLES[table].key[:1]
    for gap in planted()["missing"]:
        if gap["table"] == table and "ids" in gap:
            frame = frame.filter(~pl.col(key[0]).is_in(gap["ids"]))
        elif gap["table"] == table:
            span = pl.lit(str(gap["from"])), pl.lit(str(gap["to"]))
            inside = pl.col(gap["column"]).is_between(*span, closed="left")
            frame = frame.filter(~inside)
    return frame


def _planted_rows() -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {name: [] for name in ("calls", "tickets", "chats")}
    for name in ("customers", "staff"):
        rows[name] = [_text(row) for row in planted()[name]]
    for name, extra in planted()["extra"].items():
        rows[name] = [_text(row) for row in extra]
    for case in planted()["cases"]:
        made = [_ticket(_text(row)) for row in case.get("tickets", ())]
        rows["tickets"] += made
        rows["calls"] += [_call(_text(row)) for row in case.get("calls", ())]
        rows["calls"] += _calls_of({row["ticket_id"]: row for row in made}, case)
        rows["chats"] += _chat(case["chats"]) if "chats" in case else []
        for name in ("ticket_events", "exemptions", "alerts"):
            rows.setdefault(name, []).extend(_text(row) for row in case.get(name, ()))
    return rows


def _text(row: Mapping[str, Any]) -> Row:
    return {name: str(value) for name, value in row.items()}


def _shifted(row: Row, origin: str) -> Row:
    """`+20min` cells as instants counted from the row's `origin`."""
    return {name: _instant(value, row.get(origin, "")) for name, value in row.items()}


def _instant(value: str, origin: str) -> str:
    match = _OFFSET.fullmatch(value)
    if not match:
        return value
    moment = datetime.fromisoformat(origin) + timedelta(**{_UNITS[match[2]]: int(match[1])})
    return moment.strftime(INSTANT_FORMAT)


def _customer(customer_id: str) -> Row:
    return next((_text(row) for row in planted()["customers"] if row["customer_id"] == customer_id), {})


def _member(kind: str, key: str) -> tuple[str, str]:
    """A department and somebody of it: the planted cases go round the team, so that nobody stands out."""
    department, first, last = _TEAMS.get(kind, _TEAMS["inquiry"])
    number = int(re.sub(r"\D", "", key)[-2:] or 0)
    return department, f"S{first + number % (last - first + 1):03}"


def _call(row: Row) -> Row:
    outbound = row.get("direction") == "outbound"
    customer = _customer(row["customer_id"])
    row = {"direction": "inbound", "number": customer.get("contact", ""), "department": DEPARTMENTS[0]} | row
    row = {"answered_at": "+12s", "ended_at": "+190s", "rings": "3"} | row
    answered = row["answered_at"] != ""
    row = {"agent_id": _member("inquiry", row["call_id"])[1] if answered or outbound else ""} | row
    row = {"disposition": "answered" if answered else "missed"} | row
    return _shifted(row, "started_at")


def _ticket(row: Row) -> Row:
    """A ticket's row with the form filled in, and a status that fits its milestones."""
    customer, kind = _customer(row["customer_id"]), row["kind"]
    topics = vocabulary()["topics"].get(kind, [{}])
    topic = topics[int(row["ticket_id"][-5:]) % len(topics)]
    done = "completed_at" in row
    department, handler = _member(kind, row["ticket_id"])
    status = "archived" if "archived_at" in row else "completed" if done else "open"
    filled = {
        "channel": "phone", "category": topic.get("category", ""), "status": status,
        "customer_name": customer.get("name", ""), "company": customer.get("company", ""),
        "contact": customer.get("contact", ""), "tier": customer.get("tier", ""), "content": topic.get("ask", ""),
        "core_demand": topic.get("demand", ""), "handler_id": handler, "department": department,
        "recorded_at": "+5min" if row["opened_at"] else "",
    }  # fmt: skip
    closed = {"answer": topic.get("answer", ""), "evidence": f"服务单/{row['ticket_id']}.pdf", "satisfaction": "4"}
    return _shifted(filled | (closed if done else {}) | row, "opened_at")


def _calls_of(tickets: Mapping[str, Row], case: Mapping[str, Any]) -> list[Row]:
    """The call that a planted telephone ticket came from: it rang when the ticket was opened."""
    told = {call.get("ticket_id") for call in case.get("calls", ())}
    wanted = [row for key, row in tickets.items() if row["channel"] == "phone" and key not in told]
    same = {"ticket_id": "ticket_id", "customer_id": "customer_id", "department": "department"}
    same |= {"agent_id": "handler_id", "started_at": "opened_at"}
    return [
        _call({call: row[ticket] for call, ticket in same.items()} | {"call_id": f"TH-{row['ticket_id']}"})
        for row in wanted
        if not case.get("no_call")
    ]


def _chat(case: Mapping[str, Any]) -> list[Row]:
    """The messages of a planted conversation; lines are [when, who, what]."""
    conversation, origin = case["conversation"], str(case["start"])
    senders = {"customer": case["customer_id"], "agent": _member("inquiry", conversation)[1]}
    return [
        {
            "message_id": f"{conversation}-{n}", "conversation_id": conversation,
            "sent_at": _instant(when, origin), "sender": who, "sender_id": senders.get(who, ""), "text": what,
            "channel": "wecom", "customer_id": case["customer_id"], "department": DEPARTMENTS[0], "ticket_id": "",
        }
        for n, (when, who, what) in enumerate(case["lines"], start=1)
    ]  # fmt: skip


def write_sample(out: Path) -> dict[str, int]:
    """Write the sample month and its README to the empty folder `out`; rows per table."""
    (portion,) = sample()
    rows = write([portion], out, "csv")
    (out / "README.md").write_text(readme(portion[1]), encoding="utf-8")
    return rows


def readme(tables: Tables) -> str:
    """The README of the sample folder: row counts, and every planted case with its records."""
    text = files("flows.generate").joinpath("sample_readme.md").read_text(encoding="utf-8")
    counts = [f"| `{name}` | {len(frame)} | {', '.join(frame.columns[:4])} … |" for name, frame in tables.items()]
    cases = [f"| {', '.join(_ids(case))} | {case['shows']} |" for case in planted()["cases"]]
    gaps = [f"| {_gap(gap)} | {gap['shows']} |" for gap in planted()["missing"]]
    return text.replace("{tables}", "\n".join(counts)).replace("{cases}", "\n".join([*cases, *gaps]))


def _ids(case: Mapping[str, Any]) -> list[str]:
    tickets = [row["ticket_id"] for row in case.get("tickets", ())]
    calls = [row["call_id"] for row in case.get("calls", ())]
    chats = [case["chats"]["conversation"]] if "chats" in case else []
    return [f"`{name}`" for name in dict.fromkeys([*tickets, *calls, *chats])]


def _gap(gap: Mapping[str, Any]) -> str:
    return ", ".join(f"`{n}`" for n in gap["ids"]) if "ids" in gap else f"`{gap['table']}` {gap['from']} – {gap['to']}"
