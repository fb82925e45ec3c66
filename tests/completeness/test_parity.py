"""The Polars engine against Great Expectations' own pandas engine: every shipped check, same data, same results.

This test gates every upgrade of Great Expectations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from numbers import Real
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.data_context.types.base import ProgressBarsConfig

from checks.completeness.gx import Tables, install
from checks.completeness.gx.expectations import expectation
from checks.completeness.suite import SUITED, Check
from flows.validate import load_checks
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
    "element_count", "unexpected_count", "unexpected_percent", "missing_count", "missing_percent",
    "unexpected_percent_total", "unexpected_percent_nonmissing", "unexpected_list",
)  # fmt: skip


def messy(table: str) -> pl.DataFrame:
    """Rows in which every third cell is empty and the others good, wrong, out of order or repeated."""
    wrong = {"text": ("13800001234", "x", "a@b.cn"), "number": (1, 9, -1), "bool": (True, False, True)}
    rows = []
    for n in range(ROWS):
        row: dict[str, Any] = {"_file": f"{table}.csv", "_row": n + 2}
        for place, column in enumerate(SUITED[table].columns):
            turn = (n * 5 + place * 7) % 11
            instant = datetime(2026, 10, 1) + timedelta(days=turn, hours=n)
            values = {**wrong, "instant": [instant] * 3, "due": [instant] * 3, "date": [instant.date()] * 3}
            kind = "text" if column.kind in ("code", "open_code") else column.kind
            pool = (*column.values, "elsewhere") if column.values else values[kind]
            filled = column.required or turn % 3
            row[column.name] = pool[turn % len(pool)] if filled else None
            if column.marked:
                row[f"{column.name}_unreadable"] = turn == 6
        rows.append(row)
    return pl.DataFrame(rows, schema=SUITED[table].schema)


def plain(value: Any) -> Any:
    """A value as both engines mean it: pandas writes whole numbers with holes as floats, and instants its own way."""
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if value is None or str(value) in ("NaT", "nan"):
        return None
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    return re.sub(r"(\d)T(\d\d:\d\d:\d\d)(\.0+)?$", r"\1 \2", str(value)).removesuffix(" 00:00:00")


class Side:
    """One engine's results of every check of a table, by check."""

    def __init__(self, context: Any, kind: str) -> None:
        self.context, self.source = context, getattr(context.data_sources, f"add_{kind}")(kind)

    def run(self, table: str, frame: Any, expectations: Iterable[Any]) -> dict[str, Any]:
        suite = gx.ExpectationSuite(name=f"{self.source.name}-{table}", expectations=list(map(copy, expectations)))
        batch = self.source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
        definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=self.context.suites.add(suite))
        results = definition.run(batch_parameters={"dataframe": frame}, result_format=FORM)
        return {r.expectation_config.meta["check"]: r for r in results.results}


@pytest.fixture(scope="module")
def both() -> dict[str, tuple[Any, Any]]:
    """(pandas' result, ours) of every shipped check that GX's pandas engine can make."""
    install()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    pandas, polars = Side(context, "pandas"), Side(context, "polars")
    out = {}
    for table in SUITED:
        frame = messy(table)
        asked = [expectation(c) for c in CHECKS.values() if c.table == table and c.kind != "known"]
        theirs = pandas.run(table, frame.to_pandas(), asked)
        ours = polars.run(table, Tables({table: frame.lazy()}), asked)
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
    assert {k: plain(ours.result.get(k)) for k in COMPARED} == {k: plain(theirs.result.get(k)) for k in COMPARED}
    keys = [[plain(k[c]) for c in ("_file", "_row")] for k in ours.result["unexpected_index_list"]]
    assert keys == [[plain(k[c]) for c in ("_file", "_row")] for k in theirs.result["unexpected_index_list"]]


def test_the_data_break_each_kind_of_check(both: dict[str, tuple[Any, Any]]) -> None:
    broken = {CHECKS[name].kind for name, (_, ours) in both.items() if not ours.success}
    assert broken == {check.kind for check in CHECKS.values()} - {"known", "columns"}


def listed(check: Check, frame: pl.DataFrame, other: list[str]) -> Any:
    install()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    frames = records()[0] | {check.table: frame.lazy(), "customers": pl.LazyFrame({"customer_id": other})}
    return Side(context, "polars").run(check.table, Tables(frames), [expectation(check)])[check.id]


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
    install()
    context = gx.get_context(mode="ephemeral")
    missing.meta = {"check": "x"}
    found = Side(context, "polars").run("calls", Tables({"calls": messy("calls").lazy()}), [missing])["x"]
    assert not found.success
    assert "exception" in str(found.exception_info)
