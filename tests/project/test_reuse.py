"""A rerun computes only what changed, and what it takes over is what computing it would have
given."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.audit.reuse import Earlier, earlier
from flows.audit.run import PLAIN, AuditRequest, run_audit
from flows.audit.selection import Selection
from flows.settings import Settings
from flows.settings.periods import period

OCTOBER = period("2026-10", None, None)
QUICK: dict[str, Any] = {"report": {"profiles": []}, "judging": {"regulations": ["TC"]}}


@dataclass
class Counted:
    """The stages, with a note of those that ran, and of those that are done."""

    ran: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        def stage(*args: Any, **options: Any) -> Any:
            self.ran.append(name)
            result = getattr(PLAIN, name)(*args, **options)
            self.done.append(name)
            return result

        return stage


@pytest.fixture
def data(small_world: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_world, tmp_path / "data"))


def audit(data: Path, out: Path, settings: dict[str, Any] | None = None, **asked: Any) -> set[str]:
    """Run an audit; the expensive stages that it ran."""
    steps = Counted()
    chosen = Settings.model_validate(QUICK | (settings or {}))
    run_audit(AuditRequest(data, OCTOBER, out, **asked), chosen, stages=steps)
    return {"validate", "judge_records"} & set(steps.ran)


@pytest.fixture(scope="module")
def first(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing was there before; tests put copies of it beside their own."""
    out = tmp_path_factory.mktemp("runs") / "first"
    assert audit(small_world, out) == {"validate", "judge_records"}
    return out


@pytest.fixture
def runs(first: Path, tmp_path: Path) -> Path:
    """A folder of runs that holds the first one."""
    shutil.copytree(first, tmp_path / "runs" / "first")
    return tmp_path / "runs"


def outputs(run: Path) -> dict[str, str]:
    told: dict[str, str] = json.loads((run / "manifest.json").read_text("utf-8"))["outputs"]
    return told


def test_a_rerun_takes_over_what_has_not_changed(data: Path, runs: Path) -> None:
    assert audit(data, runs / "again") == set()
    assert outputs(runs / "again") == outputs(runs / "first")
    assert audit(data, runs / "part", selection=Selection(tiers=("core",))) == set()
    rings = {"judging": QUICK["judging"] | {"ring_cycle_seconds": 6}}
    assert audit(data, runs / "rings", rings) == {"judge_records"}, "validation knows no rings"


def test_changed_records_or_a_changed_run_are_computed_again(data: Path, runs: Path) -> None:
    calls = data / "calls.csv"
    calls.write_text(calls.read_text("utf-8").replace(",2,C1", ",4,C1"), encoding="utf-8")
    assert audit(data, runs / "corrected") == {"validate", "judge_records"}
    shutil.rmtree(runs / "first")
    with (runs / "corrected" / "obligations.parquet").open("ab") as file:
        file.write(b"x")
    assert audit(data, runs / "again") == {"judge_records"}, (
        "a judgement that was tampered with is not taken over"
    )


def test_a_long_month_is_validated_before_it_is_judged_and_comes_to_the_same(
    data: Path, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Counted()
    monkeypatch.setattr("flows.audit.run.SIDE_BY_SIDE", 0)
    request = AuditRequest(data, OCTOBER, runs / "before", fresh=True)
    run_audit(request, Settings.model_validate(QUICK), stages=steps)
    assert steps.done.index("validate") < steps.done.index("judge_records"), "both, for `fresh`"
    assert outputs(runs / "before") == outputs(runs / "first")


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"outputs": 3}'])
def test_a_stranger_beside_the_run_is_left_alone(tmp_path: Path, text: str) -> None:
    stranger = tmp_path / "runs" / "stranger"
    stranger.mkdir(parents=True)
    (stranger / "manifest.json").write_text(text)
    assert earlier(tmp_path / "runs" / "out", {}) == Earlier()
