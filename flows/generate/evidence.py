"""The optional tables: what the company shows beside its records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from flows.generate.clock import DAY, Clock
from flows.generate.draws import NEVER, Draws, Whole, instants, labels, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import vocabulary
from flows.generate.tickets import Cases, Pace
from flows.generate.world import CONTROLLER, MANAGER, World


def of_cases(cases: Cases, prefix: str, export: int, pace: Pace) -> dict[str, pl.DataFrame]:
    """Alerts sent, exemptions granted and spot checks made for the tickets of a chunk."""
    overran = np.flatnonzero(cases.overran)
    return {
        "exemptions": _exemptions(cases, overran, prefix, export, pace.draws),
        "alerts": _alerts(cases, overran, prefix, export, pace.draws),
        "spot_checks": _spot_checks(cases, prefix, export, pace.draws),
    }


def _exemptions(cases: Cases, overran: Whole, prefix: str, export: int, draws: Draws) -> pl.DataFrame:
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


def _alerts(cases: Cases, overran: Whole, prefix: str, export: int, draws: Draws) -> pl.DataFrame:
    """The service system warns before a limit and raises an alarm after it; some alarms are lost."""
    parts = []
    for kind, share, earliest, latest in (("warning", 0.9, 600, 7200), ("overdue", 0.85, 7200, 2 * DAY)):
        who = overran[draws.chance(len(overran), share)]
        sent = cases.opened[who] + draws.whole(len(who), earliest, latest)
        frame = pl.DataFrame(
            {
                "ticket_id": ticket_ids(cases.number[who], prefix),
                "kind": pl.Series([kind] * len(who), dtype=pl.String),
                "sent_at": instants({"at": np.where(sent < export, sent, NEVER)}).to_series(),
                "recipients": labels("S", cases.handler[who] + 1, 3) + f";{MANAGER}",
                "source": pl.Series(["客户服务管理系统"] * len(who), dtype=pl.String),
            }
        )
        parts.append(frame)
    return pl.concat(parts).drop_nulls("sent_at").sort("sent_at", "ticket_id", "kind")


def _spot_checks(cases: Cases, prefix: str, export: int, draws: Draws) -> pl.DataFrame:
    """Daily checks of about a third of the tickets; on some days fewer."""
    share = np.where(cases.opened // DAY % 6 == 0, 0.15, 0.36)
    who = np.flatnonzero(draws.chance(len(cases), share) & (cases.opened < export - DAY))
    poor = cases.overran[who] & draws.chance(len(who), 0.8)
    return pl.DataFrame(
        {
            "checked_on": instants({"at": cases.opened[who] + DAY // 4}).to_series().dt.date(),
            "ticket_id": ticket_ids(cases.number[who], prefix),
            "inspector": pl.Series([CONTROLLER] * len(who), dtype=pl.String),
            "result": words(("合格", "不合格：超时"), poor.astype(np.int64)),
        }
    ).sort("checked_on", "ticket_id")


def of_month(first: date, world: World, clock: Clock, draws: Draws) -> dict[str, pl.DataFrame]:
    """Training, filed documents, manual checks and system failures."""
    failed = clock.moments(draws.unit(2))
    times = {"failed_at": failed, "fallback_at": failed + np.array([1200, 2700]), "restored_at": failed + 7200}
    systems = pl.Series("system", ["客户服务管理系统", "在线客服系统"])
    return {
        "trainings": _trainings(first, world, draws),
        "documents": _documents(first),
        "manual_checks": _manual_checks(first),
        "outages": pl.DataFrame([systems, *instants(times).get_columns()]),
    }


def _trainings(first: date, world: World, draws: Draws) -> pl.DataFrame:
    """Two trainings, which most of the staff attend."""
    topics = vocabulary()["training"]
    held = pl.DataFrame({"held_on": [first + timedelta(13), first + timedelta(20)], "topic": [topics[0], topics[3]]})
    people = world.staff_ids.gather(np.flatnonzero(draws.chance(len(world.staff_ids), 0.85)))
    return held.join(people.to_frame("staff_id"), how="cross")


def _documents(first: date) -> pl.DataFrame:
    """What is filed in a month: weekly summaries (one forgotten), and last month's reports."""
    past = (first - timedelta(1)).strftime("%Y-%m")
    monday = first - timedelta(first.weekday() + 7)
    weeks = [monday + timedelta(7 * n) for n in (0, 1, 2, 4)]
    rows = [("weekly_summary", f"{week:%G-W%V}", week + timedelta(7)) for week in weeks]
    rows += [("monthly_report", past, first + timedelta(8)), ("inspection_report", past, first + timedelta(14))]
    rows += [("duty_roster", f"{first:%Y-%m}", first - timedelta(3)), ("meeting_minutes", past, first + timedelta(9))]
    frame = pl.DataFrame(rows, schema=["kind", "period", "filed_at"], orient="row")
    filed = pl.col("filed_at").cast(pl.Datetime("us")) + pl.duration(hours=17)
    return frame.select("kind", "period", pl.lit(CONTROLLER).alias("owner"), filed.alias("filed_at"))


def _manual_checks(first: date) -> pl.DataFrame:
    checks = [(c["article"], first + timedelta(c["day"] - 1), c["result"], CONTROLLER, c["note"]) for c in _checked()]
    return pl.DataFrame(checks, schema=["article", "checked_on", "result", "inspector", "note"], orient="row")


def _checked() -> list[dict[str, Any]]:
    return list(vocabulary()["manual_checks"])
