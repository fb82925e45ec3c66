"""What is missing on this machine or wrong in the configuration, and what to do about it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from flows.law.judging_options import judging_options
from flows.settings import Settings, secret
from flows.system.errors import KelouError
from flows.system.packages import apt_command, missing

ENGINES = ("polars", "great-expectations", "prefect", "weasyprint", "deltalake")

AHEAD = timedelta(days=60)
"""So long before its end a calendar is worth a word: notices are published in November."""

State = Literal["ok", "note", "wrong"]
"""`note`: works without it, for now."""


@dataclass(frozen=True)
class Finding:
    state: State
    subject: str
    message: str
    remedy: str = ""


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Every check in turn; an empty remedy means that nothing is to be done."""
    yield _python()
    yield from map(_package, ENGINES)
    yield _system()
    yield _test_tools()
    yield _calendar(settings, today)
    yield from _paths(settings)
    yield from _secrets(settings)
    yield _prefect_server()


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok" if sys.version_info >= (3, 11) else "wrong", "Python", found)


def _package(name: str) -> Finding:
    try:
        return Finding("ok", name, version(name))
    except PackageNotFoundError:
        return Finding("wrong", name, "not installed", "make setup")


def _system() -> Finding:
    needs = missing("run")
    if not needs:
        return Finding("ok", "PDF", "Pango, HarfBuzz and Chinese fonts found")
    names = "; ".join(f"{need.package} ({need.purpose})" for need in needs)
    return Finding("wrong", "PDF", f"missing {names}", "sudo " + " ".join(apt_command(needs)))


def _test_tools() -> Finding:
    needs = missing("test")
    if not needs:
        return Finding("ok", "tests", "every tool found")
    names = ", ".join(need.package for need in needs)
    return Finding(
        "note",
        "tests",
        f"some will be skipped without {names}",
        "sudo " + " ".join(apt_command(needs)),
    )


def _calendar(settings: Settings, today: date) -> Finding:
    """How far working days are published; a note when deadlines of these days begin to reach
    beyond."""
    try:
        published = judging_options(settings).calendar.published_through
    except KelouError as error:
        return Finding(
            "wrong", "calendar", str(error), "correct the file, or leave it out of kelou.toml"
        )
    facts = f"working days published through {published}"
    if published - today > AHEAD:
        return Finding("ok", "calendar", facts)
    beyond = f"{facts}; beyond it Monday to Friday less the statutory holidays, provisionally"
    return Finding(
        "note",
        "calendar",
        beyond,
        f"kelou calendar import FILE (the notice of {published.year + 1})",
    )


def _paths(settings: Settings) -> Iterator[Finding]:
    folder = settings.schedules.out
    existing = next(
        parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists()
    )
    if not os.access(existing, os.W_OK):
        yield Finding(
            "wrong",
            "output",
            f"{folder} can't be written",
            "choose another schedules.out in kelou.toml",
        )
    named: dict[str, Path | None] = {
        "judging.rulebooks": settings.judging.rulebooks,
        "judging.phrases": settings.judging.phrases,
        "judging.company_calendar": settings.judging.company_calendar,
        "schedules.data": settings.schedules.data,
    }
    for key, path in named.items():
        if path is not None and not path.exists():
            yield Finding("wrong", key, f"{path} does not exist", "correct it in kelou.toml")


def _secrets(settings: Settings) -> Iterator[Finding]:
    """Secrets of the environment that the configuration refers to and that are not set; their
    values stay unseen."""
    for reference in sorted(set(_references(settings.model_dump(mode="json")))):
        try:
            secret(reference)
        except KelouError as error:
            yield Finding(
                "wrong", reference, str(error), f"export {reference.removeprefix('env:')}=…"
            )


def _references(value: object) -> Iterator[str]:
    """Every `env:NAME` anywhere in the configuration; asking for a Prefect block would need its
    server."""
    if isinstance(value, str) and re.fullmatch(r"env:[A-Za-z0-9_-]+", value):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _references(inner)


def _prefect_server() -> Finding:
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return Finding(
            "note", "Prefect", "no server configured; only `kelou serve` and --flow need one"
        )
    import httpx

    try:
        httpx.get(f"{address}/health", timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        return Finding(
            "wrong",
            "Prefect",
            f"{address} does not answer ({type(error).__name__})",
            "prefect server start",
        )
    return Finding("ok", "Prefect", f"server at {address}")
