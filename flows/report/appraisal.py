"""The monthly appraisal as workbooks: an overview and a sheet for each department or person, to be
signed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from checks.numbers.rates import RankedRow, Rate
from checks.numbers.year import Proposal
from checks.results.metrics.breakdowns import few
from checks.results.year import Appraisal
from checks.results.year.proposals import is_reward
from flows.report.context.report_context import ReportWords

Cell = str | float | None
_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BY_HAND: Final = ("praise", "cooperation", "rectification", "resolution")
"""Indicators of the texts that no record gives for one person or department."""
_NAMELESS: Final = re.compile(r"[\[\]:*?/\\']")
"""What the name of a sheet must not hold."""
NAME_LENGTH: Final = 31
NUMBERS: Final = 6
"""Findings named behind a proposed penalty."""


def write_appraisal(
    path: Path, found: Sequence[Appraisal], month: str, words: ReportWords, restricted: bool
) -> Path:
    """`found`: all departments, or all persons; `month` as 2026-10. The same bytes for the same
    content."""
    texts = words.texts
    title = title_of(words, month)
    with xlsxwriter.Workbook(str(path), _SAFE) as book:
        dated = datetime.fromisoformat(f"{month}-01")
        book.set_properties({"title": title, "created": dated})
        bold = book.add_format({"bold": True, "bg_color": "#E1EBF4", "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        taken = {texts("appraisal.overview").casefold()}
        sheet = book.add_worksheet(texts("appraisal.overview"))
        if restricted:
            sheet.set_header(f"&L{texts('appraisal.restricted')}")
        sheet.write_row(0, 0, texts.items("appraisal.columns"), bold)
        for row, appraisal in enumerate(found, start=1):
            sheet.write_row(row, 0, overview_of(words, appraisal))
        sheet.set_column(0, 18, 14)
        sheet.freeze_panes(1, 1)
        for appraisal in found:
            own = book.add_worksheet(_sheet_name(_name(words, appraisal), taken))
            _write(own, [(title, None, None), *sheet_of(words, appraisal, month)], wrap)
            if restricted:
                own.set_header(f"&L{texts('appraisal.restricted')}")
    return path


def title_of(words: ReportWords, month: str) -> str:
    return words.texts("appraisal.title", month=words.wording.month(f"{month}-01"))


def _write(sheet: Worksheet, rows: Sequence[Sequence[Cell]], wrap: object) -> None:
    for column, width in enumerate((34, 26, 64)):
        sheet.set_column(column, column, width)
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells, wrap)


def overview_of(words: ReportWords, of: Appraisal) -> Iterator[Cell]:
    """One row: the columns of `appraisal.columns`."""
    record = of.record
    yield _name(words, of)
    yield words.department(of.department)
    yield from _ranked(words, of.timeliness)
    yield _late(of.timeliness.timeliness) if of.timeliness else None
    yield of.reception.timeliness.rate if of.reception else None
    yield _rank(words, of.reception)
    yield of.archive.rate if of.archive else None
    yield from (record.answers, record.mean, record.low, record.displeased, record.messages)
    yield sum(record.grave.values())
    for made in (_rewards(of), _penalties(of), of.withheld):
        yield words.texts("words.semicolon").join(_kind(words, p) for p in made)


def _ranked(words: ReportWords, row: RankedRow | None) -> tuple[Cell, ...]:
    if row is None:
        return (None, None, None, None)
    return (
        row.timeliness.rate,
        words.wording.fraction(row.timeliness),
        _interval(words, row),
        _rank(words, row),
    )


def sheet_of(words: ReportWords, of: Appraisal, month: str) -> Iterator[tuple[Cell, ...]]:
    """Indicator, result, basis: the indicators of the texts, then what follows from them."""
    texts = words.texts

    def label(key: str) -> str:
        return texts(f"appraisal.sheet.{key}")

    yield label("name"), _name(words, of), words.department(of.department)
    yield label("month"), words.wording.month(f"{month}-01"), None
    yield label("indicator"), label("value"), label("basis")
    yield from _timeliness(words, of)
    yield from _record(words, of)
    for key in _BY_HAND:
        yield label(key), label("by_hand"), texts("appraisal.basis.not_recorded")
    for key, made in (
        ("rewards", _rewards(of)),
        ("penalties", _penalties(of)),
        ("withheld", of.withheld),
    ):
        yield from _proposed(words, label(key), made)
    yield label("opinion"), None, None
    yield label("signed"), None, None


def _timeliness(words: ReportWords, of: Appraisal) -> Iterator[tuple[Cell, ...]]:
    texts, percent = words.texts, words.wording.percent
    for key, row in (("timeliness", of.timeliness), ("reception", of.reception)):
        rate = row.timeliness if row else None
        told = texts(f"appraisal.basis.{key}", of=_of(words, rate))
        yield texts(f"appraisal.sheet.{key}"), percent(rate.rate if rate else None), told
        rank = "rank" if key == "timeliness" else "reception_rank"
        yield texts(f"appraisal.sheet.{rank}"), _rank(words, row), _spread(words, row)
    late = _late(of.timeliness.timeliness) if of.timeliness else 0
    share = of.timeliness.timeliness.rate if of.timeliness else None
    over = percent(None if share is None else 1 - share)
    yield texts("appraisal.sheet.overtime_rate"), over, None
    times = "none" if not late else "first" if late == 1 else "repeated"
    yield texts("appraisal.sheet.overtime"), texts(f"appraisal.overtime.{times}", n=late), None
    archive = of.archive.rate if of.archive else None
    told = texts("appraisal.basis.archive", of=_of(words, of.archive))
    yield texts("appraisal.sheet.archive"), percent(archive), told


def _record(words: ReportWords, of: Appraisal) -> Iterator[tuple[Cell, ...]]:
    texts, record = words.texts, of.record
    mean = None if record.mean is None else round(record.mean, 2)
    key = "not_recorded" if mean is None else "satisfaction"
    told = texts(f"appraisal.basis.{key}", n=record.answers)
    yield texts("appraisal.sheet.satisfaction"), mean, told
    yield texts("appraisal.sheet.low"), record.low, None
    yield texts("appraisal.sheet.displeased"), record.displeased, None
    yield texts("appraisal.sheet.conduct"), record.messages, texts("appraisal.basis.conduct")
    amounts, order = words.rulebooks.parameters, words.rulebooks.order
    appraised = [code for code in (amounts.overtime_of, amounts.reception_of) if code in order]
    grave = " / ".join(str(record.grave.get(code, 0)) for code in appraised or order)
    yield texts("appraisal.sheet.grave"), grave, None


def _proposed(
    words: ReportWords, label: str, made: Sequence[Proposal]
) -> Iterator[tuple[Cell, ...]]:
    texts = words.texts
    if not made:
        yield label, texts("appraisal.sheet.none"), None
    for proposal in made:
        code, _, clause = proposal.article.partition(" ")
        article = f"{code} {words.article(clause)}"
        against = texts("words.semicolon").join(
            texts.name("against", code) for code in proposal.against
        )
        told = [texts("words.colon").join((texts("appraisal.sheet.against"), against))]
        if not against:
            told = []
        if proposal.numbers:
            numbers = texts("words.and").join(proposal.numbers[:NUMBERS])
            more = len(proposal.numbers) - NUMBERS
            rest = texts("appraisal.sheet.more", n=more) if more > 0 else ""
            told.append(texts("appraisal.sheet.numbers", numbers=numbers, more=rest))
        yield label, f"{article} {_kind(words, proposal)}", texts("words.semicolon").join(told)


def _rewards(of: Appraisal) -> list[Proposal]:
    return [p for p in of.proposals if is_reward(p)]


def _penalties(of: Appraisal) -> list[Proposal]:
    return [p for p in of.proposals if not is_reward(p)]


def _kind(words: ReportWords, proposal: Proposal) -> str:
    return words.texts.name("proposal", proposal.kind)


def _name(words: ReportWords, of: Appraisal) -> str:
    return words.department(of.key) if of.who == "department" else words.person(of.key)


def _of(words: ReportWords, rate: Rate | None) -> str:
    return words.wording.fraction(rate) if rate else words.texts("words.no_case")


def _late(rate: Rate) -> int:
    return rate.denominator - rate.numerator


def _rank(words: ReportWords, row: RankedRow | None) -> str:
    if row is None or row.rank is None:
        return words.texts("words.unranked")
    return words.texts("words.few_cases", rank=row.rank) if few(row) else str(row.rank)


def _interval(words: ReportWords, row: RankedRow) -> str | None:
    within = row.interval
    return words.wording.between(within.low, within.high) if within else None


def _spread(words: ReportWords, row: RankedRow | None) -> str | None:
    if row is None or row.interval is None:
        return None
    told = [words.texts("appraisal.basis.interval", interval=_interval(words, row))]
    told += [words.texts("appraisal.basis.few")] if few(row) else []
    return words.texts("words.semicolon").join(told)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a sheet may have and none has yet."""
    plain = _NAMELESS.sub("_", name)[:NAME_LENGTH] or "_"
    made, n = plain, 1
    while made.casefold() in taken:
        n += 1
        made = f"{plain[: NAME_LENGTH - 1 - len(str(n))]}~{n}"
    taken.add(made.casefold())
    return made
