"""The part of the obligations that an ad-hoc rerun asks for."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from checks.concepts import TIERS
from flows.audit.gate import pass_gate as pass_gate
from flows.system.errors import UsageError


@dataclass(frozen=True)
class Selection:
    """The part of the obligations that an ad-hoc rerun asks for; empty means all."""

    tiers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [tier for tier in self.tiers if tier not in TIERS]
        if unknown:
            raise UsageError(f"--tier {unknown[0]} is not a tier; choose from {', '.join(TIERS)}")

    def of(self, obligations: pl.LazyFrame) -> pl.LazyFrame:
        """The obligations that are asked for, of the schema given. Raises UsageError: a department
        without any."""
        if self.departments:
            there = (
                obligations.select(pl.col("department").unique())
                .collect(engine="streaming")
                .to_series()
            )
            if unknown := [name for name in self.departments if name not in there]:
                known = ", ".join(sorted(there.drop_nulls()))
                raise UsageError(
                    f"--department {unknown[0]} has no obligation in the period; these "
                    f"have: {known}"
                )
        for column, chosen in (("tier", self.tiers), ("department", self.departments)):
            if chosen:
                obligations = obligations.filter(pl.col(column).is_in(list(chosen)))
        return obligations
