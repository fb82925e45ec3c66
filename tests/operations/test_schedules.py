"""The two ways to deploy agree, and follow the configuration."""

from __future__ import annotations

from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from prefect import Flow
from prefect.exceptions import ParameterTypeError
from prefect.states import Failed
from ruamel.yaml import YAML

from flows import cli
from flows.audit.run import AuditRequest
from flows.audit.selection import Selection
from flows.scheduled.closings import approve_flow, close_flow, verify_flow, year_flow
from flows.scheduled.hooks import WHAT_FAILED, reason
from flows.scheduled.monthly import monthly_inspection
from flows.scheduled.schedules import BY_HAND, schedules
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
    by_hand = {
        found["entrypoint"].partition(":")[2] for found in written if "schedules" not in found
    }
    assert by_hand == {flow.fn.__name__ for flow in BY_HAND}
    by_flow = {
        found["entrypoint"].partition(":")[2]: (
            found["schedules"][0]["cron"],
            found["schedules"][0]["timezone"],
        )
        for found in written
        if "schedules" in found
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


def test_whatever_can_be_asked_of_an_audit_can_be_asked_of_the_flow() -> None:
    asked = {field.name for field in fields(AuditRequest)} - {"source", "period", "selection"}
    asked |= {"data", "lake", "month", "as_of", *(field.name for field in fields(Selection))}
    form = monthly_inspection.parameters.properties
    not_asked = {"closings", "edition"}  # what verify compares with again; what a closing is
    assert asked - not_asked <= form.keys()


@pytest.mark.parametrize(
    ("command", "flow"),
    [
        ("close", close_flow),
        ("approve", approve_flow),
        ("verify", verify_flow),
        ("year", year_flow),
    ],
)
def test_whatever_a_command_takes_its_flow_takes(command: str, flow: Flow[Any, Any]) -> None:
    app: Any = typer.main.get_command(cli.build())
    options = {option.name for option in app.commands[command].params} - {"as_json", "help"}
    # A run's folder is `run`; a flow closes a month, and writes where the schedules write
    renamed = {"run_dir": "run", "number": "year"}
    not_asked = {"close": {"run"}, "year": {"out"}}.get(command, set())
    asked = {renamed.get(name, name) for name in options} - not_asked
    assert asked <= flow.parameters.properties.keys()


@pytest.mark.parametrize("flow", [monthly_inspection, close_flow])
def test_the_form_takes_no_thirteenth_month(flow: Flow[Any, Any]) -> None:
    given: dict[str, Any] = {"month": "2026-12"}
    assert flow.validate_parameters(given)["month"] == "2026-12"
    for month in ("2026-13", "2026-00", "Oktober"):
        with pytest.raises(ParameterTypeError):
            flow.validate_parameters({"month": month})


@pytest.mark.parametrize("flow", [monthly_inspection, *BY_HAND])
def test_a_failure_is_told_in_the_words_of_those_who_wait(flow: Flow[Any, Any]) -> None:
    assert flow.name in WHAT_FAILED
    words = "Flow run encountered an exception: UsageError: --month 2026-13 is not a month"
    assert reason(Failed(message=words)) == "--month 2026-13 is not a month"
