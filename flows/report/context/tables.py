"""Tables of rates: one shape for every group that a rate is asked by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from checks.numbers.rates import RankedRow, Rate, TallyRow
from checks.results.metrics.breakdowns import few
from flows.report.context.blocks import Bar, Cell, Column, Row, Table, line
from flows.report.context.report_context import ReportWords
from flows.system.visible import visible

NUM = "num"
ONE_LINE = 22
"""Characters of an identifier that stay on one line."""


def cell(text: str, css: str = "") -> Cell:
    return Cell(line(text), css)


def code(context: ReportWords, text: str) -> Cell:
    """An identifier: on one line, unless it is so long that it would push the table off the
    page."""
    shown = context.printable.text(text)
    return cell(shown, "id nowrap" if len(shown) <= ONE_LINE else "id")


def num(context: ReportWords, value: int | None, css: str = "") -> Cell:
    return cell(context.wording.number(value), f"{NUM} {css}".strip())


def cases(context: ReportWords, value: int, **codes: str) -> Cell:
    """A count of violations that leads to its cases; `codes` are those of `view.interactive`."""
    shown = {name: visible(code) for name, code in codes.items()}
    return Cell(line(context.wording.number(value)), NUM, filter=urlencode(shown) if value else "")


def columns(context: ReportWords, *names: str) -> tuple[Column, ...]:
    """`name` or `name:css` -> the heading from the locale file."""
    parts = (name.partition(":") for name in names)
    return tuple(Column(context.texts(f"column.{key}"), css) for key, _, css in parts)


def rate_bar(context: ReportWords, rate: Rate, target: float | None) -> Bar | None:
    """The rate with its bounds and, where one is set, the target."""
    if rate.rate is None:
        return None
    title = context.texts(
        "words.bar", rate=context.wording.percent(rate.rate), n=context.wording.fraction(rate)
    )
    share, low, high = round(rate.rate * 100, 2), _percent(rate.low), _percent(rate.high)
    return Bar(title, share, low, high, _percent(target))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def rate_cell(context: ReportWords, rate: Rate, target: float | None) -> Cell:
    low = target is not None and rate.rate is not None and rate.rate < target
    return cell(context.wording.percent(rate.rate), f"{NUM} low" if low else NUM)


def tally_table(
    context: ReportWords,
    caption: str,
    heading: str,
    rows: Sequence[TallyRow],
    name: Callable[[str], str],
    **codes: str,
) -> Table:
    """Timeliness by one dimension: cases decided, met, violations, undecided, the rate and its bar
    with bounds.

    `codes` lead from the violations to their cases; `heading` is the code of the dimension itself.
    """
    made = []
    for row in rows:
        rate = row.timeliness
        broken = rate.denominator - rate.numerator
        cells = (
            cell(name(row.key)),
            num(context, rate.denominator),
            num(context, rate.numerator),
            cases(context, broken, **codes, **{heading: row.key})
            if codes
            else num(context, broken),
            num(context, rate.unknown, "quiet"),
            num(context, row.pending, "quiet"),
            rate_cell(context, rate, None),
            Cell(line(""), "bar", rate_bar(context, rate, None)),
        )
        made.append(Row(cells))
    heads = columns(
        context,
        heading,
        f"decided:{NUM}",
        f"met:{NUM}",
        f"violations:{NUM}",
        f"unknown:{NUM}",
        f"pending:{NUM}",
        f"rate:{NUM}",
        "bar:bar",
    )
    return Table(caption, heads, tuple(made))


def _rank(context: ReportWords, row: RankedRow) -> str:
    """The rank, marked where it rests on few cases."""
    if row.rank is None:
        return context.texts("words.unranked")
    return context.texts("words.few_cases", rank=row.rank) if few(row) else str(row.rank)


def ranked_table(
    context: ReportWords,
    caption: str,
    heading: str,
    rows: Sequence[RankedRow],
    name: Callable[[str], str],
    note: str,
) -> Table:
    """Departments or people, best first, with the number of cases and the interval of the rate."""
    made = []
    for row in rows:
        rate, interval = row.timeliness, row.interval
        spread = "—" if interval is None else context.wording.between(interval.low, interval.high)
        broken = rate.denominator - rate.numerator
        cells = (
            cell(name(row.key)),
            cell(_rank(context, row), NUM),
            num(context, rate.denominator),
            cases(context, broken, governing="1", timed="1", **{heading: row.key}),
            num(context, rate.unknown, "quiet"),
            rate_cell(context, rate, None),
            cell(spread, f"{NUM} quiet"),
            Cell(line(""), "bar", rate_bar(context, rate, None)),
        )
        made.append(Row(cells))
    heads = columns(
        context,
        heading,
        f"rank:{NUM}",
        f"decided:{NUM}",
        f"violations:{NUM}",
        f"unknown:{NUM}",
        f"rate:{NUM}",
        f"interval:{NUM}",
        "bar:bar",
    )
    return Table(caption, heads, tuple(made), note)
