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
    period, zone = manifest["period"], manifest["configuration"]["time"]["zone"]
    start, end, cutoff = (
        instant_of(datetime.fromisoformat(period[name]), zone)
        for name in ("start", "end", "cutoff")
    )
    return Period(start, end, cutoff)


def instant_of(written: datetime, zone: str) -> datetime:
    """A written instant in its zone, of which only the offset is written beside it."""
    return written if written.tzinfo is None else written.astimezone(ZoneInfo(zone))
