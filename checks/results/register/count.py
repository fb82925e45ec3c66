"""The numbers of the register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.numbers.base import Count, Title
from checks.numbers.register import Register, RegisterGroup
from checks.results.findings.grading import GRADES
from checks.results.register.model import KINDS, STATES

CASES: Final = ("timeliness", "record")
"""Kinds whose entries are the findings, which have counts of their own."""
LISTED: Final = 20
"""Numbers that a group lists; its counts cover all."""


def counts(register: pl.DataFrame) -> Register:
    """`register`: schema REGISTER, in its order."""
    others = register.filter(~pl.col("kind").is_in(CASES))
    groups = others.partition_by("kind", "step", maintain_order=True)
    return Register(
        total=register.height,
        by_kind=_counts(register, "kind", KINDS),
        by_grade=_counts(register, "grade", GRADES),
        by_state=_counts(register, "state", STATES),
        unattributed=int((~register["attributed"]).sum()),
        nobody=register["responsible"].null_count(),
        groups=tuple(_group(entries) for entries in groups),
    )


def _group(entries: pl.DataFrame) -> RegisterGroup:
    first = entries.row(0, named=True)
    clauses = dict.fromkeys(c for row in entries["clauses"] for c in row.split(";") if c)
    departments = entries.with_columns(pl.col("department").fill_null(UNASSIGNED))
    return RegisterGroup(
        kind=first["kind"],
        step=first["step"],
        title=Title(zh=first["title_zh"], en=first["title_en"]),
        clauses=tuple(clauses),
        n=entries.height,
        failing=int(entries["failing"].sum()),
        of=int(entries["of"].sum()),
        grade=first["grade"],
        departments=_departments(departments),
        numbers=tuple(entries["finding_id"].head(LISTED)),
    )


def _departments(entries: pl.DataFrame) -> tuple[Count, ...]:
    """Cases not in order by department, most first."""
    found = entries.group_by(key="department").agg(n=pl.col("failing").sum())
    rows = found.sort("n", "key", descending=[True, False]).to_dicts()
    return tuple(Count(**row) for row in rows)


def _counts(entries: pl.DataFrame, by: str, codes: Iterable[str]) -> tuple[Count, ...]:
    found = dict(entries.group_by(by).len().iter_rows())
    return tuple(Count(key=code, n=found.get(code, 0)) for code in codes)
