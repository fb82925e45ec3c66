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
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

SHOWN = 20
"""Files, values and examples printed of one kind; metrics.json has all."""
CELLS_SHOWN = 4
"""Differing cells printed of one pair of rows."""


def to_check(desk: Desk) -> Iterator[Block]:
    """What was found, kind by kind, and which kinds were looked for and not found."""
    texts, gate = desk.texts, desk.gate
    lines = [
        *_unread(desk, gate),
        *_outside(desk, gate),
        *_replaced(desk, gate),
        *_coarse(desk, gate),
    ]
    if lines:
        yield Items(tuple(line(words) for words in lines))
    if gate.unknown_codes:
        yield _codes(desk, gate.unknown_codes)
    if gate.control_totals:
        yield _totals(desk, gate.control_totals)
    looked_for = [kind for kind in KINDS if kind != "control_totals" or gate.control_totals]
    absent = [texts.name("gate_kind", kind) for kind in looked_for if kind not in gate.found]
    words = [texts("data.not_found", kinds=texts("words.and").join(absent))] if absent else []
    if not gate.control_totals:
        words.append(texts("data.no_control_totals"))
    if words:
        yield Paragraph(line(texts("words.between").join(words)))


def _unread(desk: Desk, gate: GateFound) -> Iterator[str]:
    found = gate.unread
    if found:
        names = _listed(
            desk,
            [
                desk.texts(
                    "data.unread_one",
                    name=desk.press.ink(u.name),
                    reason=desk.texts.name("unread_reason", u.reason),
                )
                for u in found
            ],
            SHOWN,
        )
        yield desk.texts(
            "data.unread", n=desk.texts.count("file_or_sheet", len(found)), names=names
        )


def _outside(desk: Desk, gate: GateFound) -> Iterator[str]:
    for t in gate.tables:
        if t.outside and t.column:
            farthest = t.outside[0]
            yield desk.texts(
                "data.outside",
                table=desk.texts.name("table", t.name),
                n=desk.texts.count("row", (t.before or 0) + (t.after or 0)),
                share=desk.say.percent(t.share),
                column=field_word(t.name, t.column, desk.texts.lang),
                before=desk.say.number(t.before),
                after=desk.say.number(t.after),
                file=desk.press.ink(farthest.file),
                row=farthest.row,
                at=desk.say.instant(farthest.at),
            )


def _replaced(desk: Desk, gate: GateFound) -> Iterator[str]:
    for pair in gate.replaced:
        cells = [_changed(desk, pair.table, *changed) for changed in pair.cells]
        yield desk.texts(
            "data.replaced",
            table=desk.texts.name("table", pair.table),
            record=desk.press.ink(pair.key),
            file=desk.press.ink(pair.file),
            row=pair.row,
            later_file=desk.press.ink(pair.later_file),
            later_row=pair.later_row,
            cells=_listed(desk, cells, CELLS_SHOWN),
        )


def _changed(desk: Desk, table: str, column: str, earlier: str, later: str) -> str:
    how = "cell" if earlier and later else "filled" if later else "emptied"
    name = field_word(table, column, desk.texts.lang)
    values = {"earlier": desk.press.free(earlier), "later": desk.press.free(later)}
    return desk.texts(f"data.replaced_{how}", column=name, **values)


def _coarse(desk: Desk, gate: GateFound) -> Iterator[str]:
    for c in gate.coarse_times:
        judged = desk.texts("data.coarse_second") if c.written == "second" else ""
        yield desk.texts(
            "data.coarse",
            table=desk.texts.name("table", c.table),
            n=desk.say.number(c.times),
            column=field_word(c.table, c.column, desk.texts.lang),
            unit=desk.texts.name("coarse_unit", c.unit),
            judged=judged,
        )


def _listed(desk: Desk, words: Sequence[str], most: int) -> str:
    more = (
        [desk.texts("data.more", n=desk.say.number(len(words) - most))] if len(words) > most else []
    )
    return desk.texts("words.semicolon").join([*words[:most], *more])


def _codes(desk: Desk, codes: Sequence[UnknownCode]) -> Table:
    """Distinct values with counts, never cell by cell; the most frequent ones."""
    most = sorted(codes, key=lambda code: -code.cells)[:SHOWN]
    rows = tuple(
        Row(
            (
                cell(desk.texts.name("table", code.table)),
                cell(field_word(code.table, code.column, desk.texts.lang)),
                cell(desk.press.free(code.value)),
                num(desk, code.cells),
                num(desk, code.rows_set_aside),
            )
        )
        for code in most
    )
    note = desk.texts("data.codes_note")
    if len(codes) > SHOWN:
        note += desk.texts("words.capped_values", total=len(codes), shown=SHOWN)
    heads = columns(desk, "table", "column", "value", f"cells:{NUM}", f"set_aside:{NUM}")
    return Table(desk.texts("data.codes"), heads, rows, note)


def _totals(desk: Desk, totals: Sequence[ControlTotal]) -> Table:
    """Every declared total, those that differ first."""
    rows = tuple(
        Row(
            (
                cell(desk.press.ink(total.systems)),
                cell(desk.texts.name("table", total.table)),
                cell(desk.press.ink(total.span or "—"), "nowrap"),
                num(desk, total.declared),
                num(desk, total.read),
                _difference(total.difference),
            )
        )
        for total in sorted(totals, key=lambda total: total.difference == 0)[:SHOWN]
    )
    heads = columns(
        desk,
        "systems",
        "table",
        "day_or_month",
        f"declared:{NUM}",
        f"read:{NUM}",
        f"difference:{NUM}",
    )
    note = (
        desk.texts("words.capped_values", total=len(totals), shown=SHOWN)
        if len(totals) > SHOWN
        else ""
    )
    return Table(desk.texts("data.totals"), heads, rows, note)


def _difference(n: int | None) -> Cell:
    return cell("—" if n is None else f"{n:+,}" if n else "0", f"{NUM} low" if n else NUM)
