"""Great Expectations over Polars: how a metric is registered, and what it asks of the engine.

From a check of rows come the metrics that GX derives from one: the count of unexpected rows, and, where that is not
zero, their values and keys. Metrics that no suite needs are not
registered: GX then raises, it never passes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Final, Literal

import polars as pl
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.exceptions.exceptions import InvalidMetricAccessorDomainKwargsKeyError, MetricError
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import register_metric
from great_expectations.validator.metric_configuration import MetricConfiguration

from checks.completeness.gx.engine import Aggregate, Known, Kwargs, PolarsExecutionEngine, Query, Wanted

COLUMN: Final = MetricDomainTypes.COLUMN
PAIR: Final = MetricDomainTypes.COLUMN_PAIR
COMPOUND: Final = MetricDomainTypes.MULTICOLUMN
TABLE_KEYS: Final = ("batch_id", "table", "row_condition", "condition_parser")
_DOMAIN_KEYS: Final = {
    COLUMN: (*TABLE_KEYS, "column"),
    PAIR: (*TABLE_KEYS, "column_A", "column_B", "ignore_row_if"),
    COMPOUND: (*TABLE_KEYS, "column_list", "ignore_row_if"),
}
_PARTIAL: Final = MetricPartialFunctionTypes.AGGREGATE_FN.metric_suffix

Rows = Callable[[pl.LazyFrame], pl.LazyFrame]
Keys = tuple[str, ...]
Needs = Mapping[str, str]
_NOTHING: Final[Needs] = {}


@dataclass(frozen=True)
class Check(ABC):
    """A family of metrics made from one check of rows."""

    name: str
    domain: MetricDomainTypes = COLUMN
    values: tuple[str, ...] = ()
    nulls_judged: bool = False

    def asked(self, engine: PolarsExecutionEngine, domain: Kwargs) -> pl.Expr:
        """Rows that the check is asked of: those of the row condition whose cells are not to be ignored."""
        nulls = [pl.col(c).is_null() for c in columns_of(domain)]
        rows = engine.rows(domain)
        match "never" if self.nulls_judged else domain.get("ignore_row_if", "any_value_is_missing"):
            case "never":
                asked = pl.any_horizontal(nulls).is_not_null()  # true in every row; a literal would count as one row
            case "both_values_are_missing" | "all_values_are_missing":
                asked = ~pl.all_horizontal(nulls)
            case "either_value_is_missing" | "any_value_is_missing":
                asked = ~pl.any_horizontal(nulls)
            case other:
                raise MetricError(f"ignore_row_if {other!r} is not supported")
        return asked if rows is None else asked & rows

    @abstractmethod
    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        """How many rows are asked and not as expected."""

    @abstractmethod
    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        """The rows that are asked and not as expected, in their order."""


@dataclass(frozen=True)
class RowCheck(Check):
    """A check that each row tells alone: `expected` gives, from the columns and the value arguments, what holds."""

    expected: Callable[..., pl.Expr] = field(kw_only=True)

    def bad(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> pl.Expr:
        """A null answer is not as expected."""
        good = self.expected(*(pl.col(c) for c in columns_of(domain)), **{k: values.get(k) for k in self.values})
        return self.asked(engine, domain) & ~good.fill_null(False)

    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        return Aggregate(self.bad(engine, domain, values).sum(), int)

    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        bad = self.bad(engine, domain, values)
        return lambda frame: frame.filter(bad)


@dataclass(frozen=True)
class UniqueCheck(Check):
    """No other row has these values.

    Sorting 64-bit hashes gives the candidates (every repeated row is one); they alone are decided exactly.
    """

    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        rows, frame = self.bad_rows(engine, domain, values), engine.batch(domain).frame
        asked, columns = self.asked(engine, domain), columns_of(domain)

        def counted(candidates: pl.DataFrame) -> int:
            if candidates.is_empty():
                return 0
            return int(rows(frame).select(pl.len()).collect(engine="streaming").item())

        return Query(lambda frame: _candidates(frame.filter(asked), columns), counted)

    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        asked, columns = self.asked(engine, domain), columns_of(domain)

        def repeated(frame: pl.LazyFrame) -> pl.LazyFrame:
            frame = frame.filter(asked)
            hashed = frame.with_columns(_hash=_one(columns).hash(0))
            near = hashed.join(_candidates(frame, columns), on="_hash", how="semi", maintain_order="left")
            return near.filter(_one(columns).is_duplicated()).drop("_hash")

        return repeated


@dataclass(frozen=True)
class ListedCheck(Check):
    """The value is listed in a column of another table."""

    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        rows = self._unlisted(engine, domain, values, in_order=False)
        return Query(lambda frame: rows(frame).select(pl.len()), lambda found: int(found.item()))

    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        return self._unlisted(engine, domain, values, in_order=True)

    def _unlisted(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, in_order: bool) -> Rows:
        asked, column = self.asked(engine, domain), columns_of(domain)[0]
        listed = engine.batch(domain).frames[values["table"]].select(pl.col(values["listed_in"]).alias(column))
        order: Literal["left", "none"] = "left" if in_order else "none"
        return lambda frame: frame.filter(asked).join(listed, on=column, how="anti", maintain_order=order)


def _one(columns: Sequence[str]) -> pl.Expr:
    return pl.col(columns[0]) if len(columns) == 1 else pl.struct(columns)


def _candidates(frame: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """The hashes that occur more than once."""
    key = pl.col("_hash")
    return frame.select(_hash=_one(columns).hash(0).sort()).filter(key == key.shift(1)).unique()


def columns_of(domain: Kwargs) -> list[str]:
    """The columns that a metric looks at; none for one of the whole table."""
    if "column" in domain:
        return [domain["column"]]
    if "column_A" in domain:
        return [domain["column_A"], domain["column_B"]]
    return list(domain.get("column_list", ()))


def register_check(check: Check) -> None:
    """Make a check known to GX, for this engine."""
    keys, judged = _DOMAIN_KEYS[check.domain], (*check.values, "result_format")
    count, found = f"{check.name}.unexpected_count", f"{check.name}.first_unexpected_rows"
    _bundled(count, keys, check.values, lambda engine, domain, values, _: check.count(engine, domain, values))
    _bundled(found, keys, judged, partial(_first_bad, check), needs={"count": count})
    _direct(f"{check.name}.unexpected_values", keys, judged, _bad_values, needs={"rows": found})
    _direct(f"{check.name}.unexpected_index_list", keys, judged, _bad_keys, needs={"rows": found})
    _direct(f"{check.name}.unexpected_index_query", keys, judged, lambda *_: None)
    if check.domain is not COLUMN:
        _bundled(f"{check.name}.filtered_row_count", keys, judged, partial(_asked_count, check))


def register_table_metric(name: str, value: Callable[[PolarsExecutionEngine, Kwargs], Any]) -> None:
    """A metric of the whole table that needs no scan."""
    _direct(name, TABLE_KEYS, (), lambda engine, domain, *_: value(engine, domain))


def register_table_aggregate(name: str, wanted: Callable[[PolarsExecutionEngine, Kwargs], Wanted]) -> None:
    """A metric of the whole table that comes out of the shared select."""
    _bundled(name, TABLE_KEYS, (), lambda engine, domain, *_: wanted(engine, domain))


def _asked_count(check: Check, engine: PolarsExecutionEngine, domain: Kwargs, _: Kwargs, __: Kwargs) -> Wanted:
    return Aggregate(check.asked(engine, domain).sum(), int)


def _first_bad(check: Check, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, known: Kwargs) -> Wanted:
    """The first failing rows: the columns looked at and the key columns, at most `partial_unexpected_count`."""
    if known["count"] == 0:
        return Known([])
    form = values["result_format"]
    columns = list(dict.fromkeys([*columns_of(domain), *form["unexpected_index_column_names"]]))
    rows, cap = check.bad_rows(engine, domain, values), form["partial_unexpected_count"]
    shown = [hide(c) if c in engine.batch(domain).hidden else pl.col(c) for c in columns]
    return Query(lambda frame: rows(frame).select(shown).head(cap), lambda found: found.to_dicts())


def hide(column: str) -> pl.Expr:
    """Asterisks where there is a value."""
    return pl.when(pl.col(column).is_not_null()).then(pl.lit("***")).alias(column)


def _bad_values(_: PolarsExecutionEngine, domain: Kwargs, __: Kwargs, known: Kwargs) -> list[Any]:
    """The values of the failing rows, in the shape that GX gives to a column, a pair or a compound."""
    columns = columns_of(domain)
    if "column" in domain:
        return [row[columns[0]] for row in known["rows"]]
    if "column_A" in domain:
        return [tuple(row[c] for c in columns) for row in known["rows"]]
    return [{c: row[c] for c in columns} for row in known["rows"]]


def _bad_keys(_: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, known: Kwargs) -> list[dict[str, Any]]:
    """The keys of the failing rows with the value looked at, several values as one: GX shows them in no fixed order."""
    columns = columns_of(domain)
    keys = values["result_format"]["unexpected_index_column_names"]
    if len(columns) == 1:
        return [{c: row[c] for c in (*columns, *keys)} for row in known["rows"]]
    return [
        {", ".join(columns): ", ".join(str(row[c]) for c in columns)} | {k: row[k] for k in keys}
        for row in known["rows"]
    ]


class _Provider(MetricProvider):
    """`needs` names the metrics of the same domain that must be there first, by the name under which they arrive."""

    needs: ClassVar[Needs] = _NOTHING

    @classmethod
    def _get_evaluation_dependencies(
        cls, metric: Any, configuration: Any = None, execution_engine: Any = None, runtime_configuration: Any = None
    ) -> dict[str, MetricConfiguration]:
        values = metric.metric_value_kwargs
        judged = {k: v for k, v in values.items() if k != "result_format"}
        return {
            role: MetricConfiguration(name, metric.metric_domain_kwargs, judged if role == "count" else values)
            for role, name in cls.needs.items()
        }


def _provider(name: str, needs: Needs) -> type[MetricProvider]:
    return type(f"Polars_{name.replace('.', '_')}", (_Provider,), {"needs": needs})


def _bundled(name: str, keys: Keys, values: Keys, wanted: Callable[..., Wanted], needs: Needs = _NOTHING) -> None:
    """A metric whose value comes out of the engine's shared select: GX first asks for its partial, then bundles."""

    def part(cls: Any, execution_engine: Any, metric_domain_kwargs: Kwargs, **given: Any) -> Any:
        _must_have(execution_engine, metric_domain_kwargs)
        value = wanted(execution_engine, metric_domain_kwargs, given["metric_value_kwargs"], given["metrics"])
        return value, {"batch_id": metric_domain_kwargs["batch_id"]}, {}

    kind = MetricPartialFunctionTypes.AGGREGATE_FN
    register_metric(f"{name}.{_PARTIAL}", keys, values, PolarsExecutionEngine, _provider(name, needs), part, kind)
    whole = _provider(name, {"metric_partial_fn": f"{name}.{_PARTIAL}"})
    register_metric(name, keys, values, PolarsExecutionEngine, whole, None, MetricFunctionTypes.VALUE)


def _direct(name: str, keys: Keys, values: Keys, value: Callable[..., Any], needs: Needs = _NOTHING) -> None:
    """A metric that is computed at once from what is known."""

    def provide(cls: Any, execution_engine: Any, metric_domain_kwargs: Kwargs, **given: Any) -> Any:
        return value(execution_engine, metric_domain_kwargs, given["metric_value_kwargs"], given["metrics"])

    provider = _provider(name, needs)
    register_metric(name, keys, values, PolarsExecutionEngine, provider, provide, MetricFunctionTypes.VALUE)


def _must_have(engine: PolarsExecutionEngine, domain: Kwargs) -> None:
    for column in columns_of(domain):
        if column not in engine.batch(domain).schema:
            raise InvalidMetricAccessorDomainKwargsKeyError(f'the batch has no column "{column}"')
