"""Calls: the rings before the answer, and the call back."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.oracle.cells import UNREADABLE, Row, Rows, earliest, exact, latest, readable
from tests.oracle.parties import Parties, number, party_unreadable
from tests.oracle.recorded import call_not_recorded
from tests.oracle.rules import RULES, Rule
from tests.oracle.time import RING, rings_heard
from tests.oracle.verdict import (
    VIOLATIONS,
    Obligation,
    against_clock,
    approve,
    begin,
    taken,
    too_early,
)


def judge_calls(rows: Rows, parties: Parties, cutoff: datetime) -> list[Obligation]:
    out = []
    for call in rows["calls"]:
        if call["direction"] != "inbound":
            continue
        mine: dict[str, Obligation] = {}
        for rule in (r for r in RULES if r.subject == "call"):
            ob = judge_rings(rule, call, parties) if rule.clock == "rings" else None
            if rule.clock != "rings":
                ob = judge_callback(rule, call, mine["RC-8.2-phone"], rows, parties, cutoff)
            if ob is not None:
                mine[rule.id] = ob
        for ob in mine.values():
            call_not_recorded(ob, rows.carried["calls"])
            if (
                ob.rule.clock != "rings"
                and ob.verdict in ("late", "overdue")
                and _quarantined(call, rows)
            ):
                ob.say("unknown", "quarantined")
            approve(ob, rows["exemptions"], cutoff)
            out.append(ob)
    return out


def answered(call: Row) -> bool:
    """In progress is not answered: what its row says of an answer is written at its end."""
    return call["answered_at"] is not None or (
        call["disposition"] == "answered" and not in_progress(call)
    )


def in_progress(call: Row) -> bool:
    return call["answered_at"] is None and bool(call["still_to_come"])


def judge_rings(rule: Rule, call: Row, parties: Parties) -> Obligation | None:  # noqa: PLR0911  the text asks in turn
    tier = parties.call_tier(call, call["started_at"])
    ob = begin(rule, call["call_id"], call["started_at"], tier, {})
    if ob is None:
        return None
    ob.fulfilled = call["answered_at"]
    if _unreadable(call):
        return ob.say("unknown", "unreadable")
    if ob.tier_missing:
        return ob.say("unknown", "unreadable" if tier is UNREADABLE else "tier")
    if answered(call):
        return _answered(ob, call)
    if in_progress(call):
        return ob.say("pending")
    if call["disposition"] == "busy":
        return ob.say("exempt", "line_busy")
    if call["rings"] is None and call["ended_at"] is None:
        return ob.say("unknown", "no_timestamp")
    return _rang_to_the_limit(ob, call)


def _unreadable(call: Row) -> bool:
    """Whether what would decide about the rings is filled and nobody can read it; in progress
    nothing is, yet."""
    if in_progress(call):
        return False
    silent = not answered(call) and call["disposition"] != "busy" and call["rings"] is None
    return UNREADABLE in (call["answered_at"], call["rings"]) or (
        silent and call["ended_at"] is UNREADABLE
    )


def _limit(ob: Obligation) -> int:
    return int(ob.rule.limits_from(exact(ob.start))["core" if ob.rule.uniform else ob.tier] or 0)


def _answered(ob: Obligation, call: Row) -> Obligation:
    at, rings = call["answered_at"], call["rings"]
    if at is not None and too_early(ob, at):
        return ob.say("unknown", "before_start")
    if rings is None and at is None:
        return ob.say("unknown", "no_timestamp")
    bounds = (
        [rings, rings]
        if rings is not None
        else [rings_heard(ringing) for ringing in taken(ob.start, at)]
    )
    kept = {heard <= _limit(ob) for heard in bounds}
    return (
        ob.say("unknown", "precision")
        if len(kept) == 2
        else ob.say("met" if True in kept else "late")
    )


def _rang_to_the_limit(ob: Obligation, call: Row) -> Obligation:
    if call["rings"] is not None:
        full = {call["rings"] >= _limit(ob)}
    else:
        full = {ringing >= _limit(ob) * RING for ringing in taken(ob.start, call["ended_at"])}
    if len(full) == 2:
        return ob.say("unknown", "precision")
    return ob.say("overdue") if True in full else ob.say("exempt", "abandoned_early")


def judge_callback(  # noqa: PLR0911  the text asks in turn
    rule: Rule, call: Row, phone: Obligation, rows: Rows, parties: Parties, cutoff: datetime
) -> Obligation | None:
    if answered(call) or in_progress(call):
        return None
    if "busy" in rule.when and call["disposition"] != "busy":
        return None
    start = call["ended_at"] if readable(call["ended_at"]) else call["started_at"]
    ob = begin(rule, call["call_id"], start, parties.call_tier(call, start), {})
    assert ob is not None and ob.due is not None
    ob.fulfilled = _called_back(ob, call, rows["calls"], parties)
    if party_unreadable(call):
        return ob.say("unknown", "unreadable")
    if rule.id == "RC-8.2-callback" and phone.reason == "abandoned_early":
        return ob.say("exempt", "abandoned_early")
    if call["customer_id"] is None and number(call) is None:
        return ob.say("exempt", "no_number")
    if _same_episode(call, rows["calls"], parties):
        return ob.say("exempt", "same_episode")
    if call["ended_at"] is UNREADABLE:
        return ob.say("unknown", "unreadable")
    against_clock(ob, cutoff)
    if ob.verdict != "met" and _reached_again(ob, call, rows["calls"], parties):
        return ob.say("exempt", "customer_reached_again")
    if rule.id == "RC-8.2-callback" and phone.verdict == "unknown" and ob.verdict in VIOLATIONS:
        ob.say("unknown", phone.reason)
    return ob


def _called_back(ob: Obligation, call: Row, calls: list[Row], parties: Parties) -> datetime | None:
    """The earliest outbound call to the party that is, or within its precision may be, after the
    call's end."""
    return earliest(
        other["started_at"]
        for other in calls
        if other["direction"] == "outbound"
        and latest(other["started_at"]) >= ob.start
        and parties.same_party(call, other)
    )


def _same_episode(call: Row, calls: list[Row], parties: Parties) -> bool:
    before = [
        other["started_at"]
        for other in calls
        if other["direction"] == "inbound"
        and not answered(other)
        and not in_progress(other)
        and other["started_at"] < call["started_at"]
        and parties.key(other) == parties.key(call)
    ]
    return bool(before) and call["started_at"] - max(before) < timedelta(hours=1)


def _reached_again(ob: Obligation, call: Row, calls: list[Row], parties: Parties) -> bool:
    assert ob.due is not None
    for other in calls:
        if (
            other["direction"] == "inbound"
            and other["call_id"] != call["call_id"]
            and answered(other)
        ):
            at = other["answered_at"] if readable(other["answered_at"]) else other["started_at"]
            if ob.start <= at <= ob.due and parties.same_party(call, other):
                return True
    return False


def _quarantined(call: Row, rows: Rows) -> bool:
    """Whether a call's row that could not be accepted names the party, by the same customer or the
    same number."""
    who, heard = call["customer_id"], number(call)
    return any(
        (readable(who) and row.get("customer_id") == who)
        or (heard is not None and number({"number": row.get("number")}) == heard)
        for row in rows.quarantined["calls"]
    )
