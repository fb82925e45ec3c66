"""The documents that the regulations ask for every month, from one family of templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """`file`: name without suffix; `mark`: what its numbers end in. `focus`: the regulation whose
    own rate the document reports; empty: the governing rate.

    `signatories`: role and part of each in the signature block; the last one decides. `printed` and
    `printed_annexes` are the chapters of the PDF, `sections` and `annexes` those of the page, which
    holds everything.
    """

    code: str
    file: str
    mark: str
    basis: str
    focus: str
    signatories: tuple[tuple[str, str], ...]
    printed: tuple[str, ...]
    printed_annexes: tuple[str, ...]
    sections: tuple[str, ...]
    annexes: tuple[str, ...]


_ALL: Final = (
    Profile(
        code="inspection",
        file="report",
        mark="ZJ",
        basis="TC 第十四条(二)",
        focus="",
        signatories=(
            ("customer_service", "lead"),
            ("human_resources", "join"),
            ("audit", "join"),
            ("executive", "approve"),
        ),
        printed=(
            "departments",
            "distribution",
            "grave_cases",
            "themes",
            "oversight",
            "doubts",
            "demands",
            "follow_up",
        ),
        printed_annexes=("grave_list", "proof", "said", "readings"),
        sections=(
            "departments",
            "distribution",
            "grave_cases",
            "oversight",
            "data",
            "scope",
            "overview",
            "inquiries",
            "problems",
            "records",
            "causes",
            "demands",
            "follow_up",
            "good_practice",
        ),
        annexes=("sources", "coverage", "conflicts", "restatements", "objections", "definitions"),
    ),
    Profile(
        code="timeliness",
        file="timeliness-report",
        mark="SX",
        basis="TC 第九条",
        focus="",
        signatories=(("timeliness_controller", "prepare"), ("customer_service", "review")),
        printed=(
            "departments",
            "distribution",
            "grave_cases",
            "themes",
            "oversight",
            "doubts",
            "follow_up",
        ),
        printed_annexes=("grave_list", "proof", "said", "readings"),
        sections=(
            "departments",
            "distribution",
            "grave_cases",
            "oversight",
            "data",
            "overview",
            "problems",
            "causes",
            "follow_up",
        ),
        annexes=("sources", "definitions"),
    ),
    Profile(
        code="reception-inspection",
        file="reception-inspection",
        mark="JJ",
        basis="RC 第二十条(二)",
        focus="RC",
        signatories=(
            ("customer_service", "join"),
            ("human_resources", "join"),
            ("executive", "lead"),
        ),
        printed=("inquiries", "themes", "oversight", "doubts", "demands"),
        printed_annexes=("grave_list", "proof", "said", "readings"),
        sections=("inquiries", "themes", "oversight", "data", "problems", "demands"),
        annexes=("sources", "coverage", "definitions"),
    ),
    Profile(
        code="reception-summary",
        file="reception-summary",
        mark="JZ",
        basis="RC 第十一条(二)",
        focus="RC",
        signatories=(("reception_lead", "prepare"), ("customer_service", "review")),
        printed=("inquiries", "themes", "doubts"),
        printed_annexes=("proof", "readings"),
        sections=("inquiries", "themes", "data", "problems"),
        annexes=("sources", "definitions"),
    ),
)
PROFILES: Final = {profile.code: profile for profile in _ALL}
