"""What a data folder holds and how it would be understood, mistakes included, before any audit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checks.records.tables import NEEDED, TABLES
from flows.ingest.folder import TableIntake, assemble_table, intake_of
from flows.ingest.intake import Intake
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part
from flows.ingest.plan import Reader, plan_of
from flows.ingest.unread import unread_of
from flows.system.errors import InputError


@dataclass(frozen=True)
class TableReport:
    """One table: what was read of it (None when nothing could be) and what could not, each in one
    line."""

    name: str
    taken: TableIntake | None
    errors: tuple[str, ...]

    @property
    def auditable(self) -> bool:
        """Whether an audit can go on from here: nothing broken, and some row readable where there
        are rows."""
        counts = self.taken.counts if self.taken else {"accepted": 0, "read": 1}
        return not self.errors and (
            counts["accepted"] > 0 or counts["read"] == 0 or self.name not in NEEDED
        )


@dataclass(frozen=True)
class Examination:
    """`missing`: needed tables neither there nor declared absent; `idle`: configured sources
    without a file; `intake`: everything that could be read, and what was not, as an audit would
    have it."""

    tables: tuple[TableReport, ...]
    missing: tuple[str, ...]
    idle: tuple[str, ...]
    intake: Intake

    @property
    def auditable(self) -> bool:
        """Whether `read_folder` would succeed."""
        return not self.missing and all(table.auditable for table in self.tables)


def examine(data: Path, options: IngestOptions) -> Examination:
    """Read everything and go on after a broken file. Raises InputError only when the folder does
    not exist."""
    plan = plan_of(data, options)
    parts: list[Part] = []
    reports = []
    for name, readers in plan.readers.items():
        found, errors = _read(readers)
        parts += found
        kept = [part for part in found if part.sources]
        if kept or errors:
            taken = (
                assemble_table(TABLES[name], kept, plan.staging, options.moved) if kept else None
            )
            reports.append(TableReport(name, taken, tuple(errors)))
    missing = tuple(
        name for name in options.needed if name not in {r.name for r in reports} | options.absent
    )
    unread = unread_of(plan.unread, parts)
    tables = {r.name: r.taken for r in reports if r.taken}
    whole = intake_of(tables, unread, plan.staging, options.moved)
    return Examination(tuple(reports), missing, plan.idle, whole)


def _read(readers: list[Reader]) -> tuple[list[Part], list[str]]:
    parts, errors = [], []
    for reader in readers:
        try:
            parts.append(reader.read())
        except InputError as error:
            errors.append(str(error))
    return parts, errors
