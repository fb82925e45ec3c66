"""Generated months: the size asked for, the same for a seed, linked with themselves, whole or not
at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import VIOLATIONS, Period
from checks.judging import judge
from checks.reconciliation import reconcile
from checks.records.records import Records
from checks.records.tables import BESIDE, TABLES, empty
from flows.generate import Plan, generate, write
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError

OCTOBER = date(2026, 10, 1)
COUNTED = ("calls", "chats", "tickets")
Tables = dict[str, pl.DataFrame]


def tables(plan: Plan) -> Tables:
    parts: dict[str, list[pl.DataFrame]] = {}
    for _, portion in generate(plan):
        for name, frame in portion.items():
            parts.setdefault(name, []).append(frame)
    return {name: pl.concat(frames) for name, frames in parts.items()}


def records(made: Tables) -> Records:
    """The tables as canonical records."""
    frames = {name: empty(name) for name in TABLES}
    for name, frame in made.items():
        schema = TABLES[name].schema
        blank = [
            pl.lit(_blank(column), kind).alias(column)
            for column, kind in schema.items()
            if column not in frame.columns
        ]
        frames[name] = frame.lazy().with_columns(blank).select(schema.names())
    return Records(frames)


def _blank(column: str) -> bool | int | None:
    """What stands in a column that nothing was generated for."""
    return False if column.endswith("_unreadable") else 0 if column.endswith("_precision") else None


def folder_bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("count", [10, 333, 5000])
def test_as_many_records_as_asked_for(count: int) -> None:
    made = tables(Plan(count, OCTOBER, 7))
    sizes = [len(made[name]) for name in COUNTED]
    assert sum(sizes) == count
    assert sizes[0] == count * 3 // 10
    assert sizes[2] == count // 10


def test_cells_have_the_canonical_columns_and_dtypes() -> None:
    for name, frame in tables(Plan(2000, OCTOBER, 7)).items():
        schema = TABLES[name].schema
        asked = [column.name for column in TABLES[name].columns if column.name not in BESIDE]
        assert frame.columns == asked, name
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}, name


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path, form: str) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write(generate(Plan(1000, OCTOBER, seed)), tmp_path / name, form)  # type: ignore[arg-type]
    assert folder_bytes(tmp_path / "a") == folder_bytes(tmp_path / "b")
    assert folder_bytes(tmp_path / "a") != folder_bytes(tmp_path / "c")


def test_portions_and_months_share_people_and_repeat_no_key() -> None:
    made = tables(Plan(600_000, OCTOBER, 7))
    more = tables(Plan(900, OCTOBER, 7, months=3))
    for frames in (made, more):
        for name in COUNTED:
            assert frames[name].select(pl.struct(TABLES[name].key).is_unique().all()).item(), name
    assert len(more["tickets"]) == 3 * 90
    assert set(more["calls"]["started_at"].dt.month()) >= {10, 11, 12}


def test_a_year_of_months_runs_on_without_a_seam() -> None:
    made = tables(Plan(1000, date(2026, 1, 1), 7, months=12))
    opened = made["tickets"]["opened_at"]
    assert opened.dt.month().n_unique() == 12
    assert opened.is_between(datetime(2025, 12, 28), datetime(2027, 1, 1)).all()
    assert made["ticket_events"]["at"].max() < datetime(2027, 1, 10, 8, 0, 1)  # type: ignore[operator]


def test_nothing_happened_after_the_export_and_links_hold() -> None:
    plan = Plan(20_000, OCTOBER, 7)
    made = tables(plan)
    assert made["ticket_events"]["at"].max() <= plan.exported_at  # type: ignore[operator]
    assert made["tickets"]["archived_at"].max() <= plan.exported_at  # type: ignore[operator]
    period = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
    rulebooks = load_rulebooks().rulebooks
    found = {f.check for f in reconcile(records(made), period, rulebooks) if f.count}
    assert found <= {
        "call-without-ticket",
        "session-without-ticket",
        "tier-differs",
        "severity-empty",
        "locality-empty",
        "cancelled-without-time",
    }


def test_a_large_month_exercises_every_rule() -> None:
    made = records(tables(Plan(150_000, OCTOBER, 7)))
    period = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
    rulebooks = load_rulebooks().rulebooks
    judged = judge(made, rulebooks, period).group_by("rule_id").agg(pl.col("verdict").unique())
    seen = {rule: set(found) for rule, found in judged.rows()}
    assert [rule.id for rule in rulebooks.rules if "met" not in seen[rule.id]] == []
    # In the generated company nobody forgets to mark a finished ticket as completed.
    assert [rule.id for rule in rulebooks.rules if not seen[rule.id] & set(VIOLATIONS)] == [
        "TC-9-close"
    ]


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        write(generate(Plan(100, OCTOBER, 7)), tmp_path, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[tuple[str, Tables]]:
        yield from list(generate(Plan(100, OCTOBER, 7)))[:1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(interrupted(), tmp_path / "out", "csv")
    assert list(tmp_path.iterdir()) == []
