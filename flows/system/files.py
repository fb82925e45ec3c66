"""Files that are there whole or not at all, and who may write them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from flows.system.errors import UsageError

PATIENCE: Final = 60
"""Seconds to wait for somebody else who does something short."""


@contextmanager
def one_at_a_time(lock: Path, what: str) -> Iterator[None]:
    """Hold a lock that a killed process does not hold any more. Raises UsageError when somebody
    else holds it for long; `what`: they are doing."""
    try:
        with FileLock(lock, timeout=PATIENCE):
            yield
    except Timeout:
        raise UsageError(f"{lock}: {what} right now; run this one again afterwards") from None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and put it there in one step; a killed write leaves the old
    one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)  # a full disk keeps its room
        raise
