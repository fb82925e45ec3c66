"""The call log: requests, questions about running tickets, missed calls with their redials and call-backs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from flows.generate.draws import NEVER, NONE, Draws, Mask, Whole, instants, labels, never, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import DEPARTMENTS
from flows.generate.tickets import PHONE, Cases, Pace
from flows.generate.world import STRANGERS, World, strangers

INBOUND, OUTBOUND = range(2)
ANSWERED, MISSED, BUSY = range(3)
RING: int = 5
"""Seconds of one ring: tone and pause."""


@dataclass
class Calls:
    """Arrays over calls; `party` indexes the numbers, `ticket` the chunk's cases, `rings` 0 is not logged."""

    direction: Whole
    started: Whole
    answered: Whole
    ended: Whole
    rings: Whole
    party: Whole
    department: Whole
    agent: Whole
    disposition: Whole
    ticket: Whole

    def __len__(self) -> int:
        return len(self.started)


def _joined(parts: list[Calls]) -> Calls:
    names = Calls.__dataclass_fields__
    return Calls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def calls(count: int, cases: Cases, span: tuple[float, float], world: World, pace: Pace) -> Calls:
    """`count` calls between the two shares of the span; every ticket asked for by telephone has its call."""
    habits = pace.habits
    origin = np.flatnonzero(cases.channel == PHONE)[:count]
    inbound = max(int(count * habits.share("inbound")), len(origin))
    missed = min(int(inbound * habits.share("missed")), inbound - len(origin))
    redialled = min(int(missed * habits.share("redialled")), inbound - len(origin) - missed)
    backs = min(int(missed * habits.share("called_back")), count - inbound)
    unanswered = _missed(missed, span, world, pace)
    first = _asking(cases, origin, pace)
    again = _redials(unanswered, redialled, world, pace)
    usual = _usual(inbound - len(origin) - missed - redialled, INBOUND, cases, span, world, pace)
    returned = _backs(unanswered, backs, world, pace)
    outgoing = _usual(count - inbound - backs, OUTBOUND, cases, span, world, pace)
    return _joined([first, unanswered, again, usual, returned, outgoing])


def _talk(answered: Whole, draws: Draws) -> Whole:
    return answered + 30 + (draws.unit(len(answered)) ** 3 * 1500).astype(np.int64)


