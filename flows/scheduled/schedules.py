"""When the flows run: deployments in the company's time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast

from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType

from flows.scheduled.closings import approve_flow, close_flow, verify_flow, year_flow
from flows.scheduled.daily import daily_ingest, daily_spot_check, deadline_watch, weekly_summary
from flows.scheduled.monthly import monthly_inspection
from flows.settings import Settings

NAME: Final = "kelou"
"""Name of every deployment, as in `prefect deployment run monthly_inspection/kelou`."""
BY_HAND: Final = (close_flow, approve_flow, verify_flow, year_flow)
"""Flows without a schedule: somebody starts them."""
ANCHOR: Final = datetime(2026, 1, 1)
"""Watches are counted from midnight, so that a restart does not shift them."""


def deployments(settings: Settings, config: Path | None) -> list[RunnerDeployment]:
    """Every flow with its schedule, if it has one, ready to be served. `config`: the file that runs
    read."""
    parameters = {"config": str(config)} if config else {}
    return [
        cast(
            RunnerDeployment,  # a coroutine only where an event loop runs
            flow.to_deployment(
                NAME,
                schedule=schedule,
                parameters=parameters,
                tags=["kelou"],
                description=flow.description,
                entrypoint_type=EntrypointType.MODULE_PATH,
            ),
        )
        for flow, schedule in (*schedules(settings), *((flow, None) for flow in BY_HAND))
    ]


def schedules(settings: Settings) -> list[tuple[Flow[..., Any], Schedule]]:
    """Each flow and when it runs. The inspection asks every day whether its working day has
    come."""
    wanted, zone = settings.schedules, settings.time.zone
    every = timedelta(minutes=wanted.watch_every_minutes)
    return [
        (daily_ingest, Cron(_daily(wanted.ingest_at), timezone=zone)),
        (monthly_inspection, Cron(_daily(wanted.inspection_at), timezone=zone)),
        (deadline_watch, Interval(every, anchor_date=ANCHOR, timezone=zone)),
        (daily_spot_check, Cron(_daily(wanted.spot_check_at), timezone=zone)),
        (weekly_summary, Cron(_daily(wanted.summary_at, wanted.summary_weekday), timezone=zone)),
    ]


def _daily(at: time, weekday: str = "*") -> str:
    return f"{at.minute} {at.hour} * * {weekday}"
