"""Chat sessions: scripts of who writes what, with the pauses between messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from flows.generate.clock import DAY
from flows.generate.draws import NONE, Draws, Mask, Whole, instants, labels, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import DEPARTMENTS, KINDS, vocabulary
from flows.generate.tickets import ONLINE, SOCIAL, Cases, Pace
from flows.generate.world import World

ROLES: Final = ("ask", "bot", "system", "first", "answer", "more", "reply", "close", "thanks")
SENDER: Final = {"ask": "customer", "more": "customer", "thanks": "customer", "bot": "bot", "system": "system"}
"""Who plays a role; every other role is an agent's."""
PAUSE: Final = {"ask": (0, 0), "bot": (1, 3), "system": (0, 1), "thanks": (5, 60)}
"""Seconds before a message; 20 to 150 for other roles; the first reply comes at the pace of `online_reply`."""
CHANNELS: Final = ("wecom", "wechat", "web", "social")


@dataclass
class Sessions:
    """Arrays over sessions; `ticket` indexes the chunk's cases, `conversation` numbers the conversations."""

    script: Whole
    started: Whole
    replied: Whole
    customer: Whole
    department: Whole
    agent: Whole
    ticket: Whole
    channel: Whole
    conversation: Whole
    topic: Whole
    begun: int
    """The first so many sessions are those that tickets came from."""


def _scripts() -> tuple[list[Whole], list[float]]:
    scripts = vocabulary()["scripts"]
    roles = [np.array([ROLES.index(role) for role in s["roles"]], dtype=np.int64) for s in scripts]
    return roles, [float(s["weight"]) for s in scripts]


