"""What goes into the gate and what comes out: frozen, plain, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, get_args

import polars as pl

from checks.numbers.gate import GateFound, Kind, Looked, Unread

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True)
class Inventory:
    """What reading found, by table.

    `accounting` as in metrics.json; `files` and `sheets` that were read; `issues` and `quarantine`
    of schema checks.records.parsing.defects.DEFECTS; `replaced` of schema
    checks.records.parsing.replaced.REPLACED.
    """

    accounting: Mapping[str, Mapping[str, int]]
    files: Mapping[str, int]
    sheets: Mapping[str, int]
    unread: tuple[Unread, ...]
    issues: pl.DataFrame
    quarantine: pl.DataFrame
    replaced: pl.DataFrame


@dataclass(frozen=True)
class Gate(Looked):
    """Everything found, and what of it there is to tell."""

    @property
    def judged(self) -> int:
        """Rules that can be judged from these records."""
        return self.rules - len(self.gaps)

    def found(self, tolerated: Mapping[str, float] | None = None) -> tuple[Kind, ...]:
        """What there is to tell, in order of KINDS.

        `tolerated`: by kind (quarantined, outside_period, superseded) the share of a table's rows
        up to which nothing is said of them.
        """
        most = tolerated or {}
        there: dict[str, bool] = {
            "unread": bool(self.unread),
            "quarantined": any(
                t.quarantined > most.get("quarantined", 0) * t.read for t in self.tables
            ),
            "outside_period": any(
                (t.share or 0) > most.get("outside_period", 0) for t in self.tables
            ),
            "superseded": any(
                t.superseded > most.get("superseded", 0) * t.read for t in self.tables
            ),
            "not_recorded": bool(self.gaps),
            "unknown_codes": bool(self.unknown_codes),
            "coarse_times": bool(self.coarse_times),
            "control_totals": any(total.difference != 0 for total in self.control_totals),
        }
        return tuple(kind for kind in KINDS if there[kind])

    def section(self) -> GateFound:
        """The section `gate` of metrics.json."""
        looked = {field.name: getattr(self, field.name) for field in fields(Looked)}
        return GateFound(**looked, judged=self.judged, found=self.found())
