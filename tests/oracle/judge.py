"""All obligations of a period: what existed at its start and was decided then is left out, one per act governs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.oracle.calls import judge_calls
from tests.oracle.cells import Row, as_of, complete
from tests.oracle.parties import Parties
from tests.oracle.rules import BY_ID, RULES
from tests.oracle.sessions import judge_sessions
from tests.oracle.tickets import judge_tickets

DECIDED = ("met", "late", "overdue", "missing")
ORDER = {rule.id: place for place, rule in enumerate(RULES)}


def judge_as_of(rows: Mapping[str, list[Row]], cutoff: datetime) -> list[Row]:
    """Every obligation as of the cutoff, whatever the period."""
    known = as_of(complete(rows), cutoff)
    parties = Parties(known)
    judged = [
        *judge_calls(known, parties, cutoff),
        *judge_sessions(known, parties, cutoff),
        *judge_tickets(known, parties, cutoff),
    ]
    return [ob.row() for ob in judged]


def judge(rows: Mapping[str, list[Row]], start: datetime, end: datetime, cutoff: datetime | None = None) -> list[Row]:
    """Every obligation in scope of the period [start, end), as of the cutoff."""
    before = {(ob["rule_id"], ob["subject_id"]): ob["verdict"] for ob in judge_as_of(rows, start)}
    out = []
    for ob in judge_as_of(rows, cutoff or end):
        open_then = before.get((ob["rule_id"], ob["subject_id"]), "pending") == "pending"
        if ob["triggered_at"] < end and open_then:
            out.append(ob | {"carried_over": ob["triggered_at"] < start})
    govern(out)
    return sorted(out, key=lambda ob: (ORDER[ob["rule_id"]], ob["subject_id"]))


def govern(obligations: list[Row]) -> None:
    """The first decided obligation of an act governs it, else the first."""
    acts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for ob in sorted(obligations, key=lambda ob: ORDER[ob["rule_id"]]):
        ob["governing"] = False
        acts.setdefault((ob["subject_id"], BY_ID[ob["rule_id"]].topic), []).append(ob)
    for act in acts.values():
        next((ob for ob in act if ob["verdict"] in DECIDED), act[0])["governing"] = True
