"""The smaller scheduled flows: daily ingest, deadline watch, daily spot check, weekly summary."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.audit.data_source import freshest_data_source, scheduled_data_source
from flows.audit.run import AuditRequest, AuditResult
from flows.closing.editions import AWAITING, awaiting_after
from flows.ingest import options_of
from flows.ingest.lake import Lake, Taken
from flows.law.judging_options import judging_options, spot_check_share, warned_from
from flows.oversight.sample import Drawn
from flows.oversight.watch.ledger import Ledger
from flows.scheduled import tasks
from flows.scheduled.hooks import HOOKS
from flows.scheduled.monthly import once
from flows.scheduled.owed_month import last_week, local_now
from flows.scheduled.tasks import TaskStages
from flows.settings import Settings, data_folder, load_settings
from flows.settings.periods import end_of, instant, period


def _ingest_name() -> str:
    return f"ingest on {date.today()}"


@flow(name="daily_ingest", flow_run_name=_ingest_name, on_failure=HOOKS, on_crashed=HOOKS)
def daily_ingest(
    data: Path | None = None, lake: str | None = None, config: Path | None = None
) -> State | list[Taken]:
    """Take the day's exports into the lake; a file that it holds already adds nothing.

    Args:
        data: Folder with the exports; by default schedules.data of the configuration.
        lake: The lake, a folder or an object store's address; by default lake.path of the
        configuration.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    uri = lake or settings.lake.path
    if uri is None:
        return Completed(
            name="NoLake", message="lake.path is not configured; audits read the data folder itself"
        )
    logger = get_run_logger()
    taken = tasks.take_in(data_folder(settings, data), Lake(uri), options_of(settings), logger.info)
    rows = [
        {"table": t.table, "files": t.files, "rows": t.rows, "files held already": t.known}
        for t in taken
    ]
    create_table_artifact(rows, key="ingest", description=f"Taken into {uri}.")
    for row in awaiting_after(uri, taken, logger.info) or ():
        logger.warning(AWAITING.format(n=row.n, month=row.key))
    return taken


def _watch_name() -> str:
    return f"watch at {flow_run.parameters.get('at') or f'{datetime.now():%Y-%m-%d %H:%M}'}"


@flow(name="deadline_watch", flow_run_name=_watch_name, on_failure=HOOKS, on_crashed=HOOKS)
def deadline_watch(
    data: Path | None = None, at: datetime | None = None, config: Path | None = None
) -> int:
    """Warn of what has used 80 % of its limit or more and is still open; each alert goes out once
    (TC 第八条(一)).

    Args:
        data: Folder with the exports; by default schedules.data of the configuration.
        at: Local time of the watch; by default now.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    zone = settings.time.zone
    moment = instant("at", at.isoformat(), zone) if at else local_now(zone)
    rules = TaskStages.load_rules(settings)
    intake = TaskStages.ingest(freshest_data_source(data, settings), settings, moment)
    share = warned_from(settings, rules.rulebooks)
    steps = tasks.watch(intake.records, rules.rulebooks, judging_options(settings), moment, share)
    shown = steps.select("kind", "due_at", "subject_id", "rule_id", "responsible", "department")
    create_table_artifact(
        shown.cast(pl.String).to_dicts(),
        key="open-steps",
        description=f"{len(steps)} open at {moment}",
    )
    ledger = Ledger(settings.schedules.out / "alerts.csv")
    return tasks.deliver(steps, rules.rulebooks, settings.alerts, ledger, moment)


def _sample_name() -> str:
    return f"spot check of {flow_run.parameters.get('day') or date.today()}"


@flow(name="daily_spot_check", flow_run_name=_sample_name, on_failure=HOOKS, on_crashed=HOOKS)
def daily_spot_check(
    data: Path | None = None, day: date | None = None, config: Path | None = None
) -> Drawn:
    """Draw the day's tickets to be checked, and write the check sheet (TC 第十四条(一)).

    Args:
        data: Folder with the exports; by default schedules.data of the configuration.
        day: The day whose tickets are drawn; by default today.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    checked = day or local_now(settings.time.zone).date()
    rules = TaskStages.load_rules(settings)
    until = end_of(checked, settings.time.zone)
    intake = TaskStages.ingest(freshest_data_source(data, settings), settings, until)
    drawn = tasks.draw(
        intake.records,
        rules.rulebooks,
        judging_options(settings),
        checked,
        spot_check_share(settings, rules.rulebooks),
        int(f"{checked:%Y%m%d}"),
        settings.schedules.out / "spot-checks",
    )
    create_table_artifact(
        drawn.sheet.rows.to_dicts(), key="spot-check", description=str(drawn.workbook)
    )
    return drawn


def _week_name() -> str:
    return f"weekly summary on {date.today()}"


@flow(name="weekly_summary", flow_run_name=_week_name, on_failure=HOOKS, on_crashed=HOOKS)
def weekly_summary(data: Path | None = None, config: Path | None = None) -> State | AuditResult:
    """Write the reception summary of last week, once (RC 第十一条(二)).

    Args:
        data: Folder with the exports; by default schedules.data of the configuration.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    monday, sunday = last_week(local_now(settings.time.zone).date())
    week = period(None, monday.isoformat(), sunday.isoformat(), None, settings.time.zone)
    out = settings.schedules.out / f"{monday}_{sunday}" / "weekly-summary"
    request = AuditRequest(
        scheduled_data_source(data, None, settings), week, out, settings.report.language
    )
    return once(request, _as_summary(settings))


def _as_summary(settings: Settings) -> Settings:
    report = settings.report.model_copy(update={"profiles": ("reception-summary",)})
    return settings.model_copy(update={"report": report})
