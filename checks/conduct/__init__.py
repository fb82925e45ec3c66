"""Conduct: what agents wrote to customers. What customers, bots and systems wrote is never held
against an agent."""

from checks.conduct.findings import FINDINGS
from checks.conduct.phrases import Phrasebook
from checks.conduct.summary import conduct

__all__ = ["FINDINGS", "Phrasebook", "conduct"]
