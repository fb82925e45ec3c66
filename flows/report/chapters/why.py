"""Why a case was judged so, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.report.chapters.scope import limit_of
from flows.report.context.report_context import ReportContext
from flows.report.words.grading import reason_words


def why(context: ReportContext, row: Mapping[str, Any]) -> str:
    """From a row of the findings: when the clock started, when it ended, what happened, and what
    made the grade."""
    texts, wording = context.texts, context.wording
    rule = context.rulebooks.rule(row["rules"].split(";")[0])
    kind = rule.clock_kind if rule.clock_kind in ("rings", "presence") else "timed"
    rang = rings(context, row)
    words = texts(
        f"why.{kind}.{row['verdict']}",
        rang=rang or texts("why.rang_unknown"),
        title=context.word(rule.title),
        start=wording.instant(row["triggered_at"]),
        due=wording.instant(row["due_at"]),
        done=wording.instant(row["fulfilled_at"]),
        over=wording.duration(row["overrun_seconds"]),
    )
    if row["governing_rule"] not in row["rules"].split(";") and row["governing_rule"]:
        words += texts(
            "why.stricter", clause=context.clause(context.rulebooks.rule(row["governing_rule"]))
        )
    return words + (
        texts("why.grade", reason=reason_words(texts, row["grade_reason"], _open(row)))
        if row["grade_reason"]
        else ""
    )


def _open(row: Mapping[str, Any]) -> bool:
    return bool(row["verdict"] == "overdue")


def rings(context: ReportContext, row: Mapping[str, Any]) -> str:
    """`响铃 5 声，限 3 声`; empty for what is no matter of rings, or where the log has none."""
    rule = context.rulebooks.rule(row["rules"].split(";")[0])
    if rule.clock_kind != "rings" or row.get("rings") is None:
        return ""
    limit = limit_of(rule, row["tier"], row["triggered_at"].date())
    key = "why.rang" if limit else "why.rang_only"
    return context.texts(key, n=row["rings"], limit=limit)
