"""Records to obligations to verdicts, for every rule that is decided case by case."""

from checks.records import Records
from checks.timeliness.judge import Readings, judge, judge_as_of, judge_in_portions

__all__ = ["Readings", "Records", "judge", "judge_as_of", "judge_in_portions"]
