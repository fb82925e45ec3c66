"""Every suite run by Great Expectations over its table. Importing this module imports GX, which
takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import great_expectations as gx
import polars as pl
from great_expectations.data_context.types.base import ProgressBarsConfig

from checks.completeness.gx import Tables, install, run
from checks.completeness.gx.expectations import expectation
from checks.completeness.gx.failing import failing_rows
from checks.completeness.gx.row_checks import hide
from checks.completeness.suite import SUITED, Check
from checks.concepts import SCHEMA_VERSION
from checks.numbers.validation import FailingKey, Told
from checks.text.masking import mask_column, mask_text
from flows.system.errors import KelouError

install()

FAILING_SCHEMA = pl.Schema(
    {
        "table": pl.String,
        "check": pl.String,
        "article": pl.String,
        "key": pl.String,
        "column": pl.String,
        "value": pl.String,
        "file": pl.String,
        "row": pl.UInt32,
    }
)


@dataclass(frozen=True)
class Outcome:
    """What GX found of one check; `keys` are the first failing records."""

    check: Check
    success: bool
    checked: int
    unexpected: int
    keys: tuple[dict[str, Any], ...]

    def as_told(self) -> Told:
        return Told(
            success=self.success,
            checked=self.checked,
            unexpected=self.unexpected,
            percent=100 * self.unexpected / self.checked if self.checked else None,
            keys=tuple(
                FailingKey(key=k["_key"], file=k["_file"], row=k["_row"]) for k in self.keys
            ),
            capped=len(self.keys) < self.unexpected,
            not_made=None,
        )


def run_suites(
    checks: Mapping[str, list[Check]],
    tables: Tables,
    keys_cap: int,
    show_personal: bool = False,
) -> dict[str, list[Outcome]]:
    """Run the checks of every table over its frame; personal data in free text are masked unless
    `show_personal`.

    Raises KelouError when a check can't be computed.
    """
    # The latter sets its own level
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suites = [
        gx.ExpectationSuite(name, [expectation(c) for c in found]) for name, found in checks.items()
    ]
    results = run(context, suites, tables, _result_format(keys_cap))
    return {
        name: [_outcome(c, r, show_personal) for c, r in _paired(found, result.results)]
        for (name, found), result in zip(checks.items(), results, strict=True)
    }


def _result_format(keys_cap: int) -> dict[str, Any]:
    return {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["_key", "_file", "_row"],
        "partial_unexpected_count": keys_cap,
        "return_unexpected_index_query": False,
    }


def _paired(checks: list[Check], results: Any) -> list[tuple[Check, Any]]:
    by_id = {r.expectation_config.meta["check"]: r for r in results}
    return [(c, by_id[c.id]) for c in checks]


def _outcome(check: Check, result: Any, show_personal: bool) -> Outcome:
    raised = result.exception_info or {}
    if raised.get("raised_exception", True):
        first = raised if "exception_message" in raised else next(iter(raised.values()))
        raise KelouError(
            f"validation: the check {check.id} can't be computed: {first['exception_message']}"
        )
    found = result.result
    if check.kind == "columns":
        return Outcome(check, bool(result.success), len(check.columns), 0, ())
    return Outcome(
        check,
        bool(result.success),
        found["element_count"] - found.get("missing_count", 0),
        found["unexpected_count"],
        tuple(
            {
                **keys,
                "_key": keys["_key"]
                if show_personal or _named(check)
                else mask_text(keys["_key"] or ""),
            }
            for keys in found.get("unexpected_index_list") or ()
        ),
    )


def _named(check: Check) -> bool:
    """Whether the key of a failing row names a record; that of a table without a key holds words of
    people."""
    return bool(SUITED[check.table].key)


def write_failing_rows(
    outcomes: Mapping[str, list[Outcome]], tables: Tables, path: Path, show_personal: bool = False
) -> None:
    """Every failing row of every check, streamed; one row per check and record."""
    parts = [
        _rows(o.check, tables, show_personal)
        for found in outcomes.values()
        for o in found
        if o.unexpected
    ]
    rows = pl.concat(parts) if parts else pl.LazyFrame(schema=FAILING_SCHEMA)
    rows.sink_parquet(path, metadata={"schema_version": SCHEMA_VERSION})


def _rows(check: Check, tables: Tables, show_personal: bool) -> pl.LazyFrame:
    rows = failing_rows(tables.frames, check.table, expectation(check))
    values = [hide(c) if c in tables.hidden else pl.col(c).cast(pl.String) for c in check.columns]
    hidden = (
        []
        if show_personal
        else [mask_column(name) for name in ("value", *(() if _named(check) else ("key",)))]
    )
    return rows.select(
        table=pl.lit(check.table),
        check=pl.lit(check.id),
        article=pl.lit("；".join(check.article)),
        key=pl.col("_key"),
        column=pl.lit(" ".join(check.columns)),
        value=pl.concat_str(values, separator=" ", ignore_nulls=True),
        file=pl.col("_file"),
        row=pl.col("_row"),
    ).with_columns(hidden)
