"""咨询与满意度: what is analysed beside timeliness. Source: RC 第十一条(二), 第二十条(二); CD
六(二)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.analyses import Analyses, PerDay, RecurringQuestion, Satisfaction, Volumes
from checks.numbers.base import Count
from checks.numbers.rates import Rate
from flows.report.chapters.overview import bounds
from flows.report.context.blocks import Block, Cell, Column, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num, rate_bar, rate_cell

STEPS = 5
"""Shades of a volume table."""


def inquiries(desk: Desk) -> Iterator[Block]:
    texts, found = desk.texts, desk.metrics.analyses
    yield Heading(texts("inquiries.outcome"))
    yield _outcomes(desk, found)
    yield Paragraph(line(_scores(desk, found.satisfaction)))
    yield Heading(texts("inquiries.where"))
    if not found.inquiries.total:
        yield Paragraph(line(texts("inquiries.nobody")))
    else:
        yield _shares(desk, "category", "inquiries.categories", found.inquiries.by_category)
        yield _shares(desk, "channel", "inquiries.channels", found.inquiries.by_channel)
    yield Heading(texts("inquiries.when"))
    yield from _volumes(desk, found.contacts)
    yield Heading(texts("inquiries.recurring"))
    yield from _recurring(desk, found.recurring_questions)


def _outcomes(desk: Desk, found: Analyses) -> Table:
    named = [
        ("resolution", found.resolution),
        ("content", found.satisfaction.content),
        ("answering", found.satisfaction.answering),
        ("archive", found.archive_completeness),
        ("rectification", desk.metrics.evidence.rectifications.rate),
    ]
    rows = tuple(
        Row(
            (
                cell(desk.texts(f"rate.{key}.name"), "nowrap"),
                cell(desk.texts(f"rate.{key}.meaning"), "quiet"),
                cell(desk.say.fraction(of), NUM),
                rate_cell(desk, of, None),
                num(desk, of.unknown),
                cell(bounds(desk, of), f"{NUM} quiet"),
            )
        )
        for key, of in named
    )
    heads = columns(
        desk, "figure", "meaning", f"of:{NUM}", f"rate:{NUM}", f"unknown:{NUM}", f"bounds:{NUM}"
    )
    return Table(desk.texts("inquiries.outcomes"), heads, rows)


def _scores(desk: Desk, found: Satisfaction) -> str:
    if found.mean is None:
        return desk.texts("inquiries.no_scores")
    return desk.texts(
        "inquiries.scores",
        mean=f"{found.mean:.2f}",
        n=desk.texts.count("answer", found.answering.numerator),
        invalid=desk.texts("inquiries.invalid", n=found.invalid) if found.invalid else "",
    )


def _shares(desk: Desk, group: str, caption: str, rows: Sequence[Count]) -> Table:
    """Counts with bars, most frequent first."""
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
        name = desk.texts.name(group, None if row.key == "unknown" else row.key)
        cells = (
            cell(name),
            num(desk, row.n),
            cell(desk.say.percent(share.rate), NUM),
            Cell(line(""), "bar", rate_bar(desk, share, None)),
        )
        made.append(Row(cells))
    return Table(
        desk.texts(caption),
        columns(desk, group, f"n:{NUM}", f"share:{NUM}", "share_bar:bar"),
        tuple(made),
    )


def _volumes(desk: Desk, found: Volumes) -> Iterator[Block]:
    """When customers come: by hour and by weekday, with peak and trough."""
    texts = desk.texts
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
                hour=peak.hour.key,
                hour_n=f"{peak.hour.per_day:.1f}",
                low=trough.hour.key,
                low_n=f"{trough.hour.per_day:.1f}",
                weekday=days[peak.weekday.key - 1],
                weekday_n=f"{peak.weekday.per_day:.1f}",
                quiet=days[trough.weekday.key - 1],
                quiet_n=f"{trough.weekday.per_day:.1f}",
                day=desk.say.day(peak.day.key),
                day_n=f"{peak.day.n:,}",
            )
        )
    )
    yield _strip(
        desk,
        "inquiries.hours",
        "hour",
        found.by_hour,
        [str(row.key) for row in found.by_hour],
    )
    yield _strip(
        desk,
        "inquiries.weekdays",
        "weekday_name",
        found.by_weekday,
        [days[row.key - 1] for row in found.by_weekday],
    )
    yield _shares(desk, "channel", "inquiries.contact_channels", found.by_channel)


def _strip(
    desk: Desk, caption: str, heading: str, rows: Sequence[PerDay[int]], names: Sequence[str]
) -> Table:
    """One row of counts, darker where more."""
    most = max((row.n for row in rows), default=0) or 1
    shades = tuple(cell(f"{row.n:,}", f"volume-{-(-row.n * STEPS // most)}") for row in rows)
    heads = (columns(desk, heading)[0], *(Column(name) for name in names))
    return Table(
        desk.texts(caption), heads, (Row((cell(desk.texts("column.n")), *shades)),), css="heat"
    )


def _recurring(desk: Desk, rows: Sequence[RecurringQuestion]) -> Iterator[Block]:
    if not rows:
        yield Paragraph(line(desk.texts("inquiries.no_recurring")))
        return
    made = tuple(
        Row(
            (
                cell(desk.press.free(row.key)),
                cell(desk.texts.name("category", row.category)),
                num(desk, row.n),
                num(desk, row.customers),
            )
        )
        for row in rows
    )
    heads = columns(desk, "question", "category", f"n:{NUM}", f"customers:{NUM}")
    yield Table(
        desk.texts("inquiries.recurring_table"), heads, made, desk.texts("inquiries.recurring_note")
    )
