"""What a package declares is known as long as its tests last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checks.subjects.registry import as_before


@pytest.fixture(scope="module", autouse=True)
def _kinds_as_before() -> Iterator[None]:
    with as_before():
        yield
