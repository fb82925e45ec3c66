"""Tests that take long and prove little beyond a quicker one: outside the timed suite."""

from __future__ import annotations

import os

import pytest

takes_long = pytest.mark.skipif(
    not os.environ.get("KELOU_TEST_LONG"), reason="takes long; set KELOU_TEST_LONG=1"
)
