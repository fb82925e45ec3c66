"""附件 重大与较大问题清单: the grave findings one by one, gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flows.report.chapters.why import rings
from flows.report.context.blocks import Block, Cell, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, code, columns

MARKS = ("carried_over", "calendar_provisional", "repeated")
COLUMNS = (
    "finding:id nowrap",
    "grade:nowrap",
    "step",
    "clause:nowrap",
    "subject:id nowrap",
    "tier:nowrap",
    "responsible",
    "due:nowrap",
    "done_at:nowrap",
    f"overrun:{NUM}",
    "source:id",
)


def grave_list(context: ReportContext) -> Iterator[Block]:
    """Critical and major findings, capped; all of them are in findings.xlsx and report.html."""
    texts, listed = context.texts, context.grave
    if listed.is_empty():
        yield Paragraph(line(texts("annex.grave_list.none")), "plain")
        return
    shown = listed.head(context.options.printed_rows)
    yield Paragraph(
        line(texts("annex.grave_list.order", year=context.metrics.period.from_[:4])), "plain"
    )
    rows = tuple(case_row(context, row) for row in shown.iter_rows(named=True))
    caption = texts("annex.grave_list.table", n=f"{listed.height:,}")
    if shown.height < listed.height:
        capped = texts("words.capped", total=f"{listed.height:,}", shown=f"{shown.height:,}")
        caption = f"{caption}{texts('words.in_brackets', words=capped)}"
    note = texts("annex.grave_list.note", total=texts.count("finding", context.findings.height))
    yield Table(caption, columns(context, *COLUMNS), rows, note, "cases")


def case_row(context: ReportContext, row: dict[str, Any]) -> Row:
    """One finding, in the order of COLUMNS; its number is the row's anchor."""
    texts = context.texts
    rule = context.rulebooks.rule(row["rules"].split(";")[0])
    done = _time(context, row["fulfilled_at"]) or texts("words.not_done")
    return Row(
        (
            code(context, row["finding_id"]),
            cell(texts.name("grade", row["grade"]), f"nowrap grade-{row['grade']}"),
            cell(f"{context.word(rule.title)}{_marks(context, row)}"),
            cell(_citations(context, row), "nowrap"),
            code(context, row["subject_id"]),
            cell(texts.name("tier_short", row["tier"]), "nowrap"),
            _owner(context, row),
            cell(_time(context, row["due_at"]) or "—", "nowrap"),
            cell(done, "nowrap"),
            cell(_overrun(context, row), NUM),
            _source(context, row),
        ),
        row["finding_id"],
    )


def _time(context: ReportContext, at: datetime | None) -> str:
    """To the minute; the seconds are in the files that come with the report."""
    if at is None:
        return ""
    brief = context.wording.brief(at, int(context.metrics.period.from_[:4]))
    return brief.rpartition(":")[0]


def _overrun(context: ReportContext, row: dict[str, Any]) -> str:
    if rang := rings(context, row):
        return rang
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


def _citations(context: ReportContext, row: dict[str, Any]) -> str:
    """The clause that was judged first, and how many more the act breaches."""
    first, *others = row["clauses"].split(";")
    more = context.texts("annex.grave_list.others", n=len(others)) if others else ""
    return f"{context.article(first)}{more}"


def _marks(context: ReportContext, row: dict[str, Any]) -> str:
    marks = [context.texts(f"mark.{mark}") for mark in MARKS if row[mark]]
    if row["finding_id"] in context.disputed:
        marks.append(context.texts("mark.disputed"))
    return " ".join(("", *marks)) if marks else ""
