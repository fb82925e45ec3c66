"""What a month needs after its inspection, as flows to be started by hand: closing, approval,
verification, the year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.archive.lock import Busy
from flows.archive.run_folder import APPROVED
from flows.archive.stored import run_folder
from flows.closing.announce import announce
from flows.closing.approve import approve
from flows.closing.close import close_month
from flows.closing.verify import verify
from flows.closing.year import write_year
from flows.scheduled.hooks import HOOKS
from flows.scheduled.monthly import Lang, Month
from flows.settings import Settings, load_settings
from flows.settings.periods import period
from flows.system.errors import KelouError, UsageError


def _named() -> str:
    given = flow_run.parameters
    what = given.get("month") or given.get("year") or given.get("run") or ""
    return f"{flow_run.flow_name} {what}"


@flow(name="close_month", flow_run_name=_named, on_failure=HOOKS, on_crashed=HOOKS)
def close_flow(
    month: Month,
    lake: str | None = None,
    as_of: datetime | None = None,
    lang: Lang | None = None,
    force: bool = False,
    config: Path | None = None,
) -> State | str:
    """Publish a month as its closing; what later records change becomes a restatement.

    Args:
        month: The month to close, as 2026-10.
        lake: The lake; by default lake.path of the configuration.
        as_of: Judge as of this local time; by default the month's end.
        lang: Language of the report; by default report.language.
        force: Close a month that is not over; the report says so.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    tell = get_run_logger().info
    try:
        outcome = close_month(
            _lake(lake, settings),
            period(month, None, None, as_of.isoformat() if as_of else None, settings.time.zone),
            settings,
            lang or settings.report.language,
            lambda stage, rows=0, then=(): tell("%s, %d rows", stage, rows),
            force,
        )
    except Busy as busy:
        return Completed(name="Skipped", message=str(busy))
    closed = outcome.closed
    if outcome.published:
        try:
            announce(closed, settings)
        except KelouError as error:
            get_run_logger().error("the hash of %s was not sent: %s", closed.name, error)
    row = {"closing": closed.name, "hash": closed.sha256, "folder": str(closed.folder)}
    create_table_artifact(
        [row], key="closing", description="Keep the hash elsewhere, for kelou verify --expect."
    )
    return f"{closed.folder} {closed.sha256}"


@flow(name="approve_report", flow_run_name=_named, on_failure=HOOKS, on_crashed=HOOKS)
def approve_flow(
    run: str, by: str, note: str = "", request: str | None = None, config: Path | None = None
) -> str:
    """Record who stands for a report, and write its edition without the draft mark.

    Args:
        run: Folder or address of the run or closing.
        by: Who approves.
        note: What to record with it.
        request: A number of your own: started twice with it, it is recorded once.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    folder = run_folder(run)
    approve(folder, by, note, load_settings(config), request)
    return str(folder / APPROVED)


@flow(name="verify_report", flow_run_name=_named, on_failure=HOOKS, on_crashed=HOOKS)
def verify_flow(
    run: str,
    data: Path | None = None,
    lake: str | None = None,
    expect: str | None = None,
    config: Path | None = None,
) -> State:
    """Compare a run or closing with its manifest, and with what its records give once more.

    Args:
        run: Folder or address of the run or closing.
        data: Data folder, if it has moved since the run.
        lake: The lake, if it has moved since the run.
        expect: Hash of this or a later closing that was kept elsewhere.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    signing = load_settings(config).signing
    found = verify(
        run_folder(run),
        data,
        trusted=signing.trusted,
        lake=lake,
        stamped=signing.timestamp is not None,
        expected=expect,
    )
    lines = [*map(str, found.differences), *found.notes]
    create_table_artifact([{"found": line} for line in lines], key="verification")
    if found.differences:
        return Failed(message=f"{run} is not what was published: {lines[0]}")
    return Completed(message=f"{run} is what was published")


@flow(name="yearly_report", flow_run_name=_named, on_failure=HOOKS, on_crashed=HOOKS)
def year_flow(
    year: int, lake: str | None = None, lang: Lang | None = None, config: Path | None = None
) -> str:
    """Add up the closings of a year.

    Args:
        year: The year, as 2026.
        lake: The lake; by default lake.path of the configuration.
        lang: Language of the report; by default report.language.
        config: Configuration file; by default kelou.toml of the working folder.
    """
    settings = load_settings(config)
    out = settings.schedules.out / str(year)
    language = lang or settings.report.language
    write_year(_lake(lake, settings), year, out, settings, language)
    return str(out)


def _lake(given: str | None, settings: Settings) -> str:
    if uri := given or settings.lake.path:
        return uri
    raise UsageError("give the lake, or lake.path in kelou.toml")
