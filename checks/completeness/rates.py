"""How complete the records of a period are: per field, tier, department and person, and against the
month before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from checks.closing.rates import rate
from checks.completeness.suite import Check
from checks.completeness.verdicts import (
    VERDICTS,
    judged_tables,
    missing_fields,
    required,
    with_groups,
    with_verdicts,
)
from checks.concepts import Period
from checks.judging.tiers import tiers
from checks.local_time import dtype_in
from checks.numbers.base import Title
from checks.numbers.completeness import (
    Completeness,
    FieldCounts,
    LackingField,
    RecordGroup,
    TableCompleteness,
)
from checks.numbers.rates import Rate
from checks.records.tables import TABLES
from checks.subjects.ticket import TICKET

GROUPS: Final = {
    "by_tier": "group_tier",
    "by_department": "group_department",
    "by_person": "group_person",
}


def record_verdicts(
    table: str,
    records: Mapping[str, pl.LazyFrame],
    checks: Iterable[Check],
    period: Period,
    whole: bool = False,
) -> pl.LazyFrame:
    """Every record of the period (`whole`: of the table) with its verdict.

    Columns: table, key, at (null for customers), tier, department, person, completeness (complete,
    incomplete, undecidable), missing (field names separated by spaces), file, row.
    """
    asked = required(list(checks), table)
    frame = _judged(table, records, asked, period, whole)
    at, _ = judged_tables()[table]
    return frame.select(
        table=pl.lit(table),
        key=pl.concat_str(
            pl.col(TABLES[table].key).cast(pl.String), separator=" ", ignore_nulls=True
        ),
        at=pl.col(at) if at else pl.lit(None, dtype_in(period.zone)),
        tier=pl.col("group_tier"),
        department=pl.col("group_department"),
        person=pl.col("group_person"),
        completeness=pl.col("completeness"),
        missing=missing_fields(asked),
        file=pl.col("_file"),
        row=pl.col("_row"),
    )


def completeness(
    records: Mapping[str, pl.LazyFrame],
    provided: frozenset[str],
    checks: Sequence[Check],
    period: Period,
    archiving: pl.LazyFrame | None = None,
    previous: Completeness | None = None,
) -> Completeness:
    """The "completeness" part of metrics.json. `previous`: the same part of the month before, as it
    was published.

    `archive` is None without tickets or `archiving`, the obligations on topics that archive.
    """
    before, asked = _missing_rates(previous), {check.table for check in checks}
    tables = {
        t: _table(t, records, checks, period, before)
        for t in judged_tables()
        if t in provided and t in asked
    }
    archive = None
    if archiving is not None and "tickets" in provided:
        archive = archive_rate(
            record_verdicts("tickets", records, checks, period, whole=True), archiving
        )
    return Completeness(tables=tables, archive=archive)


def archive_rate(verdicts: pl.LazyFrame, archiving: pl.LazyFrame) -> Rate:
    """资料归档完整性: archived complete of archives due, by the governing obligations on archiving
    that were decided.

    archiving: the obligations on topics that archive (checks.law.topic).
    Unknown: archives whose obligation or whose record could not be decided. Source: RC
    第十一条(一), 第二十一条.
    """
    due = archiving.filter(
        pl.col("governing") & pl.col("verdict").is_in(["met", "late", "overdue", "unknown"])
    ).select("verdict", key=TICKET.record_of(pl.col("subject_id")))
    archived = pl.col("verdict").is_in(["met", "late"])
    unknown = (pl.col("verdict") == "unknown") | (
        archived & (pl.col("completeness") == "undecidable")
    )
    counts = (
        due.join(verdicts.select("key", "completeness"), on="key", how="left")
        .select(
            complete=(archived & (pl.col("completeness") == "complete")).sum(),
            decided=(~unknown).sum(),
            unknown=unknown.sum(),
        )
        .collect()
        .row(0, named=True)
    )
    return rate(counts["complete"], counts["decided"], counts["unknown"])


def _judged(
    table: str,
    records: Mapping[str, pl.LazyFrame],
    asked: Sequence[Check],
    period: Period,
    whole: bool,
) -> pl.LazyFrame:
    at, _ = judged_tables()[table]
    frame = records[table]
    if at and not whole:
        frame = frame.filter((pl.col(at) >= period.start) & (pl.col(at) < period.end))
    return with_groups(
        with_verdicts(frame, asked, period.cutoff), table, tiers(records["customers"])
    )


def _table(
    table: str,
    records: Mapping[str, pl.LazyFrame],
    checks: Sequence[Check],
    period: Period,
    before: Mapping[str, float | None],
) -> TableCompleteness:
    asked = required(checks, table)
    verdict = pl.col("completeness")
    sums = [(verdict == name).sum().alias(name) for name in VERDICTS]
    sums += [
        pl.col(f"{s}_{n}").sum() for n in range(len(asked)) for s in ("asked", "missing", "unclear")
    ]
    judged = _judged(table, records, asked, period, whole=False)
    counted = judged.group_by(*GROUPS.values()).agg(sums).collect(engine="streaming")
    total = counted.select(pl.exclude(GROUPS.values()).sum()).row(0, named=True)
    grouped: dict[str, Any] = {
        name: tuple(
            RecordGroup(key=row[key], **_records(row), fields=_lacking(row, asked))
            for row in counted.group_by(key)
            .agg(pl.exclude(GROUPS.values()).sum())
            .sort(key)
            .to_dicts()
        )
        for name, key in GROUPS.items()
    }
    return TableCompleteness(
        **_records(total),
        fields=tuple(_field(total, n, c, before) for n, c in enumerate(asked)),
        **grouped,
    )


def _records(row: Mapping[str, int]) -> dict[str, Any]:
    """The fields of RecordCounts."""
    counts = {name: row[name] for name in VERDICTS}
    return {
        **counts,
        "rate": rate(row["complete"], row["complete"] + row["incomplete"], row["undecidable"]),
    }


def _field(
    row: Mapping[str, int], n: int, check: Check, before: Mapping[str, float | None]
) -> FieldCounts:
    asked, missing, unclear = (row[f"{s}_{n}"] for s in ("asked", "missing", "unclear"))
    share = rate(missing, asked - unclear, unclear).rate
    previous = before.get(check.id)
    return FieldCounts(
        check=check.id,
        column=check.columns[0],
        title=Title(zh=check.title.zh, en=check.title.en),
        article=tuple(check.article),
        asked=asked,
        missing=missing,
        undecidable=unclear,
        missing_rate=share,
        previous=previous,
        change=share - previous if share is not None and previous is not None else None,
    )


def _lacking(row: Mapping[str, int], asked: Sequence[Check]) -> tuple[LackingField, ...]:
    """The fields that a group lacks at least once."""
    return tuple(
        LackingField(
            check=check.id,
            column=check.columns[0],
            asked=row[f"asked_{n}"],
            missing=row[f"missing_{n}"],
        )
        for n, check in enumerate(asked)
        if row[f"missing_{n}"]
    )


def _missing_rates(previous: Completeness | None) -> dict[str, float | None]:
    tables = previous.tables.values() if previous else ()
    return {field.check: field.missing_rate for table in tables for field in table.fields}
