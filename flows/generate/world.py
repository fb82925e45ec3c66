"""Who takes part: invented customers with their tiers, and the staff who serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from checks.concepts import INSTANT, TIERS
from flows.generate.clock import DAY, Clock
from flows.generate.draws import NEVER, Draws, Real, Whole, instants, labels, words
from flows.generate.habits import DEPARTMENTS, Habits, vocabulary

MOST_CUSTOMERS: Final = 54_000
STRANGERS: Final = 10_000
"""Callers whom the customer master does not know; their numbers follow those of the customers."""
STAFF_SHARES: Final = (0.5, 0.3, 0.2)
ROLES: Final = ("客服专员", "技术工程师", "销售专员")
CONTROLLER, MANAGER, EXECUTIVE = "S901", "S902", "S905"
HEADS: Final = (MANAGER, "S903", "S904")
"""The heads of DEPARTMENTS."""
OFFICE: Final = (
    (CONTROLLER, "袁文清", DEPARTMENTS[0], "时效管控专员"),
    (MANAGER, "贺建平", DEPARTMENTS[0], "部门负责人"),
    (HEADS[1], "卢伟民", DEPARTMENTS[1], "部门负责人"),
    (HEADS[2], "戚春燕", DEPARTMENTS[2], "部门负责人"),
    (EXECUTIVE, "高振国", "公司管理层", "分管副总经理"),
)
"""Who checks and approves, and serves no customers."""
TIER_MOVES: Final = (1, 0, 1, 2, 3)
"""The tier that a customer moves to: core and ordinary become important, important core, and so up
the ladder."""


@dataclass(frozen=True)
class World:
    """Arrays over customers and over staff; staff are ordered by department."""

    tier: Whole
    moved_at: Whole
    seniority: Whole
    numbers: pl.Series
    people: pl.Series
    companies: pl.Series
    cities: pl.Series
    staff_ids: pl.Series
    staff_names: pl.Series
    staff_quality: Real
    first_of: Whole
    size_of: Whole

    def tier_at(self, customer: Whole, at: Whole) -> Whole:
        """The tier's index at an instant; a stranger is the last tier (potential)."""
        known = np.maximum(customer, 0)
        moved = (self.moved_at[known] != NEVER) & (at >= self.moved_at[known])
        tier = np.where(moved, np.asarray(TIER_MOVES)[self.tier[known]], self.tier[known])
        return np.where(customer < 0, len(TIERS) - 1, tier)

    def staff_of(self, department: Whole, draws: Draws) -> Whole:
        """Somebody of each department."""
        return self.first_of[department] + (
            draws.unit(len(department)) * self.size_of[department]
        ).astype(np.int64)


def _numbers(count: int) -> pl.Series:
    """Mobile numbers of the right form in a block that no operator assigns (1xx 0000 xxxx)."""
    index = np.arange(count)
    tail = labels("", index * 7919 % 10_000, 4, "tail")
    head = labels("1", 30 + index * 37 % 70, 2, "head")
    return pl.DataFrame([head, tail]).select(pl.col("head") + "0000" + pl.col("tail")).to_series()


def _joined(*parts: pl.Series) -> pl.Series:
    frame = pl.DataFrame([part.alias(str(n)) for n, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all())).to_series()


def _people(count: int, draws: Draws) -> pl.Series:
    texts = vocabulary()
    surname = draws.whole(count, 0, len(texts["surnames"]) - 1)
    return _joined(
        words(texts["surnames"], surname), words(texts["given"], draws.whole(count, 0, 25))
    )


def _companies(count: int, draws: Draws, cities: pl.Series) -> pl.Series:
    texts = vocabulary()
    first, second = texts["brands"]["first"], texts["brands"]["second"]
    brand = np.arange(count) * 101 % (len(first) * len(second))
    trade = draws.whole(count, 0, len(texts["trades"]) - 1)
    end = draws.whole(count, 0, len(texts["company_end"]) - 1)
    named = (words(first, brand // len(second)), words(second, brand % len(second)))
    return _joined(cities, *named, words(texts["trades"], trade), words(texts["company_end"], end))


def build(customers: int, seed: int, clock: Clock, habits: Habits) -> World:
    """The people of one seed; the same for every chunk of a run."""
    draws = Draws(seed, 1)
    staff = int(np.clip(customers // 2, 24, 600))
    sizes = np.maximum((np.asarray(STAFF_SHARES) * staff).astype(np.int64), 1)
    department = np.repeat(np.arange(len(sizes)), sizes)
    moves = draws.chance(customers, habits.share("tier_changes"))
    moved_at = (
        clock.start
        + (draws.unit(customers) * (clock.end - clock.start) / DAY).astype(np.int64) * DAY
    )
    cities = words(
        vocabulary()["cities"], draws.whole(customers, 0, len(vocabulary()["cities"]) - 1)
    )
    return World(
        tier=draws.pick(customers, habits.weights("tier")),
        moved_at=np.where(moves, moved_at, NEVER),
        seniority=draws.whole(customers, -1, 9),
        numbers=_numbers(customers + STRANGERS + -(-customers // 10)),
        people=_people(customers, draws),
        companies=_companies(customers, draws, cities),
        cities=cities,
        staff_ids=labels("S", np.arange(len(department)) + 1, 3),
        staff_names=_people(len(department), draws),
        staff_quality=habits.quality[department] * (0.5 + draws.unit(len(department))),
        first_of=np.cumsum(sizes) - sizes,
        size_of=sizes,
    )


def customers(world: World, clock: Clock) -> pl.DataFrame:
    """The tier master: one row per customer and tier period."""
    index = np.arange(len(world.tier))
    moved = np.flatnonzero(world.moved_at != NEVER)
    rows = np.concatenate([index, moved])
    tier = np.concatenate([world.tier, np.asarray(TIER_MOVES)[world.tier[moved]]])
    since = np.where(
        world.seniority < 0,
        NEVER,
        clock.start // DAY * DAY - world.seniority * 200 * DAY - 30 * DAY,
    )
    frame = pl.DataFrame(
        {
            "customer_id": labels("C", rows + 1, 4),
            "tier": words(TIERS, tier),
            "valid_from": instants(
                {"at": np.concatenate([since, world.moved_at[moved]])}
            ).to_series(),
            "name": world.people.gather(rows),
            "company": world.companies.gather(rows),
            "contact": world.numbers.gather(rows),
            "city": world.cities.gather(rows),
        }
    )
    return frame.sort("customer_id", "valid_from", nulls_last=False)


def staff(world: World) -> pl.DataFrame:
    """The staff table; valid from the beginning."""
    department = np.repeat(np.arange(len(world.size_of)), world.size_of)
    columns = {"department": words(DEPARTMENTS, department), "role": words(ROLES, department)}
    front = pl.DataFrame({"staff_id": world.staff_ids, "name": world.staff_names, **columns})
    everybody = pl.concat([front, pl.DataFrame(OFFICE, schema=front.schema, orient="row")])
    return everybody.with_columns(valid_from=pl.lit(None, INSTANT))


def further_contacts(world: World) -> pl.DataFrame:
    """Every tenth customer has a second number, in the same block."""
    who = np.arange(0, len(world.tier), 10)
    second = len(world.tier) + STRANGERS + np.arange(len(who))
    return pl.DataFrame(
        {"customer_id": labels("C", who + 1, 4), "contact": world.numbers.gather(second)}
    )
