"""Why a case was judged so, step by step, for the person who is called to account by it."""

from checks.explain.doubts import Called, coarse_instants, doubts
from checks.explain.evidence import evidence
from checks.explain.steps import Step, steps
from checks.explain.words import Words, parse

__all__ = ["Called", "Step", "Words", "coarse_instants", "doubts", "evidence", "parse", "steps"]
