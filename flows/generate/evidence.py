"""The optional tables: what the company shows beside its records."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from flows.generate.clock import DAY, Clock
from flows.generate.draws import NEVER, Draws, Whole, instants, labels, words
from flows.generate.forms import ticket_ids
from flows.generate.habits import vocabulary
from flows.generate.tickets import Cases, Pace
from flows.generate.world import World


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
            "approved_by": pl.Series(["S001"] * len(who), dtype=pl.String),
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
                "recipients": labels("S", cases.handler[who] + 1, 3) + ";部门负责人",
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
            "inspector": pl.Series(["S001"] * len(who), dtype=pl.String),
            "result": words(("合格", "不合格：超时"), poor.astype(np.int64)),
        }
    ).sort("checked_on", "ticket_id")


def of_month(first: date, world: World, clock: Clock, draws: Draws) -> dict[str, pl.DataFrame]:
    """Training, filed documents, manual checks, system failures and further numbers of customers."""
    month = f"{first:%Y-%m}"
    working = [first + timedelta(n) for n in range(28)]
    topics = vocabulary()["training"]
    attended = pl.DataFrame({"topic": [topics[0], topics[1]], "held_on": [working[13], working[20]]})
    people = world.staff_ids.gather(np.flatnonzero(draws.chance(len(world.staff_ids), 0.85)))
    filed = [("weekly_summary", f"{month}-W{week}", working[7 * week - 1]) for week in (1, 2, 4)]
    filed.append(("monthly_report", month, first + timedelta(31)))
    failed = clock.moments(draws.unit(2))
    return {
        "trainings": attended.join(people.to_frame("staff_id"), how="cross").select("held_on", "topic", "staff_id"),
        "documents": pl.DataFrame(
            [(kind, period, "S001", day) for kind, period, day in filed],
            schema=["kind", "period", "owner", "filed_at"], orient="row",
        ).with_columns(pl.col("filed_at").cast(pl.Datetime("us")) + pl.duration(hours=17)),
        "manual_checks": _manual_checks(working),
        "outages": pl.DataFrame(
            {
                "system": ["客户服务管理系统", "在线客服系统"],
                **instants({
                    "failed_at": failed, "fallback_at": failed + np.array([1200, 2700]), "restored_at": failed + 7200,
                }).to_dict(),
            }
        ),
        "customer_contacts": _contacts(world, draws),
    }  # fmt: skip


def _manual_checks(days: list[date]) -> pl.DataFrame:
    rows = [
        ("RC 第六条(一)", days[14], "pass", "S001", "抽查当班六人，着装规范"),
        ("RC 第六条(二)", days[14], "fail", "S001", "一名接待人员未起身迎接来访客户"),
        ("TC 第十二条(一)", days[19], "pass", "S001", "备件台账与实物一致"),
        ("TC 第十条(二)", days[2], "pass", "S001", "节假日值班表已公布，电话抽查有人值守"),
        ("RC 第十一条(一)", days[26], "not_checked", None, "纸质档案室盘点，下月检查"),
    ]
    return pl.DataFrame(rows, schema=["article", "checked_on", "result", "inspector", "note"], orient="row")


def _contacts(world: World, draws: Draws) -> pl.DataFrame:
    """Every tenth customer has a second number."""
    who = np.arange(0, len(world.tier), 10)
    second = labels("051200", 10_000 + who % 90_000, 6)
    return pl.DataFrame({"customer_id": labels("C", who + 1, 4), "contact": second})
