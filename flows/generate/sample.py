"""The sample month: drawn records with planted cases on top, and the README that lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.records.tables import BESIDE, TABLES
from flows.generate.month import Tables, generate
from flows.generate.plan import Plan
from flows.generate.planted import planted, planted_rows
from flows.generate.write import INSTANT_FORMAT, write

SAMPLE: Final = Plan(records=2400, month=date(2026, 10, 1), seed=20261001)


def sample() -> Iterator[tuple[str, Tables]]:
    """The sample's tables, all cells as text: one portion."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for _, portion in generate(SAMPLE):
        for name, frame in portion.items():
            tables.setdefault(name, []).append(_as_text(frame))
    drawn = {name: pl.concat(frames) for name, frames in tables.items()}
    for name, rows in planted_rows().items():
        added = pl.DataFrame(rows, schema=dict.fromkeys(_columns(name), pl.String))
        kept = [_without_missing(name, drawn[name])] if name in drawn else []
        drawn[name] = pl.concat([*kept, added], how="diagonal")
    filled = {
        name: drawn[name].select(_filled(name, drawn[name])) for name in TABLES if name in drawn
    }
    yield (
        "sample",
        {name: frame.with_columns(pl.all().replace("", None)) for name, frame in filled.items()},
    )


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    instants = [
        pl.col(name).dt.strftime(INSTANT_FORMAT)
        for name, kind in frame.schema.items()
        if kind == pl.Datetime
    ]
    return frame.with_columns(instants).cast(pl.String)


def _columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if column.name not in BESIDE]


def _filled(table: str, frame: pl.DataFrame) -> list[str]:
    """The columns that the frame has, in the table's order."""
    return [name for name in _columns(table) if name in frame.columns]


def _without_missing(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The drawn rows without those that the sample lacks on purpose."""
    for gap in planted()["missing"]:
        if gap["table"] == table and "ids" in gap:
            frame = frame.filter(~pl.col(TABLES[table].key[0]).is_in(gap["ids"]))
        elif gap["table"] == table:
            span = pl.lit(str(gap["from"])), pl.lit(str(gap["to"]))
            inside = pl.col(gap["column"]).is_between(*span, closed="left")
            frame = frame.filter(~inside)
    return frame


def write_sample(out: Path) -> dict[str, int]:
    """Write the sample month and its README to the empty folder `out`; rows per table."""
    (portion,) = sample()
    rows = write([portion], out, "csv")
    (out / "README.md").write_text(readme(portion[1]), encoding="utf-8")
    return rows


def readme(tables: Tables) -> str:
    """The README of the sample folder: row counts, and every planted case with its records."""
    text = files("flows.generate").joinpath("sample_readme.md").read_text(encoding="utf-8")
    counts = [
        f"| `{name}` | {len(frame)} | {', '.join(frame.columns[:4])} … |"
        for name, frame in tables.items()
    ]
    cases = [f"| {', '.join(_ids(case))} | {case['shows']} |" for case in planted()["cases"]]
    gaps = [f"| {_gap(gap)} | {gap['shows']} |" for gap in planted()["missing"]]
    return text.replace("{tables}", "\n".join(counts)).replace(
        "{cases}", "\n".join([*cases, *gaps])
    )


def _ids(case: Mapping[str, Any]) -> list[str]:
    tickets = [row["ticket_id"] for row in case.get("tickets", ())]
    calls = [row["call_id"] for row in case.get("calls", ())]
    chats = [case["chats"]["conversation"]] if "chats" in case else []
    return [f"`{name}`" for name in dict.fromkeys([*tickets, *calls, *chats])]


def _gap(gap: Mapping[str, Any]) -> str:
    return (
        ", ".join(f"`{n}`" for n in gap["ids"])
        if "ids" in gap
        else f"`{gap['table']}` {gap['from']} – {gap['to']}"
    )
