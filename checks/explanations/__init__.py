"""Why a case was judged so, step by step, for the person who is called to account by it."""

from checks.explanations.doubts import Called, coarse_instants, doubts
from checks.explanations.evidence import evidence
from checks.explanations.ledger import Ledgers
from checks.explanations.steps import Step, steps
from checks.explanations.words import Words, parse

__all__ = [
    "Called",
    "Ledgers",
    "Step",
    "Words",
    "coarse_instants",
    "doubts",
    "evidence",
    "parse",
    "steps",
]
