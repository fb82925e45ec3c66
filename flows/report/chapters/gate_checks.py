"""数据完整性: what of the records needs checking before any verdict is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.gate import KINDS
from checks.numbers.gate import ControlTotal, GateFound, UnknownCode
from flows.law.field_words import field_word
from flows.report.context.blocks import (
    Block,
    Cell,
    Items,
    Paragraph,
    Row,
    Table,
    line,
)
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

SHOWN = 20
"""Files, values and examples printed of one kind; metrics.json has all."""
CELLS_SHOWN = 4
"""Differing cells printed of one pair of rows."""


def to_check(context: ReportContext) -> Iterator[Block]:
    """What was found, kind by kind, and which kinds were looked for and not found."""
    texts, gate = context.texts, context.gate
    lines = [
        *_unread(context, gate),
        *_outside(context, gate),
        *_replaced(context, gate),
        *_coarse(context, gate),
    ]
    if lines:
        yield Items(tuple(line(words) for words in lines))
    if gate.unknown_codes:
        yield _codes(context, gate.unknown_codes)
    if gate.control_totals:
        yield _totals(context, gate.control_totals)
    looked_for = [kind for kind in KINDS if kind != "control_totals" or gate.control_totals]
    absent = [texts.name("gate_kind", kind) for kind in looked_for if kind not in gate.found]
    words = [texts("data.not_found", kinds=texts("words.and").join(absent))] if absent else []
    if not gate.control_totals:
        words.append(texts("data.no_control_totals"))
    if words:
        yield Paragraph(line(texts("words.between").join(words)))


def _unread(context: ReportContext, gate: GateFound) -> Iterator[str]:
    found = gate.unread
    if found:
        names = _listed(
            context,
            [
                context.texts(
                    "data.unread_one",
                    name=context.printable.text(u.name),
                    reason=context.texts.name("unread_reason", u.reason),
                )
                for u in found
            ],
            SHOWN,
        )
        yield context.texts(
            "data.unread", n=context.texts.count("file_or_sheet", len(found)), names=names
        )


def _outside(context: ReportContext, gate: GateFound) -> Iterator[str]:
    for t in gate.tables:
        if t.outside and t.column:
            farthest = t.outside[0]
            yield context.texts(
                "data.outside",
                table=context.texts.name("table", t.name),
                n=context.texts.count("row", (t.before or 0) + (t.after or 0)),
                share=context.wording.percent(t.share),
                column=field_word(t.name, t.column, context.texts.lang),
                before=context.wording.number(t.before),
                after=context.wording.number(t.after),
                file=context.printable.text(farthest.file),
                row=farthest.row,
                at=context.wording.instant(farthest.at),
            )


def _replaced(context: ReportContext, gate: GateFound) -> Iterator[str]:
    for pair in gate.replaced:
        cells = [_changed(context, pair.table, *changed) for changed in pair.cells]
        yield context.texts(
            "data.replaced",
            table=context.texts.name("table", pair.table),
            record=context.printable.text(pair.key),
            file=context.printable.text(pair.file),
            row=pair.row,
            later_file=context.printable.text(pair.later_file),
            later_row=pair.later_row,
            cells=_listed(context, cells, CELLS_SHOWN),
        )


def _changed(context: ReportContext, table: str, column: str, earlier: str, later: str) -> str:
    how = "cell" if earlier and later else "filled" if later else "emptied"
    name = field_word(table, column, context.texts.lang)
    values = {"earlier": context.printable.free(earlier), "later": context.printable.free(later)}
    return context.texts(f"data.replaced_{how}", column=name, **values)


def _coarse(context: ReportContext, gate: GateFound) -> Iterator[str]:
    for c in gate.coarse_times:
        judged = context.texts("data.coarse_second") if c.written == "second" else ""
        yield context.texts(
            "data.coarse",
            table=context.texts.name("table", c.table),
            n=context.wording.number(c.times),
            column=field_word(c.table, c.column, context.texts.lang),
            unit=context.texts.name("coarse_unit", c.unit),
            judged=judged,
        )


def _listed(context: ReportContext, words: Sequence[str], most: int) -> str:
    more = (
        [context.texts("data.more", n=context.wording.number(len(words) - most))]
        if len(words) > most
        else []
    )
    return context.texts("words.semicolon").join([*words[:most], *more])


def _codes(context: ReportContext, codes: Sequence[UnknownCode]) -> Table:
    """Distinct values with counts, never cell by cell; the most frequent ones."""
    most = sorted(codes, key=lambda code: -code.cells)[:SHOWN]
    rows = tuple(
        Row(
            (
                cell(context.texts.name("table", code.table)),
                cell(field_word(code.table, code.column, context.texts.lang)),
                cell(context.printable.free(code.value)),
                num(context, code.cells),
                num(context, code.rows_set_aside),
            )
        )
        for code in most
    )
    note = context.texts("data.codes_note")
    if len(codes) > SHOWN:
        note += context.texts("words.capped_values", total=len(codes), shown=SHOWN)
    heads = columns(context, "table", "column", "value", f"cells:{NUM}", f"set_aside:{NUM}")
    return Table(context.texts("data.codes"), heads, rows, note)


def _totals(context: ReportContext, totals: Sequence[ControlTotal]) -> Table:
    """Every declared total, those that differ first."""
    rows = tuple(
        Row(
            (
                cell(context.printable.text(total.systems)),
                cell(context.texts.name("table", total.table)),
                cell(context.printable.text(total.span or "—"), "nowrap"),
                num(context, total.declared),
                num(context, total.read),
                _difference(total.difference),
            )
        )
        for total in sorted(totals, key=lambda total: total.difference == 0)[:SHOWN]
    )
    heads = columns(
        context,
        "systems",
        "table",
        "day_or_month",
        f"declared:{NUM}",
        f"read:{NUM}",
        f"difference:{NUM}",
    )
    note = (
        context.texts("words.capped_values", total=len(totals), shown=SHOWN)
        if len(totals) > SHOWN
        else ""
    )
    return Table(context.texts("data.totals"), heads, rows, note)


def _difference(n: int | None) -> Cell:
    return cell("—" if n is None else f"{n:+,}" if n else "0", f"{NUM} low" if n else NUM)
