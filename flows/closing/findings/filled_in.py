"""What people wrote into the register of an exported workbook: who puts a finding right, by when,
what was done, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.closing.findings.acts import answer, assign
from flows.closing.findings.states import finding_of
from flows.report.words.texts import load_texts
from flows.system.errors import InputError, UsageError

FILLED: Final = ("to", "due", "done", "proof", "by")
"""The last columns of the sheet, which an export leaves empty."""


@dataclass(frozen=True)
class Imported:
    """How many words are new, how many were recorded before, and which rows were refused, in a line
    each."""

    new: int
    known: int
    refused: tuple[str, ...]


def import_workbook(lake: str, workbook: Path, by: str) -> Imported:
    """Record what the rows of the register say; `by`: who speaks where a row does not name anybody.

    A row that is refused stops no other, and doing it again records nothing twice. Evidence is a
    file beside the workbook. Raises InputError: not a workbook with a register.
    """
    new, known, refused = 0, 0, []
    for place, row in _rows(workbook):
        try:
            for said in _said(lake, row, workbook.parent, by):
                new, known = new + said, known + (not said)
        except UsageError as error:
            refused.append(f"{workbook.name}, row {place}: {error}")
    return Imported(new, known, tuple(refused))


def _said(lake: str, row: Mapping[str, str], folder: Path, by: str) -> Iterator[bool]:
    number, who = row["number"], row["by"] or by
    history = finding_of(lake, number).history
    given = {"kind": "assign", "by": who, "to": row["to"], "due": row["due"] or None}
    if row["to"] and not _holds(history, given):
        yield assign(lake, number, row["to"], who, row["due"] or None)
    elif row["to"]:
        yield False
    if row["done"]:
        proof = folder / row["proof"] if row["proof"] else None
        kind = "correct" if proof else "answer"
        known = _holds(history, {"kind": kind, "by": who, "note": row["done"]})
        yield not known and answer(
            lake, number, who, row["done"], done=proof is not None, evidence=proof
        )
    elif row["proof"]:
        raise UsageError(f"{number} has evidence, and nothing says what was done")


def _holds(history: Iterable[Mapping[str, Any]], said: Mapping[str, Any]) -> bool:
    """Whether the same was ever said of the finding: a workbook is often read twice."""
    return any(all(entry.get(key) == value for key, value in said.items()) for entry in history)


def _rows(workbook: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows in which something was filled in, with their place in the sheet."""
    if not workbook.is_file():
        raise InputError(f"{workbook}: there is no such file")
    try:
        sheets = pl.read_excel(workbook, sheet_id=0, infer_schema_length=0)
    except Exception as error:  # whatever the reader makes of a file that is no workbook
        raise InputError(f"{workbook}: not a workbook that can be read ({error})") from None
    for lang in ("zh", "en"):
        texts = load_texts(lang)
        sheet = sheets.get(texts("sheet.register.name"))
        if sheet is None:
            continue
        headings = texts.items("sheet.register.columns")
        names = dict(zip(headings[-len(FILLED) :], FILLED, strict=True)) | {headings[0]: "number"}
        if missing := [heading for heading in names if heading not in sheet.columns]:
            raise InputError(f"{workbook}: the register has no column {', '.join(missing)}")
        for place, row in enumerate(sheet.iter_rows(named=True), start=2):
            cells = {name: _text(row[heading]) for heading, name in names.items()}
            if cells["number"] and any(cells[name] for name in FILLED[:-1]):
                yield place, cells
        return
    raise InputError(f"{workbook}: has no sheet {load_texts('zh')('sheet.register.name')}")


def _text(cell: Any) -> str:
    """A cell as people wrote it; a date as its day."""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    text = "" if cell is None else str(cell).strip()
    return text.removesuffix(" 00:00:00")
