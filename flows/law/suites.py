"""The shipped suites of completeness."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from checks.completeness.suite import SUITED, Check, Suite, asked, expand, parse
from checks.law.rulebook import Rulebooks


def load_suites(rulebooks: Rulebooks | None = None) -> dict[str, Suite]:
    """The shipped suites by table, in the order of the tables; with rulebooks what those in force
    ask for."""
    if rulebooks is None:
        return _shipped()
    return {name: asked(suite, rulebooks) for name, suite in _shipped().items()}


@cache
def _shipped() -> dict[str, Suite]:
    folder = files("checks") / "completeness" / "suites"
    suites = {
        s.table: s
        for s in (parse(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".yaml"))
    }
    return {name: suites[name] for name in SUITED if name in suites}


def load_checks(rulebooks: Rulebooks | None = None) -> list[Check]:
    """Every check of the shipped suites, in their order; with rulebooks those that they ask for."""
    return [check for suite in load_suites(rulebooks).values() for check in expand(suite)]
