"""Is everything in? What was read of the records, looked at before anything is judged; source:
README, the gate.

Pure: it is given what reading found (`Inventory`) and says what a person should know of it first
(`Gate`).
"""

from checks.gate.look import coded, look
from checks.gate.model import KINDS, Gate, Inventory
from checks.gate.rules import fed_by, rule_gaps
from checks.numbers.gate import Kind, RuleGap, Unread

__all__ = [
    "KINDS",
    "Gate",
    "Inventory",
    "Kind",
    "RuleGap",
    "Unread",
    "coded",
    "fed_by",
    "look",
    "rule_gaps",
]
