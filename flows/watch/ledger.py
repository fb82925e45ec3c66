"""Which alerts went out, to whom: an append-only CSV, so that each is sent once.

Its rows carry source `kelou`: they show that Kelou wrote, never that the service system warned (TC 第八条(一)).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
from filelock import FileLock

COLUMNS = ("subject_id", "rule_id", "kind", "due_at", "recipient", "sent_at", "source")
KEY = list(COLUMNS[:5])


@dataclass(frozen=True)
class Ledger:
    """`path` need not exist yet. Hold `lock` from asking what is unsent to recording that it went."""

    path: Path

    @property
    def lock(self) -> FileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"))

    def unsent(self, steps: pl.DataFrame, recipient: str) -> pl.DataFrame:
        """The steps (schema OPEN_STEPS) that this recipient was not told of, in their kind and with their due time."""
        if not self.path.exists():
            return steps
        told = pl.read_csv(self.path, infer_schema=False).select(KEY).unique()
        return (
            steps.with_columns(recipient=pl.lit(recipient), due_text=_text("due_at"))
            .join(told, left_on=[*KEY[:3], "due_text", "recipient"], right_on=KEY, how="anti", maintain_order="left")
            .select(steps.columns)
        )

    def record(self, steps: pl.DataFrame, recipient: str, at: datetime) -> None:
        """Note that these steps went to the recipient."""
        new = not self.path.exists()
        rows = steps.select("subject_id", "rule_id", "kind", _text("due_at")).iter_rows()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(COLUMNS)
            writer.writerows((*row, recipient, at.isoformat(" ", "seconds"), "kelou") for row in rows)


def _text(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
