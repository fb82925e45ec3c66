"""From cases to the tables `tickets` and `ticket_events`: what the forms and the event log show."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from checks.concepts import TIERS
from checks.records.milestones import MILESTONES
from checks.records.tables import BESIDE, PROMISES, TABLES
from flows.generate.clock import DAY
from flows.generate.draws import NEVER, NONE, Draws, Mask, Whole, given, instants, labels, words
from flows.generate.habits import DEPARTMENTS, KINDS, vocabulary
from flows.generate.tickets import YES, Cases, Pace
from flows.generate.world import World

_VALUES: Final = TABLES["tickets"].by_name
CAUSES: Final = _VALUES["overtime_cause"].values
OBJECTIVE: Final = CAUSES.index("objective")


def ticket_ids(number: Whole, prefix: str, name: str = "ticket_id") -> pl.Series:
    return labels(prefix, number, 5, name)


def tickets(cases: Cases, prefix: str, world: World, pace: Pace) -> pl.DataFrame:
    """The ticket table in canonical columns, in order of request."""
    draws, empty = pace.draws, pace.habits.share("form_cell_empty")
    steps = {
        n: np.where(cases.again[n] != NEVER, cases.again[n], cases.at[n])
        for n in (*MILESTONES, "cancelled_at")
    }
    done = steps["completed_at"] != NEVER
    _overtime(cases, draws)
    promises = {name: cases.at[name] for name in PROMISES}
    columns = [
        ticket_ids(cases.number, prefix),
        words(KINDS, cases.kind, "kind"),
        words(_VALUES["channel"].values, cases.channel, "channel"),
        labels(
            "C",
            np.where(draws.chance(len(cases), empty / 3), NONE, cases.customer + 1),
            4,
            "customer_id",
        ),
        world.people.gather(cases.customer).alias("customer_name"),
        world.companies.gather(cases.customer).alias("company"),
        world.numbers.gather(cases.customer).alias("contact"),
        words(TIERS, _tier_as_written(cases, draws, empty), "tier"),
        *_texts(cases, draws, done, empty),
        world.staff_ids.gather(cases.handler).alias("handler_id"),
        words(DEPARTMENTS, cases.department, "department"),
        words(_VALUES["status"].values, _status(steps), "status"),
        *_codes(cases, draws, empty),
        *instants(
            {"opened_at": cases.opened, **_forgetful(steps, draws, empty), **promises}
        ).get_columns(),
        *_overtime_cells(cases, draws),
        *_proof(cases, prefix, draws, done),
    ]
    names = (c.name for c in TABLES["tickets"].columns if c.name not in BESIDE)
    return pl.DataFrame(columns).select(names)


def _tier_as_written(cases: Cases, draws: Draws, empty: float) -> Whole:
    """The form's tier: mostly right, sometimes another, sometimes empty."""
    wrong = np.where(
        draws.chance(len(cases), 0.02), draws.whole(len(cases), 0, len(TIERS) - 1), cases.tier
    )
    return np.where(draws.chance(len(cases), empty), NONE, wrong)


def _texts(cases: Cases, draws: Draws, done: Mask, empty: float) -> list[pl.Series]:
    pool = [topic for kind in KINDS for topic in vocabulary()["topics"][kind]]
    sizes: Whole = np.array([len(vocabulary()["topics"][kind]) for kind in KINDS])
    index: Whole = (np.cumsum(sizes) - sizes)[cases.kind] + cases.topic
    filled = np.where(draws.chance(len(cases), empty), NONE, index)
    happy = draws.pick(len(cases), [1.0] * len(vocabulary()["feedback"]))
    answered = done & draws.chance(len(cases), 0.6)
    return [
        words([topic["category"] for topic in pool], index, "category"),
        words([topic["ask"] for topic in pool], index, "content"),
        words([topic["demand"] for topic in pool], filled, "core_demand"),
        words([topic["answer"] for topic in pool], np.where(done, index, NONE), "answer"),
        words(vocabulary()["feedback"], np.where(answered, happy, NONE), "feedback"),
    ]


