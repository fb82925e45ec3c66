"""The rows of the workbook, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from flows.report.chapters.why import why
from flows.report.context.report_context import ReportContext
from flows.report.words.grading import reason_words

Cells = tuple[str | float | None, ...]


def summary_rows(context: ReportContext, shown: int) -> Iterator[Cells]:
    """Name, rate, numerator, denominator, remark: the headline, every rule with cases, what the
    sheets leave out."""
    texts, headline, period = context.texts, context.metrics.headline, context.metrics.period
    yield (
        texts("sheet.period"),
        context.wording.span(period.from_, period.to),
        "",
        "",
        context.wording.cutoff(period.cutoff),
    )
    named = [(str(mode), row.timeliness) for mode, row in headline.by_governing.items()]
    for key, rate in (*named, ("record", headline.record), ("tickets", headline.tickets)):
        remark = texts("sheet.unknown", n=rate.unknown)
        yield (
            texts(f"rate.{key}.name"),
            context.wording.percent(rate.rate),
            rate.numerator,
            rate.denominator,
            remark,
        )
    for row in context.metrics.by_rule:
        rule = context.rulebooks.rule(row.key)
        rate = row.record if rule.clock_kind == "presence" else row.timeliness
        words = f"{context.clause(rule)} {context.word(rule.title)}"
        yield (
            words,
            context.wording.percent(rate.rate),
            rate.numerator,
            rate.denominator,
            texts.count("violation", row.broken),
        )
    total = context.findings.height
    if shown < total:
        yield (
            texts("sheet.capped", total=f"{total:,}", shown=f"{shown:,}"),
            "",
            "",
            "",
            "findings.csv",
        )


def finding_row(context: ReportContext, row: Mapping[str, Any]) -> Cells:
    """One case, in the order of `sheet.findings.columns`."""
    texts, wording = context.texts, context.wording
    marks = [
        texts(f"mark.{mark}")
        for mark in ("carried_over", "calendar_provisional", "repeated")
        if row[mark]
    ]
    source = "" if row["source_file"] is None else f"{row['source_file']}:{row['source_row']}"
    return (
        row["finding_id"],
        texts.name("grade", row["grade"]),
        context.article(row["clauses"]),
        row["rules"],
        row["subject_id"],
        row["customer_id"],
        context.tier(row["tier"]),
        context.department(row["department"]),
        context.person(row["responsible"]),
        wording.instant(row["triggered_at"]),
        wording.instant(row["due_at"]),
        wording.instant(row["fulfilled_at"]),
        why(context, row),
        texts.name("verdict_of", row["verdict"]),
        row["overrun_seconds"],
        texts.name("cause", row["cause"]),
        " ".join(marks),
        row["response"],
        source,
    )


def register_rows(context: ReportContext, register: pl.DataFrame) -> Iterator[Cells]:
    """Every entry, in the order of `sheet.register.columns`: what it is, whose, what is asked for,
    and how that is accepted."""
    texts = context.texts
    for row in register.head(context.options.workbook_rows).iter_rows(named=True):
        title = row["title_zh"] if texts.lang == "zh" else row["title_en"]
        why = row["grade_reason"]
        person = context.person(row["responsible"]) if row["responsible"] else ""
        owner = context.department(row["department"]) if row["department"] else ""
        yield (
            row["finding_id"],
            texts.name("register.kind", row["kind"]),
            texts.name("grade", row["grade"]),
            texts.name("register.state", row["state"]),
            context.article(row["clauses"]),
            title,
            row["subject"] or row["period"],
            owner or ("" if person else texts("register.unattributed")),
            person,
            row["failing"],
            row["of"],
            reason_words(texts, why, row["detail"] == "overdue") if why else "",
            row["evidence"],
            texts(f"register.demand.{row['kind']}", title=title),
            row["due_workdays"],
            texts(f"register.accepted.{row['kind']}"),
            row["response"],
        )


def defect_rows(context: ReportContext, defects: pl.DataFrame) -> Iterator[Cells]:
    """Rows set aside and cells that could not be read, with their place."""
    for row in defects.iter_rows(named=True):
        reason = context.texts.defect(row["reason"])
        value = "" if row["value"] is None else context.printable.free(row["value"])
        yield (
            context.texts.name("table", row["table"]),
            row["file"],
            row["row"],
            row["column"],
            value,
            reason,
        )


def coverage_rows(context: ReportContext) -> Iterator[Cells]:
    """Every clause of every regulation, and how it is looked after."""
    for regulation in context.rulebooks.regulations:
        for clause in regulation.clauses:
            yield (
                context.word(regulation.title),
                context.article(clause.article),
                context.texts.name("status", clause.status),
                " ".join(clause.rules),
                context.word(clause.summary),
                context.word(clause.note) if clause.note else "",
            )
