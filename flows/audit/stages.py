"""The spine of an audit: its stages, from the records of a folder or lake to the run's folder.

`flows.audit.run` calls them one after the other. `PlainStages` runs them as they are,
`flows.scheduled.tasks.TaskStages` as Prefect tasks, `flows.scheduled.cluster.ClusterStages` judges
on several machines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from checks.concepts import Period
from checks.gate import Gate
from checks.law.rulebook import Rulebooks
from checks.numbers.validation import Validation
from flows.audit import gate, gathering, judgement, outputs
from flows.audit.data_source import DataSource
from flows.audit.history import History
from flows.audit.judgement import Judged
from flows.audit.selection import Selection
from flows.ingest import Intake
from flows.law.rulebooks import LoadedRulebooks
from flows.report.words.options import Lang
from flows.settings import Settings


class Stages(Protocol):
    """The stages in the order in which they are called; what they do stands at the functions of
    `PlainStages`."""

    def load_rules(self, settings: Settings) -> LoadedRulebooks: ...

    def ingest(
        self, source: DataSource, settings: Settings, period_end: datetime | None = None
    ) -> Intake: ...

    def pass_gate(
        self, intake: Intake, rulebooks: Rulebooks, period: Period, settings: Settings
    ) -> Gate: ...

    def validate(
        self, intake: Intake, folder: Path, period: Period, settings: Settings
    ) -> Validation: ...

    def judge_records(
        self,
        intake: Intake,
        rulebooks: Rulebooks,
        period: Period,
        settings: Settings,
        selection: Selection,
    ) -> pl.LazyFrame: ...

    def write_obligations(self, folder: Path, obligations: pl.LazyFrame) -> pl.LazyFrame: ...

    def compare_with(
        self,
        source: DataSource,
        period: Period,
        settings: Settings,
        selection: Selection,
        only: Sequence[str] | None,
    ) -> History: ...

    def measure(
        self,
        intake: Intake,
        rulebooks: Rulebooks,
        period: Period,
        settings: Settings,
        obligations: pl.LazyFrame,
        history: History,
    ) -> Judged: ...

    def inputs_of(
        self,
        intake: Intake,
        rules: LoadedRulebooks,
        period: Period,
        settings: Settings,
        asked: Mapping[str, Any],
        history: History,
    ) -> dict[str, Any]: ...

    def write_data(
        self,
        folder: Path,
        intake: Intake,
        judged: Judged,
        inputs: dict[str, Any],
        settings: Settings,
    ) -> None: ...

    def write_documents(
        self,
        folder: Path,
        intake: Intake,
        judged: Judged,
        inputs: dict[str, Any],
        rulebooks: Rulebooks,
        settings: Settings,
        lang: Lang,
        pdf: bool = True,
    ) -> None: ...

    def write_manifest(self, folder: Path, inputs: dict[str, Any]) -> None: ...


class PlainStages:
    """The stages as plain functions, in this process."""

    load_rules = staticmethod(gathering.load_rules)
    ingest = staticmethod(gathering.ingest)
    pass_gate = staticmethod(gate.pass_gate)
    validate = staticmethod(gathering.validate)
    judge_records = staticmethod(judgement.judge_records)
    write_obligations = staticmethod(judgement.write_obligations)
    compare_with = staticmethod(gathering.compare_with)
    measure = staticmethod(judgement.measure)
    inputs_of = staticmethod(outputs.inputs_of)
    write_data = staticmethod(outputs.write_data)
    write_documents = staticmethod(outputs.write_documents)
    write_manifest = staticmethod(outputs.write_manifest)
