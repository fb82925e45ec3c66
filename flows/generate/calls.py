"""The call log: requests, questions about running tickets, missed calls with their redials and
call-backs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import polars as pl

from flows.generate.draws import NEVER, NONE, Draws, Whole, given, instants, labels, never, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import DEPARTMENTS
from flows.generate.scene import Scene
from flows.generate.tickets import PHONE
from flows.generate.world import STRANGERS

INBOUND, OUTBOUND = range(2)
ANSWERED, MISSED, BUSY = range(3)
RING: Final = 5
"""Seconds of one ring: tone and pause."""


@dataclass(frozen=True)
class Calls:
    """Arrays over calls; `party` indexes the world's numbers, `ticket` the scene's cases; 0 `rings`
    are not logged."""

    direction: Whole
    started: Whole
    answered: Whole
    ended: Whole
    rings: Whole
    party: Whole
    department: Whole
    agent: Whole
    ticket: Whole


def calls(count: int, scene: Scene) -> Calls:
    """`count` calls; every ticket asked for by telephone has its own."""
    origin = np.flatnonzero(scene.cases.channel == PHONE)[:count]
    share = scene.habits.share
    inbound = max(int(count * share("inbound")), len(origin))
    missed = min(int(inbound * share("missed")), inbound - len(origin))
    redialled = min(int(missed * share("redialled")), inbound - len(origin) - missed)
    returned = min(int(missed * share("called_back")), count - inbound)
    unanswered = _missed(missed, scene)
    parts = [
        _asking(origin, scene),
        unanswered,
        _redials(unanswered, redialled, scene),
        _usual(inbound - len(origin) - missed - redialled, INBOUND, scene),
        _backs(unanswered, returned, scene),
        _usual(count - inbound - returned, OUTBOUND, scene),
    ]
    return Calls(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Calls))
    )


def _talk(answered: Whole, draws: Draws) -> Whole:
    return answered + 30 + (draws.unit(len(answered)) ** 3 * 1500).astype(np.int64)


def _asking(who: Whole, scene: Scene) -> Calls:
    """The calls that the tickets `who` came from."""
    cases = scene.cases
    asked, answered = cases.asked[who], cases.answered[who]
    return Calls(
        direction=np.full(len(who), INBOUND),
        started=asked,
        answered=answered,
        ended=np.maximum(cases.opened[who], answered) + scene.draws.whole(len(who), 10, 240),
        rings=np.maximum(-((asked - answered) // RING), 1),
        party=cases.customer[who],
        department=cases.department[who],
        agent=cases.handler[who],
        ticket=who,
    )


def _usual(count: int, direction: int, scene: Scene) -> Calls:
    """Calls about tickets that are already open, and some about none, of strangers too."""
    draws, world, share = scene.draws, scene.world, scene.habits.share
    stranger = draws.chance(count, share("stranger") if direction == INBOUND else 0.0)
    ticket = np.where(stranger, NONE, scene.about(count, share("call_without_ticket")))
    later = scene.clock.later(scene.cases.opened[ticket] + 900, 0.04, draws)
    started = np.where(ticket == NONE, scene.moments(count), later)
    customer = np.where(
        ticket == NONE, draws.whole(count, 0, len(world.tier) - 1), scene.cases.customer[ticket]
    )
    department = scene.departments(ticket, "call")
    agent = world.staff_of(department, draws)
    tier = world.tier_at(np.where(stranger, NONE, customer), started)
    rings = scene.pace.rings(tier, scene.strain(agent, started))
    answered = started + rings * RING - draws.whole(count, 0, 4)
    if direction == OUTBOUND:
        answered = np.where(draws.chance(count, share("nobody_home")), NEVER, answered)
    return Calls(
        direction=np.full(count, direction),
        started=started,
        answered=answered,
        ended=np.where(answered == NEVER, started + rings * RING + 20, _talk(answered, draws)),
        rings=rings,
        party=np.where(stranger, len(world.tier) + draws.whole(count, 0, STRANGERS - 1), customer),
        department=department,
        agent=agent,
        ticket=ticket,
    )


def _missed(count: int, scene: Scene) -> Calls:
    """Nobody took the call: the line was busy, the caller gave up early, or it rang too long."""
    draws, world, share = scene.draws, scene.world, scene.habits.share
    started = scene.moments(count)
    stranger = draws.chance(count, share("stranger"))
    unknown = len(world.tier) + draws.whole(count, 0, STRANGERS - 1)
    early = draws.chance(count, share("hung_up_early"))
    rings = np.where(early, draws.whole(count, 1, 3), draws.whole(count, 7, 12))
    busy = draws.chance(count, share("busy"))
    nobody = np.full(count, NONE)
    return Calls(
        direction=np.full(count, INBOUND),
        started=started,
        answered=never(count),
        ended=started + np.where(busy, 2, rings * RING - 1),
        rings=np.where(busy, 0, rings),
        party=np.where(stranger, unknown, draws.whole(count, 0, len(world.tier) - 1)),
        department=scene.departments(nobody, "call"),
        agent=nobody,
        ticket=nobody,
    )


def _redials(missed: Calls, count: int, scene: Scene) -> Calls:
    """The first of the missed callers try again within the hour; most get through."""
    draws, department = scene.draws, missed.department[:count]
    started = missed.ended[:count] + draws.whole(count, 60, 3000)
    through = draws.chance(count, 0.7)
    rings = draws.whole(count, 1, 4)
    answered = np.where(through, started + rings * RING, NEVER)
    return Calls(
        direction=np.full(count, INBOUND),
        started=started,
        answered=answered,
        ended=np.where(through, _talk(answered, draws), started + rings * RING),
        rings=rings,
        party=missed.party[:count],
        department=department,
        agent=np.where(through, scene.world.staff_of(department, draws), NONE),
        ticket=np.full(count, NONE),
    )


def _backs(missed: Calls, count: int, scene: Scene) -> Calls:
    """The last of the missed callers are called back, mostly within the hour."""
    draws, last = scene.draws, slice(len(missed.started) - count, None)
    department = missed.department[last]
    agent = scene.world.staff_of(department, draws)
    any_tier = np.zeros(count, dtype=np.int64)
    started, _ = scene.pace.done(
        "callback", missed.ended[last], any_tier, scene.strain(agent, missed.ended[last])
    )
    rings = draws.whole(count, 1, 4)
    return Calls(
        direction=np.full(count, OUTBOUND),
        started=started,
        answered=started + rings * RING,
        ended=_talk(started + rings * RING, draws),
        rings=rings,
        party=missed.party[last],
        department=department,
        agent=agent,
        ticket=np.full(count, NONE),
    )


def call_table(made: Calls, first: int, prefixes: tuple[str, str], scene: Scene) -> pl.DataFrame:
    """The call log in canonical columns, by time; `first` is the first number, `prefixes` are of
    calls and tickets."""
    order, draws, world = np.argsort(made.started, kind="stable"), scene.draws, scene.world
    party, rings, n = made.party[order], made.rings[order], len(made.party)
    # Some systems log the number only; the customer is then found by his contact.
    named = (party < len(world.tier)) & ~draws.chance(n, 0.12)
    times = instants(
        {f"{name}_at": getattr(made, name)[order] for name in ("started", "answered", "ended")}
    )
    disposition = np.where(
        made.answered != NEVER, ANSWERED, np.where(made.rings == 0, BUSY, MISSED)
    )[order]
    columns = [
        labels(prefixes[0], first + np.arange(n), 6, "call_id"),
        words(("inbound", "outbound"), made.direction[order], "direction"),
        *times.get_columns(),
        given(rings, (rings > 0) & ~draws.chance(n, 0.06), "rings"),
        world.numbers.gather(party).alias("number"),
        labels("C", np.where(named, party + 1, NONE), 4, "customer_id"),
        words(world.staff_ids.to_list(), made.agent[order], "agent_id"),
        words(DEPARTMENTS, made.department[order], "department"),
        words(("answered", "missed", "busy"), disposition, "disposition"),
        ticket_ids(scene.numbers(made.ticket[order]), prefixes[1]),
    ]
    return pl.DataFrame(columns)
