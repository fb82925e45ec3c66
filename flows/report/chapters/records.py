"""记录、材料与用语: duties that the records themselves show, or that only optional tables can
prove."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.base import Section
from checks.numbers.completeness import Completeness, FieldCounts
from checks.numbers.duty import Duty
from checks.numbers.rates import Share
from checks.numbers.validation import ExpectationResult, Validation
from flows.report.chapters.conduct import conduct, reconciliation
from flows.report.chapters.signals import signals, unwatched
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num, rate_cell

SHOWN_CHECKS = 15


def records(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("records.evidence"))
    yield Paragraph(line(texts("records.evidence_intro")))
    yield _evidence(context)
    yield Heading(texts("records.fields"))
    yield from _completeness(context, context.metrics.completeness)
    yield from _validation(context, context.metrics.validation)
    yield from conduct(context)
    yield from reconciliation(context)
    yield from unwatched(context)
    yield from signals(context)


def _evidence(context: ReportContext) -> Table:
    """One row per duty: its articles, the table that shows it, what was found. No table is no
    evidence, not a pass."""
    rows = tuple(_duty(context, item) for item in context.metrics.evidence.duties())
    heads = columns(
        context,
        "duty_name",
        "articles",
        "result:nowrap",
        f"of:{NUM}",
        f"rate:{NUM}",
        "table:nowrap",
    )
    return Table(context.texts("records.evidence_table"), heads, rows)


def _duty(context: ReportContext, item: Duty[Section]) -> Row:
    lang = context.texts.lang
    css = "nowrap low" if item.status == "fail" else "nowrap"
    articles = context.article(";".join(item.articles)) or "—"
    seen = item.status not in ("no_evidence", "no_case")
    return Row(
        (
            cell(context.printable.text(item.title.of(lang))),
            cell(articles),
            cell(context.texts.name("evidence_status", item.status), css),
            cell(context.wording.fraction(item.rate) if seen else "—", NUM),
            rate_cell(context, item.rate, None) if seen else cell("—", NUM),
            cell(context.texts.name("table", item.table), "nowrap"),
        )
    )


def _completeness(context: ReportContext, found: Completeness | None) -> Iterator[Block]:
    """Records with every field that the regulations ask for, and the fields most often missing."""
    texts = context.texts
    if not found:
        return
    made = tuple(
        Row(
            (
                cell(texts.name("table", name)),
                num(context, part.complete),
                num(context, part.incomplete),
                num(context, part.undecidable),
                rate_cell(context, part.rate, None),
            )
        )
        for name, part in found.tables.items()
    )
    heads = columns(
        context, "table", f"complete:{NUM}", f"incomplete:{NUM}", f"unknown:{NUM}", f"rate:{NUM}"
    )
    yield Table(texts("records.complete_table"), heads, made)
    missing = [field for part in found.tables.values() for field in part.fields if field.missing]
    missing.sort(key=lambda field: (-(field.missing_rate or 0), field.check))
    if missing:
        rows = tuple(_field(context, field) for field in missing[:SHOWN_CHECKS])
        heads = columns(
            context, "check", "articles", f"of:{NUM}", f"missing_rate:{NUM}", f"change:{NUM}"
        )
        yield Table(texts("records.missing_table"), heads, rows)


def _field(context: ReportContext, field: FieldCounts) -> Row:
    of = Share(numerator=field.missing, denominator=field.asked)
    change = "—" if field.change is None else context.wording.points(field.change)
    return Row(
        (
            cell(context.printable.text(field.title.of(context.texts.lang))),
            cell(context.article(";".join(field.article)) or "—"),
            cell(context.wording.fraction(of), NUM),
            cell(context.wording.percent(field.missing_rate), NUM),
            cell(change, f"{NUM} quiet"),
        )
    )


def _validation(context: ReportContext, found: Validation | None) -> Iterator[Block]:
    """The expectations that failed, worst first; the full list is in the Data Docs."""
    texts = context.texts
    if not found:
        yield Paragraph(line(texts("records.no_validation")))
        return
    words = texts(
        "records.validated",
        n=texts.count("expectation", found.expectations),
        failed=texts.count("expectation", found.failed),
    )
    yield Paragraph(line(words))
    failed = [
        (table, e)
        for table, part in found.tables.items()
        for e in part.expectations
        if e.success is False
    ]
    failed.sort(key=lambda pair: -pair[1].unexpected)
    if not failed:
        return
    note = (
        texts("words.capped_checks", total=len(failed), shown=SHOWN_CHECKS)
        if len(failed) > SHOWN_CHECKS
        else ""
    )
    rows = tuple(_check(context, table, e) for table, e in failed[:SHOWN_CHECKS])
    heads = columns(
        context, "table:nowrap", "check", "articles", f"checked:{NUM}", f"failing:{NUM}"
    )
    yield Table(texts("records.validation_table"), heads, rows, note)


def _check(context: ReportContext, table: str, e: ExpectationResult) -> Row:
    return Row(
        (
            cell(context.texts.name("table", table), "nowrap"),
            cell(context.printable.text(e.title.of(context.texts.lang))),
            cell(context.article(";".join(e.article)) or "—"),
            num(context, e.checked),
            num(context, e.unexpected),
        )
    )
