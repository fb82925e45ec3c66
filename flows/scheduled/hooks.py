"""What happens when a scheduled run fails: one line to the people named in the configuration."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow, FlowStateHook
from prefect.logging import get_logger

from flows.oversight.notify import send
from flows.settings import load_settings
from flows.system.errors import KelouError

WHAT_FAILED: Final = {
    "daily_ingest": "当日数据未能入库",
    "monthly_inspection": "上月检查未能出具",
    "deadline_watch": "时效预警未能完成",
    "daily_spot_check": "当日抽查表未能出具",
    "weekly_summary": "上周接待小结未能出具",
    "close_month": "月度检查未能关账",
    "approve_report": "报告批准未能完成",
    "verify_report": "报告核验未通过",
    "yearly_report": "年度报告未能出具",
}
"""What did not happen, for those who wait for it."""
_SAID_BY_PREFECT: Final = re.compile(r"^(?:Flow|Task) run encountered an exception: (?:\w+: )?")


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Send the reason of a failed or crashed run to `alerts.to`; a message that can't be sent is
    logged."""
    logger = get_logger("kelou")
    try:
        config = flow_run.parameters.get("config")
        settings = load_settings(Path(config) if config else None)
        what = WHAT_FAILED.get(flow.name, f"{flow.name} 未完成")
        send(settings.alerts.to, f"刻漏：{what}", f"{flow_run.name}\n{reason(state)}", failure=True)
    except KelouError as error:
        logger.error("failure of %s could not be reported: %s", flow_run.name, error)


def reason(state: State[Any]) -> str:
    """Why, in one line."""
    error = state.data if isinstance(state.data, Exception) else None
    told = _SAID_BY_PREFECT.sub("", state.message or state.name or "原因不明")
    text = str(error) if isinstance(error, KelouError) else told
    return text.partition("\n")[0][:500]


HOOKS: list[FlowStateHook[..., Any]] = [tell_failure]
