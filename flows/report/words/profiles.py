"""The documents that the regulations ask for every month, from one family of templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """`file`: name without suffix. `focus`: the regulation whose own rate the document reports;
    empty: the governing rate.

    `signatories`: role and part of each in the signature block; the last one decides.
    `sections`, `annexes`: builders by name.
    """

    code: str
    file: str
    basis: str
    focus: str
    signatories: tuple[tuple[str, str], ...]
    sections: tuple[str, ...]
    annexes: tuple[str, ...]


_ALL: Final = (
    Profile(
        "inspection",
        "report",
        "TC 第十四条(二)",
        "",
        (
            ("customer_service", "lead"),
            ("human_resources", "join"),
            ("audit", "join"),
            ("executive", "approve"),
        ),
        (
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
        (
            "violations",
            "sources",
            "coverage",
            "conflicts",
            "restatements",
            "objections",
            "definitions",
        ),
    ),
    Profile(
        "timeliness",
        "timeliness-report",
        "TC 第九条",
        "",
        (("timeliness_controller", "prepare"), ("customer_service", "review")),
        ("data", "overview", "problems", "causes", "follow_up"),
        ("violations", "sources", "definitions"),
    ),
    Profile(
        "reception-inspection",
        "reception-inspection",
        "RC 第二十条(二)",
        "RC",
        (("customer_service", "join"), ("human_resources", "join"), ("executive", "lead")),
        (
            "data",
            "scope",
            "inquiries",
            "overview",
            "problems",
            "records",
            "demands",
            "good_practice",
        ),
        ("violations", "sources", "coverage", "definitions"),
    ),
    Profile(
        "reception-summary",
        "reception-summary",
        "RC 第十一条(二)",
        "RC",
        (("reception_lead", "prepare"), ("customer_service", "review")),
        ("data", "inquiries", "overview", "problems", "causes", "good_practice"),
        ("sources", "definitions"),
    ),
)
PROFILES: Final = {profile.code: profile for profile in _ALL}
