"""Tests that take long and prove little beyond a quicker one: outside the timed suite."""

from __future__ import annotations

import os
from typing import Final

import pytest

LONG: Final = bool(os.environ.get("KELOU_TEST_LONG"))
takes_long = pytest.mark.skipif(not LONG, reason="takes long; set KELOU_TEST_LONG=1")


def examples(count: int) -> int:
    """How many examples a property is tried on; of the timed suite a third."""
    return count if LONG else count // 3
