"""The monthly inspection (TC 第十四条(二)) as a Prefect flow: for schedules, the Prefect page,
`kelou audit --flow`."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, cast

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed
from pydantic import Field

from flows.archive.lock import Busy, publishing
from flows.archive.run_folder import MANIFEST
from flows.audit.data_source import scheduled_data_source
from flows.audit.run import AuditRequest, AuditResult, run_audit
from flows.audit.selection import Selection
from flows.audit.stages import Stages
from flows.closing.findings.reopening import TOLD, reopen_after_audit
from flows.law.judging_options import judging_options
from flows.scheduled.artifacts import show_inspection
from flows.scheduled.hooks import HOOKS
from flows.scheduled.owed_month import local_now, month_due
from flows.scheduled.server import answers
from flows.scheduled.tasks import TaskStages
from flows.settings import Settings, load_settings, with_rulebooks
from flows.settings.periods import name_of, period
from flows.system.errors import KelouError, UsageError
from flows.system.panics import panics_told

Lang = Literal["zh", "en", "both"]
Tier = Literal["core", "important", "ordinary", "intent", "potential"]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _name() -> str:
    given = flow_run.parameters
    days = [str(given[key]) for key in ("first_day", "last_day") if given.get(key)]
    span = given.get("month") or " to ".join(days) or f"if due on {date.today()}"
    return " ".join(["inspection", span, *given.get("tiers", ()), *given.get("departments", ())])


@flow(name="monthly_inspection", flow_run_name=_name, on_failure=HOOKS, on_crashed=HOOKS)
def monthly_inspection(
    data: Path | None = None,
    lake: str | None = None,
    month: Month | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
    out: Path | None = None,
    lang: Lang | None = None,
    tiers: tuple[Tier, ...] = (),
    departments: tuple[str, ...] = (),
    rulebooks: Path | None = None,
    config: Path | None = None,
    pdf: bool = True,
    fresh: bool = False,
) -> State | AuditResult:
    """Audit one month, or any range of days, and publish its report.

    Without a month or days it is the scheduled run: it inspects last month from the configured
    working day on, once.

    Args:
        data: Folder with the exports; without it and without a lake, schedules.data of the
        configuration.
        lake: A lake to read instead of a folder; by default lake.path of the configuration.
        month: The month to inspect, as 2026-10.
        first_day: First day of a range, instead of a month.
        last_day: Last day of the range, inclusive.
        as_of: Judge as of this local time; by default the end of the period.
        out: Folder of the run; by default PERIOD/inspection under schedules.out.
        lang: Language of the report; by default report.language.
        tiers: Only obligations towards customers of these tiers.
        departments: Only obligations of these departments.
        rulebooks: Folder of the company's own rulebooks; by default judging.rulebooks.
        config: Configuration file; by default kelou.toml of the working folder.
        pdf: Whether to write the PDFs of a month or days that are given; the scheduled run always
        does.
        fresh: Take nothing over from runs beside this one.
    """
    settings = with_rulebooks(load_settings(config), rulebooks)
    source = scheduled_data_source(data, lake, settings)
    selection, language = (
        Selection(tuple(tiers), tuple(departments)),
        lang or settings.report.language,
    )
    if month or first_day or last_day:
        span = period(month, _text(first_day), _text(last_day), _text(as_of), settings.time.zone)
        target = out or settings.schedules.out / name_of(span) / f"run-{str(flow_run.id)[:8]}"
        request = AuditRequest(source, span, target, language, selection, fresh=fresh, pdf=pdf)
        try:
            return inspect(request, settings)
        except Busy as busy:
            return Completed(name="Skipped", message=str(busy))
    owed = _owed(settings)
    if owed is None:
        return Completed(
            name="NotDue",
            message=f"before working day {settings.schedules.working_day} of this month",
        )
    target = out or settings.schedules.out / owed / "inspection"
    asked = period(owed, None, None, None, settings.time.zone)
    return once(
        AuditRequest(source, asked, target, language, selection, fresh=fresh),
        settings,
    )


def _owed(settings: Settings) -> str | None:
    today = local_now(settings.time.zone).date()
    return month_due(today, judging_options(settings).calendar, settings.schedules.working_day)


def once(request: AuditRequest, settings: Settings) -> State | AuditResult:
    """Inspect and publish unless that was done before, or another run is at it."""
    try:
        with publishing(request.out):
            if (request.out / MANIFEST).is_file():
                return Completed(name="AlreadyDone", message=f"{request.out} was published before")
            return inspect(request, settings)
    except Busy as busy:
        return Completed(name="Skipped", message=str(busy))


def inspect(request: AuditRequest, settings: Settings) -> AuditResult:
    """Run the audit's stages as task runs of the surrounding flow run, and show the result on the
    run's page."""
    stages: Stages = TaskStages()
    if settings.cluster.scheduler:
        from flows.scheduled.cluster import ClusterStages, pinned

        request = replace(request, source=pinned(request.source))
        stages = ClusterStages(request.source)
    logger = get_run_logger()
    with panics_told():
        result = run_audit(
            request,
            settings,
            lambda stage, rows=0, then=(): logger.info("%s, %d rows", stage, rows),
            stages,
        )
    if result.known.message:
        logger.info(result.known.message)
    try:
        for number in reopen_after_audit(request.source, result.out, settings):
            logger.warning(TOLD.format(number=number))
    except KelouError as error:
        logger.warning("verified findings were not looked at again: %s", error)
    show_inspection(result.judged.metrics, result.out, settings)
    return result


def run_as_flow(request: AuditRequest, config: Path | None, rulebooks: Path | None) -> AuditResult:
    """The same request as a flow run, at the configured Prefect server or at a temporary one."""
    api = os.environ.get("PREFECT_API_URL")
    if api and not answers(api):
        raise UsageError(
            f"no Prefect server answers at {api}; start it, or audit without one: unset "
            "PREFECT_API_URL"
        )
    span, source = request.period, request.source
    result = monthly_inspection(
        data=source if isinstance(source, Path) else None,
        lake=None if isinstance(source, Path) else source.uri,
        first_day=span.start.date(),
        last_day=(span.end - timedelta(days=1)).date(),
        as_of=span.cutoff,
        out=request.out,
        lang=cast(Lang, request.lang),
        tiers=cast(tuple[Tier, ...], request.selection.tiers),
        departments=request.selection.departments,
        rulebooks=rulebooks,
        config=config,
        pdf=request.pdf,
        fresh=request.fresh,
    )
    if not isinstance(result, AuditResult):
        raise Busy(result.message or f"another run is publishing {request.out}")
    return result


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None
