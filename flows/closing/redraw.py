"""The documents of a run once more, as another edition of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from checks.numbers.plain import to_json
from checks.numbers.whole import Metrics
from flows.archive.run_folder import FINDINGS_FILE, write_json
from flows.audit.gathering import load_rules
from flows.audit.outputs import report_options
from flows.closing.manifest import settings_of
from flows.report.write import write_report


def redraw(
    run: Path, into: Path, metrics: Metrics, inputs: Mapping[str, Any], approved: bool, pdf: bool
) -> None:
    """Write metrics.json and the report of `run`, with its own settings and findings, into `into`,
    where the other files that a report carries stand already."""
    settings = settings_of(inputs)
    write_json(into / "metrics.json", to_json(metrics))
    write_report(
        into,
        metrics=metrics,
        findings=pl.read_parquet(run / FINDINGS_FILE),
        inputs=inputs,
        rulebooks=load_rules(settings).rulebooks,
        lang=inputs["request"]["lang"],
        options=replace(report_options(settings), approved=approved),
        pdf=pdf,
    )
