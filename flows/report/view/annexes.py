"""附件: the cases, the sources and their accounting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.report.view.desk import Desk, Metrics
from flows.report.view.model import Block, Cell, Heading, Paragraph, Row, Span, Table, line
from flows.report.view.tables import NUM, cell, columns, num

SHA_SHOWN = 16
DEFECTS_SHOWN = 40


def violations(desk: Desk) -> Iterator[Block]:
    """The gravest findings, capped; all of them are in the attached findings.csv."""
    texts, shown = desk.texts, desk.findings.head(desk.options.printed_rows)
    total = desk.findings.height
    yield Paragraph(line(texts("annex.violations.order")), "plain")
    if not total:
        yield Paragraph(line(texts("problems.none")))
        return
    note = texts("words.capped", total=f"{total:,}", shown=f"{shown.height:,}")
    heads = columns(
        desk, "finding:id", "grade:nowrap", "clause", "subject:id", "tier:nowrap", "responsible", "started:nowrap",
        "due:nowrap",
        "done_at:nowrap", f"overrun:{NUM}", "source:id",
    )  # fmt: skip
    rows = tuple(_case(desk, row) for row in shown.iter_rows(named=True))
    yield Table(texts("annex.violations.table", capped=note), heads, rows, texts("annex.violations.note"), "cases")


def _case(desk: Desk, row: dict[str, Any]) -> Row:
    texts, say = desk.texts, desk.say
    marks = [texts(f"mark.{m}") for m in ("carried_over", "calendar_provisional", "repeated") if row[m]]
    owner = (
        f"{desk.department(row['department'])} {desk.person(row['responsible']) if row['responsible'] else ''}".strip()
    )
    over = (
        say.duration(row["overrun_seconds"])
        if row["overrun_seconds"] is not None
        else texts.name("verdict_of", row["verdict"])
    )
    source = "—" if row["source_file"] is None else f"{desk.press.ink(row['source_file'])}:{row['source_row']}"
    done = say.instant(row["fulfilled_at"]) if row["fulfilled_at"] else texts("words.not_done")
    return Row(
        (
            cell(row["finding_id"], "id"), cell(texts.name("grade", row["grade"]), f"nowrap grade-{row['grade']}"),
            _citations(desk, row, marks), cell(desk.press.ink(row["subject_id"]), "id"),
            cell(desk.tier(row["tier"]), "nowrap"),
            cell(owner), cell(say.instant(row["triggered_at"]), "nowrap"), cell(say.instant(row["due_at"]), "nowrap"),
            cell(done, "nowrap"), cell(over, NUM), cell(source, "id"),
        ),
        row["finding_id"],
    )  # fmt: skip


def _citations(desk: Desk, row: dict[str, Any], marks: list[str]) -> Cell:
    """One finding, several citations; the first names the card that explains it."""
    first = row["rules"].split(";")[0]
    words = row["clauses"].replace(";", desk.texts("words.semicolon"))
    return Cell((Span(words, f"#rule-{first}"), Span(f" {' '.join(marks)}" if marks else "")))


def sources(desk: Desk) -> Iterator[Block]:
    """Where the data came from, and what became of every row."""
    texts = desk.texts
    yield Heading(texts("annex.sources.accounting"))
    yield _accounting(desk)
    yield Heading(texts("annex.sources.files"))
    yield _files(desk)
    yield Heading(texts("annex.sources.data"))
    yield from _quality(desk)
    yield Heading(texts("annex.sources.rulebooks"))
    yield from _rulebooks(desk)


def _accounting(desk: Desk) -> Table:
    rows = tuple(_accounting_row(desk, name, counts) for name, counts in desk.metrics["accounting"].items())
    names = ("read", "accepted", "duplicates", "superseded", "quarantined")
    return Table(
        desk.texts("annex.sources.accounting_table"), columns(desk, "table", *(f"{n}:{NUM}" for n in names)), rows
    )


def _accounting_row(desk: Desk, name: str, counts: Metrics) -> Row:
    names = ("read", "accepted", "duplicates", "superseded", "quarantined")
    return Row((cell(desk.texts.name("table", name)), *(num(desk, counts[n]) for n in names)))


def _files(desk: Desk) -> Table:
    rows = tuple(
        Row((
            cell(desk.press.ink(s["path"]), "id"), cell(desk.texts.name("table", s["table"])), num(desk, s["rows"]),
            num(desk, s["size"]),
            cell(s["sha256"][:SHA_SHOWN], "id"),
        ))
        for s in desk.inputs.get("sources", [])
    )  # fmt: skip
    heads = columns(desk, "file", "table", f"rows:{NUM}", f"bytes:{NUM}", "sha256")
    return Table(desk.texts("annex.sources.files_table"), heads, rows, desk.texts("annex.sources.sha_note"))


def _quality(desk: Desk) -> Iterator[Block]:
    """Rows set aside, and cells that could not be read."""
    texts = desk.texts
    for name in ("quarantine", "issues"):
        found = desk.metrics["quality"][name]
        if not found:
            yield Paragraph(line(texts(f"quality.no_{name}")), "plain")
            continue
        total = sum(row["count"] for row in found)
        rows = tuple(
            Row((
                cell(texts.name("table", r["table"])), cell(desk.press.ink(r["column"] or "—"), "id"),
                cell(desk.press.free(texts.name("defect", r["reason"]))), num(desk, r["count"]),
            ))
            for r in found[:DEFECTS_SHOWN]
        )  # fmt: skip
        heads = columns(desk, "table", "column", "reason", f"n:{NUM}")
        note = texts("words.capped_kinds", total=len(found), shown=DEFECTS_SHOWN) if len(found) > DEFECTS_SHOWN else ""
        yield Table(texts(f"quality.{name}", n=f"{total:,}"), heads, rows, note)
    unmatched = desk.metrics["quality"].get("unmatched_files") or []
    if unmatched:
        names = texts("words.comma").join(desk.press.ink(name) for name in unmatched[:DEFECTS_SHOWN])
        yield Paragraph(line(texts("quality.unmatched", names=names)), "plain")


def _rulebooks(desk: Desk) -> Iterator[Block]:
    rows = tuple(
        Row((cell(desk.press.ink(r["path"]), "id"), cell(r["sha256"], "id"))) for r in desk.inputs.get("rulebooks", [])
    )
    yield Table(desk.texts("annex.sources.rulebooks_table"), columns(desk, "file", "sha256"), rows)
