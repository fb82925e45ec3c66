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
from flows.ingest import Intake, options_of, read_folder
from flows.system.errors import UsageError

if TYPE_CHECKING:
    from flows.settings import Settings


@dataclass(frozen=True)
class LakeAt:
    """A lake's address. `versions`: of its tables by name; by default the newest.

    `cutoff`: cells without a time are read as the lake held them at this local time; by default the
    newest.
    """

    uri: str
    versions: Mapping[str, int] | None = None
    cutoff: datetime | None = None


Origin = Path | LakeAt


def origin_of(data: Path | None, lake: str | None, settings: Settings) -> Origin:
    """The origin that a command names, else the configured lake. Raises UsageError when there is
    not exactly one."""
    if data and lake:
        raise UsageError("give either --data or --lake, not both")
    if data:
        return data
    if uri := lake or settings.lake.path:
        return LakeAt(uri)
    raise UsageError("give the records: --data DIR, or --lake DIR")


def scheduled_origin(data: Path | None, lake: str | None, settings: Settings) -> Origin:
    """What a scheduled inspection reads: what it was given, else the configured lake, else
    schedules.data."""
    closed = lake or settings.lake.path
    return origin_of(data or (None if closed else settings.schedules.data), lake, settings)


def freshest_origin(data: Path | None, settings: Settings) -> Origin:
    """What a watch of today's records reads: schedules.data, which is newer than what was taken
    into the lake."""
    return origin_of(data or settings.schedules.data, None, settings)


def at_cutoff(origin: Origin, cutoff: datetime) -> Origin:
    """The origin as it was at the cutoff, as far as it remembers."""
    return origin if isinstance(origin, Path) else replace(origin, cutoff=cutoff)


def read_origin(origin: Origin, settings: Settings, period_end: datetime | None = None) -> Intake:
    """The records of an origin in canonical form, every row accounted for. Raises InputError.

    `period_end`: an event long after the end of what is asked about is unreadable.
    """
    options = options_of(settings, period_end)
    if isinstance(origin, Path):
        return read_folder(origin, options)
    # Importing Delta Lake takes a moment that an audit of files need not spend.
    from flows.ingest.lake import Lake, pin, read_lake

    lake = Lake(origin.uri)
    return read_lake(lake, options, origin.versions or pin(lake), origin.cutoff)


def described(origin: Origin, intake: Intake) -> dict[str, Any]:
    """What this machine remembers of an origin, to find it again and to see a changed byte in a
    lake's files."""
    if isinstance(origin, Path):
        return {"data": str(origin.resolve())}
    from flows.ingest.lake import Lake
    from flows.ingest.lake.contents import contents

    return {"lake": origin.uri, "lake_files": contents(Lake(origin.uri), intake.pins)}


def origin_of_run(run: Path, given: Path | None = None) -> Origin:
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
        lake = str(run.resolve().parents[2]) if "closing" in manifest else local["lake"]
        return LakeAt(lake, manifest["lake_versions"])
    except (OSError, KeyError, ValueError):
        raise UsageError(
            f"{run} does not tell where its data lay; give the folder by --data"
        ) from None
