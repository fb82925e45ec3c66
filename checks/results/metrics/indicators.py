"""Indicators of the trade, each as its rulebook file defines it (checks.law.indicator). They bind
nobody: what is counted here changes no verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

import polars as pl

from checks.law.indicator import Indicator, Measure
from checks.law.rulebook import Text
from checks.numbers.base import Title
from checks.numbers.indicators import TradeIndicator, WhyNot
from checks.records.as_of_cutoff import precision_of, uncertainty
from checks.unwatched.calls import calls_of_parties
from checks.unwatched.model import Seen

_DONE: Final = ("finished_at", "completed_at", "archived_at")
_SECONDS: Final = "seconds"


@dataclass(frozen=True)
class Found:
    """`value` over `of` cases, `counted` of them where it is a share; `unknown` more are undecided.
    `recorded`: whether the records bear it at all."""

    value: float | None
    of: int
    unknown: int = 0
    counted: int | None = None
    p90: int | None = None
    longest: int | None = None
    recorded: bool = True


class _Cases:
    """The cases that several measures look at, each worked out once."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.closing = seen, seen.closing
        self.cutoff = seen.closing.period.cutoff

    def carries(self, table: str, *columns: str) -> bool:
        return set(columns) <= self.closing.records.recorded.get(table, frozenset())

    @cached_property
    def reopenings_recorded(self) -> bool:
        """Whether any ticket ever was: a system that never tells cannot be asked how often."""
        events = self.closing.records["ticket_events"].filter(pl.col("event") == "reopened")
        return bool(events.select(pl.len() > 0).collect().item())

    @cached_property
    def calls(self) -> pl.DataFrame:
        """Inbound calls of the period that got through and were over or answered by the cutoff:
        `answered` (null where unreadable), and how long they rang at least and at most (`least`,
        `most`, null where nothing tells)."""
        cells = pl.col("answered_at", "ended_at")
        inbound = self.closing.records["calls"].filter(
            (pl.col("direction") == "inbound")
            & self.seen.within("started_at")
            & (pl.col("started_at") <= self.cutoff)
        )
        later = pl.any_horizontal((cells > self.cutoff).fill_null(False))
        spoken = pl.col("answered_at").is_not_null() | (pl.col("disposition") == "answered")
        known = inbound.with_columns(
            later=later,
            answered=pl.when(~pl.col("answered_at_unreadable"))
            .then(spoken.fill_null(False) & ~(pl.col("answered_at") > self.cutoff).fill_null(False))
            .otherwise(None),
        )
        through = known.filter(
            pl.col("answered").fill_null(True)
            | ~(pl.col("later") | (pl.col("disposition") == "busy").fill_null(False))
        )
        bounds = {end: _taken("started_at", end) for end in ("answered_at", "ended_at")}
        return through.select(
            "answered",
            *(
                pl.when("answered")
                .then(bounds["answered_at"][at])
                .otherwise(bounds["ended_at"][at])
                .alias(name)
                for at, name in enumerate(("least", "most"))
            ),
        ).collect(engine="streaming")

    @cached_property
    def tickets(self) -> pl.DataFrame:
        """Tickets of the period that were not cancelled, with `reopened` and `done` (once)."""
        return self._marked(self.seen.asked_in_period).collect(engine="streaming")

    @cached_property
    def waiting(self) -> pl.DataFrame:
        """Tickets that are not finished by the cutoff, whenever they were asked for."""
        known = self.seen.tickets.filter(
            pl.all_horizontal(pl.col(_DONE).is_null())
            & ~pl.col("status").is_in(["completed", "archived"]).fill_null(False)
            & pl.col("asked_at").is_not_null()
        )
        age = (pl.lit(self.cutoff) - pl.col("asked_at")).dt.total_seconds()
        return known.select(age.alias(_SECONDS)).collect(engine="streaming")

    @staticmethod
    def _marked(tickets: pl.LazyFrame) -> pl.LazyFrame:
        reopened = pl.col("cycle") > 1
        finished = pl.any_horizontal(pl.col(_DONE).is_not_null())
        return tickets.with_columns(reopened=reopened, done=finished | reopened)


