"""Small worlds for the report: obligations by hand or by seed, and the real findings and metrics
over them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from checks.concepts import OBLIGATIONS, TIERS, Period
from checks.conduct.findings import FINDINGS as SAID
from checks.gate import Inventory, look
from checks.law.calendar import Calendar
from checks.law.rulebook import Rule, Rulebooks
from checks.numbers.gate import GateFound
from checks.numbers.intake import DefectCount, Quality, RowAccounting
from checks.numbers.plain import to_json
from checks.numbers.whole import Metrics, Sections
from checks.records.parsing.defects import DEFECTS
from checks.records.parsing.replaced import REPLACED
from checks.records.records import Records, all_columns
from checks.records.tables import NEEDED, TABLES, empty
from checks.results.findings import findings
from checks.results.metrics import Closing, metrics, with_findings
from checks.results.register import counts, register
from flows.law.rulebooks import load_rulebooks

PERIOD = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
RULEBOOKS = load_rulebooks().rulebooks
DEPARTMENTS = ("客户服务部", "技术支持部", "销售部")
ACCOUNTING = RowAccounting(read=120, accepted=110, duplicates=5, superseded=3, quarantined=2)
QUALITY = Quality(
    quarantine=(DefectCount(table="tickets", column="opened_at", reason="unreadable", count=2),),
    issues=(DefectCount(table="calls", column="rings", reason="unreadable", count=3),),
)


@dataclass(frozen=True)
class World:
    metrics: Metrics
    findings: pl.DataFrame
    inputs: dict[str, Any]
    rulebooks: Rulebooks

    def lay_out(self, out: Path) -> Path:
        """The files that a run writes before its report."""
        out.mkdir(parents=True, exist_ok=True)
        (out / "metrics.json").write_text(
            json.dumps(to_json(self.metrics), ensure_ascii=False), "utf-8"
        )
        (out / "inputs.json").write_text(json.dumps(self.inputs, ensure_ascii=False), "utf-8")
        return out


def obligation(
    rule: Rule, n: int, verdict: str, rng: random.Random, **given: Any
) -> dict[str, Any]:
    """One obligation of a plausible time; `given` overrides."""
    start = datetime(2026, 10, 1, 8) + timedelta(seconds=rng.randrange(30 * 86400))
    due = start + timedelta(minutes=rng.choice((5, 30, 240, 1440)))
    took = {"met": 0.7, "late": 1.2 + rng.random() * 6}.get(verdict)
    subject = {"call": f"C{n:06d}", "chat_session": f"V{n:06d}#1", "ticket": f"GD{n:06d}"}[
        rule.subject
    ]
    return {
        "rule_id": rule.id,
        "regulation": rule.regulation,
        "topic": rule.topic,
        "subject_type": rule.subject,
        "subject_id": subject,
        "customer_id": f"KH{rng.randrange(60):03d}",
        "tier": rng.choice(TIERS[:3]),
        "department": rng.choice(DEPARTMENTS),
        "responsible": f"S{rng.randrange(14):02d}",
        "triggered_at": start,
        "due_at": due,
        "fulfilled_at": None if took is None else start + (due - start) * took,
        "verdict": verdict,
        "reason": "condition" if verdict == "unknown" else "",
        "governing": True,
        "carried_over": rng.random() < 0.02,
        "calendar_provisional": False,
        **given,
    }


def october(
    n: int = 900, seed: int = 7, weights: tuple[float, ...] = (84, 8, 3, 1.5, 2, 1, 0.5)
) -> list[dict[str, Any]]:
    """`n` obligations over all rules, with every verdict (met, late, overdue, missing, pending,
    unknown, exempt)."""
    rng, made = random.Random(seed), []
    for i in range(n):
        rule = rng.choice(RULEBOOKS.rules)
        kinds = (
            ("met", "met", "met", "missing")
            if rule.clock == "presence"
            else ("met", "late", "overdue", "late")
        )
        verdict = rng.choices((*kinds, "pending", "unknown", "exempt"), weights)[0]
        made.append(obligation(rule, i, verdict, rng))
    return made


def world(
    rows: list[dict[str, Any]],
    files: int = 4,
    lacking: tuple[str, ...] = (),
    **records: pl.DataFrame,
) -> World:
    """The results of a run over these obligations; `records` are rows of canonical tables, the
    others are empty.

    lacking: columns of tickets that nobody records.
    """
    frame = pl.DataFrame(rows, schema=OBLIGATIONS)
    tables = {name: empty(name) for name in TABLES}
    tickets = frame.filter(pl.col("subject_type") == "ticket").select(
        pl.col("subject_id").unique(maintain_order=True)
    )
    tables["tickets"] = _tickets(tickets["subject_id"].to_list())
    tables |= {name: rows.lazy() for name, rows in records.items()}
    read = Records(
        tables, recorded={**all_columns(), "tickets": all_columns()["tickets"] - set(lacking)}
    )
    closing = Closing(frame.lazy(), RULEBOOKS, read, frozenset(TABLES), PERIOD, Calendar({}))
    found = findings(closing)
    sections = Sections(accounting={"calls": ACCOUNTING, "tickets": ACCOUNTING}, quality=QUALITY)
    counted = metrics(closing, sections)
    entries = register(closing, found, pl.DataFrame(schema=SAID), counted)
    made = replace(with_findings(counted, found), gate=gate(read), register=counts(entries))
    return World(made, found, _inputs(files), RULEBOOKS)


@cache
def october_world(count: int) -> World:
    """The results over `october(count)`; made once for all tests, which change copies only."""
    return world(october(count))


def gate(read: Records, **given: Any) -> GateFound:
    """What the gate says of these records; `given` are parts of the inventory."""
    nothing = {"issues": pl.DataFrame(schema=DEFECTS), "quarantine": pl.DataFrame(schema=DEFECTS)}
    inventory = {
        "accounting": dict.fromkeys(NEEDED, vars(ACCOUNTING)),
        "files": dict.fromkeys(NEEDED, 1),
        "sheets": dict.fromkeys(NEEDED, 1),
        "unread": (),
        "replaced": pl.DataFrame(schema=REPLACED),
        **nothing,
        **given,
    }
    return look(Inventory(**inventory), read, RULEBOOKS, PERIOD, {}).section()


def _tickets(ids: list[str]) -> pl.LazyFrame:
    rng = random.Random(3)
    causes = ["staffing", "technical", "objective", None]
    given = {
        "ticket_id": ids,
        "kind": [rng.choice(("inquiry", "fault")) for _ in ids],
        "opened_at": [datetime(2026, 10, 1 + i % 28, 9) for i in range(len(ids))],
        "category": [rng.choice(("product", "technical", "service")) for _ in ids],
        "channel": [rng.choice(("phone", "online", "email")) for _ in ids],
        "severity": [rng.choice(("emergency", "general", None)) for _ in ids],
        "overtime_cause": [rng.choice(causes) for _ in ids],
        "_file": ["tickets.csv"] * len(ids),
        "_row": range(2, len(ids) + 2),
    }
    schema = TABLES["tickets"].schema
    marks = {name: False for name in schema if name.endswith("_unreadable")}
    marks |= {name: 0 for name in schema if name.endswith("_precision")}
    frame = pl.DataFrame(
        given, schema_overrides={name: schema[name] for name in given}
    ).with_columns(**{name: pl.lit(value, schema[name]) for name, value in marks.items()})
    missing = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
        if name not in frame.columns
    ]
    return frame.with_columns(missing).select(schema.names()).lazy()


def _inputs(files: int) -> dict[str, Any]:
    sources = [
        {
            "table": table,
            "path": f"{table}.csv",
            "sha256": f"{i:064x}",
            "size": 10_240 + i,
            "rows": 120,
        }
        for i, table in enumerate(list(TABLES)[:files], start=1)
    ]
    return {
        "schema_version": "1.0",
        "sources": sources,
        "rulebooks": [{"path": "TC/article-06.yaml", "sha256": f"{9:064x}"}],
    }
