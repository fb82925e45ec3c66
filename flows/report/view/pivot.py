"""Every obligation as a row to pivot on, column by column: no row is touched by Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from flows.report.context.report_context import ReportContext
from flows.report.view.sheets import DAY

DECIDED: Final = ("met", "late", "overdue", "missing")


def pivot(context: ReportContext, obligations: pl.LazyFrame) -> pl.DataFrame:
    """Obligations (checks.concepts.OBLIGATIONS) in the order of `sheet.obligations.columns`: words
    as text, times without zone, durations in days, what is counted as 0 or 1; as many as a sheet
    holds."""
    texts = context.texts
    rules = {rule.id: rule for rule in context.rulebooks.rules}
    wall = [
        pl.col(name).dt.replace_time_zone(None)
        for name in ("triggered_at", "due_at", "fulfilled_at")
    ]
    shown = obligations.head(context.options.pivot_rows).with_columns(wall).collect()
    said: dict[str, tuple[str, Callable[[str], str]]] = {
        "clause": ("rule_id", lambda rule: context.clause(rules[rule])),
        "title": ("rule_id", lambda rule: context.word(rules[rule].title)),
        "kind": ("subject_type", lambda kind: texts.name("subject_kind", kind)),
        "tier": ("tier", context.tier),
        "department": ("department", context.department),
        "person": ("responsible", context.person),
        "result": ("verdict", lambda verdict: texts.name("verdict_word", verdict)),
        "why": ("reason", lambda reason: _reason(context, reason)),
    }
    words = [_said(shown[of], word).alias(name) for name, (of, word) in said.items()]
    return shown.with_columns(words).select(
        "clause",
        "title",
        "rule_id",
        "kind",
        "subject_id",
        "customer_id",
        "tier",
        "department",
        "person",
        "triggered_at",
        "due_at",
        "fulfilled_at",
        "result",
        "why",
        _days("due_at", "triggered_at").alias("limit"),
        _days("fulfilled_at", "triggered_at").alias("taken"),
        _days("fulfilled_at", "due_at").clip(lower_bound=0).alias("over"),
        *(pl.col(name).cast(pl.Int8) for name in ("governing", "carried_over")),
        pl.col("verdict").is_in(DECIDED).cast(pl.Int8).alias("decided"),
        (pl.col("verdict") == "met").cast(pl.Int8).alias("met"),
    )


def _reason(context: ReportContext, reason: str) -> str:
    """Why something is undecided or exempt."""
    if not reason:
        return ""
    group = "reason" if context.texts.has(f"reason.{reason}") else "exempt_reason"
    return context.texts.name(group, reason)


def _said(codes: pl.Series, word: Callable[[str], str]) -> pl.Series:
    """Codes in words, each put into words once."""
    known = codes.unique().to_list()
    told = pl.DataFrame(
        {"code": known, "word": [word(code) for code in known]},
        schema={"code": codes.dtype, "word": pl.String},
    )
    return codes.to_frame("code").join(
        told, on="code", how="left", nulls_equal=True, maintain_order="left"
    )["word"]


def _days(later: str, earlier: str) -> pl.Expr:
    return (pl.col(later) - pl.col(earlier)).dt.total_seconds() / DAY
