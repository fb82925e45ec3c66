"""What differs between two judgements of the same period, and what the records say of the cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from checks.judging import Records
from checks.records.tables import TABLES
from checks.subjects.kind import SubjectKind
from checks.subjects.registry import kinds, record_of

KEY: Final = ("rule_id", "subject_type", "subject_id")
DATA_CAUSES: Final = ("late_data", "corrected_data", "withdrawn_data", "tier")
CAUSES: Final = (
    *DATA_CAUSES,
    "related_data",
    "cutoff",
    "rulebook",
    "calendar",
    "configuration",
    "program",
    "unexplained",
)
"""Why a verdict changed. Records that the first run had not, that differ, that the second has no
more; the customer's tier; records of others, a call-back say; then what both runs were made
with."""


def changed(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Obligations whose verdict differs, of two frames of schema OBLIGATIONS, in order of subject
    and rule.

    Columns: KEY, regulation, `then`, `now` (verdicts, null where there was no obligation),
    `tier_then`, `tier_now` (where there was no obligation, the tier that others of the subject
    had).
    """
    sides = [
        side.select(
            *KEY, "regulation", pl.col("verdict").alias(name), pl.col("tier").alias(f"tier_{name}")
        )
        for side, name in ((then, "then"), (now, "now"))
    ]
    joined = sides[0].join(sides[1], on=[*KEY, "regulation"], how="full", coalesce=True)
    different = joined.filter(pl.col("then").ne_missing(pl.col("now")))
    for side, name in ((then, "then"), (now, "now")):
        tiers = side.group_by(KEY[1:]).agg(subject_tier=pl.col("tier").drop_nulls().first())
        tier = pl.when(pl.col(name).is_null()).then("subject_tier").otherwise(f"tier_{name}")
        different = different.join(tiers, on=KEY[1:], how="left").with_columns(
            tier.alias(f"tier_{name}")
        )
        different = different.drop("subject_tier")
    return different.sort("subject_type", "subject_id", "rule_id")


def data_causes(changes: pl.DataFrame, then: Records, now: Records) -> pl.DataFrame:
    """Adds `late_data`, `corrected_data`, `withdrawn_data` and `tier` (Boolean): what the subject's
    own records say."""
    named = changes.with_columns(record=record_of(changes.lazy()))
    found = [
        _compared(table, kind, column, named, then, now)
        for kind in kinds()
        for table, column in _naming(kind)
    ]
    marks = pl.concat(found).group_by("subject_type", "record").agg(pl.col(DATA_CAUSES[:3]).any())
    joined = named.join(
        marks, on=["subject_type", "record"], how="left", maintain_order="left"
    ).drop("record")
    # Null where a subject was not there at all
    retiered = pl.col("tier_then") != pl.col("tier_now")
    return joined.with_columns(
        pl.col(DATA_CAUSES[:3]).fill_null(False), tier=retiered.fill_null(False)
    )


def _naming(kind: SubjectKind) -> Iterator[tuple[str, str]]:
    """The tables whose records belong to one subject, with the column that names it."""
    for name in dict.fromkeys((*kind.tables, *kind.linked)):
        yield name, kind.key
    yield "exemptions", "subject_id"


def _compared(
    name: str, kind: SubjectKind, column: str, named: pl.DataFrame, then: Records, now: Records
) -> pl.DataFrame:
    """Per subject of the type: whether records of this table came late, were corrected, were
    withdrawn."""
    subjects = named.filter(pl.col("subject_type") == kind.name)
    asked = pl.concat([subjects["record"], subjects["subject_id"]]).unique().to_list()
    rows = [
        _contents(name, side[name], column, asked, label)
        for side, label in ((then, "then"), (now, "now"))
    ]
    both = rows[0].join(rows[1], on=["subject", "key"], how="full", coalesce=True)
    return both.select(
        subject_type=pl.lit(kind.name),
        record=kind.record_of(pl.col("subject")),
        late_data=pl.col("then").is_null(),
        corrected_data=(pl.col("then") != pl.col("now")).fill_null(False),
        withdrawn_data=pl.col("now").is_null(),
    )


def _contents(
    name: str, rows: pl.LazyFrame, column: str, asked: list[str], label: str
) -> pl.DataFrame:
    """subject, key and cells, as text, of the records that belong to the subjects asked for."""
    cells = [pl.col(c.name).cast(pl.String).fill_null("\x00") for c in TABLES[name].columns]
    keys = [pl.col(c).cast(pl.String).fill_null("\x00") for c in TABLES[name].key]
    content = pl.concat_str(cells, separator="\x1f")
    key = pl.concat_str(keys, separator="\x1f") if keys else content
    mine = rows.filter(pl.col(column).is_in(asked))
    return (
        mine.select(subject=pl.col(column), key=key, content=content)
        .rename({"content": label})
        .unique()
        .collect()
    )
