"""The yearly report: closings added up, and what the regulations foresee, for people to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.rates import Rate
from checks.numbers.year import ClosingUsed, Proposal
from flows.report.chapters.page_one import by_governing, signatures
from flows.report.context.blocks import (
    Block,
    Line,
    PageOne,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
    Tile,
    line,
)
from flows.report.context.report_context import YearDesk
from flows.report.context.tables import NUM, cell, columns, ranked_table, tally_table
from flows.report.view.build import LABELS, dated

SHOWN = 40
"""Rows printed of a table; year.json, which the PDF carries, has all."""


def build_year(desk: YearDesk) -> Report:
    """The whole document."""
    texts, say, told = desk.texts, desk.say, desk.year
    period, title = told.period, texts("year.title")
    facts = (
        texts("facts.period", span=say.span(period.from_, period.to)),
        texts("year.facts_closings", n=len(told.closings)),
        texts("facts.number", number=desk.options.number),
    )
    sections = (
        ("year.rates", "rates", _rates),
        ("year.proposals", "proposals", _proposals),
        ("year.closings", "closings", _closings),
    )
    return Report(
        lang=texts.lang,
        title=title,
        company=desk.press.ink(desk.options.company),
        number=desk.options.number,
        description=f"{title} {facts[0]}",
        dated=dated(period, desk.options).isoformat() + desk.options.utc_offset,
        facts=facts,
        draft=not desk.options.approved,
        page_one=_page_one(desk),
        sections=tuple(
            Section(_chapter(desk, n, texts(key)), anchor, tuple(build(desk)))
            for n, (key, anchor, build) in enumerate(sections, start=1)
        ),
        labels={key: texts(f"label.{key}") for key in LABELS},
        fonts=desk.options.fonts,
    )


def _chapter(desk: YearDesk, n: int, title: str) -> str:
    return desk.texts(
        "words.chapter", n=desk.texts.items("words.numerals")[n - 1], digit=n, title=title
    )


def _page_one(desk: YearDesk) -> PageOne:
    texts, rate = desk.texts, desk.year.headline.timeliness
    low = rate.rate is not None and rate.rate < desk.options.target
    verdict = "no_case" if rate.rate is None else "missed" if low else "reached"
    missing = desk.year.missing
    gaps = (texts("year.incomplete", months=texts("words.comma").join(missing)),) if missing else ()
    return PageOne(
        verdict=texts(f"verdict.{verdict}"),
        css={"no_case": "open", "missed": "bad", "reached": "good"}[verdict],
        sentence=" ".join((_sentence(desk, rate), *gaps)),
        tiles=tuple(_tiles(desk, rate, low)),
        attention=_attention(desk),
        decisions=(texts("year.decision"),),
        signatures=signatures(desk),
        audit_note=texts("year.audit_note"),
    )


def _sentence(desk: YearDesk, rate: Rate) -> str:
    return desk.texts(
        "year.sentence",
        year=desk.year.year,
        n=len(desk.year.closings),
        decided=desk.texts.count("obligation", rate.denominator),
        met=desk.say.number(rate.numerator),
        rate=desk.say.percent(rate.rate),
    )


def _tiles(desk: YearDesk, rate: Rate, low: bool) -> Iterator[Tile]:
    texts, say = desk.texts, desk.say
    target = line(texts("tile.target", target=say.percent(desk.options.target)))
    of = line(texts("tile.of", n=say.fraction(rate)))
    both = desk.year.headline.by_governing.items()
    governing = [line(by_governing(desk, mode, row)) for mode, row in both]
    yield Tile(
        texts("tile.rate"),
        say.percent(rate.rate),
        (target, of, *governing),
        "bad" if low else "",
    )
    bounds = texts("tile.bounds", low=say.percent(rate.low), high=say.percent(rate.high))
    notes = () if rate.low is None else (line(bounds),)
    yield Tile(texts("tile.unknown"), say.number(rate.unknown), notes)
    restated = sum(bool(closing.restatement) for closing in desk.year.closings)
    count = f"{len(desk.year.closings)} / 12"
    yield Tile(texts("year.tile_closings"), count, (line(texts("year.tile_restated", n=restated)),))
    note = line(texts("year.tile_proposals_note"))
    yield Tile(texts("year.tile_proposals"), say.number(len(desk.year.proposals)), (note,))


def _attention(desk: YearDesk) -> tuple[Line, ...]:
    made = desk.year.proposals
    counts = {
        "below": sum(p.kind == "department_below_month" for p in made),
        "repeated": sum(p.kind == "person_repeated_overtime" for p in made),
        "doubt": sum(bool(p.against) for p in made),
    }
    return tuple(line(desk.texts(f"year.attention_{name}", n=n)) for name, n in counts.items())


def _rates(desk: YearDesk) -> Iterator[Block]:
    texts, told = desk.texts, desk.year
    yield tally_table(
        desk,
        texts("year.months"),
        "month_name",
        told.months,
        lambda key: desk.say.month(f"{key}-01"),
    )
    note = texts("year.ranking_note")
    departments, persons = told.by_department[:SHOWN], told.by_person[:SHOWN]
    yield ranked_table(
        desk, texts("year.departments"), "department", departments, desk.department, note
    )
    yield ranked_table(desk, texts("year.persons"), "person", persons, desk.person, note)


def _proposals(desk: YearDesk) -> Iterator[Block]:
    made = desk.year.proposals
    yield Paragraph(line(desk.texts("year.intro")))
    if not made:
        yield Paragraph(line(desk.texts("year.none")), "plain")
    for article in dict.fromkeys(proposal.article for proposal in made):
        yield _proposal_table(desk, article, [p for p in made if p.article == article])


def _proposal_table(desk: YearDesk, article: str, made: Sequence[Proposal]) -> Table:
    shown = made[:SHOWN]
    capped = desk.texts("words.capped", total=len(made), shown=len(shown))
    caption = desk.texts(
        "year.table", article=f"{article[:2]} {desk.article(article[3:])}", capped=capped
    )
    heads = columns(
        desk,
        "whom",
        "month_name:nowrap",
        "proposal",
        f"evidence_of:{NUM}",
        f"rate:{NUM}",
        f"interval:{NUM}",
        "against",
    )
    return Table(caption, heads, tuple(_proposal(desk, proposal) for proposal in shown))


def _proposal(desk: YearDesk, proposal: Proposal) -> Row:
    texts, say, evidence = desk.texts, desk.say, proposal.evidence
    name = desk.department if proposal.who == "department" else desk.person
    month = say.month(f"{proposal.month}-01") if proposal.month else texts("year.whole")
    interval = evidence.interval
    spread = say.between(interval.low, interval.high) if interval else "—"
    against = texts("words.semicolon").join(
        texts.name("against", code) for code in proposal.against
    )
    return Row(
        (
            cell(name(proposal.key)),
            cell(month, "nowrap"),
            cell(texts.name("proposal", proposal.kind)),
            cell(say.fraction(evidence), NUM),
            cell(say.percent(evidence.rate), NUM),
            cell(spread, f"{NUM} quiet"),
            cell(against or texts("words.none")),
        )
    )


def _closings(desk: YearDesk) -> Iterator[Block]:
    texts = desk.texts
    rows = tuple(
        Row(
            (
                cell(desk.say.month(f"{closing.month}-01")),
                cell(_edition(desk, closing)),
                cell(closing.sha256, "id"),
            )
        )
        for closing in desk.year.closings
    )
    note = texts("year.objections_note")
    yield Table(
        texts("year.closings_table"), columns(desk, "month_name", "edition", "manifest"), rows, note
    )


def _edition(desk: YearDesk, closing: ClosingUsed) -> str:
    n = closing.restatement
    return desk.texts("year.restated", n=n) if n else desk.texts("year.original")
