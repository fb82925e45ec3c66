"""Verification of a run whose records a purge has erased: what is left of them still gives the same
verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from checks.subjects.registry import record_of
from flows.archive.differences import Difference
from flows.archive.log import Log
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import OBLIGATIONS
from flows.audit.data_source import DataSource, LakeSource, at_cutoff
from flows.audit.gathering import ingest, load_rules
from flows.audit.judgement import judge_records
from flows.audit.run import AuditRequest
from flows.ingest.lake import Lake
from flows.ingest.lake.contents import contents
from flows.ingest.lake.tombstones import erased_since, hash_of, hashed, tombstones
from flows.settings import Settings
from flows.system.errors import InputError


def erased_for(source: DataSource) -> pl.DataFrame | None:
    """The tombstones of records that the run read, of those that the lake's log vouches for: a row
    that somebody put there excuses nothing. None when nothing of the records was erased."""
    if not isinstance(source, LakeSource):
        return None
    stones = erased_since(Lake(source.uri), source.versions or {})
    mine = pl.concat([stones.clear(), *(part for part, entry in _vouched(source) if entry)])
    stones = stones.join(mine, on=stones.columns, how="semi", nulls_equal=True)
    return None if stones.is_empty() else stones


def erasure_differences(source: LakeSource) -> Iterator[Difference]:
    """Tombstones that no purge put there, and tables that are not what a purge left. Raises
    DifferenceFound when the lake's log is not as it was written."""
    lake, last = Lake(source.uri), dict[str, Mapping[str, Any]]()
    for part, entry in _vouched(source):
        table, version = part.select("table", "version").row(0)
        if entry is None:
            words = f"{part.height} of {table}, version {version}, that no purge has logged"
            yield Difference("input", "tombstones", words)
        elif version >= last.get(table, entry)["version"]:
            last[table] = entry
    for table, entry in last.items():
        name = f"records/{table}"
        try:
            now = contents(lake, {name: entry["left_version"]})[name]
        except InputError as error:
            yield Difference("input", name, str(error))
            continue
        if now != entry["left_sha256"]:
            words = f"version {entry['left_version']} is not what the purge left"
            yield Difference("input", f"{source.uri}/{name}", words)


def _vouched(source: LakeSource) -> Iterator[tuple[pl.DataFrame, Mapping[str, Any] | None]]:
    """The lake's tombstones of each purge and table, with what the log says of them."""
    lake = Lake(source.uri)
    logged = Log(lake.place).entries("erasure")
    said = {(name, facts["version"]): facts for e in logged for name, facts in e["tables"].items()}
    for (table, version), part in tombstones(lake).group_by("table", "version"):
        entry = said.get((table, version))
        sound = entry is not None and entry["tombstones_sha256"] == hash_of(part)
        yield part, entry if sound else None


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
    if (stones["kind"] == "retention").any():
        yield (
            "not computed again: records past retention are gone; that the verdicts are those of "
            "then is shown by a hash kept elsewhere (--expect) or a signature"
        )


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
    both = scan_obligations(run / OBLIGATIONS), now
    then, again = (_untouched(rows.collect(), erased) for rows in both)
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
