"""The entries that are no cases: duties shown by registers, checks made by people, what was said,
fields, gaps of the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from checks.closing.facts import UNASSIGNED, Closing
from checks.local_time import day_begins
from checks.numbers.base import Title
from checks.numbers.completeness import Completeness, FieldCounts, RecordGroup
from checks.numbers.evidence import Evidence
from checks.numbers.intake import RowAccounting
from checks.numbers.times import RecordGap
from checks.results.register.duty_rows import rows_of, spans_of
from checks.results.register.model import number

Entry = dict[str, Any]
"""Cells of checks.results.register.model.REGISTER; those that are absent are null."""
MANUAL: Final = "manual_checks"
"""The duty whose failures are listed one by one, as what people saw."""
_QUARANTINED: Final = Title(zh="无法采用的数据行", en="Rows that could not be used")


def duties(evidence: Evidence, period: str, closing: Closing) -> Iterator[Entry]:
    """One entry per duty that failed in the period, with the department that the regulations in
    force name for it."""
    for name, duty in evidence.named():
        if duty.status == "fail" and name != MANUAL:
            of = duty.rate
            yield {
                "finding_id": number("E", name, period),
                "kind": "evidence",
                "step": name,
                "clauses": ";".join(duty.articles),
                **_titled(duty.title),
                "department": closing.rulebooks.owner(name),
                "failing": of.denominator - of.numerator,
                "of": of.denominator,
                "detail": spans_of(duty.details, closing),
                "evidence": rows_of(duty.details, closing),
            }


def seen(closing: Closing, title: Title) -> Iterator[Entry]:
    """One entry per check that people made in the period and that failed."""
    period = closing.period
    day = day_begins(pl.col("checked_on"), period.zone)
    failed = closing.records[MANUAL].filter(
        pl.col("result") == "fail",
        day.is_between(period.start, period.end, closed="left"),
        day <= period.cutoff,
    )
    for row in failed.collect().iter_rows(named=True):
        cells = [row[name] for name in ("article", "checked_on", "inspector", "note")]
        yield {
            "finding_id": number("M", *(str(cell) for cell in cells)),
            "kind": "manual",
            "step": row["article"],
            "clauses": row["article"],
            **_titled(title),
            "subject": str(row["checked_on"]),
            **_one(row["_file"], row["_row"]),
            "detail": row["note"],
        }


def said(conduct: pl.DataFrame, closing: Closing, titles: Mapping[str, Title]) -> Iterator[Entry]:
    """One entry per message that explicitly breaches a rule on wording, whatever the number of
    phrases in it.

    `conduct`: schema checks.conduct.findings.FINDINGS; `titles` by list.
    """
    explicit = conduct.filter(pl.col("weight") == "explicit")
    whose = _departments(closing)
    messages = explicit.group_by("conversation_id", "message_id", maintain_order=True).agg(
        pl.col("list", "sender_id", "file", "row").first(),
        lists=pl.col("list").unique(maintain_order=True),
        clauses=pl.col("article").unique(maintain_order=True).str.join(";"),
        words=pl.col("words").unique(maintain_order=True).str.join("；"),
    )
    for row in messages.iter_rows(named=True):
        yield {
            "finding_id": number("W", row["conversation_id"], row["message_id"]),
            "kind": "conduct",
            "step": row["list"],
            "clauses": row["clauses"],
            **_titled(_joined([titles[name] for name in row["lists"] if name in titles])),
            "subject": f"{row['conversation_id']} {row['message_id']}",
            "responsible": row["sender_id"],
            "department": whose.get(row["sender_id"]),
            **_one(row["file"], row["row"]),
            "detail": row["words"],
        }


def lacking(completeness: Completeness, period: str) -> Iterator[Entry]:
    """One entry per field and department that lacks it."""
    for table, of in completeness.tables.items():
        asked = {field.check: field for field in of.fields}
        for group in of.by_department:
            yield from _lacking(table, group, asked, period)


def unrecorded(gaps: tuple[RecordGap, ...]) -> Iterator[Entry]:
    """One entry per rule that nobody can decide, because nobody records what would show it."""
    for gap in gaps:
        yield {
            "finding_id": gap.finding_id,
            "kind": "data",
            "step": gap.rule_id,
            "clauses": gap.clause,
            **_titled(gap.title),
            "failing": gap.obligations,
            "of": gap.obligations,
            "detail": " ".join(gap.columns),
        }


def unreadable(accounting: Mapping[str, RowAccounting], period: str) -> Iterator[Entry]:
    """One entry per table with rows that were quarantined."""
    for table, rows in accounting.items():
        if rows.quarantined:
            yield {
                "finding_id": number("D", table, period),
                "kind": "data",
                "step": table,
                "clauses": "",
                **_titled(_QUARANTINED),
                "failing": rows.quarantined,
                "of": rows.read,
                "detail": table,
            }


def _lacking(
    table: str, group: RecordGroup, asked: Mapping[str, FieldCounts], period: str
) -> Iterator[Entry]:
    for lack in group.fields:
        field = asked[lack.check]
        yield {
            "finding_id": number("C", table, lack.check, group.key, period),
            "kind": "completeness",
            "step": lack.check,
            "clauses": ";".join(field.article),
            **_titled(field.title),
            "department": None if group.key == UNASSIGNED else group.key,
            "failing": lack.missing,
            "of": lack.asked,
            "detail": f"{table}.{lack.column}",
        }


def _departments(closing: Closing) -> dict[str, str]:
    """The department of each member of staff as of the cutoff."""
    known = closing.records["staff"].filter(
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= closing.period.cutoff),
        pl.col("department").is_not_null(),
    )
    last = known.sort("valid_from", nulls_last=False).unique(
        "staff_id", keep="last", maintain_order=True
    )
    return dict(last.select("staff_id", "department").collect().iter_rows())


def _titled(title: Title) -> Entry:
    return {"title_zh": title.zh, "title_en": title.en}


def _joined(titles: list[Title]) -> Title:
    return Title(zh="、".join(t.zh for t in titles), en=", ".join(t.en for t in titles))


def _one(file: str | None, row: int | None) -> Entry:
    """A single case, and the row that shows it."""
    return {"failing": 1, "of": 1, "evidence": None if file is None else f"{file}:{row}"}
