"""The two ways to deploy agree, and follow the configuration."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from flows.scheduled.schedules import schedules
from flows.settings import Settings
from flows.settings.sections import Schedules, Time

PREFECT_YAML = Path(__file__).parents[2] / "prefect.yaml"


def described(settings: Settings) -> dict[str, tuple[Any, str | None]]:
    return {
        flow.name: (found.cron or found.interval, found.timezone)
        for flow, found in schedules(settings)
    }


def test_prefect_yaml_deploys_the_same_flows_at_the_default_times() -> None:
    written = YAML(typ="safe").load(PREFECT_YAML)["deployments"]
    by_flow = {
        found["entrypoint"].partition(":")[2]: (
            found["schedules"][0]["cron"],
            found["schedules"][0]["timezone"],
        )
        for found in written
    }
    served = described(Settings())
    assert served["deadline_watch"][0] == timedelta(hours=1)
    assert by_flow == served | {"deadline_watch": ("0 * * * *", "Asia/Shanghai")}


def test_the_configuration_sets_time_and_zone() -> None:
    settings = Settings(
        time=Time(zone="Asia/Tokyo"),
        schedules=Schedules(inspection_at=time(23, 45), summary_weekday="fri"),
    )
    found = described(settings)
    assert found["monthly_inspection"] == ("45 23 * * *", "Asia/Tokyo")
    assert found["weekly_summary"] == ("0 8 * * fri", "Asia/Tokyo")
