"""咨询与满意度: what is analysed beside timeliness. Source: RC 第十一条(二), 第二十条(二); CD
六(二)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.analyses import (
    Analyses,
    PerDay,
    RecurringQuestion,
    Satisfaction,
    Turns,
    Volumes,
)
from checks.numbers.base import Count
from checks.numbers.rates import Rate
from flows.report.chapters.overview import bounds
from flows.report.chapters.trade import own_figures, trade_indicators
from flows.report.context.blocks import Block, Cell, Column, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num, rate_bar, rate_cell

STEPS = 5
"""Shades of a volume table."""


def inquiries(context: ReportContext) -> Iterator[Block]:
    texts, found = context.texts, context.metrics.analyses
    yield Heading(texts("inquiries.outcome"))
    yield _outcomes(context, found)
    yield Paragraph(line(_scores(context, found.satisfaction)))
    yield from trade_indicators(context)
    yield from own_figures(context)
    yield Heading(texts("inquiries.where"))
    if not found.inquiries.total:
        yield Paragraph(line(texts("inquiries.nobody")))
    else:
        yield _shares(context, "category", "tickets", "categories", found.inquiries.by_category)
        yield _shares(context, "channel", "tickets", "channels", found.inquiries.by_channel)
    yield Heading(texts("inquiries.when"))
    yield from _volumes(context, found.contacts)
    if found.turns and found.turns.asked:
        yield _turns(context, found.turns)
    yield Heading(texts("inquiries.recurring"))
    yield from _recurring(context, found.recurring_questions)


def _outcomes(context: ReportContext, found: Analyses) -> Table:
    named = [
        ("resolution", found.resolution),
        ("content", found.satisfaction.content),
        ("answering", found.satisfaction.answering),
        ("archive", found.archive_completeness),
    ]
    if duty := context.metrics.evidence.rectifications:
        named.append(("rectification", duty.rate))
    rows = tuple(
        Row(
            (
                cell(context.texts(f"rate.{key}.name"), "nowrap"),
                cell(context.texts(f"rate.{key}.meaning"), "quiet"),
                cell(context.wording.fraction(of), NUM),
                rate_cell(context, of, None),
                num(context, of.unknown),
                cell(bounds(context, of), f"{NUM} quiet"),
            )
        )
        for key, of in named
    )
    heads = columns(
        context, "figure", "meaning", f"of:{NUM}", f"rate:{NUM}", f"unknown:{NUM}", f"bounds:{NUM}"
    )
    return Table(context.texts("inquiries.outcomes"), heads, rows)


def _turns(context: ReportContext, found: Turns) -> Table:
    """How long questions in chats waited, and how many nobody answered."""
    texts, duration = context.texts, context.wording.duration
    longest = duration(found.longest_seconds)
    if found.longest:
        longest += texts("words.in_brackets", words=found.longest)
    values = {
        "asked": context.wording.number(found.asked),
        "answered": context.wording.number(found.answered),
        "unanswered": context.wording.number(found.unanswered),
        "median": duration(found.median_seconds),
        "p90": duration(found.p90_seconds),
        "longest": longest,
    }
    rows = [
        Row((cell(texts(f"inquiries.turn.{key}")), cell(value, NUM)))
        for key, value in values.items()
    ]
    heads = columns(context, "figure", f"value:{NUM}")
    return Table(texts("inquiries.turns"), heads, tuple(rows))


def _scores(context: ReportContext, found: Satisfaction) -> str:
    if found.mean is None:
        return context.texts("inquiries.no_scores")
    return context.texts(
        "inquiries.scores",
        mean=f"{found.mean:.2f}",
        n=context.texts.count("answer", found.answering.numerator),
        invalid=context.texts("inquiries.invalid", n=found.invalid) if found.invalid else "",
    )


def _shares(
    context: ReportContext, group: str, of: str, caption: str, rows: Sequence[Count]
) -> Table:
    """Counts with bars, most frequent first; `of`: what is counted, `tickets` or `contacts`."""
    total = sum(row.n for row in rows)
    made = []
    for row in rows:
        share = Rate(
            numerator=row.n,
            denominator=total,
            unknown=0,
            rate=row.n / total,
            low=None,
            high=None,
        )
        name = context.texts.name(group, None if row.key == "unknown" else row.key)
        cells = (
            cell(name),
            num(context, row.n),
            cell(context.wording.percent(share.rate), NUM),
            Cell(line(""), "bar", rate_bar(context, share, None)),
        )
        made.append(Row(cells))
    return Table(
        context.texts(f"inquiries.{caption}"),
        columns(context, group, f"{of}_n:{NUM}", f"{of}_share:{NUM}", "share_bar:bar"),
        tuple(made),
    )


def _volumes(context: ReportContext, found: Volumes) -> Iterator[Block]:
    """When customers come: by hour and by weekday, with peak and trough."""
    texts = context.texts
    peak, trough = found.peaks, found.troughs
    if not (peak.hour and peak.weekday and peak.day and trough.hour and trough.weekday):
        yield Paragraph(line(texts("inquiries.nobody")))
        return
    days = texts.items("words.weekdays")
    yield Paragraph(
        line(
            texts(
                "inquiries.peaks",
                total=texts.count("contact", found.total),
                hour=_tied(context, found.by_hour, peak.hour.n),
                hour_n=context.wording.number(peak.hour.n),
                low=_tied(context, found.by_hour, trough.hour.n),
                low_n=context.wording.number(trough.hour.n),
                weekday=_tied_days(context, found, peak.weekday),
                weekday_n=f"{peak.weekday.per_day:.1f}",
                quiet=_tied_days(context, found, trough.weekday),
                quiet_n=f"{trough.weekday.per_day:.1f}",
                day=context.wording.day(peak.day.key),
                day_n=f"{peak.day.n:,}",
            )
        )
    )
    yield _strip(
        context,
        "inquiries.hours",
        "hour",
        found.by_hour,
        [str(row.key) for row in found.by_hour],
    )
    yield _strip(
        context,
        "inquiries.weekdays",
        "weekday_name",
        found.by_weekday,
        [days[row.key - 1] for row in found.by_weekday],
    )
    yield _shares(context, "channel", "contacts", "contact_channels", found.by_channel)


def _tied(context: ReportContext, rows: Sequence[PerDay[int]], n: int) -> str:
    """The hours with that many contacts: all of them, where several are level."""
    hours = (context.texts("inquiries.hour", n=row.key) for row in rows if row.n == n)
    return context.texts("words.and").join(hours)


def _tied_days(context: ReportContext, found: Volumes, like: PerDay[int]) -> str:
    days = context.texts.items("words.weekdays")
    level = [days[row.key - 1] for row in found.by_weekday if row.per_day == like.per_day]
    return context.texts("words.and").join(level)


def _strip(
    context: ReportContext,
    caption: str,
    heading: str,
    rows: Sequence[PerDay[int]],
    names: Sequence[str],
) -> Table:
    """One row of counts, darker where more."""
    most = max((row.n for row in rows), default=0) or 1
    shades = tuple(cell(f"{row.n:,}", f"volume-{-(-row.n * STEPS // most)}") for row in rows)
    heads = (columns(context, heading)[0], *(Column(name, "scale") for name in names))
    return Table(
        context.texts(caption),
        heads,
        (Row((cell(context.texts("column.n")), *shades)),),
        css="heat",
    )


def _recurring(context: ReportContext, rows: Sequence[RecurringQuestion]) -> Iterator[Block]:
    if not rows:
        yield Paragraph(line(context.texts("inquiries.no_recurring")))
        return
    made = tuple(
        Row(
            (
                cell(context.printable.free(row.key)),
                cell(context.texts.name("category", row.category)),
                num(context, row.n),
                num(context, row.customers),
            )
        )
        for row in rows
    )
    heads = columns(context, "question", "category", f"n:{NUM}", f"customers:{NUM}")
    yield Table(
        context.texts("inquiries.recurring_table"),
        heads,
        made,
        context.texts("inquiries.recurring_note"),
    )
