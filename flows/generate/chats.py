"""Chat sessions and their messages: scripts of who writes what, with the pauses between."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from flows.generate.clock import DAY
from flows.generate.draws import NONE, Draws, Mask, Whole, instants, labels, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import DEPARTMENTS, vocabulary
from flows.generate.scene import Scene
from flows.generate.texts import ROLES, texts
from flows.generate.tickets import ONLINE, SOCIAL

SENDERS: Final = ("customer", "agent", "bot", "system")
SENDER: Final = {
    "ask": "customer",
    "more": "customer",
    "thanks": "customer",
    "bot": "bot",
    "system": "system",
}
"""Who plays a role; every other role is an agent's."""
PAUSE: Final = {"ask": (0, 0), "bot": (1, 3), "system": (0, 1), "thanks": (5, 60)}
"""Seconds before a message; 20 to 150 for other roles; the first reply comes at the pace of
`online_reply`."""
CHANNELS: Final = ("wecom", "wechat", "web", "social")
LASTING: Final = 2
"""The first so many channels keep one conversation with a customer; the others begin a new one
every time."""


@dataclass(frozen=True)
class Sessions:
    """Arrays over sessions; `ticket` indexes the scene's cases, `conversation` numbers the
    conversations."""

    script: Whole
    started: Whole
    replied: Whole
    customer: Whole
    department: Whole
    agent: Whole
    ticket: Whole
    channel: Whole
    conversation: Whole


@cache
def _scripts() -> tuple[tuple[Whole, ...], tuple[float, ...], int]:
    """Roles of each script, the scripts' weights, and how many of them, the first, begin with an
    answered request."""
    scripts = vocabulary()["scripts"]
    roles = tuple(
        np.array([ROLES.index(role) for role in s["roles"]], dtype=np.int64) for s in scripts
    )
    answered = sum("first" in s["roles"] and "ask" in s["roles"] for s in scripts)
    return roles, tuple(float(s["weight"]) for s in scripts), answered


def sessions(count: int, scene: Scene) -> Sessions:
    """As many sessions as `count` messages need; every ticket asked for online has its own."""
    roles, weights, answered = _scripts()
    lengths = np.array([len(r) for r in roles])
    origin = np.flatnonzero((scene.cases.channel == ONLINE) | (scene.cases.channel == SOCIAL))
    script = scene.draws.pick(count // int(lengths.min()) + 1, weights)
    script[: len(origin)] = scene.draws.pick(len(script[: len(origin)]), weights[:answered])
    n = int(np.searchsorted(np.cumsum(lengths[script]), count)) + 1
    script, origin = script[:n], origin[:n]
    begun = len(origin)
    parts = [_asking(origin, script[:begun], scene), _later(script[begun:], scene)]
    joined = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Sessions)
    }
    return _continued(Sessions(**joined | {"conversation": np.arange(n)}), begun, scene)


def _asking(who: Whole, script: Whole, scene: Scene) -> Sessions:
    """The sessions that the tickets `who` came from."""
    cases = scene.cases
    channel = scene.draws.pick(len(who), (0.4, 0.3, 0.3))
    return Sessions(
        script=script,
        started=cases.asked[who],
        replied=cases.answered[who],
        customer=cases.customer[who],
        department=cases.department[who],
        agent=cases.handler[who],
        ticket=who,
        channel=np.where(cases.channel[who] == SOCIAL, CHANNELS.index("social"), channel),
        conversation=who,
    )


def _later(script: Whole, scene: Scene) -> Sessions:
    """Sessions about tickets that are already open, and some about none."""
    draws, world, n = scene.draws, scene.world, len(script)
    ticket = scene.about(n, scene.habits.share("chat_without_ticket"))
    later = scene.clock.later(scene.cases.opened[ticket] + 1800, 0.12, draws)
    started = np.where(ticket == NONE, scene.moments(n), later)
    customer = np.where(
        ticket == NONE, draws.whole(n, 0, len(world.tier) - 1), scene.cases.customer[ticket]
    )
    department = scene.departments(ticket, "chat")
    agent = world.staff_of(department, draws)
    tier = world.tier_at(customer, started)
    replied, _ = scene.pace.done("online_reply", started, tier, scene.strain(agent, started))
    return Sessions(
        script=script,
        started=started,
        replied=replied,
        customer=customer,
        department=department,
        agent=agent,
        ticket=ticket,
        channel=draws.pick(n, (0.4, 0.3, 0.3)),
        conversation=ticket,
    )