def indicators(seen: Seen) -> tuple[TradeIndicator, ...]:
    """Every indicator that the rulebooks define, in their order, also those that the records do not
    bear."""
    cases = _Cases(seen)
    in_prc = any(regulation.shipped for regulation in seen.closing.rulebooks.regulations)
    return tuple(
        _told(
            name, indicator, indicator.cited(in_prc), MEASURES[indicator.measure](cases, indicator)
        )
        for name, indicator in seen.closing.rulebooks.indicators.items()
    )


def _told(name: str, indicator: Indicator, source: str, found: Found) -> TradeIndicator:
    share = indicator.measure in _SHARES
    return TradeIndicator(
        key=name,
        title=_title(indicator.title),
        definition=_title(indicator.definition),
        over=_title(indicator.over),
        source=source,
        unit="share" if share else "seconds",
        value=found.value,
        counted=found.counted,
        of=found.of,
        unknown=found.unknown,
        p90=found.p90,
        longest=found.longest,
        why_not=_why_not(found),
    )


def _why_not(found: Found) -> WhyNot | None:
    if found.value is not None:
        return None
    if not found.recorded:
        return "not_recorded"
    return "undecided" if found.unknown else "no_case"


def _title(text: Text) -> Title:
    return Title(zh=text.zh, en=text.en)


def _answered_within(cases: _Cases, indicator: Indicator) -> Found:
    """A call that was given up within the time counts neither way."""
    if not cases.carries("calls", "answered_at"):
        return _unrecorded(cases.calls.height)
    within = pl.lit(indicator.span)
    answered, least, most = pl.col("answered"), pl.col("least"), pl.col("most")
    in_time, too_long = most <= within, least > within
    good = answered & in_time
    aside = ~answered & in_time
    return _share(cases.calls.filter(~aside.fill_null(False)), good, good | too_long)


def _abandoned(cases: _Cases, indicator: Indicator) -> Found:
    if not cases.carries("calls", "answered_at"):
        return _unrecorded(cases.calls.height)
    return _share(cases.calls, ~pl.col("answered"), pl.col("answered").is_not_null())


def _speed_of_answer(cases: _Cases, indicator: Indicator) -> Found:
    """Only calls whose two times are known to the second make up the mean."""
    answered = cases.calls.filter("answered")
    if not cases.carries("calls", "answered_at"):
        return _unrecorded(answered.height)
    known = answered.filter(pl.col("least") == pl.col("most"))
    mean = known.select(pl.col("least").dt.total_microseconds().mean() / 1_000_000).item()
    return Found(mean, known.height, answered.height - known.height)


def _first_reply(cases: _Cases, indicator: Indicator) -> Found:
    return _replies(cases, pl.col("opens"))


def _next_reply(cases: _Cases, indicator: Indicator) -> Found:
    return _replies(cases, ~pl.col("opens"))


def _replies(cases: _Cases, which: pl.Expr) -> Found:
    turns = cases.closing.turns.filter(
        which & ~pl.col("courtesy_only") & pl.col("answered_at").is_not_null()
    )
    waited = (pl.col("answered_at") - pl.col("asked_at")).dt.total_seconds().clip(0)
    return _times(turns.select("exact", waited.alias(_SECONDS)).collect())


def _first_response(cases: _Cases, indicator: Indicator) -> Found:
    """Of tickets that were opened again nobody knows the first response any more."""
    answered = cases.tickets.filter(~pl.col("reopened") & pl.col("responded_at").is_not_null())
    if not cases.carries("tickets", "responded_at"):
        return _unrecorded(cases.tickets.height)
    exact = (pl.col("requested_at_precision") + pl.col("responded_at_precision")) == 0
    waited = pl.col("responded_at") - pl.col("asked_at")
    in_order = waited >= timedelta(0)
    return _times(
        answered.select(waited.dt.total_seconds().alias(_SECONDS), exact=exact & in_order)
    )


