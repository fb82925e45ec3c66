"""The rows behind a failed expectation, by the very check that GX counted them with."""

from __future__ import annotations

from typing import Any

import polars as pl

from checks.completeness.gx.catalogue import ROW_CHECKS
from checks.completeness.gx.engine import PolarsExecutionEngine

_BY_METRIC = {check.name: check for check in ROW_CHECKS}


def failing_rows(frame: pl.LazyFrame, expectation: Any) -> pl.LazyFrame:
    """Rows that a row-wise expectation does not expect, in their order."""
    kwargs = expectation.configuration.kwargs
    return _BY_METRIC[expectation.map_metric].bad_rows(PolarsExecutionEngine(), kwargs, kwargs)(frame)
