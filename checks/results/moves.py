"""What moves when a month is judged by other rules: verdicts, departments, proposals, findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.closing.changes import KEY
from checks.closing.facts import Closing
from checks.concepts import VIOLATIONS
from checks.numbers.rates import DepartmentRow, Proposals, Tally
from checks.results.findings import findings
from checks.results.findings.grading import GRADES
from checks.results.metrics.breakdowns import department_rows, proposals
from checks.results.metrics.tally import cube, tally_total

_SHOWN: Final = ("verdict", "reason", "due_at")


@dataclass(frozen=True)
class Standing:
    """What a month comes to: `acts` and how many are `violations`, the `total` over them, the
    `departments` by name, departments below the line (`proposals`), findings by grade."""

    acts: int
    violations: int
    total: Tally
    departments: dict[str, DepartmentRow]
    proposals: Proposals
    findings: dict[str, int]


def standing(closing: Closing, earlier: pl.DataFrame | None) -> Standing:
    """The month as its obligations make it; `earlier`: the findings of earlier closings."""
    counted = cube(closing.facts)
    governing = counted.filter("governing")
    rows = department_rows(closing, counted)
    grades = dict(findings(closing, earlier)["grade"].value_counts().iter_rows())
    broken = governing.filter(pl.col("verdict").is_in(VIOLATIONS))
    return Standing(
        acts=int(governing["n"].sum()),
        violations=int(broken["n"].sum()),
        total=tally_total(governing),
        departments={row.key: row for row in rows},
        proposals=proposals(rows, closing.rulebooks),
        findings={grade: grades.get(grade, 0) for grade in GRADES},
    )


def moved(then: pl.LazyFrame, now: pl.LazyFrame) -> pl.DataFrame:
    """Obligations whose verdict or deadline differs, of two frames of schema OBLIGATIONS, in order
    of rule and subject.

    Columns: KEY, tier, department, then verdict, reason and due_at with `_then` and `_now`, null
    where there was no obligation.
    """
    sides = [
        side.select(
            *KEY,
            *(pl.col(name).alias(f"{name}_{label}") for name in (*_SHOWN, "tier", "department")),
        )
        for side, label in ((then, "then"), (now, "now"))
    ]
    both = sides[0].join(sides[1], on=KEY, how="full", coalesce=True)
    differs = [pl.col(f"{n}_then").ne_missing(pl.col(f"{n}_now")) for n in ("verdict", "due_at")]
    found = both.filter(pl.any_horizontal(differs)).select(
        *KEY,
        *(
            pl.coalesce(f"{name}_now", f"{name}_then").alias(name)
            for name in ("tier", "department")
        ),
        *(f"{name}_{label}" for name in _SHOWN for label in ("then", "now")),
    )
    return found.sort("rule_id", "subject_id").collect(engine="streaming")


def verdict_moves(moves: pl.DataFrame) -> pl.DataFrame:
    """rule_id, then, now (verdicts) and n: how many obligations of `moved` changed so; a moved
    deadline alone is no change."""
    changed = moves.filter(pl.col("verdict_then").ne_missing(pl.col("verdict_now")))
    counted = changed.group_by("rule_id", then="verdict_then", now="verdict_now").agg(n=pl.len())
    return counted.sort("rule_id", "then", "now", nulls_last=True)
