"""What the manifest of a run states: the settings that it was made with, its period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    period = manifest["period"]
    start, end, cutoff = (
        datetime.fromisoformat(period[name]) for name in ("start", "end", "cutoff")
    )
    return Period(start, end, cutoff)
