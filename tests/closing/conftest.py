"""A published run of a tiny month, with its report."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from flows.audit.run import AuditRequest, run_audit
from flows.settings import Settings
from flows.settings.periods import period
from tests.closing.months import write_month

OCTOBER = datetime(2026, 10, 1)


@pytest.fixture(scope="session")
def month_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_month(tmp_path_factory.mktemp("october"), OCTOBER)


@pytest.fixture(scope="session")
def published(month_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with its report; tests that change it take a copy."""
    out = tmp_path_factory.mktemp("runs") / "october"
    run_audit(AuditRequest(month_data, period("2026-10", None, None), out), Settings())
    return out


@pytest.fixture
def run(published: Path, tmp_path: Path) -> Path:
    """A copy of the published run."""
    return Path(shutil.copytree(published, tmp_path / "run"))
