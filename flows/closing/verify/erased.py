"""Verification of a run whose records a purge has erased: what is left of them still gives the same
verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from checks.subjects.registry import record_of
from flows.archive.differences import Difference
from flows.archive.run_folder import OBLIGATIONS
from flows.audit.data_source import DataSource, LakeSource, at_cutoff
from flows.audit.gathering import ingest, load_rules
from flows.audit.judgement import judge_records
from flows.audit.run import AuditRequest
from flows.ingest.lake import Lake
from flows.ingest.lake.tombstones import erased_since, hashed
from flows.settings import Settings


def erased_for(source: DataSource) -> pl.DataFrame | None:
    """The tombstones of records that the run read; None when nothing of them was erased."""
    if not isinstance(source, LakeSource):
        return None
    stones = erased_since(Lake(source.uri), source.versions or {})
    return None if stones.is_empty() else stones


def notes_on(stones: pl.DataFrame) -> Iterator[str]:
    """What was erased, when and why, in one line for each reason."""
    for kind, reason, at, rows in (
        stones.group_by("kind", "reason", pl.col("erased_at").dt.date())
        .agg(pl.col("rows").sum())
        .sort(pl.all())
        .rows()
    ):
        words = "on request" if kind == "customer" else "past retention"
        yield f"{rows} rows were erased {words} on {at}: {reason}; this is no tampering"


def remaining_differences(
    run: Path, request: AuditRequest, settings: Settings, stones: pl.DataFrame
) -> Iterator[Difference]:
    """Verdicts on subjects of which nothing was erased, judged again from what is left.

    After a purge of what is past retention nothing is judged again: whole days of records are gone.
    """
    if (stones["kind"] == "retention").any():
        return
    intake = ingest(at_cutoff(request.source, request.period.cutoff), settings, request.period.end)
    now = judge_records(
        intake, load_rules(settings).rulebooks, request.period, settings, request.selection
    )
    erased = set(stones["record_sha256"])
    then, again = (
        _untouched(rows, erased) for rows in (pl.read_parquet(run / OBLIGATIONS), now.collect())
    )
    sides = {"published only": (then, again), "recomputed only": (again, then)}
    for side, (mine, other) in sides.items():
        rows = mine.join(other, on=mine.columns, how="anti", nulls_equal=True)
        if not rows.is_empty():
            first = rows.row(0, named=True)
            words = f"{rows.height} rows {side}, first {first['rule_id']} {first['subject_id']}"
            yield Difference("recomputed", OBLIGATIONS, words)


def _untouched(obligations: pl.DataFrame, erased: set[str]) -> pl.DataFrame:
    record = record_of(obligations.lazy())
    records = obligations.select(record.unique()).to_series().to_list()
    touched = [name for name in records if hashed(name) in erased]
    return obligations.filter(~record.is_in(touched))


def intact_tables(versions: Mapping[str, Any], stones: pl.DataFrame | None) -> set[str]:
    """Tables of which every file must still be as it was."""
    purged = set() if stones is None else {f"records/{table}" for table in stones["table"]}
    return set(versions) - purged
