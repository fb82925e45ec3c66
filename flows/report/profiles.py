"""The documents that the regulations ask for every month, from one family of templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """`file`: name without suffix. `focus`: the regulation whose own rate the document reports; empty: the
    governing rate.

    `signatories`: roles of the signature block in order; the last one decides. `sections`, `annexes`: builders by name.
    """

    code: str
    file: str
    basis: str
    focus: str
    signatories: tuple[str, ...]
    sections: tuple[str, ...]
    annexes: tuple[str, ...]


_ALL: Final = (
    Profile(
        "inspection", "report", "TC 第十四条(二)", "",
        ("customer_service", "human_resources", "audit", "executive"),
        ("scope", "overview", "inquiries", "problems", "records", "causes", "demands", "follow_up", "good_practice"),
        ("violations", "sources", "coverage", "conflicts", "objections", "definitions"),
    ),
    Profile(
        "timeliness", "timeliness-report", "TC 第九条", "",
        ("timeliness_controller", "customer_service"),
        ("overview", "problems", "causes", "follow_up"),
        ("violations", "sources", "definitions"),
    ),
    Profile(
        "reception-inspection", "reception-inspection", "RC 第二十条(二)", "RC",
        ("customer_service", "human_resources", "executive"),
        ("scope", "inquiries", "overview", "problems", "records", "demands", "good_practice"),
        ("violations", "sources", "coverage", "definitions"),
    ),
    Profile(
        "reception-summary", "reception-summary", "RC 第十一条(二)", "RC",
        ("reception_lead", "customer_service"),
        ("inquiries", "overview", "problems", "causes", "good_practice"),
        ("sources", "definitions"),
    ),
)  # fmt: skip
PROFILES: Final = {profile.code: profile for profile in _ALL}
