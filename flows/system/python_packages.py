"""How the packages of requirements.lock get into the virtual environment: by several pips at once.

Standard library only: `make setup` runs this file with the environment's Python before anything is
installed. One pip works on one core only, and most of the set-up's time is unpacking and compiling.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PIPS: Final = 2
"""A third one would wait for the disk."""

PIP: Final = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
LOCKED: Final = ("--no-deps", "--require-hashes")
"""The lock names every dependency."""


def shares(lock: str, count: int) -> list[str]:
    """The text of a lock file dealt out into `count` lock files, each requirement with its
    hashes."""
    requirements = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    return ["".join(requirements[n::count]) for n in range(count)]


def install(lock: Path) -> int:
    """Install what the lock file pins; 0, or the status of a pip that failed."""
    with tempfile.TemporaryDirectory() as folder:
        pips = []
        for n, share in enumerate(shares(lock.read_text("utf-8"), PIPS)):
            file = Path(folder, f"requirements-{n}.lock")
            file.write_text(share, "utf-8")
            pips.append(subprocess.Popen([*PIP, *LOCKED, "-r", str(file)]))
        return max((abs(pip.wait()) for pip in pips), default=0)


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
