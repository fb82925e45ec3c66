"""Folders as people make them: each test writes the few files that it speaks of, other tables are
declared absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, Intake, read_folder

Read = Callable[..., Intake]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read({name: text or bytes}, table, option=…)` writes the files and reads the folder for its
    needed `table`."""

    def write_and_read(
        files: dict[str, str | bytes], table: str = "calls", **options: Any
    ) -> Intake:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_folder(
            tmp_path, IngestOptions(**{"absent": frozenset(NEEDED) - {table}, **options})
        )

    return write_and_read
