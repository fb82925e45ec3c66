"""Great Expectations over Polars: the execution engine.

Whatever the number of expectations, every count of a batch comes out of one streaming select over
the lazy frame; failing rows are looked for afterwards, only for the checks that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Final

import polars as pl
from great_expectations.core.batch import BatchData, BatchMarkers
from great_expectations.exceptions.exceptions import MetricError
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.row_conditions import (
    Condition,
    Operator,
    deserialize_row_condition,
)

Kwargs = Mapping[str, Any]

_FEW: Final = 8
"""So many values Polars compares one by one faster than it looks one up among them."""


def one_of(column: pl.Expr, values: Sequence[Any]) -> pl.Expr:
    """Whether the value is one of these; null where there is none."""
    if 0 < len(values) <= _FEW:
        return pl.Expr.or_(*(column == value for value in values))
    return column.is_in(list(values))


_COMPARE: Final[dict[Operator, Callable[[pl.Expr, Any], pl.Expr]]] = {
    Operator.EQUAL: lambda column, value: column == value,
    Operator.IN: one_of,
}

_LOADED: Final = "19700101T000000.000000Z"
"""GX wants a loading time; a fixed one, so that the same inputs give the same result on any day."""


@dataclass(frozen=True)
class Count:
    """How many rows of `rows` (None: of the batch) hold `of` (None: all do); part of the shared
    select."""

    of: pl.Expr | None
    rows: pl.Expr | None


@dataclass(frozen=True)
class Query:
    """A value that needs a plan of its own over the whole frame, and what its result means to
    GX."""

    plan: Callable[[pl.LazyFrame], pl.LazyFrame]
    read: Callable[[pl.DataFrame], Any]


Wanted = Count | Query


@dataclass(frozen=True)
class Tables:
    """Every frame of a run, the name of the one that is looked at, and columns whose values are not
    to be shown."""

    frames: Mapping[str, pl.LazyFrame]
    name: str = ""
    hidden: frozenset[str] = frozenset()


class PolarsBatchData(BatchData):
    """A batch is a lazy frame among others; scanning it twice must give the same rows in the same
    order."""

    def __init__(self, execution_engine: ExecutionEngine[pl.Expr], tables: Tables) -> None:
        super().__init__(execution_engine=execution_engine)
        self.frames = tables.frames
        self.hidden = tables.hidden
        self.frame = tables.frames[tables.name]
        self.schema = self.frame.collect_schema()


class PolarsExecutionEngine(ExecutionEngine[pl.Expr]):
    def get_batch_data_and_markers(self, batch_spec: Any) -> tuple[PolarsBatchData, BatchMarkers]:
        tables = batch_spec.batch_data
        batch_spec.batch_data = "polars.LazyFrame"
        return PolarsBatchData(self, tables), BatchMarkers({"ge_load_time": _LOADED})

    def batch(self, domain: Kwargs) -> PolarsBatchData:
        data = self.batch_manager.batch_data_cache[domain["batch_id"]]
        assert isinstance(data, PolarsBatchData)
        return data

    def rows(self, domain: Kwargs) -> pl.Expr | None:
        """The row condition of a domain; None where it is every row."""
        condition = domain.get("row_condition")
        if not condition:
            return None
        condition = deserialize_row_condition(condition)
        if not isinstance(condition, Condition):
            raise MetricError(f"not a structured row condition: {condition!r}")
        return self.condition_to_filter_clause(condition)

    def resolve_metric_bundle(self, metric_fn_bundle: Any) -> dict[Any, Any]:
        batches: dict[str, dict[Any, Wanted]] = {}
        for item in metric_fn_bundle:
            wanted = batches.setdefault(item.compute_domain_kwargs["batch_id"], {})
            wanted[item.metric_configuration.id] = item.metric_fn
        out: dict[Any, Any] = {}
        for batch_id, wanted in batches.items():
            out.update(_collect(self.batch({"batch_id": batch_id}).frame, wanted))
        return out

    def _comparison_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        if condition.operator not in _COMPARE:
            raise MetricError(f"operator {condition.operator} is not supported")
        return _COMPARE[condition.operator](pl.col(condition.column.name), condition.parameter)

    def _nullity_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        column = pl.col(condition.column.name)
        return column.is_null() if condition.is_null else column.is_not_null()

    def _and_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return pl.all_horizontal([self.condition_to_filter_clause(c) for c in condition.conditions])

    def _or_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return pl.any_horizontal([self.condition_to_filter_clause(c) for c in condition.conditions])


def _collect(frame: pl.LazyFrame, wanted: Mapping[Any, Wanted]) -> dict[Any, Any]:
    """Every wanted value of one batch: the counts in one select, then the queries.

    One after the other: collected together they would keep the frame in memory to share it.
    """
    counts = {i: w for i, w in wanted.items() if isinstance(w, Count)}
    queries = {i: w for i, w in wanted.items() if isinstance(w, Query)}
    found = _select(frame, counts.values()).collect(engine="streaming").row(0) if counts else ()
    out = dict(zip(counts, map(int, found), strict=True))
    return out | {i: q.read(q.plan(frame).collect(engine="streaming")) for i, q in queries.items()}


def _select(frame: pl.LazyFrame, counts: Iterable[Count]) -> pl.LazyFrame:
    """One row of counts. Many share their rows: each condition is a column first, because Polars
    would not share it."""
    conditions: dict[bytes, pl.Expr] = {}
    selected = []
    for n, count in enumerate(counts):
        held = [] if count.of is None else [count.of]
        if count.rows is not None:
            column = conditions.setdefault(
                count.rows.meta.serialize(), count.rows.alias(f"_rows_{len(conditions)}")
            )
            held.append(pl.col(column.meta.output_name()))
        selected.append((reduce(and_, held).sum() if held else pl.len()).alias(str(n)))
    return frame.with_columns(conditions.values()).select(selected)
