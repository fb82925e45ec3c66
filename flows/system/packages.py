"""What Kelou needs from the operating system, how to see whether it is there, and how to get it.

Standard library only: `make setup` runs this file with the system's Python before anything is
installed, `kelou doctor` imports it afterwards.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Stage = Literal["setup", "run", "test"]
"""`setup`: the set-up can't go on without it. `run`: the report needs it. `test`: only some tests
need it."""


@dataclass(frozen=True)
class Need:
    """A Debian package, what it is for, and a probe that works on any Linux."""

    package: str
    purpose: str
    stage: Stage
    found: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    def found() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return found


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _font(stem: str) -> Callable[[], bool]:
    return lambda: any(any(folder.rglob(f"{stem}*")) for folder in _font_folders())


def _font_folders() -> Iterator[Path]:
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    shared = Path("/usr/share/fonts"), Path("/usr/local/share/fonts")
    return (
        folder for folder in (*shared, data / "fonts", Path.home() / ".fonts") if folder.is_dir()
    )


def _venv_possible() -> bool:
    return (
        importlib.util.find_spec("ensurepip") is not None
        and importlib.util.find_spec("venv") is not None
    )


def _postgres() -> bool:
    return shutil.which("postgres") is not None or any(
        Path("/usr/lib/postgresql").glob("*/bin/postgres")
    )


NEEDS = (
    Need("python3-venv", "a virtual environment", "setup", _venv_possible),
    Need("libpango-1.0-0", "text layout of the PDF", "run", _library("libpango-1.0.so.0")),
    Need("libpangoft2-1.0-0", "text layout of the PDF", "run", _library("libpangoft2-1.0.so.0")),
    Need(
        "libharfbuzz-subset0",
        "font subsets: seconds faster, same bytes",
        "run",
        _library("libharfbuzz-subset.so.0"),
    ),
    Need("fonts-noto-cjk", "Chinese fonts", "run", _font("NotoSerifCJK")),
    Need("fontconfig", "which characters the fonts have", "run", _program("fc-match")),
    Need("poppler-utils", "reading the PDF back", "test", _program("pdftotext")),
    Need("qpdf", "checking the PDF's structure", "test", _program("qpdf")),
    Need("postgresql", "a real database as a source", "test", _postgres),
    Need("mariadb-server", "another one", "test", _program("mariadbd", "mysqld")),
    Need(
        "libatomic1",
        "the driver of the browser that tests the HTML report",
        "test",
        _library("libatomic.so.1"),
    ),
    Need(
        "chromium",
        "the HTML report in a real browser",
        "test",
        _program("chromium", "google-chrome"),
    ),
)


def missing(*stages: Stage) -> list[Need]:
    """The needs of these stages that this machine lacks."""
    return [need for need in NEEDS if need.stage in stages and not need.found()]


def apt_command(needs: list[Need]) -> list[str]:
    """The command that installs them on Debian and its children."""
    return [
        "apt-get",
        "install",
        "--yes",
        "--no-install-recommends",
        *(need.package for need in needs),
    ]


def _privilege() -> list[str] | None:
    """The words before a command that make it run as root, or None where that would ask for a
    password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(needs: list[Need], privilege: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with_env = ["env", "DEBIAN_FRONTEND=noninteractive"] if privilege else []
    for command in (["apt-get", "update", "-qq"], apt_command(needs)):
        subprocess.run(
            [*privilege, *with_env, *command, "-qq"],
            env=quiet,
            stdout=subprocess.DEVNULL,
            check=False,
        )


def install(*stages: Stage) -> int:
    """Install what is missing where that needs no password, else print the command; 1 when the
    set-up can't go on."""
    needs = missing(*stages)
    if not needs:
        return 0
    privilege = _privilege() if shutil.which("apt-get") else None
    if privilege is not None:
        print("Installing system packages:", ", ".join(need.package for need in needs), flush=True)
        _apt(needs, privilege)
        importlib.invalidate_caches()
        needs = missing(*stages)
    if needs:
        print("Still missing:", "; ".join(f"{need.package} ({need.purpose})" for need in needs))
        print("Install them by:  sudo", " ".join(apt_command(needs)))
    stuck = [need.package for need in needs if need.stage == "setup"]
    if stuck:
        print(f"The set-up can't go on without {', '.join(stuck)}: install, then repeat it.")
    return int(bool(stuck))


if __name__ == "__main__":
    sys.exit(install(*sys.argv[1:]))  # type: ignore[arg-type]  # stage names, from the Makefile
