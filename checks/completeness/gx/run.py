"""Great Expectations over Polars: suites are run over their tables.

By GX's validator itself: a checkpoint writes each suite and result into a store and reads it back
several times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from great_expectations.core import ExpectationSuite
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.validator.v1_validator import Validator

from checks.completeness.gx.datasource import PolarsFrameAsset
from checks.completeness.gx.engine import Tables
from checks.completeness.gx.memory import remembered


def run(
    context: Any,
    suites: Sequence[ExpectationSuite],
    tables: Tables,
    result_format: Mapping[str, Any],
) -> list[ExpectationSuiteValidationResult]:
    """The result of each suite over the table of its name. An expectation that raised says so in
    its result."""
    assets = [PolarsFrameAsset(name=suite.name) for suite in suites]
    source = context.data_sources.add_polars("kelou", assets=assets)
    with remembered():
        return [
            _run(source.get_asset(suite.name), suite, tables, result_format) for suite in suites
        ]


def _run(
    asset: PolarsFrameAsset,
    suite: ExpectationSuite,
    tables: Tables,
    result_format: Mapping[str, Any],
) -> ExpectationSuiteValidationResult:
    batch: BatchDefinition[Any] = BatchDefinition(name="whole")
    batch.set_data_asset(asset)
    validator = Validator(batch, dict(result_format), {"dataframe": tables})
    return validator.validate_expectation_suite(suite)
