"""Who a written name means: a number or a name of the staff list, with role and department at a
time."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.closing.facts import Closing
from checks.duties.wording import says
from checks.records.periods import periods

_ID = r"([A-Za-z0-9][A-Za-z0-9_.@-]*)"
"""A number within a name: S901客户服务部负责人, 贺建平(S902)."""


def with_person(frame: pl.LazyFrame, closing: Closing, written: str, at: str) -> pl.LazyFrame:
    """Adds `person` (staff_id), null where the staff list has no such number and no such name or
    two of it; `role` and `role_department` at the instant `at`, null where unknown."""
    staff = closing.records["staff"].filter(pl.col("staff_id").is_not_null())
    numbers = staff.select(person="staff_id").unique()
    names = (
        staff.filter(pl.col("name").is_not_null())
        .group_by(name=pl.col("name").str.strip_chars())
        .agg(named=pl.col("staff_id").unique())
        .filter(pl.col("named").list.len() == 1)
        .select("name", named=pl.col("named").list.first())
    )
    number = pl.col(written).str.extract(_ID)
    without = pl.col(written).str.replace(_ID, "").str.strip_chars("()（）[]【】<> ")
    found = (
        frame.with_columns(_whole=pl.col(written).str.strip_chars(), _number=number, _name=without)
        .join(
            numbers.with_columns(by_whole="person"), left_on="_whole", right_on="person", how="left"
        )
        .join(
            numbers.with_columns(by_number="person"),
            left_on="_number",
            right_on="person",
            how="left",
        )
        .join(names, left_on="_name", right_on="name", how="left")
        .with_columns(person=pl.coalesce("by_whole", "by_number", "named"))
        .drop("_whole", "_number", "_name", "by_whole", "by_number", "named")
    )
    for column, name in (("role", "role"), ("department", "role_department")):
        held = periods(closing.records["staff"], "staff_id", column)
        kept = [*found.collect_schema().names(), name]
        found = held.attach(found, "person").with_columns(held.at(pl.col(at)).alias(name))
        found = found.select(list(dict.fromkeys(kept)))
    return found


def role_says(words: Sequence[str]) -> pl.Expr:
    """Whether the role is one that the words name; null where the role is unknown."""
    return says(pl.col("role"), words)
