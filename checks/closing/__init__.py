"""A closing: what was judged, on which records, ready to be counted by metrics, findings and
evidence alike."""

from checks.closing.facts import Closing

__all__ = ["Closing"]
