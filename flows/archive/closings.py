"""The closings of a lake: closings/MONTH/closing and, after it, closings/MONTH/restatement-1, -2
...

Each is a run's folder whose manifest has one more key, `closing`: its place in the chain of all
closings, the hash of the manifest before it, and a seal over itself. A closing is never
overwritten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from checks.numbers.closings import Restatement
from checks.numbers.plain import NotNumbers, read
from checks.numbers.whole import Metrics
from flows.archive.run_folder import MANIFEST, read_metrics, sha256
from flows.archive.stored import copy_of, stored
from flows.system.errors import InputError

CLOSINGS: Final = "closings"
FIRST: Final = "closing"
RESTATEMENT: Final = "restatement-"


@dataclass(frozen=True)
class Closed:
    """A published closing: its folder, `name` (2026-10/closing), and what its manifest says."""

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def month(self) -> str:
        return self.folder.parent.name

    @property
    def restated(self) -> int:
        """0 for the closing itself, else the number of the restatement."""
        return 0 if self.folder.name == FIRST else int(self.folder.name.removeprefix(RESTATEMENT))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Raises InputError when it can't be read."""
        try:
            content: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.folder / MANIFEST}: can't be read ({error}); restore it from a backup"
            ) from error
        return content

    @property
    def number(self) -> int:
        """Its place in the chain, from 1."""
        return int(self.manifest.get("closing", {}).get("number", 0))

    @property
    def sha256(self) -> str:
        return sha256(self.folder / MANIFEST)

    def changes(self) -> Restatement:
        """What a restatement changes. Raises InputError when its manifest doesn't say so."""
        try:
            return read(Restatement, self.manifest["closing"]["changes"])
        except (KeyError, NotNumbers) as error:
            raise InputError(
                f"{self.folder / MANIFEST}: closing.changes can't be read ({error}); restore it "
                "from a backup"
            ) from error

    def metrics(self) -> Metrics:
        """Its numbers as they were published. Raises InputError when they can't be read."""
        return read_metrics(self.folder)


def folder_of(lake: str) -> Path:
    """Where a lake keeps its closings; of one in an object store, in the copy of them."""
    return place_of(lake) / CLOSINGS


def closings(lake: str | None) -> list[Closed]:
    """Every closing and restatement of the lake, in the order of the chain."""
    if lake is None:
        return []
    found = (
        Closed(path.parent)
        for path in folder_of(lake).glob(f"*/*/{MANIFEST}")
        if path.parent.name[0] != "."
    )
    return sorted(found, key=lambda closed: closed.number)


def of_month(lake: str | None, month: str) -> list[Closed]:
    """The closing of a month and its restatements, in order; empty when the month is not closed."""
    return sorted(
        (c for c in closings(lake) if c.month == month), key=lambda closed: closed.restated
    )


def lake_of(run: Path) -> Path | None:
    """The lake that a closing lies in, by its place, which nobody can take out of it; None for a
    run elsewhere."""
    above = run.resolve().parents
    return above[2] if len(above) > 2 and above[1].name == CLOSINGS else None


def place_of(lake: str) -> Path:
    """The folder of a lake; of one in an object store the copy of what is no table."""
    return copy_of(lake) if stored(lake) else Path(lake)
