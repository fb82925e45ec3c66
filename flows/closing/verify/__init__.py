"""Verification: whether a run's folder is what was published, and whether its inputs still give the
same."""

from flows.archive.differences import Difference, Verification
from flows.closing.verify.run import verify

__all__ = ["Difference", "Verification", "verify"]
