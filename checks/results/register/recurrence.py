"""Whether what was declared closed came back: the same step breached again by the same person or
for the same customer, the same duty failed again by the same department."""

from __future__ import annotations

from typing import Final

import polars as pl

SETTLED: Final = pl.Schema(
    {
        **dict.fromkeys(
            ("finding_id", "kind", "step", "customer_id", "department", "responsible"), pl.String()
        ),
        "settled_at": pl.Datetime("us"),
    }
)
"""Entries of the register (checks.results.register.model) that were declared closed, and when."""
_CASES: Final = ("timeliness", "record")


def recurred(settled: pl.DataFrame, entries: pl.DataFrame) -> dict[str, str]:
    """By the number of each settled entry that came back, that of the first entry that shows it.

    `settled`: schema SETTLED. `entries`: those of a later closing (schema REGISTER) with
    `began_at`, when the case or the period began: what began before the closing of an entry
    contradicts nothing.
    """
    pairs = settled.join(entries, on="step", suffix="_now").filter(
        pl.col("began_at") > pl.col("settled_at"),
        pl.col("finding_id") != pl.col("finding_id_now"),
        pl.when(pl.col("kind").is_in(_CASES)).then(_same_case()).otherwise(_same_duty()),
    )
    first = pairs.sort("began_at", "finding_id_now").unique(
        "finding_id", keep="first", maintain_order=True
    )
    return dict(first.select("finding_id", "finding_id_now").iter_rows())


def _same_case() -> pl.Expr:
    person = pl.col("responsible") == pl.col("responsible_now")
    customer = pl.col("customer_id") == pl.col("customer_id_now")
    alike = pl.col("kind_now").is_in(_CASES)
    return (alike & (person | customer)).fill_null(False)


def _same_duty() -> pl.Expr:
    """Nobody's duty is the same duty of nobody."""
    whose = ("department", "responsible")
    same = [pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in whose]
    return (pl.col("kind") == pl.col("kind_now")) & pl.all_horizontal(same)
