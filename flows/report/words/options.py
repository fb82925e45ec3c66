"""What a run may choose about its report; every default is the safe one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Lang = str
"""One of flows.system.languages.languages(), or `both`, zh and en."""
SHEET_ROWS = 1_048_575
"""Rows of a spreadsheet below its heading."""


@dataclass(frozen=True)
class ReportOptions:
    """Choices about the report; none of them changes a number.

    `profiles`: which documents of `flows.report.words.profiles` to write.
    `names`: role of a signature block -> the name printed there; a role without a name is left to
    be filled in.
    `number`: may hold {year} and {month}, those in which the period begins.
    `target`: the rate to reach, 0..1; by default the line that a regulation in force draws.
    `approved`: leaves out the draft mark. `show_personal`: an authorised run prints phone numbers,
    mail addresses and names of private customers. `mask_staff`: names and ids of agents are
    shortened.
    `department_names`: department -> its name in the English edition; those that the regulations
    name have one, others stay as recorded.
    `remedy_days`: working days proposed for putting a finding right, by grade.
    `fonts`: families set in front of Noto; glyphs that they lack come from Noto.
    `time_zone`: that of the local times.
    `pivot_rows`: obligations in the workbook's last sheet, by default as many as one holds.
    `attached_findings`: with more findings than these the PDF names the checksum of findings.csv
    and leaves it out: it could be sent to nobody, and drawing would take the longer the more
    findings there are.
    """

    profiles: tuple[str, ...] = ("inspection",)
    company: str = ""
    number: str = "KL-{year}-{month}"
    report_date: date | None = None
    target: float | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    approved: bool = False
    remedy_days: Mapping[str, int] = field(
        default_factory=lambda: {"critical": 5, "major": 10, "minor": 15}
    )
    show_personal: bool = False
    mask_staff: bool = False
    department_names: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()
    time_zone: str = "Asia/Shanghai"
    printed_rows: int = 120
    interactive_rows: int = 5_000
    workbook_rows: int = 50_000
    pivot_rows: int = SHEET_ROWS
    attached_findings: int = 200_000
