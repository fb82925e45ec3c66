"""The order of a document, and the numbers of its chapters, annexes, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from flows.report.chapters import actions, cases, closings, reference
from flows.report.chapters.demands import demands
from flows.report.chapters.departments import departments
from flows.report.chapters.distribution import distribution
from flows.report.chapters.doubts import doubts
from flows.report.chapters.gate import data
from flows.report.chapters.grave_cases import grave_cases
from flows.report.chapters.inquiries import inquiries
from flows.report.chapters.oversight import oversight
from flows.report.chapters.overview import overview
from flows.report.chapters.page_one import page_one
from flows.report.chapters.problems import problems
from flows.report.chapters.proof import proof
from flows.report.chapters.records import records
from flows.report.chapters.said import said
from flows.report.chapters.scope import scope
from flows.report.chapters.sources import sources
from flows.report.chapters.themes import themes
from flows.report.context.blocks import Block, Closing, Heading, Picture, Report, Section, Table
from flows.report.context.dates import report_date, stamped
from flows.report.context.report_context import ReportContext
from flows.report.view.anchors import without_dead_links
from flows.report.view.identity import PLACE, edition_words

Builder = Callable[[ReportContext], Iterator[Block]]
SECTIONS: Final[dict[str, Builder]] = {
    "departments": departments,
    "distribution": distribution,
    "grave_cases": grave_cases,
    "themes": themes,
    "oversight": oversight,
    "doubts": doubts,
    "data": data,
    "scope": scope,
    "overview": overview,
    "inquiries": inquiries,
    "problems": problems,
    "records": records,
    "causes": actions.causes,
    "demands": demands,
    "follow_up": actions.follow_up,
    "good_practice": actions.good_practice,
}
ANNEXES: Final[dict[str, Builder]] = {
    "grave_list": cases.grave_list,
    "proof": proof,
    "said": said,
    "readings": reference.readings,
    "sources": sources,
    "coverage": reference.clause_coverage,
    "conflicts": reference.rule_conflicts,
    "restatements": closings.restatements,
    "objections": reference.objections,
    "definitions": reference.definitions,
}
LANDSCAPE: Final = ("grave_list",)
OWN_PAGE: Final = ("distribution", "grave_cases")
"""Chapters of the PDF that begin a page."""
LABELS: Final = (
    "draft",
    "number",
    "attention",
    "decisions",
    "sure",
    "name",
    "sign_and_seal",
    "contents",
)


def build_page(context: ReportContext) -> Report:
    """The document as the page has it: everything. Strings only."""
    chapters = _chapters(context, context.profile.sections, ())
    annexes = list(_annexes(context, context.profile.annexes))
    return _report(context, [*chapters, *annexes])


def build_printed(context: ReportContext) -> Report:
    """The document as it is printed and signed: what a reader needs, and where the rest is."""
    profile = context.profile
    chapters = list(_chapters(context, profile.printed, OWN_PAGE))
    last = replace(chapters[-1], blocks=(*chapters[-1].blocks, _ending(context)))
    annexes = list(_annexes(context, profile.printed_annexes))
    return _report(context, [*chapters[:-1], last, *annexes])


def _report(context: ReportContext, sections: Sequence[Section]) -> Report:
    texts, period, wording = context.texts, context.metrics.period, context.wording
    company = context.printable.text(context.options.company)
    title = texts(
        "title.monthly",
        company=company,
        period=context.period_name,
        title=context.of_document("title"),
    ).strip()
    facts = (
        texts("facts.period", span=wording.span(period.from_, period.to)),
        texts("facts.cutoff", cutoff=wording.cutoff(period.cutoff)),
        texts("facts.date", date=wording.day(report_date(period, context.options))),
    )
    made = Report(
        lang=texts.lang,
        title=title,
        company=company or texts("role.customer_service"),
        number=PLACE,
        description=f"{title} {PLACE} {facts[0]}",
        dated=stamped(period, context.options),
        facts=facts,
        edition=edition_words(context),
        draft=not context.options.approved,
        page_one=page_one(context),
        sections=tuple(_numbered_blocks(context, sections)),
        labels={key: texts(f"label.{key}") for key in LABELS},
        fonts=context.options.fonts,
    )
    return without_dead_links(made)


def _ending(context: ReportContext) -> Closing:
    """What ends the body: the annexes by name, who issues the document, and when."""
    texts, profile = context.texts, context.profile
    names = [texts(f"annex.{name}.title") for name in profile.printed_annexes]
    listed = [texts("ending.annex", n=n, title=name) for n, name in enumerate(names, start=1)]
    beside = texts("ending.beside", n=len(names) + 1)
    role = texts(f"role.{profile.signatories[0][0]}")
    company = context.printable.text(context.options.company)
    issuer = tuple(part for part in (company, role) if part)
    day = context.wording.day(report_date(context.metrics.period, context.options))
    return Closing((texts("ending.annexes"), *listed, beside), issuer, day)


def _chapters(
    context: ReportContext, names: Sequence[str], own_page: Sequence[str]
) -> Iterator[Section]:
    for n, name in enumerate(names, start=1):
        title = context.texts(
            "words.chapter",
            n=context.texts.items("words.numerals")[n - 1],
            digit=n,
            title=context.texts(f"{name}.title"),
        )
        blocks = _numbered_headings(context, n, SECTIONS[name](context))
        css = "new-page" if name in own_page or n == 1 else ""
        yield Section(title, name.replace("_", "-"), blocks, css)


def _annexes(context: ReportContext, names: Sequence[str]) -> Iterator[Section]:
    for n, name in enumerate(names, start=1):
        title = context.texts(
            "words.annex", n=n, letter=chr(64 + n), title=context.texts(f"annex.{name}.title")
        )
        blocks = tuple(ANNEXES[name](context))
        yield Section(title, f"annex-{name}", blocks, "annex" if name in LANDSCAPE else "new-page")


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


def _numbered_blocks(context: ReportContext, sections: Sequence[Section]) -> Iterator[Section]:
    tables = pictures = 0
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tables += 1
                caption = context.texts("words.table", n=tables, caption=block.caption)
                block = replace(block, caption=caption)
            elif isinstance(block, Picture):
                pictures += 1
                caption = context.texts("words.picture", n=pictures, caption=block.caption)
                block = replace(block, caption=caption)
            blocks.append(block)
        yield replace(section, blocks=tuple(blocks))
