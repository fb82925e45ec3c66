"""Tables of rates: one shape for every group that a rate is asked by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from checks.numbers.rates import RankedRow, Rate, TallyRow
from flows.report.context.blocks import Bar, Cell, Column, Row, Table, line
from flows.report.context.report_context import Means
from flows.system.visible import visible

NUM = "num"
ONE_LINE = 22
"""Characters of an identifier that stay on one line."""


def cell(text: str, css: str = "") -> Cell:
    return Cell(line(text), css)


def code(desk: Means, text: str) -> Cell:
    """An identifier: on one line, unless it is so long that it would push the table off the
    page."""
    shown = desk.press.ink(text)
    return cell(shown, "id nowrap" if len(shown) <= ONE_LINE else "id")


def num(desk: Means, value: int | None, css: str = "") -> Cell:
    return cell(desk.say.number(value), f"{NUM} {css}".strip())


def cases(desk: Means, value: int, **codes: str) -> Cell:
    """A count of violations that leads to its cases; `codes` are those of `view.interactive`."""
    shown = {name: visible(code) for name, code in codes.items()}
    return Cell(line(desk.say.number(value)), NUM, filter=urlencode(shown) if value else "")


def columns(desk: Means, *names: str) -> tuple[Column, ...]:
    """`name` or `name:css` -> the heading from the locale file."""
    parts = (name.partition(":") for name in names)
    return tuple(Column(desk.texts(f"column.{key}"), css) for key, _, css in parts)


def rate_bar(desk: Means, rate: Rate, target: float | None) -> Bar | None:
    """The rate with its bounds and, where one is set, the target."""
    if rate.rate is None:
        return None
    title = desk.texts("words.bar", rate=desk.say.percent(rate.rate), n=desk.say.fraction(rate))
    share, low, high = round(rate.rate * 100, 2), _percent(rate.low), _percent(rate.high)
    return Bar(title, share, low, high, _percent(target))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def rate_cell(desk: Means, rate: Rate, target: float | None) -> Cell:
    low = target is not None and rate.rate is not None and rate.rate < target
    return cell(desk.say.percent(rate.rate), f"{NUM} low" if low else NUM)


def tally_table(
    desk: Means,
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
            num(desk, rate.denominator),
            num(desk, rate.numerator),
            cases(desk, broken, **codes, **{heading: row.key}) if codes else num(desk, broken),
            num(desk, rate.unknown, "quiet"),
            num(desk, row.pending, "quiet"),
            rate_cell(desk, rate, desk.options.target),
            Cell(line(""), "bar", rate_bar(desk, rate, desk.options.target)),
        )
        made.append(Row(cells))
    heads = columns(
        desk,
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


def ranked_table(
    desk: Means,
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
        spread = "—" if interval is None else desk.say.between(interval.low, interval.high)
        broken = rate.denominator - rate.numerator
        cells = (
            cell(name(row.key)),
            cell(str(row.rank or desk.texts("words.unranked")), NUM),
            num(desk, rate.denominator),
            cases(desk, broken, governing="1", timed="1", **{heading: row.key}),
            num(desk, rate.unknown, "quiet"),
            rate_cell(desk, rate, desk.options.target),
            cell(spread, f"{NUM} quiet"),
            Cell(line(""), "bar", rate_bar(desk, rate, desk.options.target)),
        )
        made.append(Row(cells))
    heads = columns(
        desk,
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
