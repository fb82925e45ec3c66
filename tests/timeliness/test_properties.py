"""What holds for all records: row order is nothing, closings add up, time only adds, weeks are
alike."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise, product
from random import Random
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from checks.concepts import VIOLATIONS, Period
from checks.judging import JudgingOptions, Records, judge, judge_as_of
from flows.law.rulebooks import load_rulebooks
from tests.long import LONG, takes_long
from tests.oracle import MINUTE, Coarse, Rows, to_frames
from tests.oracle.cells import exact, latest
from tests.oracle.histories import MONTHS, history
from tests.oracle.records import draw

RULEBOOKS = load_rulebooks().rulebooks
WALL_CLOCKS = [
    rule.id for rule in RULEBOOKS.rules if rule.clock_kind in ("wall", "rings", "promise")
]
PRESENCE = {rule.id for rule in RULEBOOKS.rules if rule.clock == "presence"}
OVERTIME = {rule.id for rule in RULEBOOKS.rules if rule.start == "overtime_since"}
Keyed = dict[tuple[str, str], str]


@pytest.mark.parametrize("seed", [11, 12] if LONG else [11])
def test_the_order_of_input_rows_changes_nothing(seed: int) -> None:
    case = draw(seed, subjects=100)
    records, period = to_frames(case.rows), Period(case.start, case.end, case.cutoff)
    shuffled = {
        name: frame.collect().sample(fraction=1, shuffle=True, seed=seed).lazy()
        for name, frame in records.items()
    }
    assert_frame_equal(
        judge(records, RULEBOOKS, period), judge(records.with_tables(shuffled), RULEBOOKS, period)
    )


@cache
def year() -> Records:
    return to_frames(history(seed=7))


def verdicts(obligations: pl.DataFrame) -> Keyed:
    return {(ob["rule_id"], ob["subject_id"]): ob["verdict"] for ob in obligations.to_dicts()}


@cache
def closings(months: int = 12) -> list[Keyed]:
    """The first monthly closings, each as of its own end."""
    return [
        verdicts(judge(year(), RULEBOOKS, Period(start, end, end)))
        for start, end in pairwise(MONTHS[: months + 1])
    ]


@takes_long
def test_the_twelve_closings_add_up_to_the_year() -> None:
    """Every obligation is decided in exactly one month; the year's are the months', none twice and
    none never.

    Only what an overtime asked for is gone where the overtime turned out none.
    """
    whole = verdicts(judge(year(), RULEBOOKS, Period(MONTHS[0], MONTHS[-1], MONTHS[-1])))
    decided = Counter(
        key for month in closings() for key, verdict in month.items() if verdict != "pending"
    )
    open_at_the_end = {key for key, verdict in closings()[-1].items() if verdict == "pending"}
    assert [key for key, times in decided.items() if times > 1] == []
    gone = decided.keys() - whole.keys()
    assert {rule for rule, _ in gone} <= OVERTIME and len(gone) < 10
    assert (decided.keys() | open_at_the_end) - gone == whole.keys()
    assert not decided.keys() & open_at_the_end
    assert len(decided) > 1000 and open_at_the_end


def test_what_is_pending_is_listed_again_until_it_is_decided() -> None:
    for before, after in pairwise(closings(12 if LONG else 4)):
        pending = {key for key, verdict in before.items() if verdict == "pending"}
        assert pending and pending <= after.keys()


def test_a_later_cutoff_never_turns_met_into_a_violation_or_back() -> None:
    """Evidence that is missing may still be found; nothing else changes sides."""
    once: dict[tuple[str, str], set[str]] = {}
    changed = 0
    for cutoff in sorted(
        {
            *MONTHS[3:6],
            *(MONTHS[4] + timedelta(hours=hours) for hours in (-30, -4, -1, 1, 2, 9, 60)),
        }
    ):
        for key, verdict in verdicts(
            judge_as_of(year(), RULEBOOKS, cutoff, JudgingOptions())
        ).items():
            seen = once.setdefault(key, set())
            changed += bool(seen) and verdict not in seen
            assert not (verdict in VIOLATIONS and "met" in seen), (key, cutoff)
            assert not (verdict == "met" and seen & {*VIOLATIONS} and key[0] not in PRESENCE), (
                key,
                cutoff,
            )
            seen.add(verdict)
    assert changed > 50


def test_what_coarse_times_tell_holds_whatever_the_seconds() -> None:
    """A verdict on times without seconds is the verdict on every pair of instants that they may
    stand for."""
    rng, tickets, written = Random(3), [], {}
    for n in range(150):
        asked = MONTHS[9] + timedelta(seconds=rng.randrange(20 * 86400))
        answered = asked + timedelta(
            minutes=rng.choice((0, 14, 15, 16)), seconds=rng.choice((-1, 0, 1, 30, 59))
        )
        pair = tuple(
            rng.choice((at, Coarse(at.replace(second=0), MINUTE))) for at in (asked, answered)
        )
        written[f"T{n}"] = pair
        tickets.append(fault(f"T{n}", *pair))
        tickets += [
            fault(f"T{n}/{i}", *ends) for i, ends in enumerate(product(*map(extremes, pair)))
        ]
    rows = Rows({"tickets": tickets})
    found = verdicts(judge(to_frames(rows), RULEBOOKS, Period(MONTHS[9], MONTHS[10], MONTHS[10])))
    seen: Counter[str] = Counter()
    for name in written:
        coarse = found["TC-6.2-urgent-respond", name]
        judged = {found["TC-6.2-urgent-respond", f"{name}/{i}"] for i in range(4)} - {"unknown"}
        expected = {"met", "late"} if coarse == "unknown" else {coarse}
        assert judged in (expected, set()), (name, written[name], coarse)
        seen[coarse] += 1
    assert min(seen[verdict] for verdict in ("met", "late", "unknown")) > 10


def fault(name: str, asked: datetime, answered: datetime) -> dict[str, Any]:
    return {
        "ticket_id": name,
        "kind": "fault",
        "severity": "emergency",
        "tier": "core",
        "opened_at": asked,
        "responded_at": answered,
    }


def extremes(at: datetime) -> tuple[datetime, datetime]:
    """The first and the last instant that a time may stand for."""
    return exact(at), latest(at)


def moved(rows: Rows, by: timedelta) -> Rows:
    def cell(value: Any) -> Any:
        return value + by if isinstance(value, datetime) else value

    tables = {
        table: [{name: cell(value) for name, value in row.items()} for row in lines]
        for table, lines in rows.items()
    }
    return Rows(tables, rows.carried, rows.quarantined)


@pytest.mark.parametrize("weeks", [-30, 7] if LONG else [7])
def test_wall_clocks_run_alike_in_any_week(weeks: int) -> None:
    case, by = draw(seed=21, subjects=100), timedelta(weeks=weeks)
    here = judge(to_frames(case.rows), RULEBOOKS, Period(case.start, case.end, case.cutoff))
    there = judge(
        to_frames(moved(case.rows, by)),
        RULEBOOKS,
        Period(case.start + by, case.end + by, case.cutoff + by),
    )
    columns = ("rule_id", "subject_id", "verdict", "reason", "tier", "carried_over", "responsible")
    shifted = [
        (pl.col(name) - by).alias(name) for name in ("triggered_at", "due_at", "fulfilled_at")
    ]
    on_wall = pl.col("rule_id").is_in(WALL_CLOCKS)
    assert_frame_equal(
        here.filter(on_wall).select(*columns, "triggered_at", "due_at", "fulfilled_at"),
        there.filter(on_wall).select(*columns, *shifted),
    )