def _asking(cases: Cases, who: Whole, pace: Pace) -> Calls:
    """The calls that the tickets came from."""
    asked, answered = cases.asked[who], cases.answered[who]
    return Calls(
        direction=np.full(len(who), INBOUND), started=asked, answered=answered,
        ended=np.maximum(cases.opened[who], answered) + pace.draws.whole(len(who), 10, 240),
        rings=np.maximum(-((asked - answered) // RING), 1), party=cases.customer[who],
        department=cases.department[who], agent=cases.handler[who],
        disposition=np.full(len(who), ANSWERED), ticket=who,
    )  # fmt: skip


def _usual(count: int, direction: int, cases: Cases, span: tuple[float, float], world: World, pace: Pace) -> Calls:
    """Calls about tickets that are already open, and some about none."""
    draws, habits = pace.draws, pace.habits
    unknown = draws.chance(count, habits.share("stranger") if direction == INBOUND else 0.0)
    without = unknown | draws.chance(count, habits.share("call_without_ticket"))
    ticket = np.where(without, NONE, draws.whole(count, 0, len(cases) - 1))
    low, high = span
    moment = pace.clock.moments(low + (high - low) * draws.unit(count))
    started = np.where(without, moment, pace.clock.later(cases.opened[ticket] + 900, 0.04, draws))
    anyone, _ = strangers(count, 0.0, draws, world)
    party = np.where(without, anyone, cases.customer[ticket])
    party = np.where(unknown, len(world.tier) + draws.whole(count, 0, STRANGERS - 1), party)
    drawn = draws.pick(count, habits.weights("department", "call"))
    department = np.where(without, drawn, cases.department[ticket])
    agent = world.staff_of(department, draws)
    tier = world.tier_at(np.where(unknown, NONE, np.minimum(party, len(world.tier) - 1)), started)
    rings = pace.rings(tier, world.staff_quality[agent] * pace.clock.strain(started))
    answered = started + rings * RING - draws.whole(count, 0, 4)
    if direction == OUTBOUND:
        answered = np.where(draws.chance(count, 0.12), NEVER, answered)
    talked = answered != NEVER
    return Calls(
        direction=np.full(count, direction), started=started, answered=answered,
        ended=np.where(talked, _talk(answered, draws), started + rings * RING + 20), rings=rings, party=party,
        department=department, agent=agent, disposition=np.where(talked, ANSWERED, MISSED), ticket=ticket,
    )  # fmt: skip


def _missed(count: int, span: tuple[float, float], world: World, pace: Pace) -> Calls:
    """Nobody took the call: the line was busy, the caller gave up early, or it rang too long."""
    draws, habits = pace.draws, pace.habits
    low, high = span
    started = pace.clock.moments(low + (high - low) * draws.unit(count))
    party, _ = strangers(count, habits.share("stranger"), draws, world)
    department = draws.pick(count, habits.weights("department", "call"))
    early = draws.chance(count, habits.share("hung_up_early"))
    rings = np.where(early, draws.whole(count, 1, 3), draws.whole(count, 7, 12))
    busy = draws.chance(count, habits.share("busy"))
    return Calls(
        direction=np.full(count, INBOUND), started=started, answered=never(count),
        ended=started + np.where(busy, 2, rings * RING - 1), rings=np.where(busy, 0, rings), party=party,
        department=department, agent=np.full(count, NONE), disposition=np.where(busy, BUSY, MISSED),
        ticket=np.full(count, NONE),
    )  # fmt: skip


def _redials(missed: Calls, count: int, world: World, pace: Pace) -> Calls:
    """The first of the missed callers try again within the hour; most get through."""
    draws = pace.draws
    started = missed.ended[:count] + draws.whole(count, 60, 3000)
    through = draws.chance(count, 0.7)
    rings = draws.whole(count, 1, 4)
    answered = np.where(through, started + rings * RING, NEVER)
    department = missed.department[:count]
    return Calls(
        direction=np.full(count, INBOUND), started=started, answered=answered,
        ended=np.where(through, _talk(answered, draws), started + rings * RING), rings=rings,
        party=missed.party[:count], department=department,
        agent=np.where(through, world.staff_of(department, draws), NONE),
        disposition=np.where(through, ANSWERED, MISSED), ticket=np.full(count, NONE),
    )  # fmt: skip


def _backs(missed: Calls, count: int, world: World, pace: Pace) -> Calls:
    """The last of the missed callers are called back, mostly within the hour."""
    draws, party = pace.draws, missed.party[len(missed) - count :]
    ended, department = missed.ended[len(missed) - count :], missed.department[len(missed) - count :]
    agent = world.staff_of(department, draws)
    strain = world.staff_quality[agent] * pace.clock.strain(ended)
    started, _ = pace.done("callback", ended, np.zeros(count, dtype=np.int64), strain)
    rings = draws.whole(count, 1, 4)
    return Calls(
        direction=np.full(count, OUTBOUND), started=started, answered=started + rings * RING,
        ended=_talk(started + rings * RING, draws), rings=rings, party=party, department=department, agent=agent,
        disposition=np.full(count, ANSWERED), ticket=np.full(count, NONE),
    )  # fmt: skip


def call_table(
    made: Calls, first: int, prefixes: tuple[str, str], cases: Cases, world: World, draws: Draws
) -> pl.DataFrame:
    """The call log in canonical columns, by time; numbered from `first` with the first of the prefixes."""
    order = np.argsort(made.started, kind="stable")
    ids = labels(prefixes[0], first + np.arange(len(made)), 6, "call_id")
    party = made.party[order]
    # Some systems log the number only; the customer is then found by his contact.
    named = (party < len(world.tier)) & ~draws.chance(len(made), 0.12)
    ticket = made.ticket[order]
    rings = made.rings[order]
    logged: Mask = (rings > 0) & ~draws.chance(len(made), 0.06)
    times = instants({f"{name}_at": getattr(made, name)[order] for name in ("started", "answered", "ended")})
    counted = pl.DataFrame({"rings": rings, "seen": logged}).select(pl.when("seen").then("rings").alias("rings"))
    columns = [
        ids, words(("inbound", "outbound"), made.direction[order], "direction"), *times.get_columns(),
        counted.to_series(), world.numbers.gather(party).alias("number"),
        labels("C", np.where(named, party + 1, NONE), 4, "customer_id"),
        words(world.staff_ids.to_list(), made.agent[order], "agent_id"),
        words(DEPARTMENTS, made.department[order], "department"),
        words(("answered", "missed", "busy"), made.disposition[order], "disposition"),
        ticket_ids(np.where(ticket == NONE, NONE, cases.number[ticket]), prefixes[1]),
    ]  # fmt: skip
    return pl.DataFrame(columns)
