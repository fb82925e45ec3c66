"""The rulebooks of a package without those that ship with Kelou: judging is quicker then."""

from __future__ import annotations

from pathlib import Path

from checks.concepts import REGULATIONS
from checks.law.rulebook import Rulebooks
from flows.law.rulebooks import load_rulebooks


def own_rules(package: Path) -> Rulebooks:
    """The regulations of `package/rulebooks` alone, with everything that all share."""
    loaded = load_rulebooks(package / "rulebooks").rulebooks
    own = tuple(book for book in loaded.regulations if book.code not in REGULATIONS)
    return loaded.model_copy(update={"regulations": own})
