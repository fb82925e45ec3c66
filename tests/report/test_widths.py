"""Columns of printed tables are as wide as their texts ask for."""

from __future__ import annotations

import pytest

from flows.report.context.blocks import Cell, Column, Row, Table, line
from flows.report.widths import column_widths


def table(*rows: tuple[tuple[str, str], ...], css: str = "") -> Table:
    columns = tuple(Column("栏") for _ in rows[0])
    return Table(
        "",
        columns,
        tuple(Row(tuple(Cell(line(text), kind) for text, kind in row)) for row in rows),
        css=css,
    )


@pytest.mark.parametrize("text", ["", "字", "字" * 500, "a" * 500, "word " * 100])
def test_the_widths_fill_the_table(text: str) -> None:
    widths = column_widths(table((("TC 第六条(二)", "nowrap"), (text, ""), ("1,234", "num"))))
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert min(widths) > 2


def test_what_must_stay_on_one_line_has_the_room_beside_any_text() -> None:
    code, _ = column_widths(table((("GD202610-00015", "id nowrap"), ("长" * 900, ""))))
    # Millimetres: 14 characters of 8.5 pt and the padding
    assert code / 100 * 170 > 14 * 0.55 * 3.0 + 2.8


def test_a_text_that_fits_is_not_broken_for_the_sake_of_a_long_one() -> None:
    departments, _ = column_widths(table((("客户服务部、技术支持部、销售部", ""), ("长" * 60, ""))))
    assert departments / 100 * 170 > 15 * 3.0 + 2.8


def test_of_two_long_texts_the_longer_gets_more_and_neither_twice_the_lines() -> None:
    _, first, second = column_widths(table((("字", ""), ("长" * 300, ""), ("长" * 600, ""))))
    assert first < second < 2 * first


def test_the_heat_table_has_its_widths_from_the_stylesheet() -> None:
    assert column_widths(table((("1", ""),), css="heat")) == []
