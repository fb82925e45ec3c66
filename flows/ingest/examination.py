"""What a data folder holds and how it would be understood, mistakes included, before any audit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checks.tables import NEEDED, TABLES
from flows.errors import InputError
from flows.ingest.folder import Taken, intake_of, take
from flows.ingest.intake import Intake
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part
from flows.ingest.plan import Plan, plan_of


@dataclass(frozen=True)
class TableReport:
    """One table: what was read of it (None when nothing could be) and what could not, each in one line."""

    name: str
    taken: Taken | None
    errors: tuple[str, ...]

    @property
    def auditable(self) -> bool:
        """Whether an audit can go on from here: nothing broken, and some row readable where there are rows."""
        counts = self.taken.counts if self.taken else {"accepted": 0, "read": 1}
        return not self.errors and (counts["accepted"] > 0 or counts["read"] == 0 or self.name not in NEEDED)


@dataclass(frozen=True)
class Examination:
    """`missing`: needed tables neither there nor declared absent; `idle`: configured sources without a file.

    `intake`: everything that could be read, as an audit would have it.
    """

    tables: tuple[TableReport, ...]
    missing: tuple[str, ...]
    unmatched: tuple[str, ...]
    idle: tuple[str, ...]
    intake: Intake

    @property
    def auditable(self) -> bool:
        """Whether `read_folder` would succeed."""
        return not self.missing and all(table.auditable for table in self.tables)


def examine(data: Path, options: IngestOptions) -> Examination:
    """Read everything and go on after a broken file. Raises InputError only when the folder does not exist."""
    plan = plan_of(data, options)
    tables = tuple(_examined(name, plan) for name in plan.readers)
    missing = tuple(name for name in NEEDED if name not in plan.readers and name not in options.absent)
    taken = {table.name: table.taken for table in tables if table.taken}
    return Examination(tables, missing, plan.unmatched, plan.idle, intake_of(taken, plan.unmatched, plan.staging))


def _examined(name: str, plan: Plan) -> TableReport:
    parts: list[Part] = []
    errors = []
    for read in plan.readers[name]:
        try:
            parts.append(read())
        except InputError as error:
            errors.append(str(error))
    taken = take(TABLES[name], parts, plan.staging) if parts else None
    return TableReport(name, taken, tuple(errors))
