"""Decisions about a draft, the most important first, and the draft as they are answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from flows.ingest.decisions import RANK, Decision
from flows.ingest.draft_columns import Made, spoken
from flows.ingest.proposals import Proposal

MOST: Final = 3
"""Decisions that are asked for; the others stand in the draft."""
ANSWERED: Final = "as answered"
Ask = Callable[[Proposal, Decision], str | None]
"""Asks for one of the decision's options; None leaves it open."""


def asked(proposals: Sequence[Proposal], ask: Ask, most: int = MOST) -> list[Proposal]:
    """The proposals as the most important decisions were answered."""
    every = [
        (place, decision)
        for place, proposal in enumerate(proposals)
        for decision in proposal.decide
        if decision.options
    ]
    found = list(proposals)
    for place, decision in sorted(every, key=lambda one: _weight(found, *one))[:most]:
        option = ask(found[place], decision)
        if option is not None:
            found[place] = answered(found[place], decision, option)
    return found


def _weight(proposals: Sequence[Proposal], place: int, decision: Decision) -> tuple[int, bool, int]:
    table = proposals[place].table
    needed = any(table.by_name[name].required for name in decision.columns) if table else False
    return RANK[decision.kind], not needed, -max(decision.cells, proposals[place].rows // 1_000)


def answered(proposal: Proposal, decision: Decision, option: str) -> Proposal:
    """The proposal with that option of the decision."""
    rest = tuple(other for other in proposal.decide if other != decision)
    name = decision.columns[0]
    match decision.kind:
        case "heading":
            columns = {**proposal.columns, name: (option, ANSWERED)}
            left = tuple(h for h in proposal.left if h.partition(" (")[0] != option)
            return replace(proposal, decide=rest, columns=columns, left=left)
        case "form":
            formats = {**proposal.formats, **dict.fromkeys(decision.columns, option)}
            return replace(proposal, decide=rest, formats=formats)
        case "constant":
            return replace(proposal, decide=rest, constants={**proposal.constants, name: option})
        case _:
            codes = {code: [*some] for code, some in proposal.values.get(name, {}).items()}
            codes.setdefault(option, []).append(decision.value)
            made = {**proposal.expressions}
            if (name, option) == ("direction", "outbound") and "number" in made:
                made["number"] = _dialled(made["number"], proposal.columns[name][0], decision.value)
            values = {**proposal.values, name: codes}
            return replace(proposal, decide=rest, values=values, expressions=made)


def _dialled(number: Made, heading: str, word: str) -> Made:
    """The other party's number where that word in the column of directions means outbound, too."""
    text, why = number
    quoted = "'" + word.replace("'", "''") + "'"
    test = f"{spoken(heading)} IN ({quoted}"
    if text.startswith("CASE WHEN FALSE"):
        return text.replace("FALSE", f"{test})", 1), why
    return text.replace(" IN (", f" IN ({quoted}, ", 1), why
