"""总体情况: the rate over time and by everything that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checks.numbers.rates import Rate
from flows.report.chapters.times import delays, heat
from flows.report.chapters.trend import trend
from flows.report.context.blocks import Block, Heading, Row, Table
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import (
    NUM,
    cell,
    columns,
    num,
    ranked_table,
    rate_cell,
    tally_table,
)

_SHOWN_PEOPLE = 25
_SHOWN_DEPARTMENTS = 100


def overview(context: ReportContext) -> Iterator[Block]:
    texts, metrics = context.texts, context.metrics
    yield Heading(texts("overview.rates"))
    yield _rates(context)
    yield from trend(context)
    yield tally_table(
        context,
        texts("overview.regulations"),
        "regulation",
        metrics.by_regulation,
        _regulation(context),
        timed="1",
    )
    yield Heading(texts("overview.groups"))
    counted = {"governing": "1", "timed": "1"}
    yield tally_table(
        context, texts("overview.tiers"), "tier", metrics.by_tier, context.tier, **counted
    )
    yield tally_table(
        context, texts("overview.channels"), "channel", metrics.by_channel, _channel(context)
    )
    owners, note = metrics.by_department[:_SHOWN_DEPARTMENTS], texts("overview.ranking")
    if len(metrics.by_department) > len(owners):
        total = len(metrics.by_department)
        note += texts("words.capped_values", total=total, shown=len(owners))
    yield ranked_table(
        context, texts("overview.departments"), "department", owners, context.department, note
    )
    yield from _people(context)
    yield Heading(texts("overview.hours"))
    yield heat(context)
    yield Heading(texts("overview.delays"))
    yield from delays(context)


def _channel(context: ReportContext) -> Callable[[str], str]:
    return lambda key: context.texts.name("channel", None if key == "unknown" else key)


def _regulation(context: ReportContext) -> Callable[[str], str]:
    return lambda code: f"{code} {context.word(context.rulebooks.regulation(code).title)}"


def _rates(context: ReportContext) -> Table:
    """The headline rate and the others that the regulations name, each with its bounds."""
    texts, headline = context.texts, context.metrics.headline
    governing = headline.governing
    other = next(mode for mode in headline.by_governing if mode != governing)
    named = [
        (governing, headline.timeliness),
        (other, headline.by_governing[other].timeliness),
        ("overtime", headline.overtime),
        ("tickets", headline.tickets),
        ("without_renegotiation", headline.before_renegotiation.timeliness),
        ("record", headline.record),
    ]
    rows = [_rate_row(context, _named(context, key), rate, key == governing) for key, rate in named]
    own = [
        _rate_row(context, _own(context, row.key), row.timeliness)
        for row in context.metrics.by_regulation
    ]
    return Table(
        texts("overview.rates_table"),
        columns(
            context,
            "figure",
            "meaning",
            f"of:{NUM}",
            f"rate:{NUM}",
            f"unknown:{NUM}",
            f"bounds:{NUM}",
        ),
        (*rows[:2], *own, *rows[2:]),
    )


def _named(context: ReportContext, key: str) -> tuple[str, str]:
    return context.texts(f"rate.{key}.name"), context.texts(f"rate.{key}.meaning")


def _own(context: ReportContext, code: str) -> tuple[str, str]:
    """Name and meaning of a regulation's own rate, which no other regulation touches."""
    title = context.title_of(code)
    return context.texts("rate.own.name", code=code), context.texts("rate.own.meaning", title=title)


def _rate_row(
    context: ReportContext, words: tuple[str, str], rate: Rate, aimed: bool = False
) -> Row:
    """`words`: name and meaning. `aimed`: whether the rate has a target."""
    target = context.target if aimed else None
    return Row(
        (
            cell(words[0]),
            cell(words[1], "quiet"),
            cell(context.wording.fraction(rate), NUM),
            rate_cell(context, rate, target),
            num(context, rate.unknown),
            cell(bounds(context, rate), f"{NUM} quiet"),
        )
    )


def bounds(context: ReportContext, rate: Rate) -> str:
    if rate.low is None or rate.high is None:
        return "—"
    return context.wording.between(rate.low, rate.high)


def _people(context: ReportContext) -> Iterator[Block]:
    rows = context.metrics.by_person
    if not rows:
        return
    note = context.texts("overview.ranking")
    if len(rows) > _SHOWN_PEOPLE:
        note += context.texts("words.capped_people", total=len(rows), shown=_SHOWN_PEOPLE)
    yield ranked_table(
        context,
        context.texts("overview.people"),
        "person",
        rows[:_SHOWN_PEOPLE],
        context.person,
        note,
    )
