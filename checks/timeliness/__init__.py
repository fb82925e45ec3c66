"""Records to obligations to verdicts, for every rule that is decided case by case."""

from checks.timeliness.judge import Readings, Records, judge, judge_as_of

__all__ = ["Readings", "Records", "judge", "judge_as_of"]
