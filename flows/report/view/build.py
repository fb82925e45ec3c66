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
from flows.report.context.report_context import Desk
from flows.report.words.options import ReportOptions

Builder = Callable[[Desk], Iterator[Block]]
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


def build_report(desk: Desk) -> Report:
    """The whole document; strings only."""
    texts, profile, period = desk.texts, desk.profile, desk.metrics.period
    title = texts(f"profile.{profile.code}.title")
    say = desk.say
    facts = (
        texts("facts.period", span=say.span(period.from_, period.to)),
        texts("facts.cutoff", cutoff=say.cutoff(period.cutoff)),
        texts("facts.date", date=say.day(report_date(period, desk.options))),
        texts("facts.number", number=report_number(desk)),
        *closings.approval(desk),
    )
    return Report(
        lang=texts.lang,
        title=title,
        company=desk.press.ink(desk.options.company),
        number=report_number(desk),
        description=f"{title} {facts[0]}",
        dated=dated(period, desk.options).isoformat() + desk.options.utc_offset,
        facts=facts,
        draft=not desk.options.approved,
        page_one=page_one(desk),
        sections=tuple(_numbered_tables(desk, [*_chapters(desk), *_annexes(desk)])),
        labels={key: texts(f"label.{key}") for key in LABELS},
        fonts=desk.options.fonts,
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


def report_number(desk: Desk) -> str:
    year, month = desk.metrics.period.from_.split("-")[:2]
    return desk.press.ink(desk.options.number.format(year=year, month=month))


def _chapters(desk: Desk) -> Iterator[Section]:
    for n, name in enumerate(desk.profile.sections, start=1):
        title = desk.texts(
            "words.chapter",
            n=desk.texts.items("words.numerals")[n - 1],
            digit=n,
            title=desk.texts(f"{name}.title"),
        )
        yield Section(
            title, name.replace("_", "-"), _numbered_headings(desk, n, SECTIONS[name](desk))
        )


def _annexes(desk: Desk) -> Iterator[Section]:
    for n, name in enumerate(desk.profile.annexes, start=1):
        title = desk.texts(
            "words.annex", n=n, letter=chr(64 + n), title=desk.texts(f"annex.{name}.title")
        )
        blocks = tuple(ANNEXES[name](desk))
        own_page = "annex" if name in LANDSCAPE else "new-page" if len(blocks) > 1 else ""
        yield Section(title, f"annex-{name}", blocks, own_page)


def _numbered_headings(desk: Desk, chapter: int, blocks: Iterator[Block]) -> tuple[Block, ...]:
    made: list[Block] = []
    n = 0
    for block in blocks:
        if isinstance(block, Heading):
            n += 1
            words = desk.texts(
                "words.heading",
                n=desk.texts.items("words.numerals")[n - 1],
                chapter=chapter,
                digit=n,
                title=block.text,
            )
            block = replace(block, text=words)
        made.append(block)
    return tuple(made)


def _numbered_tables(desk: Desk, sections: list[Section]) -> Iterator[Section]:
    n = 0
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                n += 1
                block = replace(
                    block, caption=desk.texts("words.table", n=n, caption=block.caption)
                )
            blocks.append(block)
        yield replace(section, blocks=tuple(blocks))
