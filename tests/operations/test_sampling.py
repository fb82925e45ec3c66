"""The spot check's sample: every stratum, the share, the same lots for everybody."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from checks.oversight.sampling import STRATA, stratified_sample, tickets_of_day
from checks.records.records import Records
from checks.records.tables import TABLES, empty

DAY = date(2026, 10, 14)


def population(sizes: dict[tuple[str | None, str | None], int]) -> pl.DataFrame:
    rows = [
        {"ticket_id": f"T{n}-{department}-{tier}", "department": department, "tier": tier}
        for (department, tier), size in sizes.items()
        for n in range(size)
    ]
    return pl.DataFrame(
        rows, schema={"ticket_id": pl.String, "department": pl.String, "tier": pl.String}
    )


SIZES = {
    ("客服部", "core"): 1,
    ("客服部", "ordinary"): 10,
    ("技术部", "ordinary"): 11,
    ("技术部", None): 2,
    (None, None): 4,
}


@pytest.mark.parametrize(
    ("share", "wanted"), [(0.3, [1, 3, 4, 1, 2]), (0.01, [1, 1, 1, 1, 1]), (1.0, [1, 10, 11, 2, 4])]
)
def test_every_stratum_gives_its_share_and_at_least_one(share: float, wanted: list[int]) -> None:
    sample = stratified_sample(population(SIZES), share, seed=1)
    sizes = {tuple(key): len(rows) for key, rows in sample.group_by(*STRATA)}
    assert [sizes[stratum] for stratum in SIZES] == wanted


def test_the_order_of_rows_does_not_change_the_lots_and_the_seed_does() -> None:
    people = population({("客服部", "core"): 200})
    sample = stratified_sample(people, 0.3, seed=1)
    assert sample.equals(stratified_sample(people.reverse(), 0.3, seed=1))
    assert (
        sample["ticket_id"].to_list()
        != stratified_sample(people, 0.3, seed=2)["ticket_id"].to_list()
    )


def test_no_ticket_gives_an_empty_sample() -> None:
    assert stratified_sample(population({}), 0.3, seed=1).is_empty()


def test_a_ticket_belongs_to_the_day_on_which_the_customer_asked_with_the_tier_of_then() -> None:
    def frame(table: str, rows: list[dict[str, object]]) -> pl.LazyFrame:
        schema = TABLES[table].schema
        marks: dict[str, object] = {
            name: False for name in schema.names() if name.endswith("_unreadable")
        }
        marks |= {name: 0 for name in schema.names() if name.endswith("_precision")}
        return pl.LazyFrame(
            [{**dict.fromkeys(schema.names()), **marks, **row} for row in rows], schema=schema
        )

    records = {name: empty(name) for name in TABLES} | {
        "tickets": frame(
            "tickets",
            [
                {
                    "ticket_id": "T1",
                    "kind": "inquiry",
                    "opened_at": datetime(2026, 10, 14),
                    "customer_id": "C1",
                },
                {
                    "ticket_id": "T2",
                    "kind": "inquiry",
                    "opened_at": datetime(2026, 10, 15, 0, 5),
                    "tier": "core",
                },
                {"ticket_id": "T3", "kind": "inquiry", "opened_at": datetime(2026, 10, 15)},
                {"ticket_id": "T4", "kind": "inquiry", "opened_at": datetime(2026, 10, 13, 23, 59)},
            ],
        ),
        "calls": frame(
            "calls",
            [
                {
                    "call_id": "K1",
                    "direction": "inbound",
                    "started_at": datetime(2026, 10, 14, 23, 59),
                    "ticket_id": "T2",
                },
            ],
        ),
        "customers": frame(
            "customers",
            [
                {"customer_id": "C1", "tier": "ordinary"},
                {"customer_id": "C1", "tier": "important", "valid_from": datetime(2026, 10, 14)},
                {"customer_id": "C1", "tier": "core", "valid_from": datetime(2026, 10, 14, 12)},
            ],
        ),
    }
    found = tickets_of_day(Records(records), DAY)
    assert list(found.select("ticket_id", "tier").iter_rows()) == [
        ("T1", "important"),
        ("T2", "core"),
    ]
