"""Validation by Great Expectations: the suites are run over the canonical tables, and what they
found is kept.

Every failing row goes into the run's folder (`failing_rows.parquet`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Final

import polars as pl

from checks.completeness.formats import PERSONAL
from checks.completeness.suite import SUITED, Check, Suite, expand
from checks.completeness.volumes import VOLUMES, volumes
from checks.concepts import Period
from checks.law.declared import DeclaredSubject, declare
from checks.numbers.base import Title
from checks.numbers.validation import ExpectationResult, TableValidation, Told, Validation
from flows.archive.run_folder import DATA_DOCS, FAILING_ROWS
from flows.law.suites import load_suites
from flows.system.lazy_import import light_import

KEYS_CAP: Final = 100
"""Failing keys listed per check; all of them are in the file of failing rows."""


def prepare() -> None:
    """Import what validating needs, without what no suite uses; importing Great Expectations takes
    long."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with light_import("altair", "scipy.stats"):
        from tqdm import tqdm  # type: ignore[import-untyped]

        import flows.audit.great_expectations  # noqa: F401
    # The one for all processes would outlive this one when that ends at once
    tqdm.set_lock(RLock())


def validate(
    records: Mapping[str, pl.LazyFrame],
    provided: frozenset[str],
    out_dir: Path | None = None,
    *,
    period: Period | None = None,
    keys_cap: int = KEYS_CAP,
    show_personal: bool = False,
    events: tuple[str, ...] = (),
    suites: Mapping[str, Suite] | None = None,
    subjects: Mapping[str, DeclaredSubject] | None = None,
) -> Validation:
    """Run every suite over the provided tables, by default the shipped ones; what fails is a
    finding. Returns the "validation" part of metrics.json.

    Records per day are asked of the days of `period`. `events`: those of tickets that are allowed
    because rulebooks speak of them. `subjects`: kinds of subject that packages declare, with their
    tables.
    Unless `show_personal`, the failing values of personal data are asterisks, and masked where they
    stand in other words. Raises KelouError when a check can't be computed.
    """
    declare(subjects or {})
    prepare()
    from checks.completeness.gx import Tables
    from flows.audit.great_expectations import run_suites, write_failing_rows

    if period:
        records = {**records, VOLUMES.name: volumes(records, provided, period)}
        provided |= {VOLUMES.name}
    suites = load_suites() if suites is None else suites
    checks = {
        name: [_allowing(events, check) for check in expand(suite)]
        for name, suite in suites.items()
        if name in provided
    }
    checks = {name: found for name, found in checks.items() if found}
    possible = {
        name: [c for c in found if _possible(c, provided)] for name, found in checks.items()
    }
    frames = {name: _named(name, records[name]) for name in checks}
    shown = Tables(frames, hidden=frozenset() if show_personal else PERSONAL)
    outcomes = run_suites(possible, shown, keys_cap, show_personal)
    if out_dir:
        write_failing_rows(outcomes, shown, out_dir / FAILING_ROWS, show_personal)
    tables = {
        name: _table(found, {o.check.id: o.as_told() for o in outcomes[name]})
        for name, found in checks.items()
    }
    every = [e for table in tables.values() for e in table.expectations]
    return Validation(
        success=all(table.success for table in tables.values()),
        expectations=len(every),
        failed=sum(e.success is False for e in every),
        keys_cap=keys_cap,
        data_docs=f"{DATA_DOCS}/index.html" if out_dir else None,
        failing_rows=FAILING_ROWS if out_dir else None,
        tables=tables,
    )


def _allowing(events: tuple[str, ...], check: Check) -> Check:
    """The check of which events are allowed, for these as well."""
    if (check.table, check.kind, check.columns) != ("ticket_events", "allowed", ("event",)):
        return check
    return replace(check, values=(*check.values, *events))


def _possible(check: Check, provided: frozenset[str]) -> bool:
    return check.kind != "known" or check.values[0] in provided


def _named(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The table with `_key` beside it, which names a record."""
    table = SUITED[name]
    key = table.key or tuple(c.name for c in table.columns if c.required)
    return frame.with_columns(
        _key=pl.concat_str(pl.col(key).cast(pl.String), separator=" ", ignore_nulls=True)
    )


def _table(checks: list[Check], found: Mapping[str, Told]) -> TableValidation:
    """The results of a table, in the suite's order."""
    expectations = tuple(
        ExpectationResult(
            id=c.id,
            title=Title(zh=c.title.zh, en=c.title.en),
            article=tuple(c.article),
            kind=c.kind,
            columns=tuple(column.removesuffix("_unreadable") for column in c.columns),
            **vars(found[c.id] if c.id in found else _not_made(c)),
        )
        for c in checks
    )
    return TableValidation(
        success=all(e.success is not False for e in expectations), expectations=expectations
    )


def _not_made(check: Check) -> Told:
    """A reference to a table that was not provided says nothing, neither way."""
    return Told(
        success=None,
        checked=0,
        unexpected=0,
        percent=None,
        keys=(),
        capped=False,
        not_made=f"{check.values[0]} not provided",
    )
