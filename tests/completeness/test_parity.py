"""The Polars engine against Great Expectations' own pandas engine: every shipped check, same data,
same results.

This test gates every upgrade of Great Expectations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta
from numbers import Real
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.data_context.types.base import ProgressBarsConfig

from checks.completeness.gx import Tables, install, run
from checks.completeness.gx.expectations import expectation
from checks.completeness.suite import SUITED, Check
from flows.law.suites import load_checks
from tests.completeness.frames import records

CHECKS = {check.id: check for check in load_checks()}
ROWS = 24
FORM = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["_file", "_row"],
    "partial_unexpected_count": ROWS,
    "return_unexpected_index_query": False,
}
COMPARED = (
    "element_count",
    "unexpected_count",
    "unexpected_percent",
    "missing_count",
    "missing_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "unexpected_list",
)


def messy(table: str) -> pl.DataFrame:
    """Rows in which every third cell is empty and the others good, wrong, out of order or
    repeated."""
    wrong = {
        "text": ("13800001234", "x", "a@b.cn"),
        "number": (1, 9, -1),
        "bool": (True, False, True),
    }
    rows = []
    for n in range(ROWS):
        row: dict[str, Any] = {"_file": f"{table}.csv", "_row": n + 2}
        for place, column in enumerate(SUITED[table].columns):
            turn = (n * 5 + place * 7) % 11
            instant = datetime(2026, 10, 1) + timedelta(days=turn, hours=n)
            values = {
                **wrong,
                "instant": [instant] * 3,
                "promise": [instant] * 3,
                "date": [instant.date()] * 3,
            }
            kind = "text" if column.kind in ("code", "open_code") else column.kind
            pool = (*column.values, "elsewhere") if column.values else values[kind]
            filled = column.required or turn % 3
            row[column.name] = pool[turn % len(pool)] if filled else None
            if column.marked:
                row[f"{column.name}_unreadable"] = turn == 6
        rows.append(row)
    return pl.DataFrame(rows, schema=SUITED[table].schema)


def plain(value: Any) -> Any:
    """A value as both engines mean it: pandas writes whole numbers with holes as floats, and
    instants its own way."""
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if value is None or str(value) in ("NaT", "nan"):
        return None
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    return re.sub(r"(\d)T(\d\d:\d\d:\d\d)(\.0+)?$", r"\1 \2", str(value)).removesuffix(" 00:00:00")


Results = dict[str, Any]
"""GX's results of a table, by check."""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    install()


def context() -> Any:
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


def suite_of(table: str, expectations: Iterable[Any]) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(table, list(map(copy, expectations)))


def by_check(result: Any) -> Results:
    return {r.expectation_config.meta["check"]: r for r in result.results}


def in_pandas(table: str, frame: pl.DataFrame, expectations: Iterable[Any]) -> Results:
    """By the way that GX's manual shows."""
    home = context()
    asset = home.data_sources.add_pandas("pandas").add_dataframe_asset(table)
    suite = home.suites.add(suite_of(table, expectations))
    definition = gx.ValidationDefinition(
        name=table, data=asset.add_batch_definition_whole_dataframe("whole"), suite=suite
    )
    return by_check(
        definition.run(batch_parameters={"dataframe": frame.to_pandas()}, result_format=FORM)
    )


def in_polars(
    table: str, frames: Mapping[str, pl.LazyFrame], expectations: Iterable[Any]
) -> Results:
    """By the way that a validation goes."""
    return by_check(run(context(), [suite_of(table, expectations)], Tables(frames), FORM)[0])


@pytest.fixture(scope="module")
def both() -> dict[str, tuple[Any, Any]]:
    """(pandas' result, ours) of every shipped check that GX's pandas engine can make."""
    out = {}
    for table in SUITED:
        frame = messy(table)
        asked = [expectation(c) for c in CHECKS.values() if c.table == table and c.kind != "known"]
        theirs, ours = (
            in_pandas(table, frame, asked),
            in_polars(table, {table: frame.lazy()}, asked),
        )
        out |= {name: (theirs[name], ours[name]) for name in theirs}
    return out


@pytest.mark.parametrize("name", [c.id for c in CHECKS.values() if c.kind != "known"])
def test_every_check_gives_what_pandas_gives(both: dict[str, tuple[Any, Any]], name: str) -> None:
    theirs, ours = both[name]
    assert not theirs.exception_info["raised_exception"]
    assert not ours.exception_info["raised_exception"], ours.exception_info["exception_message"]
    assert ours.success == theirs.success
    if CHECKS[name].kind == "columns":
        return
    assert {k: plain(ours.result.get(k)) for k in COMPARED} == {
        k: plain(theirs.result.get(k)) for k in COMPARED
    }
    keys = [[plain(k[c]) for c in ("_file", "_row")] for k in ours.result["unexpected_index_list"]]
    assert keys == [
        [plain(k[c]) for c in ("_file", "_row")] for k in theirs.result["unexpected_index_list"]
    ]


def test_the_data_break_each_kind_of_check(both: dict[str, tuple[Any, Any]]) -> None:
    broken = {CHECKS[name].kind for name, (_, ours) in both.items() if not ours.success}
    assert broken == {check.kind for check in CHECKS.values()} - {"known", "columns"}


def listed(check: Check, frame: pl.DataFrame, other: list[str]) -> Any:
    frames = records()[0] | {
        check.table: frame.lazy(),
        "customers": pl.LazyFrame({"customer_id": other}),
    }
    return in_polars(check.table, frames, [expectation(check)])[check.id]


def test_a_reference_counts_what_a_look_up_counts() -> None:
    check = CHECKS["calls.known.customer_id"]
    frame = messy("calls").with_columns(customer_id=pl.Series(["C1", None, "C9", "C2"] * 6))
    found = listed(check, frame, ["C1", "C2"]).result
    assert (found["element_count"], found["missing_count"], found["unexpected_count"]) == (24, 6, 6)
    assert found["unexpected_list"] == ["C9"] * 6
    assert [k["_row"] for k in found["unexpected_index_list"]] == [4 + 4 * n for n in range(6)]


@pytest.mark.parametrize(
    "missing",
    [
        gxe.ExpectColumnValuesToNotMatchRegex(column="number", regex="x"),
        gxe.ExpectColumnMaxToBeBetween(column="rings", max_value=9),
        gxe.ExpectColumnValuesToNotBeNull(column="no_such_column"),
    ],
)
def test_what_the_engine_does_not_have_fails_loudly(missing: Any) -> None:
    missing.meta = {"check": "x"}
    found = in_polars("calls", {"calls": messy("calls").lazy()}, [missing])["x"]
    assert not found.success
    assert "exception" in str(found.exception_info)


def test_what_is_remembered_during_a_validation_is_forgotten_after_it() -> None:
    asked = gxe.ExpectColumnValuesToNotBeNull(column="rings", meta={"check": "x"})
    run(
        context(),
        [gx.ExpectationSuite("calls", [asked])],
        Tables({"calls": messy("calls").lazy()}),
        FORM,
    )
    asked.column = "number"
    assert asked.configuration.kwargs["column"] == "number"
    assert asked.configuration.to_domain_obj() is not asked.configuration.to_domain_obj()
