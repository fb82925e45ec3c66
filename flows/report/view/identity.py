"""What tells a document from every other: its number, and in words which edition it is.

A number ends in a check of everything that the document says and carries, so that two documents
that differ never bear the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from flows.report.context.report_context import ReportContext, ReportWords, YearContext

PLACE: Final = "\ue000KL\ue000"
"""Stands for the number until all else of the document is known; no data can hold it, for private
characters are never printed."""
CHECK: Final = 8


def edition_words(context: ReportContext) -> str:
    """`草稿，未经审批`, `第 1 次更正（代替 2026年11月1日版）`."""
    texts, edition = context.texts, context.metrics.edition
    approval = context.metrics.approval
    state = texts("edition.draft")
    if context.options.approved:
        by = context.printable.text(approval.by) if approval else ""
        state = texts("edition.approved_by", by=by) if by else texts("edition.approved")
    if edition and edition.replaces:
        day = context.wording.day(edition.replaces.date)
        restated = texts("edition.restated", n=edition.restatement, date=day)
        return texts("words.comma").join((restated, state))
    return state


def number_of(context: ReportContext, said: str, carried: Iterable[str] = ()) -> str:
    """`KL-2026-10-ZJ-CG-1A2B3C4D`: period, document, edition (CG draft, SP approved, G1 first
    correction), language, check.

    `said`: all that the document says, with PLACE for its number, as text of any form; `carried`:
    checksums of the files that it carries, inputs.json among them, which names the program and with
    it the templates.
    """
    period, edition = context.metrics.period, context.metrics.edition
    year, month = period.from_.split("-")[:2]
    parts = [context.options.number.format(year=year, month=month), *_range(context)]
    parts.append(context.profile.mark)
    if edition and edition.restatement:
        parts.append(f"G{edition.restatement}")
    return _closed(context, parts, said, carried)


def year_number(context: YearContext, said: str, carried: Iterable[str] = ()) -> str:
    """`KL-2026-ND-CG-1A2B3C4D`, as `number_of` for the yearly report."""
    return _closed(context, [context.options.number, "ND"], said, carried)


def _closed(context: ReportWords, parts: list[str], said: str, carried: Iterable[str]) -> str:
    """The parts, the state, the language and the check."""
    parts = [*parts, "SP" if context.options.approved else "CG"]
    if context.texts.lang != "zh":
        parts.append(context.texts.lang.upper())
    check = hashlib.sha256("\x1f".join((said, *carried)).encode("utf-8", "surrogatepass"))
    parts.append(check.hexdigest()[:CHECK].upper())
    return context.printable.text("-".join(parts))


def _range(context: ReportContext) -> Iterable[str]:
    """The days of a period that is no whole month, and the cutoff where it is not the period's
    end."""
    period = context.metrics.period
    first, last = date.fromisoformat(period.from_), date.fromisoformat(period.to)
    after = last + timedelta(days=1)
    whole = (
        first.day == 1 and after.day == 1 and (first.year, first.month) == (last.year, last.month)
    )
    if not whole:
        yield f"{first:%m%d}-{last:%Y%m%d}"
    cutoff = datetime.fromisoformat(period.cutoff).replace(tzinfo=None)
    if cutoff != datetime(after.year, after.month, after.day):
        yield f"T{cutoff:%Y%m%d%H%M}"
