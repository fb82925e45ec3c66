"""`kelou close`: a month's run becomes the closing of that month; what a later run changes becomes
a restatement.

Everything is prepared in a hidden folder of the month and takes its place by one renaming: killed
at any point, the lake holds the old state or the new. A published folder is never written to again,
approvals and signatures aside.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checks.concepts import Period
from checks.numbers.base import Count
from checks.numbers.closings import ChangedVerdict, Restatement, ThenAndNow
from checks.numbers.plain import plain
from flows.archive.closings import FIRST, RESTATEMENT, Closed, closings, folder_of, of_month
from flows.archive.integrity import read_json, run_differences
from flows.archive.log import Log
from flows.archive.logged import PREPARED, closing_entry
from flows.archive.merkle import root_of
from flows.archive.run_folder import (
    APPROVALS,
    APPROVED,
    LOCAL,
    MANIFEST,
    OBLIGATIONS,
    SIGNATURE,
    read_metrics,
    sealed,
    sha256,
    write_json,
)
from flows.archive.signing import sign_manifest
from flows.audit.data_source import LakeSource
from flows.audit.run import AuditRequest, Tell, run_audit
from flows.closing.diff import diff
from flows.closing.editions import (
    awaiting_restatement,
    edition_of,
    local_now,
    make_edition,
)
from flows.closing.findings.reopening import reopen
from flows.closing.manifest import period_of
from flows.closing.mart import write_mart
from flows.ingest.lake import Lake, pin
from flows.ingest.lake.alone import alone
from flows.report.words.options import Lang
from flows.settings import Settings
from flows.settings.periods import name_of
from flows.system.errors import DifferenceFound, UsageError

ROWS_KEPT: Final = 200
"""Changed verdicts that a restatement's manifest lists; `kelou diff` lists all."""


@dataclass(frozen=True)
class Outcome:
    """The closing or restatement of the month as it stands now, whether this call published it, and
    the verified findings that it contradicts and that are open again; `awaiting`: earlier months
    that later records change, and how many verdicts."""

    closed: Closed
    published: bool
    reopened: tuple[str, ...] = ()
    awaiting: tuple[Count, ...] = ()


def close_month(
    lake: str,
    period: Period,
    settings: Settings,
    lang: Lang,
    tell: Tell,
    force: bool = False,
    now: datetime | None = None,
) -> Outcome:
    """Audit a month from the lake and publish it. A month that is closed is judged as of its
    closing's cutoff.

    `force`: also a month that is not over at `now` (local, by default the clock's). Raises
    UsageError for a period that is no month or not over, InputError where there is no lake, Busy
    when another close works.
    """
    month = _month(period)
    pin(Lake(lake))  # before anything is made there
    with alone(Lake(lake)):
        if before := of_month(lake, month):
            period = period_of(before[0].manifest)
        at = now or local_now(settings)
        edition_of(month, period, before, at, force)
        awaiting = awaiting_restatement(lake, month, tell)
        edition = edition_of(month, period, before, at, force, awaiting)
        prepared = folder_of(lake) / month / PREPARED
        request = AuditRequest(
            LakeSource(lake), period, prepared, lang, fresh=True, edition=edition
        )
        run_audit(request, settings, tell)
        return replace(_publish(lake, prepared, settings), awaiting=awaiting)


def close_run(
    lake: str, run: Path, settings: Settings, force: bool = False, now: datetime | None = None
) -> Outcome:
    """Publish a run's folder as the closing of its month. Raises DifferenceFound when it is not as
    it was written, UsageError for a month that is not over at `now`, unless `force`."""
    manifest = read_json(run / MANIFEST)
    if manifest is None:
        raise UsageError(
            f"{run} is not the folder of a run; give the folder that kelou audit wrote"
        )
    if faults := list(run_differences(run)):
        raise DifferenceFound(f"{run} can't be closed: {faults[0]}; see kelou verify {run}")
    if any(manifest["request"][name] for name in ("tiers", "departments")):
        raise UsageError(f"{run} judges a part of the obligations; a closing needs a run over all")
    month = _month(period_of(manifest))
    with alone(Lake(lake), make=True):
        prepared = folder_of(lake) / month / PREPARED
        before = of_month(lake, month)
        at = now or local_now(settings)
        edition = edition_of(month, period_of(manifest), before, at, force)
        shutil.copytree(
            run, prepared, ignore=shutil.ignore_patterns(APPROVED, APPROVALS, SIGNATURE)
        )
        if edition and not (before and _same(before[-1].manifest, manifest)):
            make_edition(prepared, edition)
        return _publish(lake, prepared, settings)


