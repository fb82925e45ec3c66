"""What the page shows: closings of a lake and runs of a folder, each with the files that are given
out.

Nothing that a request says becomes a path: it is looked up among what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.archive.closings import Closed, closings
from flows.archive.integrity import read_json
from flows.archive.run_folder import APPROVED, MANIFEST

GIVEN: Final = (
    *("report.pdf", "report.signed.pdf", "report.en.pdf", "report.en.signed.pdf"),
    *("report.html", "report.en.html"),
    *("findings.xlsx", "findings.csv", "register.csv", "manifest.json"),
)
"""Files of a run that are given out; what holds ids as they are, or whole tables, is not."""
DEPTH: Final = 2
"""How many folders a run may lie below the folder of the runs, as 2026-10/inspection."""


@dataclass(frozen=True)
class Document:
    """A published run; `kind`: `closings` or `runs`, `name`: its path below them."""

    kind: str
    name: str
    folder: Path

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def closed(self) -> Closed | None:
        return Closed(self.folder) if self.kind == "closings" else None

    def files(self) -> dict[str, Path]:
        """What is given out of it, the approved edition first."""
        names = [f"{APPROVED}/{name}" for name in GIVEN if name != MANIFEST] + list(GIVEN)
        return {name: self.folder / name for name in names if _plain(self.folder, name)}


@dataclass(frozen=True)
class Shelf:
    """A `lake` in a folder, or None, and the folder of the runs."""

    lake: str | None
    runs: Path

    def documents(self) -> list[Document]:
        """Closings in the order of months, then runs by name."""
        closed = sorted(closings(self.lake), key=lambda c: (c.month, c.restated))
        found = [Document("closings", c.name, c.folder) for c in closed]
        return [*found, *sorted(self._runs(), key=lambda run: run.name)]

    def document(self, path: str) -> Document | None:
        """The one of this kind and name, as closings/2026-10/closing."""
        return next((each for each in self.documents() if each.path == path), None)

    def _runs(self) -> Iterator[Document]:
        for depth in range(1, DEPTH + 1):
            for manifest in self.runs.glob("/".join(["*"] * depth + [MANIFEST])):
                name = manifest.parent.relative_to(self.runs)
                hidden = any(part.startswith(".") for part in name.parts)
                # A manifest that names sources is that of a run, not of an approved edition
                if not hidden and "sources" in (read_json(manifest) or {}):
                    yield Document("runs", name.as_posix(), manifest.parent)


def _plain(folder: Path, name: str) -> bool:
    """Whether it is a file that lies there itself: a link leads anywhere."""
    path = folder / name
    return path.is_file() and not path.is_symlink() and not path.parent.is_symlink()
