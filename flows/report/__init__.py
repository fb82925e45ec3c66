"""The inspection report: results in, documents out. It computes no numbers: metrics and findings come from `checks`."""

from __future__ import annotations

from flows.report.findings_csv import write_findings_csv
from flows.report.options import ReportOptions
from flows.report.workbook import write_workbook
from flows.report.write import write_report

__all__ = ["ReportOptions", "write_findings_csv", "write_report", "write_workbook"]
