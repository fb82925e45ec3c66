"""The records of an earlier run, read again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.archive.integrity import read_json
from flows.archive.run_folder import MANIFEST, OBLIGATIONS
from flows.audit.data_source import DataSource, at_cutoff, data_source_of_run, read_data_source
from flows.closing.manifest import period_of, settings_of
from flows.ingest import Intake
from flows.system.errors import InputError, UsageError


def manifest_of(run: Path) -> dict[str, Any]:
    """The manifest of a run with obligations. Raises UsageError: it is no run's folder."""
    manifest = read_json(run / MANIFEST)
    if manifest is None or not (run / OBLIGATIONS).is_file():
        raise UsageError(
            f"{run} is not the folder of a run; give the folder that kelou audit wrote"
        )
    return manifest


def source_of(run: Path, manifest: Mapping[str, Any], data: Path | None = None) -> DataSource:
    """Where the run's records lie (`data`: where they lie now), as of its cutoff."""
    return at_cutoff(data_source_of_run(run, data), period_of(manifest).cutoff)


def records_of(run: Path, manifest: Mapping[str, Any], data: Path | None = None) -> Intake:
    """The records that the run read. Raises InputError when they are no longer what it read."""
    source = source_of(run, manifest, data)
    intake = read_data_source(source, settings_of(manifest), period_of(manifest).end)
    if [vars(source) for source in intake.sources] != manifest["sources"]:
        raise InputError(
            f"the records of {run} are no longer at hand; keep exports, or ingest them into a lake"
        )
    return intake
