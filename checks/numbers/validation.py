"""What the expectations of the suites found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.numbers.base import Section, Title


@dataclass(frozen=True, kw_only=True)
class FailingKey(Section):
    """A record that fails, and its place."""

    key: str | None
    file: str | None
    row: int | None


@dataclass(frozen=True, kw_only=True)
class _Expected(Section):
    id: str
    title: Title
    article: tuple[str, ...]
    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told(Section):
    """What was found: rows `checked`, and those `unexpected`, which are `percent` of them (0 to
    100; null without a row).

    `success` is null for a check that was `not_made`, which then says why. `keys`: the first
    failing records; `capped`: there are more.
    """

    success: bool | None
    checked: int
    unexpected: int
    percent: float | None
    keys: tuple[FailingKey, ...]
    capped: bool
    not_made: str | None


@dataclass(frozen=True, kw_only=True)
class ExpectationResult(Told, _Expected):
    """One expectation of a suite (checks.completeness.suite.Check), and what was found."""


@dataclass(frozen=True, kw_only=True)
class TableValidation(Section):
    """The suite of a table: whether nothing failed, and its expectations in order."""

    success: bool
    expectations: tuple[ExpectationResult, ...]


@dataclass(frozen=True, kw_only=True)
class Validation(Section):
    """`expectations` in all and those that `failed`; `data_docs` and `failing_rows` name files of
    the run's folder, null when none were written. `keys_cap`: failing records listed of a check."""

    success: bool
    expectations: int
    failed: int
    keys_cap: int
    data_docs: str | None
    failing_rows: str | None
    tables: Mapping[str, TableValidation]
