"""What happens when a scheduled run fails: one line to the people named in the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow, FlowStateHook
from prefect.logging import get_logger

from flows.oversight.notify import send
from flows.settings import load_settings
from flows.system.errors import KelouError


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Send the reason of a failed or crashed run to `alerts.to`; a message that can't be sent is
    logged."""
    logger = get_logger("kelou")
    try:
        config = flow_run.parameters.get("config")
        settings = load_settings(Path(config) if config else None)
        send(settings.alerts.to, f"刻漏运行失败：{flow_run.name}", reason(state))
    except KelouError as error:
        logger.error("failure of %s could not be reported: %s", flow_run.name, error)


def reason(state: State[Any]) -> str:
    """Why, in one line."""
    error = state.data if isinstance(state.data, Exception) else None
    text = (
        str(error)
        if isinstance(error, KelouError)
        else state.message or state.name or "unknown reason"
    )
    return text.partition("\n")[0][:500]


HOOKS: list[FlowStateHook[..., Any]] = [tell_failure]