def _month(period: Period) -> str:
    month = name_of(period)
    if "_" in month:
        raise UsageError(f"{month} is not a whole month; closings are monthly")
    return month


def _publish(lake: str, prepared: Path, settings: Settings) -> Outcome:
    """Give the prepared run its place in the chain; nothing new about the month leaves everything
    as it is."""
    manifest = read_json(prepared / MANIFEST) or {}
    month, chain = prepared.parent.name, closings(lake)
    before = of_month(lake, month)
    log = _log_of(lake, chain)
    if before and _same(before[-1].manifest, manifest):
        shutil.rmtree(prepared)
        return _outcome(lake, before[-1], False, settings)
    facts: dict[str, Any] = {
        "month": month,
        "number": chain[-1].number + 1 if chain else 1,
        "closed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "previous": {"closing": chain[-1].name, "sha256": chain[-1].sha256} if chain else None,
        "log": {"size": len(lines := log.lines()), "root": root_of(lines)},
        "local_sha256": sha256(prepared / LOCAL),
    }
    if before:
        facts["changes"] = plain(_changes(before, prepared, manifest))
    outputs = manifest.pop("outputs")
    write_json(prepared / MANIFEST, {**manifest, "closing": sealed(facts), "outputs": outputs})
    sign_manifest(prepared, settings.signing)
    target = prepared.parent / (f"{RESTATEMENT}{len(before)}" if before else FIRST)
    # The log first: killed after it, the next command gives the closing its place.
    log.append(closing_entry(prepared, Closed(target).name, facts["number"]))
    os.replace(prepared, target)
    return _outcome(lake, Closed(target), True, settings)


def _outcome(lake: str, closed: Closed, published: bool, settings: Settings) -> Outcome:
    """The closing, after what it contradicts is open again and the mart has it: also where an
    earlier command published it and was killed then."""
    reopened = reopen(lake, closed, settings)
    write_mart(lake)
    return Outcome(closed, published, tuple(reopened))


def _log_of(lake: str, chain: list[Closed]) -> Log:
    """The lake's log; one without any begins with the closings that were published before there
    were logs. Raises DifferenceFound when a log that a closing tells of is gone."""
    log = Log(folder_of(lake).parent)
    if log.head() is None:
        if any("log" in closed.manifest.get("closing", {}) for closed in chain):
            raise DifferenceFound(f"{log.folder} is gone; restore it from a backup")
        for closed in chain:
            log.append(closing_entry(closed.folder, closed.name, closed.number))
    return log


def _same(published: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return bool(published["outputs"][OBLIGATIONS] == now["outputs"][OBLIGATIONS])


def _changes(before: list[Closed], prepared: Path, manifest: Mapping[str, Any]) -> Restatement:
    """What the restatement changes of the month as it was last published, for the next report."""
    cutoffs = [m["period"]["cutoff"] for m in (before[0].manifest, manifest)]
    if cutoffs[0] != cutoffs[1]:
        raise UsageError(
            f"{before[0].name} was judged as of {cutoffs[0]}, this run as of {cutoffs[1]}; "
            f"a restatement keeps the cutoff: give the audit --as-of {cutoffs[0].replace(' ', 'T')}"
        )
    found = diff(before[-1].folder, prepared)
    then, now = (read_metrics(run).headline.timeliness for run in (before[-1].folder, prepared))
    return Restatement(
        month=before[0].month,
        restatement=len(before),
        changed=found.changes.height,
        by_cause=found.counted(),
        timeliness=ThenAndNow(then=then, now=now),
        rows=tuple(ChangedVerdict(**row) for row in found.changes.head(ROWS_KEPT).to_dicts()),
    )
