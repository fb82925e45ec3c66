"""`kelou rules new`: a small package of rules to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from flows.system.errors import UsageError

PACKAGE: Final = files("flows") / "law" / "new_package"
"""The package as it is written; folders below it are the regulations."""


def write_new(folder: Path) -> None:
    """Write the package into a new folder. Raises UsageError where something stands there."""
    if folder.exists():
        raise UsageError(f"{folder} exists already; name a new folder")
    for entry in sorted(PACKAGE.iterdir(), key=lambda entry: entry.name):
        for file in entry.iterdir():
            target = folder / entry.name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
