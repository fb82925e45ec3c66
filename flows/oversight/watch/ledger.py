"""Which alerts went out, to whom: a CSV that only grows, each time as a whole, so that each is
sent once and no kill leaves half a row.

Its rows carry source `kelou`: they show that Kelou wrote, never that the service system warned (TC
第八条(一)).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

import polars as pl
from filelock import FileLock

from flows.system.files import replace_file
from flows.system.spreadsheet import safe

COLUMNS = ("subject_id", "rule_id", "kind", "due_at", "recipient", "sent_at", "source")
KEY = list(COLUMNS[:5])


@dataclass(frozen=True)
class Ledger:
    """`path` need not exist yet. Hold `lock` from asking what is unsent to recording that it
    went."""

    path: Path

    @property
    def lock(self) -> FileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"))

    def unsent(self, steps: pl.DataFrame, recipient: str) -> pl.DataFrame:
        """The steps (schema OPEN_STEPS) that this recipient was not told of, in their kind and with
        their due time."""
        if not self.path.exists():
            return steps
        facts = pl.read_csv(self.path, infer_schema=False).select(KEY).unique()
        entries = steps.select(_entry(recipient)).with_row_index("step")
        left = entries.join(facts, on=KEY, how="anti", maintain_order="left")["step"]
        return steps[left]

    def record(self, steps: pl.DataFrame, recipient: str, at: datetime) -> None:
        """Note that these steps went to the recipient."""
        sent_at = pl.lit(at.isoformat(" ", "seconds")).alias("sent_at")
        rows = steps.select(
            *_entry(recipient), sent_at, pl.lit("kelou").alias("source")
        ).iter_rows()
        whole = StringIO(newline="")
        writer = csv.writer(whole)
        if not self.path.exists():
            writer.writerow(COLUMNS)
        writer.writerows(rows)
        before = self.path.read_bytes() if self.path.exists() else b""
        replace_file(self.path, before + whole.getvalue().encode())


def _entry(recipient: str) -> list[pl.Expr]:
    """What the ledger says of a step (schema OPEN_STEPS): columns KEY; ids as a spreadsheet may see
    them."""
    due = pl.col("due_at").dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
    facts = [
        safe(pl.col("subject_id")),
        pl.col("rule_id"),
        pl.col("kind"),
        due,
        safe(pl.lit(recipient)),
    ]
    return [column.alias(name) for column, name in zip(facts, KEY, strict=True)]
