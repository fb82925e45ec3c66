"""The canonical tables: what an audit reads, column by column. Source: the input contract in
README.

A canonical frame has, for each table, every column below in this order with the dtype of its kind,
then `<column>_unreadable` (Boolean, never null) for each optional instant, number and identifier,
then `<column>_precision` (Int32, seconds, never null) for each event time, then `_file` (String)
and `_row` (UInt32). An instant v of precision p > 0 was written without seconds (60) or without a
time of day (86,400): it lies in [v, v + p). With precision 0 it is v. `_row` counts records as a
spreadsheet shows them: the heading is row 1, the first record row 2. A table that was not provided
is an empty frame of the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, cast

import polars as pl

from checks.concepts import INSTANT, TIERS
from checks.records.milestones import ENTRIES, MILESTONES

Kind = Literal["text", "code", "open_code", "bool", "instant", "promise", "date", "number"]
"""`code`: one of the values, anything else counts as empty and is an issue. `open_code`: anything
else is `other`.
`due`: an instant that is a promise, not an event: it is not cut off."""

DTYPES: Final[dict[str, pl.DataType]] = {
    "text": pl.String(),
    "code": pl.String(),
    "open_code": pl.String(),
    "bool": pl.Boolean(),
    "instant": INSTANT,
    "promise": INSTANT,
    "date": pl.Date(),
    "number": pl.Int64(),
}
MARKED: Final = ("instant", "promise", "date", "number")
"""Kinds whose optional columns carry an `_unreadable` companion; identifiers have one too."""
PRECISION: Final = pl.Int32()
"""Dtype of a `_precision` column: seconds."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()

    @property
    def identifier(self) -> bool:
        """Whether the cell names something (a number or id), so that a rounded one must not be
        compared."""
        return self.kind == "text" and (
            self.name.endswith("_id") or self.name in ("number", "contact")
        )

    @property
    def parsed(self) -> bool:
        """Whether a filled cell may turn out unreadable; what stood there is kept then."""
        return self.kind != "text" or self.identifier

    @property
    def marked(self) -> bool:
        """Whether a filled but unreadable cell is kept and marked (optional instants, numbers,
        identifiers)."""
        return (self.kind in MARKED or self.identifier) and not self.required

    @property
    def timed(self) -> bool:
        """Whether it is known how exactly the cell's instant was written; a promise means a single
        instant."""
        return self.kind == "instant"


@dataclass(frozen=True)
class Table:
    """A table's columns and its primary key; without a key only rows equal in every column repeat
    one another.

    identity: cells of which a later state of the same thing changes at most one; rows of one key
    that differ in two are different things.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    needed: bool = False
    identity: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    @cached_property
    def schema(self) -> pl.Schema:
        """Dtypes of the canonical frame, provenance included."""
        cells = {c.name: DTYPES[c.kind] for c in self.columns}
        marks = {f"{c.name}_unreadable": pl.Boolean() for c in self.columns if c.marked}
        exact = {f"{c.name}_precision": PRECISION for c in self.columns if c.timed}
        return pl.Schema({**cells, **marks, **exact, "_file": pl.String(), "_row": pl.UInt32()})


def _columns(spec: str, values: dict[str, tuple[str, ...]] | None = None) -> tuple[Column, ...]:
    """`name:kind*` words; the kind defaults to text, `*` marks a required column."""
    out = []
    for word in spec.split():
        required = word.endswith("*")
        name, _, kind = word.rstrip("*").partition(":")
        words = (values or {}).get(name, ())
        out.append(Column(name, cast(Kind, kind or "text"), required, words))
    return tuple(out)


PROMISES: Final = ("promised_at", "agreed_arrival_at", "renegotiated_due_at")
EVENT_NAMES: Final = (*(entry.event for entry in ENTRIES), "reopened")

_TICKETS = f"""
    ticket_id* kind:code* opened_at:instant* channel:code category:code customer_id customer_name
    company contact tier:code content core_demand answer feedback handler_id department status:code
    cancelled_at:instant severity:code service_mode:code locality:code remote_area:bool
    answered_on_spot:bool
    {" ".join(f"{m}:instant" for m in MILESTONES)} {" ".join(f"{p}:promise" for p in PROMISES)}
    followup_role:open_code overtime_cause:open_code remedy customer_accepted:bool evidence
    satisfaction:number own_met:bool own_breached:bool own_due_at:promise
