"""附件 违规明细: the findings one by one, gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.report.context.blocks import Block, Cell, Paragraph, Row, Span, Table, line
from flows.report.context.report_context import Desk
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


def violations(desk: Desk) -> Iterator[Block]:
    """Capped; all of them are in findings.csv."""
    texts, total = desk.texts, desk.findings.height
    shown = desk.findings.head(desk.options.printed_rows)
    yield Paragraph(
        line(texts("annex.violations.order", year=desk.metrics.period.from_[:4])), "plain"
    )
    if not total:
        yield Paragraph(line(texts("problems.none")), "plain")
        return
    capped = texts("words.capped", total=f"{total:,}", shown=f"{shown.height:,}")
    rows = tuple(case_row(desk, row) for row in shown.iter_rows(named=True))
    caption = texts("annex.violations.table", capped=capped)
    yield Table(caption, columns(desk, *COLUMNS), rows, texts("annex.violations.note"), "cases")


def case_row(desk: Desk, row: dict[str, Any]) -> Row:
    """One finding, in the order of COLUMNS; its number is the row's anchor."""
    say, texts = desk.say, desk.texts
    year = int(desk.metrics.period.from_[:4])
    done = say.brief(row["fulfilled_at"], year) if row["fulfilled_at"] else texts("words.not_done")
    times = (say.brief(row["triggered_at"], year), say.brief(row["due_at"], year), done)
    return Row(
        (
            code(desk, row["finding_id"]),
            cell(texts.name("grade", row["grade"]), f"nowrap grade-{row['grade']}"),
            _citations(desk, row),
            code(desk, row["subject_id"]),
            cell(desk.tier(row["tier"]), "nowrap"),
            _owner(desk, row),
            *(cell(time, "nowrap") for time in times),
            cell(_overrun(desk, row), NUM),
            _source(desk, row),
        ),
        row["finding_id"],
    )


def _overrun(desk: Desk, row: dict[str, Any]) -> str:
    if row["overrun_seconds"] is None:
        return desk.texts.name("verdict_of", row["verdict"])
    return desk.say.duration(row["overrun_seconds"])


def _owner(desk: Desk, row: dict[str, Any]) -> Cell:
    person = f" {desk.person(row['responsible'])}" if row["responsible"] else ""
    words = f"{desk.department(row['department'])}{person}"
    return cell(words, "nowrap" if len(words) < 20 else "")


def _source(desk: Desk, row: dict[str, Any]) -> Cell:
    return (
        cell("—")
        if row["source_file"] is None
        else code(desk, f"{row['source_file']}:{row['source_row']}")
    )


def _citations(desk: Desk, row: dict[str, Any]) -> Cell:
    """One finding, several citations; the first leads to the card that explains it."""
    first = row["rules"].split(";")[0]
    marks = " ".join(desk.texts(f"mark.{mark}") for mark in MARKS if row[mark])
    href = f"#rule-{first}" if desk.in_focus(first) and "problems" in desk.profile.sections else ""
    return Cell((Span(desk.article(row["clauses"]), href), Span(f" {marks}" if marks else "")))
