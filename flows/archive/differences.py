"""What a verification finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["input", "output", "manifest", "chain", "approval", "signature", "recomputed"]


@dataclass(frozen=True)
class Difference:
    """Something that is not as it was: what, where, and how."""

    kind: Kind
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind:10} {self.path}: {self.detail}"


@dataclass(frozen=True)
class Verification:
    """`notes`: what is no difference but explains one, or limits what could be verified."""

    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recomputed: bool = False
