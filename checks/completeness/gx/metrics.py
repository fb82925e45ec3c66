"""Great Expectations over Polars: how a metric is registered, and what it asks of the engine.

From a check of rows come the metrics that GX derives from one: the count of unexpected rows, and,
where that is not zero, their values and keys. Metrics that no suite needs are not registered: GX
then raises, it never passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

import polars as pl
from great_expectations.core.metric_function_types import (
    MetricFunctionTypes,
    MetricPartialFunctionTypes,
)
from great_expectations.exceptions.exceptions import InvalidMetricAccessorDomainKwargsKeyError
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import register_metric
from great_expectations.validator.metric_configuration import MetricConfiguration

from checks.completeness.gx.engine import Count, Kwargs, PolarsExecutionEngine, Wanted
from checks.completeness.gx.row_checks import COLUMN, COMPOUND, PAIR, Check, columns_of, hide

TABLE_KEYS: Final = ("batch_id", "table", "row_condition", "condition_parser")
_DOMAIN_KEYS: Final = {
    COLUMN: (*TABLE_KEYS, "column"),
    PAIR: (*TABLE_KEYS, "column_A", "column_B", "ignore_row_if"),
    COMPOUND: (*TABLE_KEYS, "column_list", "ignore_row_if"),
}
_PARTIAL: Final = MetricPartialFunctionTypes.AGGREGATE_FN.metric_suffix

Keys = tuple[str, ...]
Needs = Mapping[str, str]
_NOTHING: Final[Needs] = {}


def register_check(check: Check) -> None:
    """Make a check known to GX, for this engine."""
    keys, judged = _DOMAIN_KEYS[check.domain], (*check.values, "result_format")
    count, found = f"{check.name}.unexpected_count", f"{check.name}.first_unexpected_rows"
    _bundled(count, keys, check.values, check.count)
    _direct(found, keys, judged, partial(_first_bad, check), needs={"count": count})
    _direct(f"{check.name}.unexpected_values", keys, judged, _bad_values, needs={"rows": found})
    _direct(f"{check.name}.unexpected_index_list", keys, judged, _bad_keys, needs={"rows": found})
    _direct(f"{check.name}.unexpected_index_query", keys, judged, lambda *_: None)
    if check.domain is not COLUMN:
        _bundled(f"{check.name}.filtered_row_count", keys, judged, partial(_asked, check))


def _asked(check: Check, engine: PolarsExecutionEngine, domain: Kwargs, _: Kwargs) -> Wanted:
    return Count(check.heeded(domain), engine.rows(domain))


def register_table_metric(name: str, value: Callable[[PolarsExecutionEngine, Kwargs], Any]) -> None:
    """A metric of the whole table that needs no scan."""
    _direct(name, TABLE_KEYS, (), lambda engine, domain, *_: value(engine, domain))


def register_table_count(name: str) -> None:
    """The number of rows of the row condition."""
    _bundled(name, TABLE_KEYS, (), lambda engine, domain, _: Count(None, engine.rows(domain)))


def _first_bad(
    check: Check, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, known: Kwargs
) -> Any:
    """The first failing rows: the columns looked at and the key columns, at most
    `partial_unexpected_count`."""
    if known["count"] == 0:
        return []
    form, batch = values["result_format"], engine.batch(domain)
    columns = dict.fromkeys([*columns_of(domain), *form["unexpected_index_column_names"]])
    shown = [hide(c) if c in batch.hidden else pl.col(c) for c in columns]
    found = (
        check.bad_rows(engine, domain, values)(batch.frame)
        .select(shown)
        .head(form["partial_unexpected_count"])
    )
    return found.collect(engine="streaming").to_dicts()


def _bad_values(_: PolarsExecutionEngine, domain: Kwargs, __: Kwargs, known: Kwargs) -> list[Any]:
    """The values of the failing rows, in the shape that GX gives to a column, a pair or a
    compound."""
    columns = columns_of(domain)
    if "column" in domain:
        return [row[columns[0]] for row in known["rows"]]
    if "column_A" in domain:
        return [tuple(row[c] for c in columns) for row in known["rows"]]
    return [{c: row[c] for c in columns} for row in known["rows"]]


def _bad_keys(
    _: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, known: Kwargs
) -> list[dict[str, Any]]:
    """The keys of the failing rows with the value looked at, several values as one: GX shows them
    in no fixed order."""
    columns = columns_of(domain)
    keys = values["result_format"]["unexpected_index_column_names"]
    if len(columns) == 1:
        return [{c: row[c] for c in (*columns, *keys)} for row in known["rows"]]
    return [
        {", ".join(columns): ", ".join(str(row[c]) for c in columns)} | {k: row[k] for k in keys}
        for row in known["rows"]
    ]


class _Provider(MetricProvider):
    """`needs` names the metrics of the same domain that must be there first, by the name under
    which they arrive."""

    needs: ClassVar[Needs] = _NOTHING

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: Any,
        configuration: Any = None,
        execution_engine: Any = None,
        runtime_configuration: Any = None,
    ) -> dict[str, MetricConfiguration]:
        values = metric.metric_value_kwargs
        judged = {k: v for k, v in values.items() if k != "result_format"}
        return {
            role: MetricConfiguration(
                name, metric.metric_domain_kwargs, judged if role == "count" else values
            )
            for role, name in cls.needs.items()
        }


def _provider(name: str, needs: Needs = _NOTHING) -> type[MetricProvider]:
    return type(f"Polars_{name.replace('.', '_')}", (_Provider,), {"needs": needs})


def _bundled(
    name: str,
    keys: Keys,
    values: Keys,
    wanted: Callable[[PolarsExecutionEngine, Kwargs, Kwargs], Wanted],
) -> None:
    """A metric whose value comes out of the engine's shared select: GX first asks for its partial,
    then bundles."""

    def part(cls: Any, execution_engine: Any, metric_domain_kwargs: Kwargs, **given: Any) -> Any:
        _must_have(execution_engine, metric_domain_kwargs)
        value = wanted(execution_engine, metric_domain_kwargs, given["metric_value_kwargs"])
        return value, {"batch_id": metric_domain_kwargs["batch_id"]}, {}

    kind = MetricPartialFunctionTypes.AGGREGATE_FN
    register_metric(
        f"{name}.{_PARTIAL}", keys, values, PolarsExecutionEngine, _provider(name), part, kind
    )
    whole = _provider(name, {"metric_partial_fn": f"{name}.{_PARTIAL}"})
    register_metric(
        name, keys, values, PolarsExecutionEngine, whole, None, MetricFunctionTypes.VALUE
    )


def _direct(
    name: str, keys: Keys, values: Keys, value: Callable[..., Any], needs: Needs = _NOTHING
) -> None:
    """A metric that is computed at once from what is known."""

    def provide(cls: Any, execution_engine: Any, metric_domain_kwargs: Kwargs, **given: Any) -> Any:
        return value(
            execution_engine, metric_domain_kwargs, given["metric_value_kwargs"], given["metrics"]
        )

    provider = _provider(name, needs)
    register_metric(
        name, keys, values, PolarsExecutionEngine, provider, provide, MetricFunctionTypes.VALUE
    )


def _must_have(engine: PolarsExecutionEngine, domain: Kwargs) -> None:
    for column in columns_of(domain):
        if column not in engine.batch(domain).schema:
            raise InvalidMetricAccessorDomainKwargsKeyError(f'the batch has no column "{column}"')
