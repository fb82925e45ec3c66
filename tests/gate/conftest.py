"""Folders of a few rows, read as an audit reads them and looked over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from checks.concepts import Period
from checks.gate import Gate
from checks.records.tables import NEEDED
from flows.audit.gate import gate_of
from flows.ingest import options_of, read_folder
from flows.settings import Settings, parse_settings
from tests.numbers.frames import rulebooks

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
Look = Callable[..., Gate]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """`look({name: text})` writes the files and gives what the gate says of them; other needed
    tables are absent."""

    def write_and_look(files: dict[str, str], period: Period | None = OCTOBER) -> Gate:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        settings = settings_without(
            *(name for name in NEEDED if not any(file.startswith(name) for file in files))
        )
        intake = read_folder(tmp_path, options_of(settings))
        return gate_of(intake, rulebooks(), period, settings)

    return write_and_look


def settings_without(*tables: str) -> Settings:
    names = ", ".join(f'"{name}"' for name in tables)
    return parse_settings(f"[inputs]\nabsent = [{names}]\n", Path("kelou.toml"))
