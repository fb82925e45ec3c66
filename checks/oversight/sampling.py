"""The day's spot check: a reproducible random sample of its tickets (TC 第十四条(一))."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Final

import polars as pl

from checks.judging.tiers import tiers
from checks.local_time import midnight
from checks.records.records import Records
from checks.subjects.lost import lost
from checks.subjects.tickets import first_asked, ticket_frame

STRATA: Final = ("department", "tier")


def tickets_of_day(records: Records, day: date) -> pl.DataFrame:
    """Tickets that customers asked for on `day`, each once, in order of ticket_id.

    The columns of the canonical table `tickets`, `tier` being that of the moment (else the form's),
    and requested_at.
    """
    start, end = (midnight(d, records.zone) for d in (day, day + timedelta(days=1)))
    master = tiers(records["customers"])
    asked = ticket_frame(records, first_asked(records), end, lost(records)).filter(
        pl.col("cycle") == 1,
        pl.col("requested_at").is_between(start, end, closed="left"),
    )
    facts = pl.coalesce(master.at(pl.col("requested_at")), "tier")
    return master.attach(asked).with_columns(tier=facts).sort("ticket_id").collect()


def stratified_sample(tickets: pl.DataFrame, share: float, seed: int) -> pl.DataFrame:
    """At least `share` of the tickets of every department and tier, and at least one of each.

    tickets: columns ticket_id, department, tier (nulls are a stratum of their own). The same
    tickets, share and seed give the same sample in any order of the rows; sorted by department,
    tier, ticket_id.
    """
    lots = pl.Series("lot", [_lot(key, seed) for key in tickets["ticket_id"]], pl.String)
    place = pl.col("lot").rank("ordinal").over(*STRATA)
    wanted = (pl.len().over(*STRATA) * share).round(9).ceil()
    return tickets.with_columns(lots).filter(place <= wanted).drop("lot").sort(*STRATA, "ticket_id")


def _lot(key: str, seed: int) -> str:
    """A lot that nobody can steer and everybody can draw again, on any machine."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
