"""Cases and everything else, as one list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain

import polars as pl

from checks.closing.facts import Closing
from checks.completeness.suite import Check
from checks.concepts import Period
from checks.local_time import day_begins
from checks.numbers.base import Title
from checks.numbers.records import Conduct
from checks.numbers.whole import Counted
from checks.results.findings.grading import GRADES
from checks.results.findings.records import responses
from checks.results.register import parts
from checks.results.register.grades import graded
from checks.results.register.lacking_rows import with_rows
from checks.results.register.model import KINDS, REGISTER


def register(
    closing: Closing,
    findings: pl.DataFrame,
    conduct: pl.DataFrame,
    counted: Counted,
    checks: Sequence[Check] = (),
    earlier: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Everything that is not in order, schema REGISTER.

    `findings`: schema checks.results.findings.FINDINGS; `conduct`: that of
    checks.conduct.findings.FINDINGS; `counted`: what else was found in the period; `checks`: those
    of completeness; `earlier`: the registers of earlier closings, None without one.
    """
    about = span(closing.period)
    rows = pl.DataFrame(
        list(_entries(closing, conduct, counted, about)), schema=REGISTER, strict=False
    )
    tables = counted.completeness.tables if counted.completeness else ()
    placed = with_rows(_repeated(graded(rows), earlier), closing, checks, tables)
    others = _answered(placed, closing).with_columns(period=pl.lit(about))
    every = pl.concat([_cases(findings, closing).with_columns(period=pl.lit(about)), others])
    named = pl.col("department").is_not_null() | pl.col("responsible").is_not_null()
    gravity, kind = (
        pl.col(name).replace_strict({code: n for n, code in enumerate(codes)}, return_dtype=pl.Int8)
        for name, codes in (("grade", GRADES), ("kind", KINDS))
    )
    # Stable: cases keep the order of the findings.
    ordered = every.with_columns(attributed=named, gravity=gravity, place=kind)
    return ordered.sort("gravity", "place", maintain_order=True).select(REGISTER.names())


def span(period: Period) -> str:
    """First and last day, as entries about a period name it."""
    last = (period.end - timedelta(days=1)).date()
    return f"{period.start.date().isoformat()}/{last.isoformat()}"


def _entries(
    closing: Closing, conduct: pl.DataFrame, counted: Counted, about: str
) -> Iterator[parts.Entry]:
    complete = counted.completeness
    return chain(
        parts.duties(counted.evidence, about, closing),
        parts.seen(closing, counted.evidence.manual_checks.title),
        parts.said(conduct, closing, _titles(counted.conduct)),
        parts.lacking(complete, about) if complete else (),
        parts.unrecorded(counted.gaps),
        parts.unreadable(counted.accounting, about),
    )


def _repeated(entries: pl.DataFrame, earlier: pl.DataFrame | None) -> pl.DataFrame:
    """Adds whether an earlier closing held an entry on the same step with the same department and
    person."""
    if earlier is None:
        return entries
    same = ["kind", "step", "department", "responsible"]
    known = earlier.select(same).unique().with_columns(again=pl.lit(True))
    joined = entries.join(known, on=same, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(repeated=pl.col("again").fill_null(False)).drop("again")


def _titles(conduct: Conduct | None) -> dict[str, Title]:
    return {row.id: row.title for row in conduct.explicit.by_list} if conduct else {}


def _cases(findings: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    rules = pl.DataFrame(
        [
            (
                rule.id,
                rule.title.zh,
                rule.title.en,
                "record" if rule.clock_kind == "presence" else "timeliness",
            )
            for rule in closing.rulebooks.rules
        ],
        schema=["first", "title_zh", "title_en", "kind"],
        orient="row",
    )
    place = pl.concat_str("source_file", pl.col("source_row").cast(pl.String), separator=":")
    cases = (
        findings.lazy()
        .with_columns(first=pl.col("rules").str.split(";").list.first())
        .join(rules.lazy(), on="first", how="left", maintain_order="left")
        .with_columns(
            step="topic",
            subject="subject_id",
            failing=pl.lit(1, pl.Int64),
            of=pl.lit(1, pl.Int64),
            detail=pl.col("verdict"),
            evidence=place,
        )
    )
    return _shaped(_answered(cases.collect(), closing))


def _answered(entries: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    """Adds `response` and `state`, as `rectifications` tell by the cutoff."""
    cutoff, table = closing.period.cutoff, closing.records["rectifications"]
    zone = closing.period.zone
    opened = table.filter(day_begins(pl.col("opened_on"), zone) < cutoff)
    closed = opened.filter(day_begins(pl.col("closed_on"), zone) < cutoff)
    answers = responses(table, cutoff).join(
        closed.select("finding_id", corrected=pl.lit(True)).unique("finding_id"),
        on="finding_id",
        how="left",
    )
    joined = entries.drop("response", "state", strict=False).join(
        answers.collect(), on="finding_id", how="left", maintain_order="left"
    )
    state = (
        pl.when(pl.col("corrected"))
        .then(pl.lit("corrected"))
        .when(pl.col("response").is_not_null())
        .then(pl.lit("answered"))
        .otherwise(pl.lit("open"))
    )
    return _shaped(joined.with_columns(state=state))


def _shaped(entries: pl.DataFrame) -> pl.DataFrame:
    absent = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in REGISTER.items()
        if name not in entries.columns
    ]
    filled = entries.with_columns(absent)
    return filled.select(pl.col(name).cast(dtype) for name, dtype in REGISTER.items())
