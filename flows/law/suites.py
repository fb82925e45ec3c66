"""The shipped suites of completeness."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from checks.completeness.suite import SUITED, Check, Suite, expand, parse


@cache
def load_suites() -> dict[str, Suite]:
    """The shipped suites by table, in the order of the tables."""
    folder = files("checks") / "completeness" / "suites"
    suites = {
        s.table: s
        for s in (parse(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".yaml"))
    }
    return {name: suites[name] for name in SUITED if name in suites}


def load_checks() -> list[Check]:
    """Every check of the shipped suites, in their order."""
    return [check for suite in load_suites().values() for check in expand(suite)]
