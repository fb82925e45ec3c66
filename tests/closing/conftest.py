"""A published run of a tiny month, with its report."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

from flows.audit.run import AuditRequest, run_audit
from flows.settings import Settings
from flows.settings.periods import period
from tests.closing.months import write_month

OCTOBER = datetime(2026, 10, 1)


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def month_data(common: Path) -> Path:
    folder = common / "october"
    with FileLock(common / "october.lock"):
        return folder if folder.exists() else write_month(folder, OCTOBER)


@pytest.fixture(scope="session")
def published(month_data: Path, common: Path) -> Path:
    """The folder of a run with its report; tests that change it take a copy."""
    out = common / "runs" / "october"
    with FileLock(common / "published.lock"):
        if not out.exists():
            run_audit(AuditRequest(month_data, period("2026-10", None, None), out), Settings())
    return out


@pytest.fixture
def run(published: Path, tmp_path: Path) -> Path:
    """A copy of the published run."""
    return Path(shutil.copytree(published, tmp_path / "run"))
