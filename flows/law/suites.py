"""The suites of completeness: the shipped ones, and those of regulations in force."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from checks.completeness.suite import SUITED, Check, Suite, asked, expand, parse
from checks.law.rulebook import PackageFile, Rulebooks
from flows.law.package_files import parser, read
from flows.system.errors import UsageError


def load_suites(rulebooks: Rulebooks | None = None) -> dict[str, Suite]:
    """The shipped suites by table, in the order of the tables; with rulebooks what those in force
    ask for, and the suites of their own folders. Raises UsageError: a mistake in one of these."""
    if rulebooks is None:
        return _shipped()
    found = {name: asked(suite, rulebooks) for name, suite in _shipped().items()}
    for regulation, file in rulebooks.beside("suites"):
        own = read(file, parser(file, regulation.code, _shipped()))
        found[own.table] = _joined(found.get(own.table), own, file)
    return {name: found[name] for name in SUITED if name in found}


def _joined(suite: Suite | None, own: Suite, file: PackageFile) -> Suite:
    """A table's suite with the checks of another. Raises UsageError: one stands in both."""
    if suite is None:
        return own
    shipped = _shipped()[own.table].checks if own.table in _shipped() else ()
    taken = {entry.id for entry in (*shipped, *suite.checks)}
    if again := next((entry.id for entry in own.checks if entry.id in taken), None):
        raise UsageError(
            f"{file.file}: there is a check {own.table}.{again} already; give it another id, "
            f"or name a shipped one in the heading, completeness: {{{own.table}.{again}: [...]}}"
        )
    return suite.model_copy(
        update={"fields": {**suite.fields, **own.fields}, "checks": (*suite.checks, *own.checks)}
    )


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
