"""The axis of a picture of rates: it begins a little below the lowest value, and says so by its
marks."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor
from typing import Any

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
MARKS = 6


def axis(values: Iterable[float | None]) -> tuple[float, list[dict[str, Any]]]:
    """Where the axis begins (0..1; it ends at 1), and its marks (`at`, `label`)."""
    lowest = min((value for value in values if value is not None), default=0.0)
    step = next((step for step in STEPS if (1 - lowest) / step <= MARKS), STEPS[-1])
    start = max(0, floor(round(lowest / step, 6)))
    count = round(1 / step)
    ticks = [{"at": n * step, "label": f"{n * step:.0%}"} for n in range(start, count + 1)]
    return start * step, ticks
