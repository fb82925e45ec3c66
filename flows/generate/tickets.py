"""Tickets of every kind: who asked what and when, and when each step was taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from checks.records.milestones import MILESTONES
from checks.records.tables import PROMISES
from flows.generate.clock import DAY, Clock
from flows.generate.draws import NEVER, NONE, Draws, Mask, Real, Whole, never
from flows.generate.habits import KINDS, Habits, vocabulary
from flows.generate.world import World

PHONE, ONLINE, WALK_IN, EMAIL, SOCIAL = range(5)
INQUIRY, FAULT, DEMAND, COMPLAINT = range(4)
YES, NO = 0, 1


@dataclass(frozen=True)
class Run:
    """One step of some cases: when it was begun, due by the usual pace, and done."""

    who: Whole
    begun: Whole
    due: Whole
    done: Whole


@dataclass
class Cases:
    """Arrays over the tickets of one chunk; instants in seconds, codes as indexes into their
    values.

    `asked`: the customer's request; `answered`: when his call or message was taken; `overran`: a
    step took too long;
    `at`: the steps until a reopening, `again`: those after it; `runs`: steps as the service system
    watches them.
    """

    number: Whole
    asked: Whole
    customer: Whole
    tier: Whole
    kind: Whole
    channel: Whole
    department: Whole
    handler: Whole
    topic: Whole
    strain: Real
    answered: Whole = field(init=False)
    opened: Whole = field(init=False)
    overran: Mask = field(init=False)
    at: dict[str, Whole] = field(init=False)
    again: dict[str, Whole] = field(init=False)
    runs: list[Run] = field(default_factory=list)
    code: dict[str, Whole] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.number)
        self.answered, self.opened = self.asked.copy(), self.asked.copy()
        self.overran = np.zeros(n, dtype=np.bool_)
        self.at = {
            name: never(n) for name in (*MILESTONES, *PROMISES, "cancelled_at", "reopened_at")
        }
        self.again = {name: never(n) for name in self.at}
        names = (
            "severity",
            "service_mode",
            "locality",
            "remote_area",
            "answered_on_spot",
            "followup_role",
        )
        self.code = {name: np.full(n, NONE, dtype=np.int64) for name in names}

    def __len__(self) -> int:
        return len(self.number)


OVERLOOKED: Final = 25
"""How many times longer a step takes that was overlooked."""


@dataclass(frozen=True)
class Pace:
    """Takes steps at the habitual pace."""

    habits: Habits
    clock: Clock
    draws: Draws

    def done(self, step: str, start: Whole, tier: Whole, strain: Real) -> tuple[Whole, Mask]:
        """When a step begun at `start` is done, and whether it took longer than usual."""
        habit = self.habits.steps[step]
        late = np.clip(habit.late * strain, 0.002, 0.5)
        # Of the late ones a few were overlooked altogether, until the customer asked again.
        overlooked = self.draws.chance(len(late), late * self.habits.share("overlooked"))
        stretch = self.draws.stretch(late)
        stretch = np.where(overlooked, np.maximum(stretch, 1) * OVERLOOKED, stretch)
        amount = stretch * habit.amounts[tier]
        if habit.unit == "workdays":
            # A step may take its last working day whole, so less than one more still counts as in
            # time.
            count = np.where(
                stretch <= 1, np.floor(amount), np.floor(habit.amounts[tier]) + np.ceil(stretch - 1)
            )
            return self.clock.workday_after(start, count.astype(np.int64), self.draws), stretch > 1
        return start + np.maximum(amount.astype(np.int64), 1), stretch > 1

    def due(self, step: str, start: Whole, tier: Whole) -> Whole:
        """When a step begun at `start` is usually done at the latest."""
        habit = self.habits.steps[step]
        amount = habit.amounts[tier].astype(np.int64)
        return self.clock.workday_end(start, amount) if habit.unit == "workdays" else start + amount

    def rings(self, tier: Whole, strain: Real) -> Whole:
        """How often the telephone rings before somebody takes the call."""
        habit = self.habits.steps["ring"]
        stretch = self.draws.stretch(np.clip(habit.late * strain, 0.002, 0.5))
        return np.maximum(np.ceil(stretch * habit.amounts[tier]), 1).astype(np.int64)

    def step(
        self, cases: Cases, who: Whole, name: str, habit: str, start: Whole, overtime: bool = True
    ) -> Whole:
        """Take a step of the cases `who`: note its milestone `name` and whether the case overran;
        its instants."""
        done, late = self.done(habit, start, cases.tier[who], cases.strain[who])
        cases.at[name][who] = done
        cases.runs.append(Run(who, start, self.due(habit, start, cases.tier[who]), done))
        if overtime:
            cases.overran[who] |= late
        return done


def _draw_channels(kind: Whole, habits: Habits, draws: Draws) -> tuple[Whole, Whole]:
    channel, department = np.zeros_like(kind), np.zeros_like(kind)
    for code, name in enumerate(KINDS):
        who = np.flatnonzero(kind == code)
        channel[who] = draws.pick(len(who), habits.weights("channel", name))
        department[who] = draws.pick(len(who), habits.weights("department", name))
    return channel, department


def open_cases(first: int, asked: Whole, world: World, pace: Pace) -> Cases:
    """New tickets, numbered from `first`, for requests made at `asked`."""
    draws, habits, n = pace.draws, pace.habits, len(asked)
    kind = draws.pick(n, habits.weights("kind"))
    channel, department = _draw_channels(kind, habits, draws)
    customer = draws.whole(n, 0, len(world.tier) - 1)
    handler = world.staff_of(department, draws)
    sizes = np.array([len(vocabulary()["topics"][name]) for name in KINDS])
    cases = Cases(
        number=first + np.arange(n),
        asked=asked,
        customer=customer,
        tier=world.tier_at(customer, asked),
        kind=kind,
        channel=channel,
        department=department,
        handler=handler,
        topic=(draws.unit(n) * sizes[kind]).astype(np.int64),
        strain=world.staff_quality[handler] * pace.clock.strain(asked),
    )
    _receive(cases, pace)
    return cases


def _receive(cases: Cases, pace: Pace) -> None:
    """The first contact: the call or message is taken, the ticket opened, the request entered."""
    rings = pace.rings(cases.tier, cases.strain)
    by_phone = cases.asked + rings * 5 - pace.draws.whole(len(cases), 0, 4)
    by_chat, _ = pace.done("online_reply", cases.asked, cases.tier, cases.strain)
    by_hand, _ = pace.done("greet", cases.asked, cases.tier, cases.strain)
    by_mail, _ = pace.done("email", cases.asked, cases.tier, cases.strain)
    cases.answered = np.choose(cases.channel, [by_phone, by_chat, by_hand, by_mail, by_chat])
    typed = pace.draws.whole(len(cases), 20, 200)
    at_once = (cases.channel == WALK_IN) | (cases.channel == EMAIL)
    cases.opened = np.where(at_once, cases.asked, cases.answered + typed)
    everyone = np.arange(len(cases))
    recorded = pace.step(cases, everyone, "recorded_at", "record", cases.asked, overtime=False)
    cases.at["recorded_at"] = np.maximum(recorded, cases.opened)


def no_earlier(at: Whole, than: Whole, gap: int) -> Whole:
    """Steps come one after another: at least `gap` seconds after the one before."""
    return np.where(than == NEVER, at, np.maximum(at, than + gap))


CHAIN_NOTED: Final = (
    "responded_at",
    "dispatched_at",
    "handling_started_at",
    "arrived_at",
    "investigated_at",
    "solution_agreed_at",
    "evaluated_at",
    "recorded_at",
    "archived_at",
    "handed_over_at",
)
"""Steps whose time people forget to note."""


def forget(cases: Cases, pace: Pace) -> None:
    """Some steps happened, but nobody entered when."""
    share = pace.habits.share("step_not_noted")
    for name in CHAIN_NOTED:
        forgotten = pace.draws.chance(len(cases), share)
        cases.at[name] = np.where(forgotten, NEVER, cases.at[name])


def cancel(cases: Cases, pace: Pace) -> None:
    """Some customers withdraw: what would have come later does not happen."""
    withdrawn = pace.draws.chance(len(cases), pace.habits.share("cancelled"))
    moment = cases.opened + pace.draws.whole(len(cases), 1800, 2 * DAY)
    cases.at["cancelled_at"] = np.where(withdrawn, moment, NEVER)
    for name in MILESTONES:
        gone = withdrawn & (cases.at[name] > moment)
        cases.at[name] = np.where(gone, NEVER, cases.at[name])


def reopen(cases: Cases, pace: Pace) -> None:
    """Some completed cases come back, and are finished a second time."""
    draws, done = pace.draws, cases.at["completed_at"]
    wanted = draws.chance(len(cases), pace.habits.share("reopened"))
    who = np.flatnonzero(wanted & (done != NEVER) & (cases.at["cancelled_at"] == NEVER))
    back = done[who] + draws.whole(len(who), 4 * 3600, 3 * DAY)
    cases.at["reopened_at"][who] = back
    for kind, name, habit in (
        (FAULT, "solved_at", "normal_solve"),
        (COMPLAINT, "disposed_at", "dispose"),
    ):
        some = cases.kind[who] == kind
        finished, _ = pace.done(habit, back[some], cases.tier[who[some]], cases.strain[who[some]])
        cases.again[name][who[some]] = finished
    finished = np.maximum(cases.again["solved_at"][who], cases.again["disposed_at"][who])
    completed = np.maximum(finished, back) + draws.whole(len(who), 1800, 14_400)
    cases.again["completed_at"][who] = completed
    archived, _ = pace.done("archive", completed, cases.tier[who], cases.strain[who])
    cases.again["archived_at"][who] = archived
    # The archive of the first round is older than the reopening, or there was none.
    cases.at["archived_at"][who] = np.where(
        cases.at["archived_at"][who] < back, cases.at["archived_at"][who], NEVER
    )


def cut_off(cases: Cases, export: int) -> None:
    """The export shows nothing that happened after it was made; promises stand as they were
    made."""
    for name in (*MILESTONES, "cancelled_at", "reopened_at"):
        cases.at[name] = np.where(cases.at[name] > export, NEVER, cases.at[name])
        cases.again[name] = np.where(cases.again[name] > export, NEVER, cases.again[name])
