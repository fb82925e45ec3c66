"""Which program this is: its version, and a hash of the files that it consists of.

A version is raised by hand, and an editable installation changes without it; what an earlier run
may lend to a later one, and what explains a difference, is told by the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import itemgetter
from typing import Any, Final

PACKAGES: Final = ("checks", "flows", "report_templates")
KINDS: Final = (".py", ".yaml", ".json", ".j2", ".css", ".js")
"""Files that work or are read at work; editors and interpreters leave others beside them."""
OF_THEIR_OWN: Final = "checks/rulebooks"
"""Rulebooks are told one by one in inputs.json, so that a changed limit is not taken for a changed
program."""


def identity(packages: Iterable[Traversable]) -> str:
    """SHA-256 over the paths and contents of all files of these packages, wherever they are
    installed."""
    found = sorted(
        (each for package in packages for each in _files(package, package.name)), key=itemgetter(0)
    )
    lines = (f"{path} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for path, file in found)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        below = f"{path}/{entry.name}"
        if entry.is_dir():
            if below != OF_THEIR_OWN and entry.name != "__pycache__":
                yield from _files(entry, below)
        elif entry.name.endswith(KINDS):
            yield below, entry


PROGRAM: Final[Mapping[str, Any]] = {
    "name": "kelou",
    "version": version("kelou"),
    "sha256": identity(map(files, PACKAGES)),
}
"""As loaded: taken when this module is imported, so that a process that outlives an update tells
what it runs."""


def described(program: Mapping[str, Any]) -> str:
    """`kelou 0.1.0 (3fa2b1c9d0e4)`; earlier versions had no hash."""
    return f"{program['name']} {program['version']} ({program.get('sha256', 'no hash')[:12]})"
