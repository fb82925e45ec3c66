"""How the packages of requirements.lock get into the virtual environment.

uv, which the lock is made with, unpacks and compiles on all cores: a fifth of pip's time. It comes
by pip, from the lock as well, and is told what pip is configured with: mirrors and certificates are
set up once. Where uv fails, pip does it all.

Standard library only: `make setup` runs this file with the environment's Python before anything is
installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check")
LOCKED: Final = ("--quiet", "--no-deps", "--require-hashes")
"""The lock names every dependency."""

SETTINGS: Final = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
"""Settings of pip and uv's environment variables of the same meaning."""


def install(lock: Path) -> int:
    """Install what the lock file pins; 0, or the status of pip, which says what failed."""
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "uv.lock")
        own.write_text(requirement(lock.read_text("utf-8"), "uv"), "utf-8")
        if status := _run(*PIP, "install", *LOCKED, "-r", str(own)):
            return status
    # Of several registries the first that knows a name need not have the version; the hashes say
    # that it is the same file.
    strategy = ("--index-strategy", "unsafe-best-match", "--compile-bytecode")
    into = ("--python", sys.executable, *LOCKED, *strategy)
    asked = (str(uv), "pip", "install", "--no-config", *into, "-r", str(lock))
    if _run(*asked, settings=uv_settings(_pip_settings())) == 0:
        return 0
    print("uv could not install the packages; pip will, in a few minutes", file=sys.stderr)
    return _run(*PIP, "install", *LOCKED, "-r", str(lock))


def requirement(lock: str, name: str) -> str:
    """The lines of a lock file that pin one package. Raises StopIteration: there are none."""
    requirements = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    return next(text for text in requirements if text.startswith(f"{name}=="))


def uv_settings(listed: str) -> dict[str, str]:
    """uv's environment for what `pip config list` prints; what stands in pip's environment goes
    before its files."""
    found = re.findall(r"^(:env:|global|user|install)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE)
    found.sort(key=lambda line: line[0] == ":env:")
    settings = {SETTINGS[key]: value for _, key, value in found if key in SETTINGS}
    return {"UV_SYSTEM_CERTS": "1", **settings}


def _pip_settings() -> str:
    listed = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    return listed.stdout


def _run(*command: str, settings: dict[str, str] | None = None) -> int:
    return subprocess.run(command, env={**(settings or {}), **os.environ}, check=False).returncode


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
