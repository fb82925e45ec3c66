"""The rows of the workbook, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from flows.report.chapters.why import why
from flows.report.context.report_context import Desk

Cells = tuple[str | float | None, ...]


def summary_rows(desk: Desk, shown: int) -> Iterator[Cells]:
    """Name, rate, numerator, denominator, remark: the headline, every rule with cases, what the
    sheets leave out."""
    texts, headline, period = desk.texts, desk.metrics.headline, desk.metrics.period
    yield (
        texts("sheet.period"),
        desk.say.span(period.from_, period.to),
        "",
        "",
        desk.say.cutoff(period.cutoff),
    )
    named = [(str(mode), row.timeliness) for mode, row in headline.by_governing.items()]
    for key, rate in (*named, ("record", headline.record), ("tickets", headline.tickets)):
        remark = texts("sheet.unknown", n=rate.unknown)
        yield (
            texts(f"rate.{key}.name"),
            desk.say.percent(rate.rate),
            rate.numerator,
            rate.denominator,
            remark,
        )
    for row in desk.metrics.by_rule:
        rule = desk.rulebooks.rule(row.key)
        rate = row.record if rule.clock_kind == "presence" else row.timeliness
        words = f"{desk.clause(rule)} {desk.word(rule.title)}"
        yield (
            words,
            desk.say.percent(rate.rate),
            rate.numerator,
            rate.denominator,
            texts.count("violation", row.broken),
        )
    total = desk.findings.height
    if shown < total:
        yield (
            texts("sheet.capped", total=f"{total:,}", shown=f"{shown:,}"),
            "",
            "",
            "",
            "findings.csv",
        )


def finding_row(desk: Desk, row: Mapping[str, Any]) -> Cells:
    """One case, in the order of `sheet.findings.columns`."""
    texts, say = desk.texts, desk.say
    marks = [
        texts(f"mark.{mark}")
        for mark in ("carried_over", "calendar_provisional", "repeated")
        if row[mark]
    ]
    source = "" if row["source_file"] is None else f"{row['source_file']}:{row['source_row']}"
    return (
        row["finding_id"],
        texts.name("grade", row["grade"]),
        desk.article(row["clauses"]),
        row["rules"],
        row["subject_id"],
        row["customer_id"],
        desk.tier(row["tier"]),
        desk.department(row["department"]),
        desk.person(row["responsible"]),
        say.instant(row["triggered_at"]),
        say.instant(row["due_at"]),
        say.instant(row["fulfilled_at"]),
        why(desk, row),
        texts.name("verdict_of", row["verdict"]),
        row["overrun_seconds"],
        texts.name("cause", row["cause"]),
        " ".join(marks),
        row["response"],
        source,
    )


def defect_rows(desk: Desk, defects: pl.DataFrame) -> Iterator[Cells]:
    """Rows set aside and cells that could not be read, with their place."""
    for row in defects.iter_rows(named=True):
        reason = desk.texts.defect(row["reason"])
        value = "" if row["value"] is None else desk.press.free(row["value"])
        yield (
            desk.texts.name("table", row["table"]),
            row["file"],
            row["row"],
            row["column"],
            value,
            reason,
        )


def coverage_rows(desk: Desk) -> Iterator[Cells]:
    """Every clause of every regulation, and how it is looked after."""
    for regulation in desk.rulebooks.regulations:
        for clause in regulation.clauses:
            yield (
                desk.word(regulation.title),
                desk.article(clause.article),
                desk.texts.name("status", clause.status),
                " ".join(clause.rules),
                desk.word(clause.summary),
                desk.word(clause.note) if clause.note else "",
            )
