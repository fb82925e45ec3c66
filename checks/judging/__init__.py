"""Records to obligations to verdicts, for every rule that is decided case by case."""

from checks.judging.judge import JudgingOptions, judge, judge_as_of, judge_in_portions
from checks.records.records import Records

__all__ = ["JudgingOptions", "Records", "judge", "judge_as_of", "judge_in_portions"]
