"""Which report of its month a closing is: the first or a correction, made early or in time, and
what it leaves to be corrected elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from checks.closing.changes import changed
from checks.concepts import Period
from checks.numbers.base import Count
from checks.numbers.closings import Edition, Replaced
from checks.numbers.plain import plain
from flows.archive.closings import Closed, closings
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import OBLIGATIONS, read_metrics, write_json
from flows.audit.data_source import LakeSource, at_cutoff
from flows.audit.gathering import load_rules
from flows.audit.outputs import report_options, write_manifest
from flows.audit.run import Tell
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.closing.findings.objections import objections_of
from flows.closing.manifest import period_of, settings_of
from flows.closing.redraw import redraw
from flows.ingest.lake import Lake, Taken, pin
from flows.settings import Settings
from flows.settings.periods import now_in
from flows.system.errors import UsageError


def local_now(settings: Settings) -> datetime:
    """Now, as the records write it."""
    return now_in(settings.time.zone).replace(microsecond=0)


def edition_of(
    month: str,
    period: Period,
    before: Sequence[Closed],
    now: datetime,
    force: bool,
    awaiting: tuple[Count, ...] = (),
) -> Edition | None:
    """Which report this is to be; None for the first of a month that is over, with nothing to say.

    Raises UsageError for a month that is not over, unless `force`.
    """
    over = max(period.end, period.cutoff)
    if over > now and not force:
        raise UsageError(
            f"{month} is not over: it ends at {over:%Y-%m-%d %H:%M}, and it is now "
            f"{now:%Y-%m-%d %H:%M}; close it after that, or insist with --force"
        )
    made = Edition(
        restatement=len(before),
        replaces=_replaced(before[-1]) if before else None,
        made_on=now.date().isoformat() if before else None,
        closed_early_at=now.isoformat(sep=" ") if over > now else None,
        awaiting=awaiting,
        objections=objections_of(before[-1].folder, before) if before else (),
    )
    return None if made == Edition() else made


def _replaced(closed: Closed) -> Replaced:
    """What the report before said on its page one."""
    metrics = closed.metrics()
    options = report_options(settings_of(closed.manifest))
    stated = metrics.edition.made_on if metrics.edition else None
    bears = options.report_date or datetime.fromisoformat(metrics.period.cutoff).date()
    return Replaced(
        date=stated or bears.isoformat(),
        timeliness=metrics.headline.timeliness,
        findings=metrics.findings.total,
        by_grade=metrics.findings.by_grade,
    )


AWAITING: Final = "awaiting restatement: {n} verdicts of {month}; kelou close --month {month}"
"""What commands say of each month that awaits one."""


def awaiting_after(
    lake: str, taken: Sequence[Taken], tell: Callable[[str], object]
) -> tuple[Count, ...] | None:
    """The closed months that rows just taken in change; None where none of the rows can: nothing
    was added, or every closing was judged as of a time before the first of them. (A ticket that
    moves out of a closed month by a later day of its own is found by the next close.)"""
    added = [table for table in taken if table.rows]
    if not added:
        return None
    since = min(table.first_day or date.min for table in added)
    reached = {
        closed.month
        for closed in closings(lake)
        if period_of(closed.manifest).cutoff.date() >= since
    }
    return _awaiting(lake, reached, tell) if reached else None


def awaiting_restatement(lake: str, month: str, tell: Tell) -> tuple[Count, ...]:
    """Closed months before `month` of which the lake decides something otherwise by now, and how
    many verdicts; each judged again as it was, on the records as they are."""
    return _awaiting(lake, {c.month for c in closings(lake) if c.month < month}, tell)


def _awaiting(
    lake: str, months: Collection[str], tell: Callable[[str], object]
) -> tuple[Count, ...]:
    pins = pin(Lake(lake))
    latest = {closed.month: closed for closed in closings(lake) if closed.month in months}
    found = []
    for earlier, closed in sorted(latest.items()):
        if closed.manifest.get("lake_versions") == pins:
            continue
        tell(f"looking whether {earlier} stands")
        n = _changed(lake, closed)
        if n:
            found.append(Count(key=earlier, n=n))
    return tuple(found)


def _changed(lake: str, closed: Closed) -> int:
    settings, period = settings_of(closed.manifest), period_of(closed.manifest)
    rules = load_rules(settings)
    source = at_cutoff(LakeSource(lake), period.cutoff)
    intake = PlainStages.ingest(source, settings, period.end)
    now = PlainStages.judge_records(intake, rules.rulebooks, period, settings, Selection())
    return changed(scan_obligations(closed.folder / OBLIGATIONS).collect(), now.collect()).height


def make_edition(run: Path, edition: Edition) -> None:
    """Write the documents of a prepared run anew, as this edition, and its manifest."""
    inputs = json.loads((run / "inputs.json").read_text("utf-8"))
    inputs["request"]["edition"] = plain(edition)
    metrics = replace(read_metrics(run), edition=edition, objections=edition.objections or None)
    write_json(run / "inputs.json", inputs)
    redraw(run, run, metrics, inputs, approved=False, pdf=inputs["request"].get("pdf", True))
    write_manifest(run, inputs)
