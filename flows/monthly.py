"""The monthly inspection (TC 第十四条(二)) as a Prefect flow: for schedules, the Prefect page, `kelou audit --flow`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.flows import FlowStateHook
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import tasks
from flows.artifacts import show_inspection
from flows.audit import AuditRequest, run_audit
from flows.due import local_now, month_due
from flows.errors import UsageError
from flows.hooks import tell_failure
from flows.periods import name_of, period
from flows.publish import MANIFEST
from flows.settings import Settings, load_settings
from flows.stages import Selection, readings

Tier = Literal["core", "important", "ordinary", "intent", "potential"]
Lang = Literal["zh", "en", "both"]
HOOKS: list[FlowStateHook[..., Any]] = [tell_failure]


def _name() -> str:
    given = flow_run.parameters
    days = [str(given[key]) for key in ("first_day", "last_day") if given.get(key)]
    span = given.get("month") or " to ".join(days) or f"if due on {date.today()}"
    return " ".join(["inspection", span, *given.get("tiers", ()), *given.get("departments", ())])


@flow(name="monthly_inspection", flow_run_name=_name, on_failure=HOOKS, on_crashed=HOOKS)
def monthly_inspection(
    data: Path | None = None,
    month: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
    out: Path | None = None,
    lang: Lang | None = None,
    tiers: tuple[Tier, ...] = (),
    departments: tuple[str, ...] = (),
    config: Path | None = None,
) -> State | Path:
    """Audit one month, or any range of days, and publish its report.

    Without a month or days it is the scheduled run: it inspects last month from the configured working day on, once.

    Args:
        data: Folder with the exports; by default schedules.data of the configuration.
        month: The month to inspect, as 2026-10.
        first_day: First day of a range, instead of a month.
        last_day: Last day of the range, inclusive.
        as_of: Judge as of this local time; by default the end of the period.
        out: Folder of the run; by default PERIOD/inspection under schedules.out.
        lang: Language of the report; by default report.language.
        tiers: Only obligations towards customers of these tiers.
        departments: Only obligations of these departments.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    folder = data or settings.schedules.data
    if folder is None:
        raise UsageError("no data folder: give the parameter data, or schedules.data in the configuration")
    if month or first_day or last_day:
        span = period(month, _text(first_day), _text(last_day), _text(as_of))
        target = out or settings.schedules.out / name_of(span) / f"run-{str(flow_run.id)[:8]}"
    else:
        owed = month_due(
            local_now(settings.time.zone).date(), readings(settings).calendar, settings.schedules.working_day
        )
        if owed is None:
            return Completed(
                name="NotDue", message=f"before working day {settings.schedules.working_day} of this month"
            )
        span = period(owed, None, None, _text(as_of))
        target = out or settings.schedules.out / name_of(span) / "inspection"
        if (target / MANIFEST).is_file():
            return Completed(name="AlreadyDone", message=f"{target} was published before")
    selection = Selection(tuple(tiers), tuple(departments))
    return inspect(AuditRequest(folder, span, target, lang or settings.report.language, selection), settings)


def inspect(request: AuditRequest, settings: Settings) -> Path:
    """Run the audit's stages as task runs and show the result on the run's page; the folder that was published."""
    result = run_audit(request, settings, get_run_logger().info, steps=tasks)
    show_inspection(result.judged.metrics, result.out)
    return result.out


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None
