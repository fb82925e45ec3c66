"""The optional tables: what the company shows beside its records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from flows.generate.clock import DAY, Clock
from flows.generate.draws import NONE, Draws, Whole, instants, labels, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import vocabulary
from flows.generate.tickets import Cases, Pace
from flows.generate.world import CONTROLLER, EXECUTIVE, HEADS, MANAGER, World

RUN: Final = ("who", "begun", "due", "done")


def of_cases(cases: Cases, prefix: str, export: int, pace: Pace) -> dict[str, pl.DataFrame]:
    """Alerts sent, exemptions granted and spot checks made for the tickets of a chunk."""
    overran = np.flatnonzero(cases.overran)
    return {
        "exemptions": _exemptions(cases, overran, prefix, export, pace.draws),
        "alerts": _alerts(cases, prefix, export, pace.draws),
        "spot_checks": _spot_checks(cases, prefix, export, pace.draws),
    }


def _exemptions(
    cases: Cases, overran: Whole, prefix: str, export: int, draws: Draws
) -> pl.DataFrame:
    """Few, for objective causes; a third of them approved only days later."""
    who = overran[draws.chance(len(overran), 0.04)]
    late = draws.chance(len(who), 0.33)
    approved = cases.opened[who] + np.where(late, 6 * DAY, draws.whole(len(who), 300, 3000))
    kept = approved < export
    who, approved = who[kept], approved[kept]
    return pl.DataFrame(
        {
            "subject_id": ticket_ids(cases.number[who], prefix),
            "rule_id": pl.Series([None] * len(who), dtype=pl.String),
            "reason": words(vocabulary()["exemption"], draws.whole(len(who), 0, 2)),
            "approved_by": pl.Series([MANAGER] * len(who), dtype=pl.String),
            "approved_at": instants({"at": approved}).to_series(),
            "evidence": labels("审批单/SP-", cases.number[who], 5),
        }
    )


def _alerts(cases: Cases, prefix: str, export: int, draws: Draws) -> pl.DataFrame:
    """The service system warns when 80 % of a step's time is used and alerts when it is over; some
    are lost."""
    who, begun, due, done = (
        np.concatenate([getattr(run, name) for run in cases.runs]) for name in RUN
    )
    parts = []
    for kind, at, share in (
        ("warning", begun + (due - begun) * 4 // 5, 0.93),
        ("overdue", due, 0.88),
    ):
        sent = np.flatnonzero((done > at) & (at < export - 60) & draws.chance(len(who), share))
        # An alert goes to the emergency team as well, unless that was forgotten.
        team = words(
            (";应急执行小组",), np.where((at == due)[sent] & draws.chance(len(sent), 0.85), 0, NONE)
        )
        columns = [
            ticket_ids(cases.number[who[sent]], prefix),
            pl.Series("kind", [kind] * len(sent), dtype=pl.String),
            instants({"sent_at": at[sent] + draws.whole(len(sent), 0, 40)}).to_series(),
            (
                labels("S", cases.handler[who[sent]] + 1, 3)
                + ";"
                + words(HEADS, cases.department[who[sent]])
                + team.fill_null("")
            ).alias("recipients"),
            pl.Series("source", ["客户服务管理系统"] * len(sent), dtype=pl.String),
        ]
        parts.append(pl.DataFrame(columns))
    return pl.concat(parts).sort("sent_at", "ticket_id", "kind")


def _spot_checks(cases: Cases, prefix: str, export: int, draws: Draws) -> pl.DataFrame:
    """Daily checks of two tickets in five; on every sixth day fewer."""
    chosen = np.isin(cases.number % 5, (0, 2)) & (
        (cases.asked // DAY % 6 != 0) | draws.chance(len(cases), 0.4)
    )
    who = np.flatnonzero(chosen & (cases.opened < export))
    poor = cases.overran[who] & draws.chance(len(who), 0.8)
    return pl.DataFrame(
        {
            "checked_on": instants({"at": cases.asked[who]}).to_series().dt.date(),
            "ticket_id": ticket_ids(cases.number[who], prefix),
            "inspector": pl.Series([CONTROLLER] * len(who), dtype=pl.String),
            "result": words(("合格", "不合格：超时"), poor.astype(np.int64)),
        }
    ).sort("checked_on", "ticket_id")


def of_month(first: date, world: World, clock: Clock, draws: Draws) -> dict[str, pl.DataFrame]:
    """Training, filed documents, manual checks and system failures."""
    failed = clock.moments(draws.unit(2))
    times = {
        "failed_at": failed,
        "fallback_at": failed + np.array([1200, 2700]),
        "restored_at": failed + 7200,
    }
    systems = pl.Series("system", ["客户服务管理系统", "在线客服系统"])
    return {
        "trainings": _trainings(first, world, draws),
        "documents": _documents(first),
        "manual_checks": _manual_checks(first),
        "outages": pl.DataFrame([systems, *instants(times).get_columns()]),
    }


def _trainings(first: date, world: World, draws: Draws) -> pl.DataFrame:
    """Two trainings, which most of the staff attend; before the month an induction with a test,
    which all but a few had passed."""
    topics = vocabulary()["training"]
    held = pl.DataFrame(
        {"held_on": [first + timedelta(13), first + timedelta(20)], "topic": [topics[0], topics[3]]}
    )
    people = world.staff_ids.gather(np.flatnonzero(draws.chance(len(world.staff_ids), 0.93)))
    monthly = held.join(people.to_frame("staff_id"), how="cross")
    inducted = world.staff_ids.gather(np.flatnonzero(np.arange(len(world.staff_ids)) % 9 != 4))
    induction = inducted.to_frame("staff_id").select(
        pl.lit(first - timedelta(45)).alias("held_on"),
        pl.lit(topics[5]).alias("topic"),
        "staff_id",
        pl.lit("pass").alias("result"),
    )
    return pl.concat([induction, monthly], how="diagonal")


def _documents(first: date) -> pl.DataFrame:
    """What is filed in a month: weekly summaries of the whole staff (one forgotten), and last
    month's reports, but no inspection of reception."""
    past = (first - timedelta(1)).strftime("%Y-%m")
    monday = first - timedelta(first.weekday() + 7)
    weeks = [monday + timedelta(7 * n) for n in (0, 1, 2, 4)]
    rows = [("weekly_summary", f"{week:%G-W%V}", week + timedelta(7)) for week in weeks]
    rows += [
        ("timeliness_report", past, first + timedelta(8)),
        ("reception_summary", past, first + timedelta(9)),
        ("timeliness_inspection", past, first + timedelta(14)),
    ]
    rosters = [(past, first - timedelta(33)), (f"{first:%Y-%m}", first - timedelta(3))]
    rows += [
        ("meeting_minutes", past, first + timedelta(9)),
        *(("duty_roster", *roster) for roster in rosters),
    ]
    frame = pl.DataFrame(rows, schema=["kind", "period", "filed_at"], orient="row")
    filed = pl.col("filed_at").cast(pl.Datetime("us")) + pl.duration(hours=17)
    kind = pl.col("kind")
    return frame.select(
        "kind",
        "period",
        pl.when(kind == "weekly_summary")
        .then(pl.lit("全体接待人员"))
        .otherwise(pl.lit(CONTROLLER))
        .alias("owner"),
        filed.alias("filed_at"),
        pl.when(kind == "timeliness_inspection").then(pl.lit(EXECUTIVE)).alias("approved_by"),
    )


def _manual_checks(first: date) -> pl.DataFrame:
    checks = [
        (c["article"], first + timedelta(c["day"] - 1), c["result"], CONTROLLER, c["note"])
        for c in _checked()
    ]
    return pl.DataFrame(
        checks, schema=["article", "checked_on", "result", "inspector", "note"], orient="row"
    )


def _checked() -> list[dict[str, Any]]:
    return list(vocabulary()["manual_checks"])
