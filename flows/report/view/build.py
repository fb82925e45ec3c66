"""The order of a document, and the numbers of its chapters, annexes and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from checks.numbers.headline import PeriodOfReport
from flows.report.chapters import actions, cases, closings, reference
from flows.report.chapters.gate import data
from flows.report.chapters.inquiries import inquiries
from flows.report.chapters.overview import overview
from flows.report.chapters.page_one import page_one
from flows.report.chapters.problems import problems
from flows.report.chapters.records import records
from flows.report.chapters.scope import scope
from flows.report.chapters.sources import sources
from flows.report.context.blocks import Block, Heading, Report, Section, Table
from flows.report.context.report_context import ReportContext
from flows.report.words.options import ReportOptions

Builder = Callable[[ReportContext], Iterator[Block]]
SECTIONS: Final[dict[str, Builder]] = {
    "data": data,
    "scope": scope,
    "overview": overview,
    "inquiries": inquiries,
    "problems": problems,
    "records": records,
    "causes": actions.causes,
    "demands": actions.demands,
    "follow_up": actions.follow_up,
    "good_practice": actions.good_practice,
}
ANNEXES: Final[dict[str, Builder]] = {
    "violations": cases.violations,
    "sources": sources,
    "coverage": reference.clause_coverage,
    "conflicts": reference.rule_conflicts,
    "restatements": closings.restatements,
    "objections": reference.objections,
    "definitions": reference.definitions,
}
LANDSCAPE: Final = ("violations",)


def build_report(context: ReportContext) -> Report:
    """The whole document; strings only."""
    texts, profile, period = context.texts, context.profile, context.metrics.period
    title = texts(f"profile.{profile.code}.title")
    wording = context.wording
    facts = (
        texts("facts.period", span=wording.span(period.from_, period.to)),
        texts("facts.cutoff", cutoff=wording.cutoff(period.cutoff)),
        texts("facts.date", date=wording.day(report_date(period, context.options))),
        texts("facts.number", number=report_number(context)),
        *closings.approval(context),
    )
    return Report(
        lang=texts.lang,
        title=title,
        company=context.printable.text(context.options.company),
        number=report_number(context),
        description=f"{title} {facts[0]}",
        dated=dated(period, context.options).isoformat() + context.options.utc_offset,
        facts=facts,
        draft=not context.options.approved,
        page_one=page_one(context),
        sections=tuple(_numbered_tables(context, [*_chapters(context), *_annexes(context)])),
        labels={key: texts(f"label.{key}") for key in LABELS},
        fonts=context.options.fonts,
    )


LABELS: Final = (
    "draft",
    "number",
    "attention",
    "decisions",
    "approval",
    "opinion",
    "name",
    "sign_and_seal",
    "sign_date",
    "contents",
)


def dated(period: PeriodOfReport, options: ReportOptions) -> datetime:
    """The date inside the file: that of the report, never the clock of the machine."""
    return datetime.combine(report_date(period, options), datetime.min.time())


def report_date(period: PeriodOfReport, options: ReportOptions) -> date:
    return options.report_date or datetime.fromisoformat(period.cutoff).date()


def report_number(context: ReportContext) -> str:
    year, month = context.metrics.period.from_.split("-")[:2]
    return context.printable.text(context.options.number.format(year=year, month=month))


def _chapters(context: ReportContext) -> Iterator[Section]:
    for n, name in enumerate(context.profile.sections, start=1):
        title = context.texts(
            "words.chapter",
            n=context.texts.items("words.numerals")[n - 1],
            digit=n,
            title=context.texts(f"{name}.title"),
        )
        yield Section(
            title, name.replace("_", "-"), _numbered_headings(context, n, SECTIONS[name](context))
        )


def _annexes(context: ReportContext) -> Iterator[Section]:
    for n, name in enumerate(context.profile.annexes, start=1):
        title = context.texts(
            "words.annex", n=n, letter=chr(64 + n), title=context.texts(f"annex.{name}.title")
        )
        blocks = tuple(ANNEXES[name](context))
        own_page = "annex" if name in LANDSCAPE else "new-page" if len(blocks) > 1 else ""
        yield Section(title, f"annex-{name}", blocks, own_page)


def _numbered_headings(
    context: ReportContext, chapter: int, blocks: Iterator[Block]
) -> tuple[Block, ...]:
    made: list[Block] = []
    n = 0
    for block in blocks:
        if isinstance(block, Heading):
            n += 1
            words = context.texts(
                "words.heading",
                n=context.texts.items("words.numerals")[n - 1],
                chapter=chapter,
                digit=n,
                title=block.text,
            )
            block = replace(block, text=words)
        made.append(block)
    return tuple(made)


def _numbered_tables(context: ReportContext, sections: list[Section]) -> Iterator[Section]:
    n = 0
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                n += 1
                block = replace(
                    block, caption=context.texts("words.table", n=n, caption=block.caption)
                )
            blocks.append(block)
        yield replace(section, blocks=tuple(blocks))
