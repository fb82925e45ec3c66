"""The year from its monthly closings: rates, ranks, and what the regulations foresee, as proposals
to people."""

from checks.results.year.appraisal import Appraisal, appraisals
from checks.results.year.count import Month, year

__all__ = ["Appraisal", "Month", "appraisals", "year"]