def _status(steps: dict[str, Whole]) -> Whole:
    open_, completed, archived, cancelled = range(4)
    reached = np.where(steps["completed_at"] != NEVER, completed, open_)
    reached = np.where(steps["archived_at"] != NEVER, archived, reached)
    return np.where(steps["cancelled_at"] != NEVER, cancelled, reached)


def _forgetful(steps: dict[str, Whole], draws: Draws, empty: float) -> dict[str, Whole]:
    """Now and then a withdrawn ticket does not say when it was withdrawn."""
    at = steps["cancelled_at"]
    return steps | {"cancelled_at": np.where(draws.chance(len(at), 5 * empty), NEVER, at)}


def _codes(cases: Cases, draws: Draws, empty: float) -> list[pl.Series]:
    coded = ("severity", "service_mode", "locality", "followup_role")
    for name in ("severity", "locality"):
        cases.code[name] = np.where(draws.chance(len(cases), empty), NONE, cases.code[name])
    coded_words = [words(_VALUES[name].values, cases.code[name], name) for name in coded]
    flags = [
        given(cases.code[name] == YES, cases.code[name] != NONE, name)
        for name in ("remote_area", "answered_on_spot")
    ]
    return [*coded_words, *flags]


def _overtime(cases: Cases, draws: Draws) -> None:
    """For objective causes a new time is agreed: one to three days after the request's due time at
    the latest."""
    n = len(cases)
    cause = draws.pick(n, (0.42, 0.33, 0.17, 0.08))
    explained = cases.overran & draws.chance(n, 0.92)
    cases.code["overtime_cause"] = np.where(explained, cause, NONE)
    agreed = explained & (cause == OBJECTIVE) & draws.chance(n, 0.85)
    due = (cases.asked + draws.whole(n, 1, 8) * DAY) // 3600 * 3600
    cases.at["renegotiated_due_at"] = np.where(agreed, due, NEVER)


def _overtime_cells(cases: Cases, draws: Draws) -> list[pl.Series]:
    cause = cases.code["overtime_cause"]
    remedied = (cause != NONE) & draws.chance(len(cases), 0.92)
    agreed = cases.at["renegotiated_due_at"] != NEVER
    remedies = [vocabulary()["remedy"][name] for name in CAUSES]
    return [
        words(CAUSES, cause, "overtime_cause"),
        words(remedies, np.where(remedied, cause, NONE), "remedy"),
        given(draws.chance(len(cases), 0.88), agreed, "customer_accepted"),
    ]


def _proof(cases: Cases, prefix: str, draws: Draws, done: Mask) -> list[pl.Series]:
    """The signed service sheet, and the customer's mark."""
    n = len(cases)
    proven = np.where(done & draws.chance(n, 0.965), cases.number, NONE)
    sheet = (labels(f"服务单/{prefix}", proven, 5) + ".pdf").alias("evidence")
    good, poor = draws.pick(n, (1, 1, 4, 30, 64)), draws.pick(n, (8, 12, 30, 32, 18))
    mark: Whole = np.where(cases.overran, poor, good) + 1
    return [sheet, given(mark, done & draws.chance(n, 0.6), "satisfaction")]


def events(cases: Cases, prefix: str, world: World, pace: Pace) -> pl.DataFrame:
    """The log of some tickets, and of all that were reopened, with who did each step."""
    n, draws = len(cases), pace.draws
    logged = draws.chance(n, pace.habits.share("logged")) | (cases.at["reopened_at"] != NEVER)
    helper = world.staff_of(cases.department, draws)
    actor = np.where(draws.chance(n, 0.8), cases.handler, helper)
    ids, people = ticket_ids(cases.number, prefix), world.staff_ids.gather(actor).alias("actor_id")
    rounds = []
    for steps in (cases.at, cases.again):
        times = instants(
            {name.removesuffix("_at"): steps[name] for name in (*MILESTONES, "reopened_at")}
        )
        frame = pl.DataFrame([ids, people]).hstack(times).filter(pl.Series(logged))
        long = frame.unpivot(
            index=["ticket_id", "actor_id"], variable_name="event", value_name="at"
        )
        rounds.append(long.drop_nulls("at"))
    return (
        pl.concat(rounds)
        .sort("ticket_id", "at", "event")
        .select("ticket_id", "event", "at", "actor_id")
    )
