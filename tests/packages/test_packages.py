"""Every case of the packages comes out as its author says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from checks.concepts import Period
from checks.judging import JudgingOptions, judge
from tests.cases.reading import Case, load_cases
from tests.oracle import to_frames
from tests.packages.loading import own_rules
from tests.timeliness.test_cases import Found, When, difference, together

PACKAGES = sorted(path.parent for path in Path(__file__).parent.glob("*/cases.yaml"))
CASES = [(folder, case) for folder in PACKAGES for case in load_cases(folder)]


@cache
def found_in(folder: Path) -> dict[When, Found]:
    rulebooks = own_rules(folder)
    found: dict[When, Found] = {}
    for key, rows in together(case for where, case in CASES if where == folder).items():
        start, end, cutoff, governing, _ = key
        options = JudgingOptions(governing=governing)  # type: ignore[arg-type]
        obligations = judge(to_frames(rows), rulebooks, Period(start, end, cutoff), options)
        found[key] = {(ob["rule_id"], ob["subject_id"]): ob for ob in obligations.to_dicts()}
    return found


@pytest.mark.parametrize(
    ("folder", "case"), CASES, ids=[f"{folder.name}: {case.name}" for folder, case in CASES]
)
def test_case(folder: Path, case: Case) -> None:
    differs = difference(found_in(folder), case)
    assert not differs, differs
