"""What only somebody who knows an unknown export can say: as lines of a draft, and as questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["heading", "form", "constant", "code", "other"]
RANK: Final[dict[Kind, int]] = {"heading": 0, "form": 1, "constant": 2, "code": 3, "other": 4}
"""What is asked first: without the columns that a table needs there are no records of it."""


@dataclass(frozen=True)
class Decision:
    """`text`: what a draft says of it. `columns`: those of ours that it is about; `options`: what
    can be answered, empty where nothing can be; `taken`: whether the draft takes the first of them.

    `heading`: which column of theirs it is; `form`: how its times are written; `constant`: what
    stands in every row; `code`: what `value` means, which stands in `cells` rows.
    """

    text: str
    kind: Kind = "other"
    columns: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    taken: bool = True
    value: str = ""
    cells: int = 0


def lines(decisions: Sequence[Decision]) -> list[str]:
    """What a draft says of them: of the codes of all columns in one line."""
    told = [decision.text for decision in decisions if decision.kind != "code"]
    by_column: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for decision in decisions:
        if decision.kind == "code":
            asked = by_column.setdefault((decision.columns[0], decision.options), [])
            asked.append(decision.text)
    unknown = [
        f"{name}: what is {', '.join(codes)}? one of {', '.join(options)}"
        for (name, options), codes in by_column.items()
    ]
    return [*told, *(["; ".join(unknown)] if unknown else [])]
