"""Kinds of subject that a package declares: a table of its own, each row of which is a subject, as
visits, e-mails or inspections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Literal, Self

import polars as pl
from pydantic import BeforeValidator, Field, StrictBool, model_validator

from checks.concepts import TIERS
from checks.law.model import Model, Name
from checks.law.vocabulary import expect, expect_known, gathered
from checks.records.periods import Periods
from checks.records.tables import Column, Table
from checks.subjects.conditions import Meaning
from checks.subjects.kind import Sources, SubjectKind
from checks.subjects.registry import SHIPPED_TABLES, redeclare

Plain = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Kind = Literal["text", "code", "bool", "instant", "promise", "date", "number"]
MEANT: Final[Mapping[str, Kind]] = {
    "customer_id": "text",
    "department": "text",
    "tier": "code",
    "channel": "code",
    "ticket_id": "text",
}
"""Columns that mean the same in every table, and what they hold."""


class DeclaredColumn(Model):
    """A column: what it holds, `required` where a row without it is set aside, the `headings` of
    exports beside its name, its words for people, and of a code its values, each with the words
    that stand for it."""

    kind: Kind = "text"
    required: StrictBool = False
    zh: Name | None = None
    en: Name | None = None
    headings: tuple[Name, ...] = ()
    values: Mapping[Plain, tuple[Name, ...]] = Field(default_factory=dict)


def _spelled_out(given: object) -> object:
    return {"kind": given} if isinstance(given, str) else given


class DeclaredSubject(Model):
    """A kind of subject: what people call it, its `table` and what the table's `files` are called
    beside that, the column that names a row (`key`), when it `begins`, the `person` responsible,
    when it was `completed` (without it no rule asks for a record), and the columns. customer_id,
    department, tier, channel and ticket_id are what they are in the other tables.
    """

    zh: Name
    en: Name
    table: Plain
    files: tuple[Name, ...] = ()
    key: Plain
    begins: Plain
    person: Plain | None = None
    completed: Plain | None = None
    columns: Mapping[Plain, Annotated[DeclaredColumn, BeforeValidator(_spelled_out)]]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        with gathered():
            expect(
                self.table not in SHIPPED_TABLES,
                f"{self.table} is a table already; name another",
                "table",
            )
            held = {"key": "text", "begins": "instant", "person": "text", "completed": "instant"}
            for part, kind in held.items():
                name = getattr(self, part)
                if name is None:
                    continue
                expect_known("column", name, tuple(self.columns), part)
                if name in self.columns:
                    expect(self.columns[name].kind == kind, f"{name} is not of kind {kind}", part)
            for name, column in self.columns.items():
                self._column_fits(name, column)
        return self

    def _column_fits(self, name: str, column: DeclaredColumn) -> None:
        meant = MEANT.get(name, column.kind)
        expect(
            column.kind == meant, f"{name} means the same everywhere: kind {meant}", "columns", name
        )
        coded = column.kind == "code" and name != "tier"
        expect(bool(column.values) or not coded, "a code names its values", "columns", name)
        expect(
            not column.values or column.kind == "code", "only a code has values", "columns", name
        )
        for value in column.values if name == "tier" else ():
            expect_known("tier", value, TIERS, "columns", name, "values")

    def kind(self, name: str) -> SubjectKind:
        """The kind of subject of this name."""
        words = {c: {"zh": of.zh, "en": of.en} for c, of in self.columns.items() if of.zh and of.en}
        return DeclaredKind(
            name=name,
            table=self._table(),
            key=self.key,
            begins=self.begins,
            person=self.person or "",
            completed=self.completed or "",
            conditions={"any": Meaning(pl.lit(True))},
            words={**words, name: {"zh": self.zh, "en": self.en}},
            aliases=self._aliases(),
        )

    def _table(self) -> Table:
        required = (self.key, self.begins)
        columns = (
            Column(
                name,
                of.kind,
                of.required or name in required,
                TIERS if name == "tier" else tuple(of.values),
            )
            for name, of in self.columns.items()
        )
        return Table(self.table, (self.key,), tuple(columns))

    def _aliases(self) -> dict[str, Any]:
        """Its words for reading files, in the shape of checks/records/aliases."""
        columns = self.columns.items()
        return {
            "table": [self.zh, *self.files],
            "headings": {n: [*filter(None, (c.zh,)), *c.headings] for n, c in columns},
            "values": {
                n: {v: list(w) for v, w in c.values.items()} for n, c in columns if c.values
            },
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class DeclaredKind(SubjectKind):
    """Rows of a declared table."""

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        """The rows that had begun; `form_tier`: the tier as the row itself has it."""
        rows = SubjectKind.frame(self, sources, beside, cutoff)
        return rows.rename({"tier": "form_tier"}) if "tier" in self.table.by_name else rows

    def tier_at(self, tiers: Periods, instant: pl.Expr) -> pl.Expr:
        """The tier by the master; else by the row's own cell."""
        if "tier" not in self.table.by_name:
            return SubjectKind.tier_at(self, tiers, instant)
        known = ~pl.col("customer_lost") & ~tiers.doubtful
        return pl.when(known).then(pl.coalesce(tiers.at(instant), "form_tier"))


def declare(subjects: Mapping[str, DeclaredSubject]) -> None:
    """Make the kinds known that a package declares; one that is known already as it is stays."""
    for name, subject in subjects.items():
        redeclare(name, subject, partial(subject.kind, name))