"""
_TICKET_VALUES = {
    "kind": ("inquiry", "fault", "demand", "complaint"),
    "channel": ("phone", "online", "walk_in", "email", "social"),
    "category": ("product", "technical", "service", "cooperation"),
    "tier": TIERS,
    "status": ("open", "completed", "archived", "cancelled"),
    "severity": ("emergency", "general"),
    "service_mode": ("remote", "onsite"),
    "locality": ("same_city", "other_city"),
    "followup_role": ("sales", "technical", "other"),
    "overtime_cause": ("staffing", "technical", "objective", "other"),
}

_ALL = (
    Table(
        "customers",
        ("customer_id", "valid_from"),
        _columns(
            "customer_id* tier:code* valid_from:instant name company contact city", {"tier": TIERS}
        ),
        needed=True,
    ),
    Table(
        "calls",
        ("call_id",),
        _columns(
            "call_id* direction:code* started_at:instant* answered_at:instant ended_at:instant "
            "rings:number number "
            "customer_id agent_id department disposition:code ticket_id "
            "own_met:bool own_breached:bool own_due_at:promise",
            {"direction": ("inbound", "outbound"), "disposition": ("answered", "missed", "busy")},
        ),
        needed=True,
        identity=("direction", "started_at", "number"),
    ),
    Table(
        "chats",
        ("conversation_id", "message_id"),
        _columns(
            "message_id* conversation_id* sent_at:instant* sender:code* sender_id text "
            "channel:code customer_id "
            "department ticket_id",
            {
                "sender": ("customer", "agent", "bot", "system"),
                "channel": ("wechat", "wecom", "web", "social"),
            },
        ),
        needed=True,
        identity=("sent_at", "sender", "text"),
    ),
    Table(
        "tickets",
        ("ticket_id",),
        _columns(_TICKETS, _TICKET_VALUES),
        needed=True,
        identity=("kind", "opened_at", "customer_id"),
    ),
    Table(
        "ticket_events",
        (),
        _columns("ticket_id* event:code* at:instant* actor_id", {"event": EVENT_NAMES}),
    ),
    Table(
        "staff",
        ("staff_id", "valid_from"),
        _columns("staff_id* name department role valid_from:instant"),
    ),
    Table("customer_contacts", (), _columns("customer_id* contact*")),
    Table(
        "exemptions",
        (),
        _columns(
            "subject_id* rule_id reason* approved_by* approved_at:instant* "
            "evidence accepted_objection"
        ),
    ),
    Table(
        "pauses",
        (),
        _columns(
            "subject_type:code* subject_id* reason* started_at:instant* ended_at:instant",
            {"subject_type": ("ticket", "chat_session", "call")},
        ),
    ),
    Table(
        "alerts",
        (),
        _columns(
            "ticket_id* kind:code* sent_at:instant* recipients source",
            {"kind": ("warning", "overdue")},
        ),
    ),
    Table("spot_checks", (), _columns("checked_on:date* ticket_id* inspector result")),
    Table(
        "rectifications",
        ("finding_id",),
        _columns("finding_id* opened_on:date* due_on:date closed_on:date owner note"),
    ),
    Table(
        "outages",
        (),
        _columns("system* failed_at:instant* fallback_at:instant restored_at:instant"),
    ),
    Table(
        "trainings",
        (),
        _columns("held_on:date* topic staff_id result:code", {"result": ("pass", "fail")}),
    ),
    Table("documents", (), _columns("kind* period* owner filed_at:instant approved_by")),
    Table(
        "manual_checks",
        (),
        _columns(
            "article* checked_on:date* result:code* inspector note",
            {"result": ("pass", "fail", "not_checked")},
        ),
    ),
    Table(
        "call_transcripts",
        (),
        _columns(
            "call_id* speaker:code* start* end text",
            {"speaker": ("customer", "agent", "bot", "system")},
        ),
    ),
    Table("control_totals", (), _columns("system* table* day:date month rows:number*")),
)
TABLES: Final[dict[str, Table]] = {t.name: t for t in _ALL}
NEEDED: Final = tuple(t.name for t in _ALL if t.needed)
BESIDE: Final = frozenset({"own_met", "own_breached", "own_due_at", "accepted_objection"})
"""Columns without which nothing is lacking: no rule reads what a system says of itself, and
whose objection was accepted is Kelou's own."""


def empty(name: str) -> pl.LazyFrame:
    """The frame of a table that was not provided."""
    return pl.LazyFrame(schema=TABLES[name].schema)
