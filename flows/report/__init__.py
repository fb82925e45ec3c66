"""The inspection report: results in, documents out. It computes no numbers: metrics and findings come from `checks`."""

from __future__ import annotations

from flows.report.options import ReportOptions
from flows.report.write import write_report

__all__ = ["ReportOptions", "write_report"]
