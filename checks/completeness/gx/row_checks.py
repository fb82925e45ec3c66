"""Great Expectations over Polars: what a check asks of rows, and how the rows that fail it are
counted and found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Final, Literal

import polars as pl
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.exceptions.exceptions import MetricError

from checks.completeness.gx.engine import Count, Kwargs, PolarsExecutionEngine, Query, Wanted

COLUMN: Final = MetricDomainTypes.COLUMN
PAIR: Final = MetricDomainTypes.COLUMN_PAIR
COMPOUND: Final = MetricDomainTypes.MULTICOLUMN

Rows = Callable[[pl.LazyFrame], pl.LazyFrame]


@dataclass(frozen=True)
class Check(ABC):
    """A family of metrics made from one check of rows."""

    name: str
    domain: MetricDomainTypes = COLUMN
    values: tuple[str, ...] = ()
    nulls_judged: bool = False

    def heeded(self, domain: Kwargs) -> pl.Expr | None:
        """Rows whose cells are not to be ignored; None where none is."""
        nulls = [pl.col(c).is_null() for c in columns_of(domain)]
        match "never" if self.nulls_judged else domain.get("ignore_row_if", "any_value_is_missing"):
            case "never":
                return None
            case "both_values_are_missing" | "all_values_are_missing":
                return ~pl.all_horizontal(nulls)
            case "either_value_is_missing" | "any_value_is_missing":
                return ~pl.any_horizontal(nulls)
            case other:
                raise MetricError(f"ignore_row_if {other!r} is not supported")

    def asked(self, engine: PolarsExecutionEngine, domain: Kwargs) -> pl.Expr:
        """Rows that the check is asked of: those of the row condition whose cells are not to be
        ignored."""
        parts = (self.heeded(domain), engine.rows(domain))
        return reduce(and_, (part for part in parts if part is not None), pl.lit(True))

    @abstractmethod
    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        """How many rows are asked and not as expected."""

    @abstractmethod
    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        """The rows that are asked and not as expected, in their order."""


@dataclass(frozen=True)
class RowCheck(Check):
    """A check that each row tells alone: `expected` gives, from the columns and the value
    arguments, what holds."""

    expected: Callable[..., pl.Expr] = field(kw_only=True)

    def bad(self, domain: Kwargs, values: Kwargs) -> pl.Expr:
        """Rows that are not as expected, whatever the row condition. A null answer is not as
        expected."""
        good = self.expected(
            *(pl.col(c) for c in columns_of(domain)), **{k: values.get(k) for k in self.values}
        )
        bad, heeded = ~good.fill_null(False), self.heeded(domain)
        return bad if heeded is None else heeded & bad

    def count(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Wanted:
        return Count(self.bad(domain, values), engine.rows(domain))

    def bad_rows(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> Rows:
        bad, rows = self.bad(domain, values), engine.rows(domain)
        return lambda frame: frame.filter(bad if rows is None else bad & rows)


@dataclass(frozen=True)
class UniqueCheck(Check):
    """No other row has these values.

    Sorting 64-bit hashes gives the candidates (every repeated row is one); they alone are decided
    exactly.
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
            near = hashed.join(
                _candidates(frame, columns), on="_hash", how="semi", maintain_order="left"
            )
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

    def _unlisted(
        self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs, in_order: bool
    ) -> Rows:
        asked, column = self.asked(engine, domain), columns_of(domain)[0]
        listed = (
            engine.batch(domain)
            .frames[values["table"]]
            .select(pl.col(values["listed_in"]).alias(column))
        )
        order: Literal["left", "none"] = "left" if in_order else "none"
        return lambda frame: frame.filter(asked).join(
            listed, on=column, how="anti", maintain_order=order
        )


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


def hide(column: str) -> pl.Expr:
    """Asterisks where there is a value."""
    return pl.when(pl.col(column).is_not_null()).then(pl.lit("***")).alias(column)
