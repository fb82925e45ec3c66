"""What a package declares is known as long as its tests last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checks.records.tables import TABLES
from checks.subjects import registry


@pytest.fixture(scope="module", autouse=True)
def _kinds_as_before() -> Iterator[None]:
    known: tuple[dict[str, Any], ...] = (registry.KINDS, TABLES, registry._SAID)
    then = [dict(each) for each in known]
    yield
    for now, before in zip(known, then, strict=True):
        now.clear()
        now.update(before)
