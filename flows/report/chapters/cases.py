"""附件 违规明细: the findings one by one, gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.report.context.blocks import Block, Cell, Paragraph, Row, Span, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, code, columns

MARKS = ("carried_over", "calendar_provisional", "repeated")
COLUMNS = (
    "finding:id",
    "grade:nowrap",
    "clause",
    "subject:id",
    "tier:nowrap",
    "responsible",
    "started:nowrap",
    "due:nowrap",
    "done_at:nowrap",
    f"overrun:{NUM}",
    "source:id",
)


def violations(context: ReportContext) -> Iterator[Block]:
    """Capped; all of them are in findings.csv."""
    texts, total = context.texts, context.findings.height
    shown = context.findings.head(context.options.printed_rows)
    yield Paragraph(
        line(texts("annex.violations.order", year=context.metrics.period.from_[:4])), "plain"
    )
    if not total:
        yield Paragraph(line(texts("problems.none")), "plain")
        return
    capped = texts("words.capped", total=f"{total:,}", shown=f"{shown.height:,}")
    rows = tuple(case_row(context, row) for row in shown.iter_rows(named=True))
    caption = texts("annex.violations.table", capped=capped)
    yield Table(caption, columns(context, *COLUMNS), rows, texts("annex.violations.note"), "cases")


def case_row(context: ReportContext, row: dict[str, Any]) -> Row:
    """One finding, in the order of COLUMNS; its number is the row's anchor."""
    wording, texts = context.wording, context.texts
    year = int(context.metrics.period.from_[:4])
    done = (
        wording.brief(row["fulfilled_at"], year) if row["fulfilled_at"] else texts("words.not_done")
    )
    times = (wording.brief(row["triggered_at"], year), wording.brief(row["due_at"], year), done)
    return Row(
        (
            code(context, row["finding_id"]),
            cell(texts.name("grade", row["grade"]), f"nowrap grade-{row['grade']}"),
            _citations(context, row),
            code(context, row["subject_id"]),
            cell(context.tier(row["tier"]), "nowrap"),
            _owner(context, row),
            *(cell(time, "nowrap") for time in times),
            cell(_overrun(context, row), NUM),
            _source(context, row),
        ),
        row["finding_id"],
    )


def _overrun(context: ReportContext, row: dict[str, Any]) -> str:
    if row["overrun_seconds"] is None:
        return context.texts.name("verdict_of", row["verdict"])
    return context.wording.duration(row["overrun_seconds"])


def _owner(context: ReportContext, row: dict[str, Any]) -> Cell:
    person = f" {context.person(row['responsible'])}" if row["responsible"] else ""
    words = f"{context.department(row['department'])}{person}"
    return cell(words, "nowrap" if len(words) < 20 else "")


def _source(context: ReportContext, row: dict[str, Any]) -> Cell:
    return (
        cell("—")
        if row["source_file"] is None
        else code(context, f"{row['source_file']}:{row['source_row']}")
    )


def _citations(context: ReportContext, row: dict[str, Any]) -> Cell:
    """One finding, several citations; the first leads to the card that explains it."""
    first = row["rules"].split(";")[0]
    marks = " ".join(context.texts(f"mark.{mark}") for mark in MARKS if row[mark])
    href = (
        f"#rule-{first}"
        if context.in_focus(first) and "problems" in context.profile.sections
        else ""
    )
    return Cell((Span(context.article(row["clauses"]), href), Span(f" {marks}" if marks else "")))
