"""One portion of a month after another: all tables of it, linked with one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from flows.generate import calls, chats, evidence, forms, steps, tickets
from flows.generate.clock import Clock, seconds
from flows.generate.draws import Draws
from flows.generate.habits import habits
from flows.generate.plan import Plan, Portion
from flows.generate.scene import Scene
from flows.generate.world import World, build, customers, further_contacts, staff

Tables = dict[str, pl.DataFrame]

PREFIXES: Final = ("GD", "TH", "XX", "HH")
"""Of the numbers of tickets (工单), calls (通话), messages (消息) and conversations (会话)."""


def generate(plan: Plan) -> Iterator[tuple[str, Tables]]:
    """Named portions of canonical tables: first the people, then month by month, in order of
    time."""
    starts = plan.starts()
    whole = Clock(plan.span(starts[0])[0], starts[-1], habits())
    world = build(plan.customers, plan.seed, whole, habits())
    people = {
        "customers": customers(world, whole),
        "staff": staff(world),
        "customer_contacts": further_contacts(world),
    }
    yield "people", people
    for portion in plan.portions():
        clock = Clock(*plan.span(portion.month), habits())
        if portion.index == 0:
            draws = Draws(plan.seed, 2, portion.month.year, portion.month.month)
            yield f"{portion.month:%Y-%m}", evidence.of_month(portion.month, world, clock, draws)
        yield f"{portion.month:%Y-%m}-{portion.index:04d}", _portion(plan, portion, clock, world)


def _portion(plan: Plan, portion: Portion, clock: Clock, world: World) -> Tables:
    draws = Draws(plan.seed, 3, portion.month.year, portion.month.month, portion.index)
    pace = tickets.Pace(habits(), clock, draws)
    ticket, call, message, conversation = (
        f"{letters}{portion.month:%Y%m}-" for letters in PREFIXES
    )
    ticket_base, call_base, message_base = portion.before
    count, call_count, message_count = (
        b - a for a, b in zip(portion.before, portion.until, strict=True)
    )
    share = portion.low + (portion.high - portion.low) * draws.unit(count)
    share.sort()
    cases = tickets.open_cases(ticket_base + 1, clock.moments(share), world, pace)
    steps.work(cases, pace)
    tickets.forget(cases, pace)
    tickets.cancel(cases, pace)
    tickets.reopen(cases, pace)
    tickets.cut_off(cases, seconds(plan.exported_at))
    scene = Scene(cases, world, pace, portion.low, portion.high)
    made = calls.calls(call_count, scene)
    talks = chats.sessions(message_count, scene)
    return {
        "calls": calls.call_table(made, call_base + 1, (call, ticket), scene),
        "chats": chats.chat_table(
            talks, message_count, message_base + 1, (message, conversation, ticket), scene
        ),
        "tickets": forms.tickets(cases, ticket, world, pace),
        "ticket_events": forms.events(cases, ticket, world, pace),
        **evidence.of_cases(cases, ticket, seconds(plan.exported_at), pace),
    }
