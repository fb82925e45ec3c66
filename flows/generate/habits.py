"""The data files of the generator, read once: how the company works and what is said there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from ruamel.yaml import YAML

from flows.generate.draws import Real

SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "rings": 1, "workdays": 1}
"""Units of a step's amounts; rings and working days are counted, not timed."""
DEPARTMENTS: Final = ("客户服务部", "技术支持部", "销售部")
KINDS: Final = ("inquiry", "fault", "demand", "complaint")


@dataclass(frozen=True)
class Step:
    """Within what a step is usually done, per tier (seconds, rings or working days), and how often
    it is not."""

    unit: str
    amounts: Real
    late: float


@dataclass(frozen=True)
class Habits:
    shares: Mapping[str, Any]
    quality: Real
    night: float
    holiday: float
    steps: Mapping[str, Step]
    hours: tuple[float, ...]
    rest_day: float

    def share(self, name: str) -> float:
        return float(self.shares[name])

    def weights(self, name: str, key: str | None = None) -> tuple[float, ...]:
        """The weights of a distribution, in the order of the file."""
        table = self.shares[name] if key is None else self.shares[name][key]
        return tuple(float(v) for v in table.values())


def read(name: str) -> Any:
    """One of the generator's own data files."""
    return YAML(typ="safe", pure=True).load(
        files("flows.generate").joinpath(name).read_text(encoding="utf-8")
    )


def _step(entry: Mapping[str, Any]) -> Step:
    unit = next(key for key in entry if key in SECONDS)
    return Step(unit, np.array(entry[unit], dtype=np.float64) * SECONDS[unit], float(entry["late"]))


@cache
def habits() -> Habits:
    raw = read("habits.yaml")
    return Habits(
        shares=raw["shares"],
        quality=np.array([raw["quality"][d] for d in DEPARTMENTS], dtype=np.float64),
        night=raw["night"],
        holiday=raw["holiday"],
        steps={name: _step(entry) for name, entry in raw["steps"].items()},
        hours=tuple(raw["hours"]),
        rest_day=raw["rest_day"],
    )


@cache
def vocabulary() -> Mapping[str, Any]:
    """The texts; keys as in vocabulary.yaml."""
    return read("vocabulary.yaml")  # type: ignore[no-any-return]
