"""The rows behind a failed expectation, by the very check that GX counted them with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.completeness.gx.catalogue import CHECKS
from checks.completeness.gx.engine import PolarsBatchData, PolarsExecutionEngine, Tables

_BY_METRIC = {check.name: check for check in CHECKS}


def failing_rows(frames: Mapping[str, pl.LazyFrame], table: str, expectation: Any) -> pl.LazyFrame:
    """Rows of a table that a row-wise expectation does not expect, in their order."""
    engine = PolarsExecutionEngine()
    engine.load_batch_data(table, PolarsBatchData(engine, Tables(frames, table)))
    kwargs = {**expectation.configuration.kwargs, "batch_id": table}
    return _BY_METRIC[expectation.map_metric].bad_rows(engine, kwargs, kwargs)(frames[table])
