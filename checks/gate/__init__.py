"""Is everything in? What was read of the records, looked at before anything is judged; source:
README, the gate.

Pure: it is given what reading found (`Inventory`) and says what a person should know of it first
(`Gate`).
"""

from checks.gate.look import CODED, look
from checks.gate.model import KINDS, Gate, Inventory, Kind, Unread
from checks.gate.rules import RuleGap, fed_by, rule_gaps

__all__ = [
    "CODED",
    "KINDS",
    "Gate",
    "Inventory",
    "Kind",
    "RuleGap",
    "Unread",
    "fed_by",
    "look",
    "rule_gaps",
]
