"""附件 数据来源与核算: where the data came from, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.intake import RowAccounting
from flows.report.chapters.closings import later_exports
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

SHA_SHOWN = 16
DEFECTS_SHOWN = 40
FILES_SHOWN = 100


def sources(desk: Desk) -> Iterator[Block]:
    texts = desk.texts
    yield Heading(texts("annex.sources.accounting"))
    yield _accounting(desk)
    yield Heading(texts("annex.sources.files"))
    yield _files(desk)
    if desk.kept_apart:
        yield Paragraph(line(_kept_apart(desk)), "plain")
    yield from later_exports(desk)
    yield Heading(texts("annex.sources.data"))
    yield from _quality(desk)
    yield Heading(texts("annex.sources.rulebooks"))
    yield from _rulebooks(desk)


def _accounting(desk: Desk) -> Table:
    rows = tuple(
        _accounting_row(desk, name, counts) for name, counts in desk.metrics.accounting.items()
    )
    names = ("read", "accepted", "duplicates", "superseded", "quarantined")
    return Table(
        desk.texts("annex.sources.accounting_table"),
        columns(desk, "table", *(f"{n}:{NUM}" for n in names)),
        rows,
    )


def _accounting_row(desk: Desk, name: str, rows: RowAccounting) -> Row:
    counts = (rows.read, rows.accepted, rows.duplicates, rows.superseded, rows.quarantined)
    return Row((cell(desk.texts.name("table", name)), *(num(desk, n) for n in counts)))


def _files(desk: Desk) -> Table:
    """The files; of a long month's very many the longest, in their order."""
    found = desk.inputs.get("sources", [])
    longest = sorted(range(len(found)), key=lambda n: -found[n]["rows"])[:FILES_SHOWN]
    rows = tuple(
        Row(
            (
                cell(desk.press.ink(s["path"]), "id"),
                cell(desk.texts.name("table", s["table"])),
                num(desk, s["rows"]),
                num(desk, s["size"]),
                cell(s["sha256"][:SHA_SHOWN], "id"),
            )
        )
        for s in (found[n] for n in sorted(longest))
    )
    heads = columns(desk, "file", "table", f"rows:{NUM}", f"bytes:{NUM}", "sha256")
    note = desk.texts("annex.sources.sha_note")
    if len(found) > FILES_SHOWN:
        note += desk.texts("words.capped_files", total=len(found), shown=FILES_SHOWN)
    return Table(desk.texts("annex.sources.files_table"), heads, rows, note)


def _kept_apart(desk: Desk) -> str:
    total, limit = f"{desk.findings.height:,}", f"{desk.options.attached_findings:,}"
    return desk.texts("annex.sources.kept_apart", total=total, limit=limit, sha256=desk.kept_apart)


def _quality(desk: Desk) -> Iterator[Block]:
    """Rows set aside, and cells that could not be read."""
    texts = desk.texts
    quality = desk.metrics.quality
    for name, found in (("quarantine", quality.quarantine), ("issues", quality.issues)):
        if not found:
            yield Paragraph(line(texts(f"quality.no_{name}")), "plain")
            continue
        total = sum(row.count for row in found)
        rows = tuple(
            Row(
                (
                    cell(texts.name("table", r.table)),
                    cell(desk.press.ink(r.column or "—"), "id"),
                    cell(desk.press.free(desk.texts.defect(r.reason))),
                    num(desk, r.count),
                )
            )
            for r in found[:DEFECTS_SHOWN]
        )
        heads = columns(desk, "table", "column", "reason", f"n:{NUM}")
        note = (
            texts("words.capped_kinds", total=len(found), shown=DEFECTS_SHOWN)
            if len(found) > DEFECTS_SHOWN
            else ""
        )
        yield Table(texts(f"quality.{name}", n=f"{total:,}"), heads, rows, note)
    unread = quality.unread
    if unread:
        names = texts("words.comma").join(desk.press.ink(name) for name in unread[:DEFECTS_SHOWN])
        yield Paragraph(line(texts("quality.unread", n=f"{len(unread):,}", names=names)), "plain")


def _rulebooks(desk: Desk) -> Iterator[Block]:
    rows = tuple(
        Row((cell(desk.press.ink(r["path"]), "id"), cell(r["sha256"], "id")))
        for r in desk.inputs.get("rulebooks", [])
    )
    yield Table(desk.texts("annex.sources.rulebooks_table"), columns(desk, "file", "sha256"), rows)
