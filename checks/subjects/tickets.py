"""Tickets in cycles: one row per ticket, and one more for every time that it was reopened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from checks.local_time import dtype_in, zone_of
from checks.records.as_of_cutoff import at_of, cut, exactness_of, marked, precision_of, stamp
from checks.records.milestones import FINISHED_BY, MILESTONES
from checks.records.tables import PRECISION
from checks.subjects.lost import Lost
from checks.text.filling import filled


def ticket_frame(
    records: Mapping[str, pl.LazyFrame],
    asked: pl.LazyFrame,
    cutoff: datetime,
    lost: Lost,
    milestones: Sequence[str] = MILESTONES,
) -> pl.LazyFrame:
    """One row per ticket cycle as of the cutoff: the ticket's cells, its `milestones` of this
    cycle, and

    subject_id, cycle (1, 2 ...), cycle_end (the reopening that ended it), requested_at (when the
    customer asked), finished_at (the last step of service), quarantined (an event of the ticket is
    lost). requested_at is null where nobody had asked by the cutoff; asked_at is that of the first
    cycle. `cancelled_at` keeps the value of the export.
    """
    events = records["ticket_events"].filter(pl.col("at") <= cutoff)
    zone = zone_of(cutoff)
    unasked = [m for m in MILESTONES if m not in milestones]
    tickets = _begun(requested(records["tickets"], asked, cutoff), events, cutoff)
    tickets = tickets.with_columns(asked_at="requested_at")
    tickets = tickets.drop(unasked, map(marked, unasked), map(precision_of, unasked))
    # Collected where several questions are asked of one frame: a lazy one would be worked out for
    # each.
    numbered = _cycles(tickets, events, zone).collect().lazy()
    frame = _milestones(numbered, events, cutoff, milestones)
    frame = frame.with_columns(lost.without_milestones(milestones)).with_columns(
        quarantined=lost.of_ticket()
    )
    frame = frame.with_columns(_finished(milestones, zone))
    suffix = pl.when(pl.col("cycle") > 1).then(filled("#{}", "cycle")).otherwise(pl.lit(""))
    return frame.with_columns(subject_id=pl.col("ticket_id") + suffix, responsible="handler_id")


def _finished(milestones: Sequence[str], zone: str | None) -> list[pl.Expr]:
    """finished_at and how exact it is: the last step of service of the ticket's kind."""
    steps = {kind: step for kind, step in FINISHED_BY.items() if step in milestones}
    at, exact = pl.lit(None, dtype_in(zone)), pl.lit(0, PRECISION)
    for kind, step in steps.items():
        of_kind = pl.col("kind") == kind
        at = pl.when(of_kind).then(step).otherwise(at)
        exact = pl.when(of_kind).then(precision_of(step)).otherwise(exact)
    return [at.alias("finished_at"), exact.alias(precision_of("finished_at"))]


