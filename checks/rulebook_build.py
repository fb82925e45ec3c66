"""Parsed rulebook files -> regulations in governing order, with a company's own entries put in their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from checks.rulebook import Clause, Regulation, Rule, Rulebooks
from checks.rulebook_text import Document, RulebookError, dotted, line_of, parse_document

Entry = TypeVar("Entry", Rule, Clause)


@dataclass(frozen=True)
class Part:
    """One rulebook file of the regulation `code`; `file` is the name that errors give."""

    code: str
    file: str
    text: str
    document: Document

    @classmethod
    def parse(cls, code: str, file: str, text: str) -> Part:
        """Parse one file; raises RulebookError."""
        return cls(code, file, text, parse_document(text, file))

    def error(self, message: str, *key: str | int) -> RulebookError:
        """A mistake in this file at `key`."""
        return RulebookError(self.file, line_of(self.text, key), dotted(key), message)


def build(shipped: Sequence[Part], own: Sequence[Part], order: Sequence[str]) -> Rulebooks:
    """Put the regulations in `order`, the ones that it does not name after it. Raises RulebookError."""
    for parts in (shipped, own):
        _check_ids(parts)
    codes = dict.fromkeys((*order, *(part.code for part in (*shipped, *own))))
    regulations = [
        _regulation(code, [p for p in shipped if p.code == code], [p for p in own if p.code == code]) for code in codes
    ]
    return Rulebooks(regulations=tuple(regulations))


def _regulation(code: str, shipped: Sequence[Part], own: Sequence[Part]) -> Regulation:
    if any(part.document.regulation for part in own):
        shipped = ()
    parts = (*shipped, *own)
    headings = [(part, part.document.regulation) for part in parts if part.document.regulation]
    if not parts:
        raise RulebookError("governing order", 1, code, "there is no regulation of this code")
    if not headings:
        raise parts[0].error(f"{code} is not shipped, so one of its files needs a `regulation:` heading with a title")
    if len(headings) > 1:
        raise headings[1][0].error(f"{code} has its heading already in {headings[0][0].file}", "regulation")
    return Regulation(
        code=code,
        **dict(headings[0][1]),
        rules=_replaced(rule for part in parts for rule in part.document.rules),
        clauses=_replaced(clause for part in parts for clause in part.document.clauses),
    )


def _replaced(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of entries with one id the last, in the place of the first."""
    return tuple({entry.id: entry for entry in entries}.values())


def _check_ids(parts: Sequence[Part]) -> None:
    """Ids are unique among the shipped files and among a company's own; they start with their folder's code."""
    seen: dict[tuple[str, str], str] = {}
    for part in parts:
        entries = [("rules", i, r.id) for i, r in enumerate(part.document.rules)]
        entries += [("clauses", i, c.id) for i, c in enumerate(part.document.clauses)]
        for kind, index, entry_id in entries:
            key = (kind, index, "id")
            if not entry_id.startswith(f"{part.code}-"):
                raise part.error(f"{entry_id!r} is in the folder {part.code}, so it must start with {part.code}-", *key)
            if (kind, entry_id) in seen:
                raise part.error(f"{entry_id} is already in {seen[kind, entry_id]}", *key)
            seen[kind, entry_id] = part.file
