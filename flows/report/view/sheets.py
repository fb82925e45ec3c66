"""The rows of the workbook, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from checks.numbers.rates import RankedRow
from flows.report.chapters.trade import meaning_of
from flows.report.chapters.why import why
from flows.report.context.report_context import ReportContext
from flows.report.words.grading import reason_words

DAY: Final = 86_400
"""Seconds of the unit in which spreadsheets count time."""
TO_FILL_IN: Final = 5
"""Columns of the register for people: `kelou findings import` reads them back."""
Cells = tuple[str | float | datetime | None, ...]


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
            rate.rate,
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
            rate.rate,
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
    every, held = headline.obligations, context.options.pivot_rows
    if held < every:
        words = texts("sheet.pivot_capped", total=f"{every:,}", shown=f"{held:,}")
        yield words, "", "", "", "obligations.parquet"


def finding_row(context: ReportContext, row: Mapping[str, Any]) -> Cells:
    """One case, in the order of `sheet.findings.columns`."""
    texts = context.texts
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
        context.word(context.rulebooks.rule(row["rules"].split(";")[0]).title),
        row["rules"],
        row["subject_id"],
        row["customer_id"],
        context.tier(row["tier"]),
        context.department(row["department"]),
        context.person(row["responsible"]),
        row["triggered_at"],
        row["due_at"],
        row["fulfilled_at"],
        why(context, row),
        texts.name("verdict_of", row["verdict"]),
        None if row["overrun_seconds"] is None else row["overrun_seconds"] / DAY,
        row["rings"],
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
            *([None] * TO_FILL_IN),
        )


def indicator_rows(context: ReportContext) -> Iterator[Cells]:
    """Indicators of the trade: shares as rates, times in units of a day."""
    texts = context.texts
    for row in context.metrics.indicators or ():
        share = row.unit == "share"
        time = None if share or row.value is None else row.value / DAY
        yield (
            row.title.of(texts.lang),
            row.value if share else None,
            time,
            None if row.p90 is None else row.p90 / DAY,
            row.counted,
            row.of,
            row.unknown,
            texts(f"trade.why_not.{row.why_not}") if row.why_not else "",
            meaning_of(context, row),
            row.source,
        )


def own_figure_rows(context: ReportContext) -> Iterator[Cells]:
    """Cases on which the service system and the audit differ, and what explains it."""
    texts, found = context.texts, context.metrics.own_figures
    for row in found.listed if found else ():
        rule = context.rulebooks.rule(row.rule_id)
        yield (
            row.subject_id,
            context.clause(rule),
            context.word(rule.title),
            context.tier(row.tier),
            texts(f"own.said.{row.system}"),
            texts(f"own.said.{row.kelou}"),
            row.system_due_at,
            row.due_at,
            texts(f"own.cause.{row.cause}"),
            "" if row.file is None else f"{row.file}:{row.row}",
        )


def department_rows(context: ReportContext) -> Iterator[Cells]:
    """Departments and people: TC's own rate of departments, the rate by all clauses of both."""
    texts = context.texts
    own = {row.key: row for row in context.metrics.tc_by_department}
    for row in context.metrics.by_department:
        tc = own.get(row.key)
        yield (
            context.department(row.key),
            "",
            tc.timeliness.rate if tc else None,
            tc.timeliness.numerator if tc else None,
            tc.timeliness.denominator if tc else None,
            *_counts(row),
        )
    for person in context.metrics.by_person:
        name = context.person(person.key)
        yield (texts("words.person"), name, None, None, None, *_counts(person))


def _counts(row: RankedRow) -> Cells:
    rate, interval = row.timeliness, row.interval
    return (
        rate.rate,
        rate.numerator,
        rate.denominator,
        rate.unknown,
        interval.low if interval else None,
        interval.high if interval else None,
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
