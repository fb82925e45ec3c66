"""Calls: the rings before the answer, and the call back."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.oracle.cells import UNREADABLE, Row, Rows, readable
from tests.oracle.parties import Parties
from tests.oracle.rules import RULES, Rule
from tests.oracle.time import rings_heard
from tests.oracle.verdict import Obligation, against_clock, approve, begin


def judge_calls(rows: Rows, parties: Parties, cutoff: datetime) -> list[Obligation]:
    out = []
    for call in rows["calls"]:
        if call["direction"] != "inbound":
            continue
        mine = {}
        for rule in (r for r in RULES if r.subject == "call"):
            if rule.clock == "rings":
                ob = judge_rings(rule, call, parties)
            else:
                phone = mine["RC-8.2-phone"]
                ob = judge_callback(rule, call, phone, rows["calls"], parties, cutoff)
            if ob is not None:
                mine[rule.id] = ob
        for ob in mine.values():
            approve(ob, rows["exemptions"], cutoff)
            out.append(ob)
    return out


def judge_rings(rule: Rule, call: Row, parties: Parties) -> Obligation | None:  # noqa: PLR0911  the text asks in turn
    tier = parties.call_tier(call, call["started_at"])
    ob = begin(rule, call["call_id"], call["started_at"], tier, {})
    if ob is None:
        return None
    ob.fulfilled = call["answered_at"]
    if UNREADABLE in (call["answered_at"], call["rings"]) or _rang_until_nobody_knows(call):
        return ob.say("unknown", "unreadable")
    if ob.tier_missing:
        return ob.say("unknown", "unreadable" if tier is UNREADABLE else "tier")
    limit = int(rule.limits["core"] if rule.uniform else rule.limits[tier])
    answered, rings, ended = call["answered_at"], call["rings"], call["ended_at"]
    if answered is not None:
        if answered < call["started_at"]:
            return ob.say("unknown", "before_start")
        heard = rings if rings is not None else rings_heard(answered - call["started_at"])
        return ob.say("met" if heard <= limit else "late")
    if call["disposition"] == "busy":
        return ob.say("exempt", "line_busy")
    if call["not_ended_yet"]:
        return ob.say("pending")
    if rings is None and ended is None:
        return ob.say("unknown", "no_timestamp")
    heard = rings if rings is not None else rings_heard(ended - call["started_at"])
    return ob.say("overdue") if heard > limit else ob.say("exempt", "abandoned_early")


def _rang_until_nobody_knows(call: Row) -> bool:
    """Whether an unanswered call's rings would have to be told from an end that can't be read."""
    silent = call["answered_at"] is None and call["rings"] is None and call["disposition"] != "busy"
    return silent and call["ended_at"] is UNREADABLE


def judge_callback(  # noqa: PLR0911  the text asks in turn
    rule: Rule, call: Row, phone: Obligation, calls: list[Row], parties: Parties, cutoff: datetime
) -> Obligation | None:
    if call["answered_at"] is not None or call["not_ended_yet"]:
        return None
    if "busy" in rule.when and call["disposition"] != "busy":
        return None
    start = call["ended_at"] if readable(call["ended_at"]) else call["started_at"]
    ob = begin(rule, call["call_id"], start, parties.call_tier(call, start), {})
    assert ob is not None and ob.due is not None
    returned = [
        other["started_at"]
        for other in calls
        if other["direction"] == "outbound" and other["started_at"] >= start and parties.same_party(call, other)
    ]
    ob.fulfilled = min(returned, default=None)
    if rule.id == "RC-8.2-callback" and phone.reason == "abandoned_early":
        return ob.say("exempt", "abandoned_early")
    if not call["customer_id"] and not call["number"]:
        return ob.say("exempt", "no_number")
    if _same_episode(call, calls, parties):
        return ob.say("exempt", "same_episode")
    if call["ended_at"] is UNREADABLE:
        return ob.say("unknown", "unreadable")
    against_clock(ob, cutoff)
    if ob.verdict != "met" and _reached_again(ob, call, calls, parties):
        ob.say("exempt", "customer_reached_again")
    return ob


def _same_episode(call: Row, calls: list[Row], parties: Parties) -> bool:
    before = [
        other["started_at"]
        for other in calls
        if other["direction"] == "inbound"
        and other["answered_at"] is None
        and other["started_at"] < call["started_at"]
        and parties.key(other) == parties.key(call)
    ]
    return bool(before) and call["started_at"] - max(before) < timedelta(hours=1)


def _reached_again(ob: Obligation, call: Row, calls: list[Row], parties: Parties) -> bool:
    return any(
        other["direction"] == "inbound"
        and other["call_id"] != call["call_id"]
        and isinstance(other["answered_at"], datetime)
        and ob.start <= other["answered_at"] <= ob.due
        and parties.same_party(call, other)
        for other in calls
    )
