"""The register: everything that is not in order, as one numbered list."""

from checks.results.register.count import counts
from checks.results.register.model import KINDS, REGISTER, STATES
from checks.results.register.whole import register

__all__ = ["KINDS", "REGISTER", "STATES", "counts", "register"]
