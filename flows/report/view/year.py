"""The yearly report: closings added up, and what the regulations foresee, for people to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.rates import Rate
from checks.numbers.year import ClosingUsed, PenaltyGroup, Proposal
from flows.report.chapters.page_one import by_governing, decision_table, signatures
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
from flows.report.context.dates import months_named, stamped
from flows.report.context.report_context import YearContext
from flows.report.context.tables import NUM, cell, columns, ranked_table, tally_table
from flows.report.view.build import LABELS
from flows.report.view.identity import PLACE

SHOWN = 40
"""Rows printed of a table; year.json, which the PDF carries, has all."""


def build_year(context: YearContext) -> Report:
    """The whole document."""
    texts, wording, stated = context.texts, context.wording, context.year
    period, company = stated.period, context.printable.text(context.options.company)
    named = {"period": texts("year.period", year=stated.year), "title": texts("year.title")}
    title = texts("title.monthly", company=company, **named).strip()
    facts = (
        texts("facts.period", span=wording.span(period.from_, period.to)),
        texts("year.facts_closings", n=len(stated.closings)),
    )
    sections = (
        ("year.rates", "rates", _rates),
        ("year.proposals", "proposals", _proposals),
        ("year.closings", "closings", _closings),
    )
    return Report(
        lang=texts.lang,
        title=title,
        company=company,
        number=PLACE,
        description=f"{title} {facts[0]}",
        dated=stamped(period, context.options),
        facts=facts,
        edition=texts("edition.approved" if context.options.approved else "edition.draft"),
        draft=not context.options.approved,
        page_one=_page_one(context),
        sections=tuple(
            Section(_chapter(context, n, texts(key)), anchor, tuple(build(context)))
            for n, (key, anchor, build) in enumerate(sections, start=1)
        ),
        labels={key: texts(f"label.{key}") for key in LABELS},
        fonts=context.options.fonts,
    )


def _chapter(context: YearContext, n: int, title: str) -> str:
    return context.texts(
        "words.chapter", n=context.texts.items("words.numerals")[n - 1], digit=n, title=title
    )


def _page_one(context: YearContext) -> PageOne:
    texts, rate = context.texts, context.year.headline.timeliness
    target = context.target
    low = target is not None and rate.rate is not None and rate.rate < target
    stated = texts("year.verdict", year=context.year.year, rate=context.wording.percent(rate.rate))
    missing = context.year.missing
    gaps = (texts("year.incomplete", months=months_named(texts, missing)),) if missing else ()
    return PageOne(
        verdict=texts("verdict.no_case") if rate.rate is None else stated,
        css="open" if rate.rate is None else "bad" if low else "",
        sentence=texts("words.between").join((_sentence(context, rate), *gaps)),
        tiles=tuple(_tiles(context, rate, low)),
        attention=_attention(context),
        decisions=decision_table(context, (texts("year.decision"),)),
        signatures=signatures(context),
        audit_note=texts("year.audit_note"),
    )


def _sentence(context: YearContext, rate: Rate) -> str:
    return context.texts(
        "year.sentence",
        year=context.year.year,
        n=len(context.year.closings),
        decided=context.texts.count("obligation", rate.denominator),
        met=context.wording.number(rate.numerator),
        rate=context.wording.percent(rate.rate),
    )


def _tiles(context: YearContext, rate: Rate, low: bool) -> Iterator[Tile]:
    texts, wording = context.texts, context.wording
    of = line(texts("tile.of", n=wording.fraction(rate)))
    both = context.year.headline.by_governing.items()
    governing = [line(by_governing(context, mode, row)) for mode, row in both]
    yield Tile(
        texts("tile.rate"),
        wording.percent(rate.rate),
        (of, *governing),
        "bad" if low else "",
    )
    bounds = texts("tile.bounds", low=wording.percent(rate.low), high=wording.percent(rate.high))
    notes = () if rate.low is None else (line(bounds),)
    yield Tile(texts("tile.unknown"), wording.number(rate.unknown), notes)
    restated = sum(bool(closing.restatement) for closing in context.year.closings)
    count = f"{len(context.year.closings)} / 12"
    yield Tile(texts("year.tile_closings"), count, (line(texts("year.tile_restated", n=restated)),))
    note = line(texts("year.tile_proposals_note"))
    yield Tile(texts("year.tile_proposals"), wording.number(len(context.year.proposals)), (note,))


def _attention(context: YearContext) -> tuple[Line, ...]:
    made = context.year.proposals
    counts = {
        "below": sum(p.kind == "department_below_month" for p in made),
        "repeated": len({p.key for p in made if p.kind == "person_repeated_overtime"}),
        "both": sum("reward_same_month" in p.against for p in made),
        "withheld": len(context.year.withheld),
        "doubt": sum(bool(p.against) for p in made),
    }
    return tuple(line(context.texts(f"year.attention_{name}", n=n)) for name, n in counts.items())


def _rates(context: YearContext) -> Iterator[Block]:
    texts, stated = context.texts, context.year
    yield tally_table(
        context,
        texts("year.months"),
        "month_name",
        stated.months,
        lambda key: context.wording.month(f"{key}-01"),
    )
    note = texts("year.ranking_note")
    departments, persons = stated.by_department[:SHOWN], stated.by_person[:SHOWN]
    yield ranked_table(
        context, texts("year.departments"), "department", departments, context.department, note
    )
    yield ranked_table(context, texts("year.persons"), "person", persons, context.person, note)


def _proposals(context: YearContext) -> Iterator[Block]:
    made = context.year.proposals
    yield Paragraph(line(context.texts("year.intro")))
    if not made:
        yield Paragraph(line(context.texts("year.none")), "plain")
    groups = context.year.penalty_groups
    for article in dict.fromkeys(proposal.article for proposal in made):
        if mine := [group for group in groups if group.article == article]:
            yield _group_table(context, article, mine)
        else:
            proposed = [p for p in made if p.article == article]
            yield _proposal_table(context, "year.table", article, proposed)
    if context.year.withheld:
        yield Paragraph(line(context.texts("year.withheld_intro")))
    for article in dict.fromkeys(proposal.article for proposal in context.year.withheld):
        withheld = [p for p in context.year.withheld if p.article == article]
        yield _proposal_table(context, "year.withheld_table", article, withheld)


def _group_table(context: YearContext, article: str, groups: Sequence[PenaltyGroup]) -> Table:
    """Penalties of persons by month and consequence: how many they touch, and the gravest."""
    shown = groups[:SHOWN]
    rows = tuple(_group(context, group) for group in shown)
    heads = columns(
        context, "month_name:nowrap", "proposal", f"touched:{NUM}", "gravest", "against"
    )
    caption = _caption(context, "year.table", article, len(groups), len(shown))
    return Table(caption, heads, rows, context.texts("year.groups_note"))


def _group(context: YearContext, group: PenaltyGroup) -> Row:
    texts = context.texts
    made = {
        p.key: p
        for p in context.year.proposals
        if (p.article, p.kind, p.month, p.who) == (group.article, group.kind, group.month, "person")
    }
    gravest = [_grave(context, made[key]) for key in group.gravest]
    codes = dict.fromkeys(code for p in made.values() for code in p.against)
    against = texts("words.semicolon").join(texts.name("against", code) for code in codes)
    return Row(
        (
            cell(_month(context, group.month), "nowrap"),
            cell(texts.name("proposal", group.kind)),
            cell(f"{group.persons} / {group.of}", NUM),
            cell(texts("words.semicolon").join(gravest)),
            cell(against or texts("words.none")),
        )
    )


def _grave(context: YearContext, proposal: Proposal) -> str:
    """A person of a group with what makes the case grave."""
    of = proposal.evidence
    counts = {
        "breaches": of.violations,
        "messages": of.messages if proposal.kind.startswith("reception_attitude") else 0,
        "displeased": of.displeased,
        "grave": of.grave,
    }
    words = [context.texts(f"year.grave.{name}", n=n) for name, n in counts.items() if n]
    if proposal.numbers:
        words.append(context.texts("year.grave.number", number=proposal.numbers[0]))
    told = context.texts("words.comma").join(words)
    return context.person(proposal.key) + context.texts("words.in_brackets", words=told)


def _month(context: YearContext, month: str | None) -> str:
    return context.wording.month(f"{month}-01") if month else context.texts("year.whole")


def _caption(context: YearContext, key: str, article: str, total: int, shown: int) -> str:
    capped = context.texts("words.capped", total=total, shown=shown)
    return context.texts(key, article=_cited(context, article), capped=capped)


def _cited(context: YearContext, article: str) -> str:
    code, _, clause = article.partition(" ")
    return f"{code} {context.article(clause)}"


def _proposal_table(
    context: YearContext, key: str, article: str, made: Sequence[Proposal]
) -> Table:
    shown = made[:SHOWN]
    caption = _caption(context, key, article, len(made), len(shown))
    heads = columns(
        context,
        "whom",
        "month_name:nowrap",
        "proposal",
        f"evidence_of:{NUM}",
        f"rate:{NUM}",
        f"interval:{NUM}",
        "against",
    )
    return Table(caption, heads, tuple(_proposal(context, proposal) for proposal in shown))


def _proposal(context: YearContext, proposal: Proposal) -> Row:
    texts, wording, evidence = context.texts, context.wording, proposal.evidence
    name = context.department if proposal.who == "department" else context.person
    month = _month(context, proposal.month)
    interval = evidence.interval
    spread = wording.between(interval.low, interval.high) if interval else "—"
    against = texts("words.semicolon").join(
        texts.name("against", code) for code in proposal.against
    )
    return Row(
        (
            cell(name(proposal.key)),
            cell(month, "nowrap"),
            cell(texts.name("proposal", proposal.kind)),
            cell(wording.fraction(evidence), NUM),
            cell(wording.percent(evidence.rate), NUM),
            cell(spread, f"{NUM} quiet"),
            cell(against or texts("words.none")),
        )
    )


def _closings(context: YearContext) -> Iterator[Block]:
    texts = context.texts
    rows = tuple(
        Row(
            (
                cell(context.wording.month(f"{closing.month}-01")),
                cell(_edition(context, closing)),
                cell(closing.sha256, "id"),
            )
        )
        for closing in context.year.closings
    )
    note = texts("year.objections_note")
    yield Table(
        texts("year.closings_table"),
        columns(context, "month_name", "edition", "manifest"),
        rows,
        note,
    )


def _edition(context: YearContext, closing: ClosingUsed) -> str:
    n = closing.restatement
    return context.texts("year.restated", n=n) if n else context.texts("year.original")
