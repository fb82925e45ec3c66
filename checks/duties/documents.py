"""Documents that fall due every month, as filed in `documents`.

The texts give no day by which one is due; the reading here: by the end of the following month.
Kinds of which the table holds none at all, nor any that might be meant, are not recorded there:
that is no evidence, neither a pass nor a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.document_periods import month_of
from checks.duties.item import Found
from checks.duties.months import ends_within, month_before, months, next_month
from checks.duties.wording import is_one_of, says
from checks.law.parameters import Parameters
from checks.law.rulebook import Rulebooks
from checks.local_time import midnight
from checks.numbers.evidence import Documents, DueDocument
from checks.numbers.rates import Rate

Judge = Callable[[Closing], Found | None]


@dataclass(frozen=True)
class Family:
    """Kinds of documents that one loose name may mean, in the order in which a document of that
    name counts for them; each a parameter (checks.law.parameters)."""

    kinds: tuple[str, ...]
    loose: str = ""

    def told(self, documents: pl.LazyFrame, amounts: Parameters) -> pl.DataFrame:
        """The documents of the family: `kind` the parameter, or `loose`; about (first day of the
        month), owner, filed_at, approved_by."""
        name, kind = pl.col("kind"), pl.lit(None, pl.String)
        if self.loose:
            kind = pl.when(is_one_of(name, getattr(amounts, self.loose))).then(pl.lit("loose"))
        for parameter in reversed(self.kinds):
            named = says(name, getattr(amounts, parameter))
            kind = pl.when(named).then(pl.lit(parameter)).otherwise(kind)
        approvals = says(name, amounts.approval)
        return (
            documents.filter(~approvals)
            .with_columns(kind=kind, about=month_of())
            .filter(pl.col("kind").is_not_null())
            .select("kind", "about", "owner", "filed_at", "approved_by")
            .collect()
        )

    def rivals(self, kind: str, rulebooks: Rulebooks) -> tuple[str, ...]:
        """The kinds that a loosely named document counts for before this one: those that a
        regulation in force asks for."""
        before = self.kinds[: self.kinds.index(kind)] if self.loose else ()
        return tuple(each for each in before if rulebooks.asks_for("duties", f"{each}s"))


MONTHLY_REPORTS: Final = Family(("timeliness_report", "reception_summary"), "monthly_report")
INSPECTIONS: Final = Family(("timeliness_inspection", "reception_inspection"), "inspection_report")


def alone(kind: str) -> Family:
    """A kind that has no other beside it."""
    return Family((kind,))


def monthly(family: Family, kind: str) -> Judge:
    """Months whose document of the kind fell due in the period, and those of them for which one was
    filed in time."""

    def judge(closing: Closing) -> Found | None:
        documents = family.told(closing.records["documents"], closing.rulebooks.parameters)
        if documents.is_empty():
            return None
        zone, rivals = closing.period.zone, family.rivals(kind, closing.rulebooks)
        rows = tuple(
            _due(documents.filter(about=month_before(month)), month, kind, rivals, zone)
            for month in due_months(closing)
        )
        return counted(rows), Documents(due=rows, unread_periods=documents["about"].null_count())

    return judge


def due_months(closing: Closing) -> Iterator[date]:
    """The months at whose end, within the period, the document of the month before fell due."""
    return (
        month for month in months(closing.period) if ends_within(next_month(month), closing.period)
    )


def proving(of: pl.DataFrame, kind: str, rivals: Sequence[str]) -> pl.DataFrame | None:
    """Of one month's documents of a family those that prove the kind; None where only loosely named
    ones are left, which may be meant for one of its rivals (Family.rivals)."""
    own = of.filter(kind=kind)
    loose = of.filter(kind="loose")
    if own.height or loose.is_empty():
        return own
    before = sum(of.filter(kind=rival).is_empty() for rival in rivals)
    return loose.slice(before) if loose.height > before else None


def _due(
    of: pl.DataFrame, month: date, kind: str, rivals: Sequence[str], zone: str | None
) -> DueDocument:
    """The document of the month before `month`, due by the end of it.

    One without a readable filing time leaves the month unknown, unless another was in time.
    """
    due = midnight(next_month(month), zone)
    found = proving(of.sort("filed_at", nulls_last=True), kind, rivals)
    name = month_before(month).strftime("%Y-%m")
    if found is None:
        return DueDocument(key=name, filed=None, owners=(), missing=())
    in_time = found.filter(pl.col("filed_at") < due)
    filed = True if in_time.height else None if found["filed_at"].null_count() else False
    owners = tuple(sorted(in_time["owner"].drop_nulls().unique()))
    return DueDocument(key=name, filed=filed, owners=owners, missing=())


def counted(rows: tuple[DueDocument, ...]) -> Rate:
    """Rows that were filed, of those of which that is known."""
    good, unknown = (sum(row.filed is value for row in rows) for value in (True, None))
    return rate(good, len(rows) - unknown, unknown)