def first_asked(records: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """ticket_id, asked (a stamp, see cells.stamp): the first call or message of a customer that
    carries the ticket's number."""
    calls = records["calls"].filter(
        (pl.col("direction") == "inbound") & pl.col("ticket_id").is_not_null()
    )
    chats = records["chats"].filter(
        (pl.col("sender") == "customer") & pl.col("ticket_id").is_not_null()
    )
    called, wrote = stamp("started_at"), stamp("sent_at")
    asked = pl.concat(
        [calls.select("ticket_id", asked=called), chats.select("ticket_id", asked=wrote)]
    )
    return asked.group_by("ticket_id").agg(pl.col("asked").min())


def requested(tickets: pl.LazyFrame, asked: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """Tickets with `requested_at`: the customer's clock starts when the customer asks, not when the
    form is opened.

    asked: as of `first_asked`.
    """
    # What was first asked after the cutoff was not asked before it either.
    zone = zone_of(cutoff)
    opened = pl.when(pl.col("opened_at") <= cutoff).then(stamp("opened_at"))
    asked_at = at_of(pl.col("asked"), zone)
    first = pl.min_horizontal(opened, pl.when(asked_at <= cutoff).then("asked"))
    return (
        tickets.join(asked, on="ticket_id", how="left", maintain_order="left")
        .with_columns(requested_at=at_of(first, zone), requested_at_precision=exactness_of(first))
        .drop("asked")
    )


def _begun(tickets: pl.LazyFrame, events: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """Tickets of which anything had happened by the cutoff: no clock can run on the others."""
    acted = events.select("ticket_id", acted=pl.lit(True)).unique()
    happened = pl.min_horizontal("requested_at", *MILESTONES) <= cutoff
    return (
        tickets.join(acted, on="ticket_id", how="left", maintain_order="left")
        .filter(happened.fill_null(False) | pl.col("acted").fill_null(False))
        .drop("acted")
    )


def _cycles(tickets: pl.LazyFrame, events: pl.LazyFrame, zone: str | None) -> pl.LazyFrame:
    """Tickets repeated per cycle, with cycle, cycle_start (null in the first) and cycle_end (null
    in the last).

    Only what was reopened after the customer asked begins a new cycle.
    """
    again = events.filter(pl.col("event") == "reopened").join(
        tickets.select("ticket_id", "requested_at"), on="ticket_id"
    )
    each = again.filter(pl.col("at") > pl.col("requested_at")).group_by("ticket_id", "at")
    once_each = each.agg(stamped=stamp("at").min()).sort("ticket_id", "at")
    reopened = once_each.group_by("ticket_id").agg("at", "stamped")
    starts = pl.concat_list(pl.lit(None, dtype_in(zone)), "at")
    stamps = pl.concat_list(pl.lit(None, pl.Int64), "stamped")
    # Few tickets are reopened; the others are one cycle as they are.
    never = pl.lit(None, dtype_in(zone))
    once = tickets.join(reopened, on="ticket_id", how="anti", maintain_order="left")
    several = (
        tickets.join(reopened, on="ticket_id", maintain_order="left")
        .with_columns(cycle_start=starts, cycle_end=starts.list.shift(-1), stamped=stamps)
        .with_columns(cycle=pl.int_ranges(1, pl.col("cycle_start").list.len() + 1))
        .explode("cycle_start", "cycle_end", "cycle", "stamped")
        .with_columns(
            requested_at=pl.coalesce("cycle_start", "requested_at"),
            requested_at_precision=pl.when(pl.col("stamped").is_null())
            .then("requested_at_precision")
            .otherwise(exactness_of(pl.col("stamped"))),
        )
        .drop("at", "stamped")
    )
    return pl.concat(
        [once.with_columns(cycle_start=never, cycle_end=never, cycle=pl.lit(1, pl.Int64)), several],
        how="diagonal",
    )


def _milestones(
    cycles: pl.LazyFrame, events: pl.LazyFrame, cutoff: datetime, milestones: Sequence[str]
) -> pl.LazyFrame:
    """Each milestone's cell: the first event of its name in the cycle, else the ticket's own cell
    if it falls in it.

    Which names have events is asked of the whole ticket: a name that has any event is told by its
    events alone.
    """
    cycles = cycles.with_row_index("place")
    first = _first_events(cycles, events, milestones)
    joined = cycles.join(
        _have_events(cycles, first, milestones), on="ticket_id", how="left", maintain_order="left"
    ).join(first, on="place", how="left", maintain_order="left")
    facts = {m: pl.coalesce(f"has_{m}", pl.col(f"event_{m}").is_not_null()) for m in milestones}
    cells = [cell for m in milestones for cell in _cell(m, facts[m], zone_of(cutoff))]
    asked = [f"{kind}_{m}" for m in milestones for kind in ("has", "event")]
    cut_off = joined.with_columns(cut(list(milestones), cutoff))
    return cut_off.with_columns(cells).drop(*asked, "cycle_start", "place")


def _cell(milestone: str, facts: pl.Expr, zone: str | None) -> list[pl.Expr]:
    """The milestone's cell with its companions, by its event where events tell it."""
    event = pl.col(f"event_{milestone}")
    at = pl.when(facts).then(at_of(event, zone)).when(_falls_in_cycle(milestone)).then(milestone)
    exact = pl.when(facts).then(exactness_of(event)).otherwise(precision_of(milestone))
    unreadable = pl.col(marked(milestone)) & ~facts
    return [
        at.alias(milestone),
        exact.alias(precision_of(milestone)),
        unreadable.alias(marked(milestone)),
    ]


def _first_events(
    cycles: pl.LazyFrame, events: pl.LazyFrame, milestones: Sequence[str]
) -> pl.LazyFrame:
    """By `place`, `event_<milestone>`: the stamp of the first event of the name in the cycle."""
    spans = cycles.select("place", "ticket_id", "cycle_start", "cycle_end")
    named = events.filter(pl.col("event") != "reopened").select(
        "ticket_id", "event", "at", stamped=stamp("at")
    )
    in_cycle = (
        named.join(spans, on="ticket_id")
        .filter(_falls_in_cycle("at"))
        .drop("cycle_start", "cycle_end")
    )
    first = in_cycle.group_by("place").agg(
        pl.when(pl.col("event") == m.removesuffix("_at")).then("stamped").min().alias(f"event_{m}")
        for m in milestones
    )
    return first.collect().lazy()


def _have_events(
    cycles: pl.LazyFrame, first: pl.LazyFrame, milestones: Sequence[str]
) -> pl.LazyFrame:
    """By `ticket_id`, `has_<milestone>`: whether the ticket has such an event in any cycle; of
    reopened tickets only, no other can have it in another cycle than the one that is asked."""
    reopened = cycles.filter(pl.col("cycle") > 1).select("ticket_id").unique()
    parts = (
        cycles.select("place", "ticket_id")
        .join(reopened, on="ticket_id", how="semi")
        .join(first, on="place")
    )
    return parts.group_by("ticket_id").agg(
        pl.col(f"event_{m}").is_not_null().any().alias(f"has_{m}") for m in milestones
    )


def _falls_in_cycle(column: str) -> pl.Expr:
    """After the cycle's own reopening, at or before the next one."""
    at = pl.col(column)
    after = pl.col("cycle_start").is_null() | (at > pl.col("cycle_start"))
    return after & (pl.col("cycle_end").is_null() | (at <= pl.col("cycle_end")))
