"""What the manifest of a run states: the settings that it was made with, its period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from checks.concepts import Period
from flows.settings import Settings
from flows.system.errors import UsageError


def settings_of(manifest: Mapping[str, Any]) -> Settings:
    """The settings of a run, from its redacted configuration. Raises UsageError when another
    version wrote it."""
    try:
        return Settings.model_validate(manifest["configuration"])
    except ValidationError as error:
        raise UsageError(
            f"the run's configuration is not one of this version of Kelou: {error.errors()[0]}"
        ) from None


def period_of(manifest: Mapping[str, Any]) -> Period:
    """The period that a run was made for."""
    period = manifest["period"]
    start, end, cutoff = (
        _in_zone(datetime.fromisoformat(period[name]), manifest)
        for name in ("start", "end", "cutoff")
    )
    return Period(start, end, cutoff)


def _in_zone(written: datetime, manifest: Mapping[str, Any]) -> datetime:
    """A written instant in the run's zone, of which only the offset is written beside it."""
    if written.tzinfo is None:
        return written
    return written.astimezone(ZoneInfo(manifest["configuration"]["time"]["zone"]))