def sessions(count: int, cases: Cases, span: tuple[float, float], world: World, pace: Pace) -> Sessions:
    """As many sessions as `count` messages need; every ticket asked for online has its own."""
    draws, habits = pace.draws, pace.habits
    roles, weights = _scripts()
    lengths = np.array([len(r) for r in roles])
    script = draws.pick(count // int(lengths.min()) + 1, weights)
    origin = np.flatnonzero((cases.channel == ONLINE) | (cases.channel == SOCIAL))
    # A ticket's first session was answered, so it follows one of the answered scripts, the first of the list.
    script[: len(origin)] = np.minimum(script[: len(origin)], 4)
    n = int(np.searchsorted(np.cumsum(lengths[script]), count)) + 1
    origin = origin[:n]
    extra = n - len(origin)
    without = draws.chance(extra, habits.share("chat_without_ticket"))
    ticket = np.concatenate([origin, np.where(without, NONE, draws.whole(extra, 0, len(cases) - 1))])
    low, high = span
    moment = pace.clock.moments(low + (high - low) * draws.unit(n))
    started = np.where(ticket == NONE, moment, pace.clock.later(cases.opened[ticket] + 1800, 0.12, draws))
    started[: len(origin)] = cases.asked[origin]
    customer = np.where(ticket == NONE, draws.whole(n, 0, len(world.tier) - 1), cases.customer[ticket])
    drawn = draws.pick(n, habits.weights("department", "chat"))
    department = np.where(ticket == NONE, drawn, cases.department[ticket])
    agent = world.staff_of(department, draws)
    agent[: len(origin)] = cases.handler[origin]
    strain = world.staff_quality[agent] * pace.clock.strain(started)
    replied, _ = pace.done("online_reply", started, world.tier_at(customer, started), strain)
    replied[: len(origin)] = cases.answered[origin]
    channel = draws.pick(n, (0.4, 0.3, 0.3))
    channel[: len(origin)] = np.where(cases.channel[origin] == SOCIAL, 3, channel[: len(origin)])
    chosen = _Continued(np.arange(n), started, replied, customer)
    chosen.pair(pace, channel, len(origin))
    return Sessions(
        script[:n], chosen.started, chosen.replied, chosen.customer, department, agent,
        np.where(chosen.customer != customer, NONE, ticket), channel, chosen.conversation, draws.whole(n, 0, 20),
        len(origin),
    )  # fmt: skip


@dataclass
class _Continued:
    """Some WeChat customers come back days later in the same conversation: a new session of it."""

    conversation: Whole
    started: Whole
    replied: Whole
    customer: Whole

    def pair(self, pace: Pace, channel: Whole, origins: int) -> None:
        n = len(self.conversation)
        later = np.arange(max(origins, 1), n)
        later = later[(later % 4 == 0) & (channel[later] < 2)]
        earlier = later - 1
        moved = self.started[earlier] + pace.draws.whole(len(later), DAY // 2, 4 * DAY)
        inside = (moved < pace.clock.end) & (channel[earlier] < 2)
        later, earlier, moved = later[inside], earlier[inside], moved[inside]
        self.replied[later] += moved - self.started[later]
        self.started[later] = moved
        self.customer[later] = self.customer[earlier]
        self.conversation[later] = self.conversation[earlier]


def messages(made: Sessions, count: int, draws: Draws) -> tuple[Whole, Whole, Whole]:
    """The session, the role and the instant of `count` messages, session by session."""
    roles, _ = _scripts()
    lengths = np.array([len(r) for r in roles])
    begins = np.cumsum(lengths) - lengths
    size = lengths[made.script]
    session = np.repeat(np.arange(len(size)), size)
    position = np.arange(len(session)) - np.repeat(np.cumsum(size) - size, size)
    role = np.concatenate(roles)[begins[made.script[session]] + position]
    sent = _sent(made, session, position, role, draws)
    return session[:count], role[:count], sent[:count]


def _sent(made: Sessions, session: Whole, position: Whole, role: Whole, draws: Draws) -> Whole:
    """Pauses summed within the session; at the first reply the sum starts from its own instant."""
    low = np.array([PAUSE.get(name, (20, 150))[0] for name in ROLES])[role]
    high = np.array([PAUSE.get(name, (20, 150))[1] for name in ROLES])[role]
    pause: Whole = low + (draws.unit(len(role)) * (high - low + 1)).astype(np.int64)
    first: Mask = role == ROLES.index("first")
    pause[(position == 0) | first] = 0
    running = np.cumsum(pause)
    restart = (position == 0) | first
    last_restart = np.maximum.accumulate(np.where(restart, np.arange(len(role)), 0))
    since = running - running[last_restart]
    base = np.where(first[last_restart], made.replied[session], made.started[session])
    before_reply = np.minimum(base + since, np.maximum(made.replied[session] - 1, made.started[session]))
    answered = first[last_restart] | ~_has(first, session)
    sent: Whole = np.where(answered, base + since, before_reply)
    return sent


def _has(marked: Mask, session: Whole) -> Mask:
    """For each message whether its session has a marked one."""
    found: Mask = np.bincount(session, weights=marked)[session] > 0
    return found


def _texts(made: Sessions, session: Whole, role: Whole, cases: Cases, pace: Pace) -> pl.Series:
    """What each message says; now and then a phrase that is forbidden, or one that only looks so."""
    draws, habits, chat, topics = pace.draws, pace.habits, vocabulary()["chat"], vocabulary()["topics"]
    n, flat, start = len(role), [t for kind in KINDS for t in topics[kind]], {}
    pool: list[str] = [t["ask"] for t in flat] + [t["answer"] for t in flat]
    for name, lines in chat.items():
        start[name] = (len(pool), len(lines))
        pool.extend(lines)
    sizes = np.array([len(topics[kind]) for kind in KINDS])
    ticket = made.ticket[session]
    known = (np.cumsum(sizes) - sizes)[cases.kind[ticket]] + cases.topic[ticket]
    topic = np.where(ticket == NONE, made.topic[session], known)
    u = draws.unit(n)

    def line(name: str) -> Whole:
        first, size = start[name]
        return first + (u * size).astype(np.int64)

    plain = {"ask": topic, "answer": len(flat) + topic, **{r: line(r) for r in ROLES if r not in ("ask", "answer")}}
    text = np.choose(role, [plain[name] for name in ROLES])
    follow = (role == ROLES.index("ask")) & (ticket != NONE) & (session >= made.begun)
    text = np.where(follow, line("again"), text)
    for name, where, share in (
        ("bot_vague", "bot", "bot_vague"), ("first_bare", "first", "bare_first"),
        ("forbidden", "reply", "forbidden"), ("near_miss", "reply", "near_miss"),
    ):  # fmt: skip
        swapped = (role == ROLES.index(where)) & draws.chance(n, habits.share(share))
        text = np.where(swapped, line(name), text)
    return words([line.replace("{n}", "2035") for line in pool], text, "text")


def chat_table(made: Sessions, count: int, first: int, conversations: int, prefixes: tuple[str, str, str],
               cases: Cases, world: World, pace: Pace) -> pl.DataFrame:  # fmt: skip
    """The messages in canonical columns, by time; `prefixes` of messages, conversations, tickets."""
    session, role, sent = messages(made, count, pace.draws)
    sender = np.array([("customer", "agent", "bot", "system").index(SENDER.get(name, "agent")) for name in ROLES])[role]
    customer, ticket = made.customer[session], made.ticket[session]
    columns = [
        labels(prefixes[1], conversations + made.conversation[session], 5, "conversation_id"),
        instants({"sent_at": sent}).to_series(),
        words(("customer", "agent", "bot", "system"), sender, "sender"),
        labels("C", np.where(sender == 0, customer + 1, NONE), 4, "by_customer"),
        words(world.staff_ids.to_list(), np.where(sender == 1, made.agent[session], NONE), "by_agent"),
        _texts(made, session, role, cases, pace),
        words(CHANNELS, made.channel[session], "channel"),
        labels("C", customer + 1, 4, "customer_id"),
        words(DEPARTMENTS, made.department[session], "department"),
        ticket_ids(np.where(ticket == NONE, NONE, cases.number[ticket]), prefixes[2]),
    ]
    frame = pl.DataFrame(columns).sort("sent_at", maintain_order=True)
    ids = labels(prefixes[0], first + np.arange(len(frame)), 6, "message_id")
    who = pl.coalesce("by_customer", "by_agent").alias("sender_id")
    return frame.with_columns(ids, who).select(
        "message_id", "conversation_id", "sent_at", "sender", "sender_id", "text", "channel", "customer_id",
        "department", "ticket_id",
    )  # fmt: skip
