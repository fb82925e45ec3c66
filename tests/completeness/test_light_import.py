"""What a validation imports: not the charts and statistics of Great Expectations, unless somebody
asks for them."""

from __future__ import annotations

import subprocess
import sys

VALIDATED = """
import gc, sys
from flows.audit.validation import validate

validate({}, frozenset())
assert "great_expectations" in sys.modules
for part in ("altair.vegalite", "scipy.stats.distributions"):
    assert part not in sys.modules, part
assert gc.isenabled()
assert "flows.system.lazy_import" not in [type(finder).__module__ for finder in sys.meta_path]
"""
USED = """
import altair
from scipy import stats

assert abs(stats.entropy([0.5, 0.5], base=2) - 1) < 1e-12
assert altair.Chart
assert "scipy.stats.distributions" in sys.modules
"""


def test_what_no_suite_uses_is_loaded_when_it_is_used_and_not_before() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", VALIDATED + USED], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
