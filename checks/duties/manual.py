"""What only a person can see, as entered in `manual_checks`, against the clauses that wait for
it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import Found
from checks.local_time import day_begins
from checks.numbers.evidence import ManualChecks, ManualResults


def manual_checks(closing: Closing) -> Found:
    """Checks made in the period, and those of them that passed; one that says `not_checked` is
    unknown.

    `by_article`: counts per article as the inspectors wrote it; `outstanding`: clauses of status
    manual without a result; `unmatched`: articles, as written, that no such clause has. A result
    settles the clause whose id it names, or every one that stands in just the article that it
    names: what is written of a whole article settles none of its parts.
    """
    period, result = closing.period, pl.col("result")
    day = day_begins(pl.col("checked_on"), closing.period.zone)
    made = closing.records["manual_checks"].filter(
        day.is_between(period.start, period.end, closed="left"), day <= period.cutoff
    )
    results = {
        name: (result == name).sum().cast(pl.Int64) for name in ("pass", "fail", "not_checked")
    }
    rows = made.group_by(key="article").agg(**results).sort("key").collect().to_dicts()
    passed, failed, unknown = (sum(row[name] for row in rows) for name in results)
    settled = {_bare(row["key"]) for row in rows if row["pass"] + row["fail"]}
    clauses = list(_manual(closing))
    known = {name for names in clauses for name in _bare_names(*names)}
    found = ManualChecks(
        by_article=tuple(ManualResults(pass_=row.pop("pass"), **row) for row in rows),
        outstanding=tuple(
            f"{article} ({clause})"
            for clause, article in clauses
            if not settled & _bare_names(clause, article)
        ),
        unmatched=tuple(row["key"] for row in rows if _bare(row["key"]) not in known),
    )
    return rate(passed, passed + failed, unknown), found


def _manual(closing: Closing) -> Iterator[tuple[str, str]]:
    """Id and article of every clause that waits for a person."""
    return (
        (clause.id, f"{regulation.code} {clause.article}")
        for regulation in closing.rulebooks.regulations
        for clause in regulation.clauses
        if clause.status == "manual"
    )


def _bare_names(*names: str) -> set[str]:
    return {_bare(name) for name in names}


def _bare(article: str) -> str:
    """`TC 第十三条`, `TC第十三条` and `TC 第十三条（一）` are written as `TC第十三条(一)`."""
    return "".join(article.split()).translate(_BRACKETS).upper()


_BRACKETS: Final = str.maketrans("（）", "()")
