"""Records to obligations to verdicts, for every rule that is decided case by case."""

from checks.judging.judge import Readings, judge, judge_as_of, judge_in_portions
from checks.records.records import Records

__all__ = ["Readings", "Records", "judge", "judge_as_of", "judge_in_portions"]
