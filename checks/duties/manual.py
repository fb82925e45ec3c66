"""What only a person can see, as entered in `manual_checks`, against the clauses that wait for
it."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import Found
from checks.numbers.evidence import ManualChecks, ManualResults


def manual_checks(closing: Closing) -> Found:
    """Checks made in the period, and those of them that passed; one that says `not_checked` is
    unknown.

    `by_article`: counts per article as the inspectors wrote it; `outstanding`: clauses of status
    manual without a check.
    """
    period, result = closing.period, pl.col("result")
    day = pl.col("checked_on").cast(pl.Datetime("us"))
    made = closing.records["manual_checks"].filter(
        day.is_between(period.start, period.end, closed="left"), day <= period.cutoff
    )
    results = {
        name: (result == name).sum().cast(pl.Int64) for name in ("pass", "fail", "not_checked")
    }
    rows = made.group_by(key="article").agg(**results).sort("key").collect().to_dicts()
    passed, failed, unknown = (sum(row[name] for row in rows) for name in results)
    found = ManualChecks(
        by_article=tuple(ManualResults(pass_=row.pop("pass"), **row) for row in rows),
        outstanding=_outstanding(closing, {_bare(row["key"]) for row in rows}),
    )
    return rate(passed, passed + failed, unknown), found


def _outstanding(closing: Closing, checked: set[str]) -> tuple[str, ...]:
    clauses = [
        f"{regulation.code} {clause.article}"
        for regulation in closing.rulebooks.regulations
        for clause in regulation.clauses
        if clause.status == "manual"
    ]
    return tuple(
        clause for clause in dict.fromkeys(clauses) if not _bare(clause).startswith(tuple(checked))
    )


def _bare(article: str) -> str:
    """`TC 第十三条` and `TC第十三条` are one article."""
    return "".join(article.split())
