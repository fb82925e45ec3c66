"""The year from its monthly closings: rates, ranks, and what the regulations foresee, as proposals
to people."""

from checks.results.year.count import Month, year
from checks.results.year.proposals import Proposal

__all__ = ["Month", "Proposal", "year"]
