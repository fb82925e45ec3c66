"""Judging on more than one machine: parts of the subjects as mapped tasks on a Dask cluster.

Every worker reads the records itself, from a folder or lake that all of them reach, and judges its
part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect_dask.task_runners import DaskTaskRunner

from checks.concepts import Period
from checks.judging import judge
from checks.judging.portions import together
from checks.law.rulebook import Rulebooks
from checks.parts import WHOLE, Part
from flows.archive.program import PROGRAM, described
from flows.audit.data_source import DataSource, LakeSource
from flows.audit.gathering import ingest
from flows.audit.selection import Selection
from flows.ingest import Intake
from flows.law.judging_options import judging_options
from flows.scheduled.tasks import TaskStages
from flows.settings import Settings
from flows.system.errors import UsageError
from flows.system.panics import panics_told


@dataclass(frozen=True)
class ClusterStages(TaskStages):
    """The stages as tasks, but for judging, which the configured cluster does."""

    source: DataSource

    def judge_records(
        self,
        intake: Intake,
        rulebooks: Rulebooks,
        period: Period,
        settings: Settings,
        selection: Selection,
    ) -> pl.LazyFrame:
        return selection.of(judge_on_cluster(self.source, rulebooks, period, settings).lazy())


def pinned(source: DataSource) -> DataSource:
    """The source at fixed versions, so that every worker reads the same."""
    if not isinstance(source, LakeSource) or source.versions:
        return source
    from flows.ingest.lake import Lake, pin

    return replace(source, versions=pin(Lake(source.uri)))


def judge_on_cluster(
    source: DataSource, rulebooks: Rulebooks, period: Period, settings: Settings
) -> pl.DataFrame:
    """Every obligation in scope, as `checks.judging.judge` gives them, judged by the cluster's
    workers."""

    runner: Any = DaskTaskRunner(address=settings.cluster.scheduler)

    @flow(name="judge_parts", task_runner=runner)
    def judge_parts() -> pl.DataFrame:
        parts = WHOLE.split(settings.cluster.parts, 1)
        constant = (unmapped(fixed) for fixed in (source, rulebooks, period, settings, PROGRAM))
        return together(judge_part.map(parts, *constant).result(), rulebooks.rules)

    return judge_parts()


@task(name="judge part", task_run_name="judge part {part.number}", cache_policy=NO_CACHE)
def judge_part(
    part: Part,
    source: DataSource,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    program: Mapping[str, Any],
) -> pl.DataFrame:
    """The obligations of one part. Raises UsageError: the worker runs another `program` than the
    audit."""
    if program != PROGRAM:
        raise UsageError(
            f"a worker runs {described(PROGRAM)}, the audit {described(program)}; restart the "
            f"workers"
        )
    with panics_told():
        intake = ingest(source, settings, period.end)
        return judge(intake.records, rulebooks, period, judging_options(settings), part)
