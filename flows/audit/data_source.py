"""Where an audit's records come from: a data folder, or a lake at certain versions of its
tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.archive.run_folder import LOCAL, MANIFEST
from flows.archive.stored import address_of
from flows.ingest import Intake, options_of, read_folder
from flows.system.errors import UsageError

if TYPE_CHECKING:
    from flows.settings import Settings


@dataclass(frozen=True)
class LakeSource:
    """A lake's address. `versions`: of its tables by name; by default the newest.

    `cutoff`: cells without a time are read as the lake held them at this local time; by default the
    newest.
    """

    uri: str
    versions: Mapping[str, int] | None = None
    cutoff: datetime | None = None


DataSource = Path | LakeSource


def data_source_of(data: Path | None, lake: str | None, settings: Settings) -> DataSource:
    """The source that a command names, else the configured lake. Raises UsageError when there is
    not exactly one."""
    if data and lake:
        raise UsageError("give either --data or --lake, not both")
    if data:
        return data
    if uri := lake or settings.lake.path:
        return LakeSource(uri)
    raise UsageError("give the records: --data DIR, or --lake DIR")


def scheduled_data_source(data: Path | None, lake: str | None, settings: Settings) -> DataSource:
    """What a scheduled inspection reads: what it was given, else the configured lake, else
    schedules.data."""
    closed = lake or settings.lake.path
    return data_source_of(data or (None if closed else settings.schedules.data), lake, settings)


def freshest_data_source(data: Path | None, settings: Settings) -> DataSource:
    """What a watch of today's records reads: schedules.data, which is newer than what was taken
    into the lake."""
    return data_source_of(data or settings.schedules.data, None, settings)


def at_cutoff(source: DataSource, cutoff: datetime) -> DataSource:
    """The source as it was at the cutoff, as far as it remembers."""
    return source if isinstance(source, Path) else replace(source, cutoff=cutoff)


def read_data_source(
    source: DataSource, settings: Settings, period_end: datetime | None = None
) -> Intake:
    """The records of a source in canonical form, every row accounted for. Raises InputError.

    `period_end`: an event long after the end of what is asked about is unreadable.
    """
    options = options_of(settings, period_end)
    if isinstance(source, Path):
        return read_folder(source, options)
    # Importing Delta Lake takes a moment that an audit of files need not spend.
    from flows.ingest.lake import Lake, pin, read_lake
    from flows.ingest.lake.alone import finish_what_was_left

    lake = Lake(source.uri)
    finish_what_was_left(lake)
    return read_lake(lake, options, source.versions or pin(lake), source.cutoff)


def described(source: DataSource, intake: Intake) -> dict[str, Any]:
    """What this machine remembers of a source, to find it again and to see a changed byte in a
    lake's files."""
    if isinstance(source, Path):
        return {"data": str(source.resolve())}
    from flows.ingest.lake import Lake
    from flows.ingest.lake.contents import contents

    return {"lake": source.uri, "lake_files": contents(Lake(source.uri), intake.pins)}


def data_source_of_run(run: Path, given: Path | None = None) -> DataSource:
    """Where an earlier run's records lie: `given`, the lake that a closing lies in, else what its
    local facts tell.

    Raises UsageError when it does not tell.
    """
    if given:
        return given
    try:
        local = json.loads((run / LOCAL).read_text("utf-8"))
        if "data" in local:
            return Path(local["data"])
        manifest = json.loads((run / MANIFEST).read_text("utf-8"))
        closed = "closing" in manifest
        lake = address_of(run.resolve().parents[2]) if closed else local["lake"]
        return LakeSource(lake, manifest["lake_versions"])
    except (OSError, KeyError, ValueError):
        raise UsageError(
            f"{run} does not tell where its data lay; give the folder by --data"
        ) from None