def _continued(made: Sessions, begun: int, scene: Scene) -> Sessions:
    """Some customers come back days later in the same conversation, with something new: every
    fourth after `begun`."""
    later = np.arange(max(begun, 1), len(made.script))
    later = later[
        (later % 4 == 0) & (made.channel[later] < LASTING) & (made.channel[later - 1] < LASTING)
    ]
    moved = made.started[later - 1] + scene.draws.whole(len(later), DAY // 2, 4 * DAY)
    later, moved = later[moved < scene.clock.end], moved[moved < scene.clock.end]
    delay = made.replied[later] - made.started[later]
    return replace(
        made,
        started=_with(made.started, later, moved),
        replied=_with(made.replied, later, moved + delay),
        customer=_with(made.customer, later, made.customer[later - 1]),
        conversation=_with(made.conversation, later, made.conversation[later - 1]),
        ticket=_with(made.ticket, later, np.full(len(later), NONE)),
    )


def _with(values: Whole, where: Whole, others: Whole) -> Whole:
    changed = values.copy()
    changed[where] = others
    return changed


def messages(made: Sessions, count: int, draws: Draws) -> tuple[Whole, Whole, Whole]:
    """The session, the role and the instant of `count` messages, session by session."""
    roles, _, _ = _scripts()
    lengths = np.array([len(r) for r in roles])
    begins = np.cumsum(lengths) - lengths
    size = lengths[made.script]
    session = np.repeat(np.arange(len(size)), size)
    position = np.arange(len(session)) - np.repeat(np.cumsum(size) - size, size)
    role = np.concatenate(roles)[begins[made.script[session]] + position]
    sent = _sent(made, session, position == 0, role, draws)
    return session[:count], role[:count], sent[:count]


def _sent(made: Sessions, session: Whole, begins: Mask, role: Whole, draws: Draws) -> Whole:
    """Pauses summed within the session; at the first reply the sum starts anew from that reply's
    own instant."""
    low, high = (
        np.array([PAUSE.get(name, (20, 150))[end] for name in ROLES])[role] for end in (0, 1)
    )
    pause: Whole = low + (draws.unit(len(role)) * (high - low + 1)).astype(np.int64)
    first: Mask = role == ROLES.index("first")
    restarts = begins | first
    pause[restarts] = 0
    running = np.cumsum(pause)
    restart = np.maximum.accumulate(np.where(restarts, np.arange(len(role)), 0))
    base = np.where(first[restart], made.replied[session], made.started[session])
    sent: Whole = base + running - running[restart]
    # What comes before the first reply must not overtake it, however quick that was.
    waits = ~first[restart] & (np.bincount(session, weights=first)[session] > 0)
    latest = np.maximum(made.replied[session] - 1, made.started[session])
    return np.where(waits, np.minimum(sent, latest), sent)


def chat_table(
    made: Sessions, count: int, first: int, prefixes: tuple[str, str, str], scene: Scene
) -> pl.DataFrame:
    """The first `count` messages in canonical columns, by time, numbered from `first`.

    `prefixes`: of messages, conversations, tickets.
    """
    session, role, sent = messages(made, count, scene.draws)
    sender: Whole = np.array([SENDERS.index(SENDER.get(name, "agent")) for name in ROLES])[role]
    customer, ticket = made.customer[session], made.ticket[session]
    columns = [
        labels(prefixes[1], first + made.conversation[session], 5, "conversation_id"),
        instants({"sent_at": sent}).to_series(),
        words(SENDERS, sender, "sender"),
        labels(
            "C", np.where(sender == SENDERS.index("customer"), customer + 1, NONE), 4, "by_customer"
        ),
        words(
            scene.world.staff_ids.to_list(),
            np.where(sender == SENDERS.index("agent"), made.agent[session], NONE),
            "sender_id",
        ),
        texts(role, ticket, made.started[session] > scene.cases.opened[ticket], scene),
        words(CHANNELS, made.channel[session], "channel"),
        labels("C", customer + 1, 4, "customer_id"),
        words(DEPARTMENTS, made.department[session], "department"),
        ticket_ids(scene.numbers(ticket), prefixes[2]),
    ]
    frame = pl.DataFrame(columns).sort("sent_at", maintain_order=True)
    ids = labels(prefixes[0], first + np.arange(len(frame)), 6, "message_id")
    who = pl.coalesce("by_customer", "sender_id").alias("sender_id")
    return frame.select(ids, "conversation_id", "sent_at", "sender", who, *frame.columns[5:])
