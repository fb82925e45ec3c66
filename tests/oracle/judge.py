"""All obligations of a period: what existed at its start and was decided then is left out, one per
act governs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.oracle.calls import judge_calls
from tests.oracle.cells import Row, Rows, as_of, complete
from tests.oracle.parties import Parties
from tests.oracle.recorded import recorded
from tests.oracle.rules import BY_ID, RULES
from tests.oracle.sessions import judge_sessions
from tests.oracle.tickets import judge_tickets

DECIDED = ("met", "late", "overdue", "missing")
GRAVITY = {"late": 0, "overdue": 0, "missing": 0, "unknown": 1, "pending": 2, "met": 3, "exempt": 4}
ORDER = {rule.id: place for place, rule in enumerate(RULES)}


def judge_as_of(rows: Mapping[str, list[Row]], cutoff: datetime) -> list[Row]:
    """Every obligation as of the cutoff, whatever the period."""
    export = complete(rows)
    known = as_of(Rows(export, recorded(export)), cutoff)
    parties = Parties(known)
    judged = [
        *judge_calls(known, parties, cutoff),
        *judge_sessions(known, parties, cutoff),
        *judge_tickets(known, parties, cutoff),
    ]
    return [ob.row() for ob in judged]


def judge(
    rows: Mapping[str, list[Row]],
    start: datetime,
    end: datetime,
    cutoff: datetime | None = None,
    governing: str = "strictest",
) -> list[Row]:
    """Every obligation in scope of the period [start, end), as of the cutoff."""
    before = {(ob["rule_id"], ob["subject_id"]): ob for ob in judge_as_of(rows, start)}
    out = []
    for ob in judge_as_of(rows, cutoff or end):
        then = before.get((ob["rule_id"], ob["subject_id"]))
        undecided = then is None or then["verdict"] == "pending" or then["triggered_at"] == start
        if ob["triggered_at"] < end and undecided:
            out.append(ob | {"carried_over": ob["triggered_at"] < start})
    govern(out, governing)
    return sorted(out, key=lambda ob: (ORDER[ob["rule_id"]], ob["subject_id"]))


def govern(obligations: list[Row], by: str) -> None:
    """Of the obligations of an act the one with the gravest verdict governs; by order the first
    that is decided."""
    acts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for ob in sorted(obligations, key=lambda ob: ORDER[ob["rule_id"]]):
        ob["governing"] = False
        acts.setdefault((ob["subject_id"], BY_ID[ob["rule_id"]].topic), []).append(ob)
    for act in acts.values():
        if by == "order":
            next((ob for ob in act if ob["verdict"] in DECIDED), act[0])["governing"] = True
        else:
            min(act, key=lambda ob: GRAVITY[ob["verdict"]])["governing"] = True
