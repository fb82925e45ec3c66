"""The documents that the regulations ask for every month, from one family of templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from checks.law.rulebook import Rulebooks, Text


@dataclass(frozen=True)
class Profile:
    """`file`: name without suffix; `mark`: what its numbers end in. `focus`: the regulation whose
    own rate the document reports, which is the one that names it; empty: the governing rate.

    `basis`: the article that asks for it, `signatories`: role and part of each in the signature
    block, of which the last one decides, and `words`: its title, opening and so on
    (checks.law.belongings.WORDS), are those of the regulation that names it. `printed` and
    `printed_annexes` are the chapters of the PDF, `sections` and `annexes` those of the page, which
    holds everything.
    """

    code: str
    file: str
    mark: str
    focus: str
    printed: tuple[str, ...]
    printed_annexes: tuple[str, ...]
    sections: tuple[str, ...]
    annexes: tuple[str, ...]
    basis: str = ""
    signatories: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, Text] = field(default_factory=dict)


_ALL: Final = (
    Profile(
        code="inspection",
        file="report",
        mark="ZJ",
        focus="",
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
        focus="",
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
        focus="RC",
        printed=("inquiries", "themes", "oversight", "doubts", "demands"),
        printed_annexes=("grave_list", "proof", "said", "readings"),
        sections=("inquiries", "themes", "oversight", "data", "problems", "demands"),
        annexes=("sources", "coverage", "definitions"),
    ),
    Profile(
        code="reception-summary",
        file="reception-summary",
        mark="JZ",
        focus="RC",
        printed=("inquiries", "themes", "doubts"),
        printed_annexes=("proof", "readings"),
        sections=("inquiries", "themes", "data", "problems"),
        annexes=("sources", "definitions"),
    ),
)
GENERAL: Final = replace(
    _ALL[0],
    code="general",
    mark="SJ",
    signatories=(("audit", "prepare"), ("executive", "approve")),
)
"""The document where no regulation in force asks for one."""
PROFILES: Final = {profile.code: profile for profile in _ALL}


def in_force(rulebooks: Rulebooks, codes: Sequence[str]) -> list[Profile]:
    """The documents of these codes that regulations in force ask for; where none asks for any of
    them the general one."""
    found = [of for code in codes if (of := _of(rulebooks, code))]
    return found or [GENERAL] * bool(codes)


def first_in_force(rulebooks: Rulebooks) -> Profile:
    """The document whose words stand for all that is no monthly one."""
    return in_force(rulebooks, ("inspection",))[0]


def _of(rulebooks: Rulebooks, code: str) -> Profile | None:
    for regulation in rulebooks.regulations:
        for name, paper in regulation.belongings.papers.items():
            if name == code:
                return replace(
                    PROFILES[code],
                    basis=f"{regulation.code} {paper.basis}",
                    signatories=tuple((who.role, who.part) for who in paper.signatories),
                    focus=PROFILES[code].focus and regulation.code,
                    words=paper.words,
                )
    return None
