"""总体情况: the rate over time and by everything that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checks.numbers.rates import Rate
from flows.report.chapters.times import delays, heat
from flows.report.chapters.trend import trend
from flows.report.context.blocks import Block, Heading, Row, Table
from flows.report.context.report_context import Desk
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


def overview(desk: Desk) -> Iterator[Block]:
    texts, metrics = desk.texts, desk.metrics
    yield Heading(texts("overview.rates"))
    yield _rates(desk)
    yield from trend(desk)
    yield tally_table(
        desk,
        texts("overview.regulations"),
        "regulation",
        metrics.by_regulation,
        _regulation(desk),
        timed="1",
    )
    yield Heading(texts("overview.groups"))
    counted = {"governing": "1", "timed": "1"}
    yield tally_table(desk, texts("overview.tiers"), "tier", metrics.by_tier, desk.tier, **counted)
    yield tally_table(
        desk, texts("overview.channels"), "channel", metrics.by_channel, _channel(desk)
    )
    owners, note = metrics.by_department, texts("overview.ranking")
    yield ranked_table(
        desk, texts("overview.departments"), "department", owners, desk.department, note
    )
    yield from _people(desk)
    yield Heading(texts("overview.hours"))
    yield heat(desk)
    yield Heading(texts("overview.delays"))
    yield from delays(desk)


def _channel(desk: Desk) -> Callable[[str], str]:
    return lambda key: desk.texts.name("channel", None if key == "unknown" else key)


def _regulation(desk: Desk) -> Callable[[str], str]:
    return lambda code: f"{code} {desk.word(desk.rulebooks.regulation(code).title)}"


def _rates(desk: Desk) -> Table:
    """The headline rate and the others that the regulations name, each with its bounds."""
    texts, headline = desk.texts, desk.metrics.headline
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
    rows = [_rate_row(desk, _named(desk, key), rate, key == governing) for key, rate in named]
    own = [
        _rate_row(desk, _own(desk, row.key), row.timeliness) for row in desk.metrics.by_regulation
    ]
    return Table(
        texts("overview.rates_table"),
        columns(
            desk, "figure", "meaning", f"of:{NUM}", f"rate:{NUM}", f"unknown:{NUM}", f"bounds:{NUM}"
        ),
        (*rows[:2], *own, *rows[2:]),
    )


def _named(desk: Desk, key: str) -> tuple[str, str]:
    return desk.texts(f"rate.{key}.name"), desk.texts(f"rate.{key}.meaning")


def _own(desk: Desk, code: str) -> tuple[str, str]:
    """Name and meaning of a regulation's own rate, which no other regulation touches."""
    title = desk.title_of(code)
    return desk.texts("rate.own.name", code=code), desk.texts("rate.own.meaning", title=title)


def _rate_row(desk: Desk, words: tuple[str, str], rate: Rate, aimed: bool = False) -> Row:
    """`words`: name and meaning. `aimed`: whether the rate has a target."""
    target = desk.options.target if aimed else None
    return Row(
        (
            cell(words[0]),
            cell(words[1], "quiet"),
            cell(desk.say.fraction(rate), NUM),
            rate_cell(desk, rate, target),
            num(desk, rate.unknown),
            cell(bounds(desk, rate), f"{NUM} quiet"),
        )
    )


def bounds(desk: Desk, rate: Rate) -> str:
    if rate.low is None or rate.high is None:
        return "—"
    return desk.say.between(rate.low, rate.high)


def _people(desk: Desk) -> Iterator[Block]:
    rows = desk.metrics.by_person
    if not rows:
        return
    note = desk.texts("overview.ranking")
    if len(rows) > _SHOWN_PEOPLE:
        note += desk.texts("words.capped_people", total=len(rows), shown=_SHOWN_PEOPLE)
    yield ranked_table(
        desk, desk.texts("overview.people"), "person", rows[:_SHOWN_PEOPLE], desk.person, note
    )