def _first_contact(cases: _Cases, indicator: Indicator) -> Found:
    if not cases.carries("tickets", "replied_at"):
        return _unrecorded(cases.tickets.height)
    spot = cases.closing.rulebooks.parameters.on_the_spot
    taken = pl.col("replied_at") - pl.coalesce("responded_at", "asked_at")
    at_once = pl.col("answered_on_spot").fill_null(taken <= spot)
    passed_on = pl.any_horizontal(
        pl.col("escalated_at", "handed_over_at", "promised_at").is_not_null()
    )
    inquiries = cases.tickets.filter((pl.col("kind") == "inquiry") & pl.col("done"))
    good = at_once & ~passed_on & ~pl.col("reopened")
    return _share(inquiries, good, good.is_not_null())


def _repeated_within(cases: _Cases, indicator: Indicator) -> Found:
    """The last calls before the cutoff are undecided until their time is over."""
    if not cases.carries("calls", "answered_at"):
        return _unrecorded(0)
    within = pl.lit(indicator.span)
    again = (pl.col("again") - pl.col("started_at") <= within).fill_null(False)
    over = pl.col("started_at") + within <= pl.lit(cases.cutoff)
    answered = calls_of_parties(cases.seen).filter(
        pl.col("answered") & cases.seen.within("started_at")
    )
    return _share(answered.collect(engine="streaming"), again, again | over)


def _reopened(cases: _Cases, indicator: Indicator) -> Found:
    done = cases.tickets.filter("done")
    if not cases.reopenings_recorded:
        return _unrecorded(done.height)
    return _share(done, pl.col("reopened"), pl.col("reopened").is_not_null())


def _backlog_age(cases: _Cases, indicator: Indicator) -> Found:
    return _times(cases.waiting.with_columns(exact=pl.lit(True)))


MEASURES: Final[Mapping[Measure, Callable[[_Cases, Indicator], Found]]] = {
    "answered_within": _answered_within,
    "speed_of_answer": _speed_of_answer,
    "abandoned": _abandoned,
    "first_reply": _first_reply,
    "next_reply": _next_reply,
    "first_response": _first_response,
    "first_contact": _first_contact,
    "repeated_within": _repeated_within,
    "reopened": _reopened,
    "backlog_age": _backlog_age,
}
_SHARES: Final = ("answered_within", "abandoned", "first_contact", "repeated_within", "reopened")


def _taken(start: str, end: str) -> tuple[pl.Expr, pl.Expr]:
    """The least and the greatest time between two that were written with some precision."""
    begun, over = pl.col(precision_of(start)), pl.col(precision_of(end))
    least = pl.col(end) - pl.col(start) - uncertainty(begun)
    most = pl.col(end) + uncertainty(over) - pl.col(start)
    return pl.max_horizontal(least, pl.lit(timedelta(0))), most


def _share(cases: pl.DataFrame, good: pl.Expr, decided: pl.Expr) -> Found:
    counts = cases.select(
        counted=(good & decided).fill_null(False).sum().cast(pl.Int64),
        of=decided.fill_null(False).sum().cast(pl.Int64),
    ).row(0)
    counted, of = counts
    return Found(counted / of if of else None, of, cases.height - of, counted)


def _times(cases: pl.DataFrame) -> Found:
    """Median, 90th percentile and longest of `seconds`, nearest rank, of the cases that are
    `exact`; a share of a second counts as none."""
    known = cases.filter("exact")[_SECONDS]
    median, p90, longest = (known.quantile(q, "equiprobable") for q in (0.5, 0.9, 1.0))
    return Found(
        median,
        known.len(),
        cases.height - known.len(),
        p90=None if p90 is None else int(p90),
        longest=None if longest is None else int(longest),
    )


def _unrecorded(cases: int) -> Found:
    return Found(None, 0, cases, recorded=False)
