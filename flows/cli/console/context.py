"""What every command may ask of the invocation: its settings and whether to show tracebacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from flows.settings import Settings


@dataclass
class Invocation:
    """The options that stand before the command's name."""

    debug: bool
    config: Path | None

    @cached_property
    def settings(self) -> Settings:
        """The configuration file, read at first use: `kelou --help` needs none."""
        from flows.settings import load_settings

        return load_settings(self.config)


def settings_of(ctx: typer.Context) -> Settings:
    """The settings that hold for this invocation. Raises UsageError for a wrong configuration
    file."""
    return _invocation(ctx).settings


def lake_of(ctx: typer.Context, given: str | None) -> str:
    """The lake that was given, or else the configured one. Raises UsageError without either."""
    from flows.system.errors import UsageError

    lake = given or settings_of(ctx).lake.path
    if lake is None:
        raise UsageError("give the lake: --lake DIR, or lake.path in kelou.toml")
    return lake


def run_folder(given: str) -> Path:
    """The folder of a run that was given; of a closing in an object store the copy of it."""
    if "://" not in given:
        return Path(given)
    from flows.archive.stored import run_folder as copied

    return copied(given)


def config_of(ctx: typer.Context) -> Path | None:
    """The configuration file that was named, for another process to read."""
    return _invocation(ctx).config


def _invocation(ctx: typer.Context) -> Invocation:
    invocation = ctx.find_object(Invocation)
    assert invocation is not None, "the application's callback puts it there"
    return invocation
