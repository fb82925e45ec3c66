"""What a rerun need not compute again: validation and judgement of an earlier run that rest on the
same things.

Looked for in the run that is to be replaced and in the runs beside it. What is taken over was
checked against its manifest; `kelou verify` computes everything again all the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.numbers.plain import NotNumbers, read
from checks.numbers.validation import Validation
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import FAILING_ROWS, MANIFEST, OBLIGATIONS, json_text, sha256

_RECORDS: Final = ("program", "period", "sources", "unread", "lake_versions", "libraries")
_SETTINGS: Final = {"validate": ("time", "inputs"), "judge": ("time", "inputs", "judging")}
_FURTHER: Final = {"validate": (), "judge": ("rulebooks", "calendars", "company_calendar")}
"""What a stage rests on, as parts of inputs.json and sections of the configuration."""


def basis(inputs: Mapping[str, Any], stage: str) -> str:
    """One hash of everything in inputs.json that `validate` or `judge` rests on."""
    configuration = inputs["configuration"]
    rests_on = {
        **{name: inputs[name] for name in (*_RECORDS, *_FURTHER[stage])},
        "configuration": {section: configuration[section] for section in _SETTINGS[stage]},
        "shown": configuration["report"]["show_personal_data"] if stage == "validate" else None,
    }
    plain = json.loads(json_text(rests_on))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Earlier:
    """The folders of earlier runs whose validation, and whose judgement, a rerun can take over;
    None: compute it."""

    validated: Path | None = None
    judged: Path | None = None

    @property
    def message(self) -> str:
        """In one line, what is taken over from which run; empty where nothing is."""
        if self.validated == self.judged:
            return (
                f"validation and judgement taken over from {_shown(self.judged)}"
                if self.judged
                else ""
            )
        runs = {"validation": self.validated, "judgement": self.judged}
        return "; ".join(
            f"{what} taken over from {_shown(run)}" for what, run in runs.items() if run
        )

    def validation(self, folder: Path) -> Validation | None:
        """The earlier result, its failing rows copied into `folder`; None when there is none, or it
        is not as its schema says."""
        if self.validated is None:
            return None
        content = json.loads((self.validated / "metrics.json").read_text("utf-8"))
        try:
            result = read(Validation, content["validation"])
        except (KeyError, NotNumbers):
            return None
        shutil.copyfile(self.validated / FAILING_ROWS, folder / FAILING_ROWS)
        return result

    def obligations(self) -> pl.LazyFrame | None:
        """The earlier judgement, of all tiers and departments."""
        return scan_obligations(self.judged / OBLIGATIONS) if self.judged else None


def earlier(out: Path, inputs: Mapping[str, Any]) -> Earlier:
    """What runs at `out` and beside it offer to a rerun on these inputs."""
    validated = judged = None
    for run in _runs(out):
        then = json.loads((run / "inputs.json").read_text("utf-8"))
        if (
            validated is None
            and _same(then, inputs, "validate")
            and _intact(run, "metrics.json", FAILING_ROWS)
        ):
            validated = run
        whole = not then.get("request", {}).get("tiers") and not then.get("request", {}).get(
            "departments"
        )
        if judged is None and whole and _same(then, inputs, "judge") and _intact(run, OBLIGATIONS):
            judged = run
    return Earlier(validated, judged)


def _shown(run: Path) -> Path:
    here = Path.cwd()
    return run.relative_to(here) if run.is_relative_to(here) else run


def _same(then: Mapping[str, Any], now: Mapping[str, Any], stage: str) -> bool:
    try:
        return basis(then, stage) == basis(now, stage)
    except KeyError:  # an inputs.json of another version of Kelou
        return False


def _runs(out: Path) -> Iterator[Path]:
    """Runs whose inputs.json is as its manifest says: `out` itself first, then the runs beside it,
    newest name first.
    """
    beside = sorted(
        (p for p in out.absolute().parent.glob("*") if p.name != out.name), reverse=True
    )
    for run in (out, *beside):
        try:
            usable = (run / MANIFEST).is_file() and _intact(run, "inputs.json")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a folder that we may not read, or a manifest.json of something else
        if usable:
            yield run


def _intact(run: Path, *names: str) -> bool:
    """Whether these files and folders of a run hold what its manifest says, and nothing else."""
    facts: dict[str, str] = json.loads((run / MANIFEST).read_text("utf-8"))["outputs"]
    for name in names:
        there = (
            [run / name]
            if (run / name).is_file()
            else [p for p in (run / name).rglob("*") if p.is_file()]
        )
        found = {p.relative_to(run).as_posix(): sha256(p) for p in there}
        if not found or found != {
            path: facts[path] for path in facts if path == name or path.startswith(f"{name}/")
        }:
            return False
    return True
