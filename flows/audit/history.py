"""What a run is compared with: the closings that were published before, as they were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from checks.concepts import Period
from checks.numbers.closings import Restatement
from checks.numbers.whole import Metrics
from flows.archive.closings import Closed, closings
from flows.archive.run_folder import FINDINGS_FILE, REGISTER_FILE
from flows.audit.data_source import DataSource, LakeSource
from flows.settings import Settings
from flows.system.errors import InputError


@dataclass(frozen=True)
class History:
    """Metrics, findings and registers of earlier closings, restatements that no report has told of
    yet, and which these were.

    `pins`: name and manifest hash of every closing used, for inputs.json. `findings` and
    `register` are None without a closing.
    """

    metrics: tuple[Metrics, ...] = ()
    findings: pl.DataFrame | None = None
    restatements: tuple[Restatement, ...] = ()
    pins: tuple[dict[str, str], ...] = ()
    register: pl.DataFrame | None = None


def history_of(
    source: DataSource, period: Period, settings: Settings, only: Sequence[str] | None = None
) -> History:
    """The history of a run over `period`: closings of earlier months in its lake, else in the
    configured lake.

    `only`: the names of exactly those to use. Raises InputError when one of these is gone.
    """
    lake = source.uri if isinstance(source, LakeSource) else settings.lake.path
    month = f"{period.start:%Y-%m}"
    found = [closed for closed in closings(lake) if closed.month < month]
    if only is not None:
        found = [closed for closed in found if closed.name in only]
        if gone := sorted(set(only) - {closed.name for closed in found}):
            raise InputError(
                f"{lake}: the closing {gone[0]} that the run was compared with is gone"
            )
    first = [closed for closed in found if not closed.restated]
    return History(
        tuple(closed.metrics() for closed in first),
        _findings(first),
        tuple(_untold(found)),
        tuple({"closing": closed.name, "sha256": closed.sha256} for closed in found),
        _register(first),
    )


def _findings(first: Sequence[Closed]) -> pl.DataFrame | None:
    frames = [pl.read_parquet(closed.folder / FINDINGS_FILE) for closed in first]
    # Closings of an earlier version lack columns that came later
    return pl.concat(frames, how="diagonal") if frames else None


def _register(first: Sequence[Closed]) -> pl.DataFrame | None:
    """Closings that an older version of Kelou made have none."""
    paths = [closed.folder / REGISTER_FILE for closed in first]
    frames = [pl.read_parquet(path) for path in paths if path.exists()]
    return pl.concat(frames) if frames else None


def _untold(found: Sequence[Closed]) -> list[Restatement]:
    """Restatements that came after the last closing among `found`: the reports before that one have
    told of theirs."""
    last = max((closed.number for closed in found if not closed.restated), default=0)
    return [closed.changes() for closed in found if closed.restated and closed.number > last]
