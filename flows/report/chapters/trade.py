"""Figures beside the regulations' own: indicators of the trade, and the service system's own
verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.indicators import TradeIndicator
from flows.report.context.blocks import Block, Row, Table
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num


def trade_indicators(context: ReportContext) -> Iterator[Block]:
    found = context.metrics.indicators
    if not found:
        return
    heads = columns(
        context,
        "figure",
        "meaning",
        f"value:{NUM}",
        f"p90:{NUM}",
        f"of_cases:{NUM}",
        f"unknown:{NUM}",
    )
    rows = tuple(_row(context, indicator) for indicator in found)
    yield Table(context.texts("trade.table"), heads, rows, context.texts("trade.note"), "tight")


def own_figures(context: ReportContext) -> Iterator[Block]:
    """Where the service system's own verdicts differ, by what explains it; nothing where no export
    carries any."""
    found, texts, n = context.metrics.own_figures, context.texts, context.wording.number
    if found is None:
        return
    rows = tuple(
        Row((cell(texts(f"own.cause.{row.key}")), num(context, row.n))) for row in found.by_cause
    )
    told = texts(
        "own.told",
        compared=n(found.compared),
        differ=n(found.differ),
        undecided=n(found.undecided),
        deadlines=n(found.other_deadlines),
    )
    heads = columns(context, "own_cause", f"n:{NUM}")
    yield Table(texts("own.table"), heads, rows, told)


def value_of(context: ReportContext, indicator: TradeIndicator) -> str:
    """The value in words; without one, why there is none."""
    if indicator.why_not:
        return context.texts(f"trade.why_not.{indicator.why_not}")
    if indicator.value is None:
        return context.texts("words.none")
    if indicator.unit == "share":
        return context.wording.percent(indicator.value)
    return context.wording.duration(round(indicator.value))


def meaning_of(context: ReportContext, indicator: TradeIndicator) -> str:
    """What is counted, and of which."""
    lang = context.texts.lang
    return context.texts(
        "trade.meaning",
        definition=indicator.definition.of(lang),
        over=indicator.over.of(lang),
    )


def _row(context: ReportContext, indicator: TradeIndicator) -> Row:
    p90 = "—" if indicator.p90 is None else context.wording.duration(indicator.p90)
    return Row(
        (
            cell(indicator.title.of(context.texts.lang), "nowrap"),
            cell(
                context.texts(
                    "trade.sourced",
                    meaning=meaning_of(context, indicator),
                    source=indicator.source,
                ),
                "quiet",
            ),
            cell(value_of(context, indicator), NUM),
            cell(p90, NUM),
            num(context, indicator.of),
            num(context, indicator.unknown),
        )
    )
