"""附件 数据来源与核算: where the data came from, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.intake import RowAccounting
from flows.report.chapters.closings import later_exports
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

SHA_SHOWN = 16
DEFECTS_SHOWN = 40
FILES_SHOWN = 100


def sources(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("annex.sources.accounting"))
    yield _accounting(context)
    yield Heading(texts("annex.sources.files"))
    yield _files(context)
    if context.kept_apart:
        yield Paragraph(line(kept_apart(context)), "plain")
    yield from later_exports(context)
    yield Heading(texts("annex.sources.data"))
    yield from _quality(context)
    yield Heading(texts("annex.sources.rulebooks"))
    yield from _rulebooks(context)


def _accounting(context: ReportContext) -> Table:
    rows = tuple(
        _accounting_row(context, name, counts)
        for name, counts in context.metrics.accounting.items()
    )
    names = ("read", "accepted", "duplicates", "superseded", "quarantined")
    return Table(
        context.texts("annex.sources.accounting_table"),
        columns(context, "table", *(f"{n}:{NUM}" for n in names)),
        rows,
    )


def _accounting_row(context: ReportContext, name: str, rows: RowAccounting) -> Row:
    counts = (rows.read, rows.accepted, rows.duplicates, rows.superseded, rows.quarantined)
    return Row((cell(context.texts.name("table", name)), *(num(context, n) for n in counts)))


def _files(context: ReportContext) -> Table:
    """The files; of a long month's very many the longest, in their order."""
    found = context.inputs.get("sources", [])
    longest = sorted(range(len(found)), key=lambda n: -found[n]["rows"])[:FILES_SHOWN]
    rows = tuple(
        Row(
            (
                cell(context.printable.text(s["path"]), "id"),
                cell(context.texts.name("table", s["table"])),
                num(context, s["rows"]),
                num(context, s["size"]),
                cell(s["sha256"][:SHA_SHOWN], "id"),
            )
        )
        for s in (found[n] for n in sorted(longest))
    )
    heads = columns(context, "file", "table", f"rows:{NUM}", f"bytes:{NUM}", "sha256")
    note = context.texts("annex.sources.sha_note")
    if len(found) > FILES_SHOWN:
        note += context.texts("words.capped_files", total=len(found), shown=FILES_SHOWN)
    return Table(context.texts("annex.sources.files_table"), heads, rows, note)


def kept_apart(context: ReportContext) -> str:
    """Where the findings are that the PDF does not carry, and their checksum."""
    total, limit = f"{context.findings.height:,}", f"{context.options.attached_findings:,}"
    return context.texts(
        "annex.sources.kept_apart", total=total, limit=limit, sha256=context.kept_apart
    )


def _quality(context: ReportContext) -> Iterator[Block]:
    """Rows set aside, and cells that could not be read."""
    texts = context.texts
    quality = context.metrics.quality
    for name, found in (("quarantine", quality.quarantine), ("issues", quality.issues)):
        if not found:
            yield Paragraph(line(texts(f"quality.no_{name}")), "plain")
            continue
        total = sum(row.count for row in found)
        rows = tuple(
            Row(
                (
                    cell(texts.name("table", r.table)),
                    cell(context.printable.text(r.column or "—"), "id"),
                    cell(context.printable.free(context.texts.defect(r.reason))),
                    num(context, r.count),
                )
            )
            for r in found[:DEFECTS_SHOWN]
        )
        heads = columns(context, "table", "column", "reason", f"n:{NUM}")
        note = (
            texts("words.capped_kinds", total=len(found), shown=DEFECTS_SHOWN)
            if len(found) > DEFECTS_SHOWN
            else ""
        )
        yield Table(texts(f"quality.{name}", n=f"{total:,}"), heads, rows, note)
    unread = quality.unread
    if unread:
        names = texts("words.comma").join(
            context.printable.text(name) for name in unread[:DEFECTS_SHOWN]
        )
        yield Paragraph(line(texts("quality.unread", n=f"{len(unread):,}", names=names)), "plain")


def _rulebooks(context: ReportContext) -> Iterator[Block]:
    rows = tuple(
        Row((cell(context.printable.text(r["path"]), "id"), cell(r["sha256"], "id")))
        for r in context.inputs.get("rulebooks", [])
    )
    yield Table(
        context.texts("annex.sources.rulebooks_table"), columns(context, "file", "sha256"), rows
    )
