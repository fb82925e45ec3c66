"""Parsed rulebook files -> regulations in governing order, with a company's own entries put in
their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from checks.concepts import REGULATIONS
from checks.law.needs import lacking
from checks.law.parameters import Code, GivenParameters, in_force
from checks.law.rulebook import Clause, Reading, Regulation, Rule, Rulebooks
from checks.law.rulebook_text import Document, Key, RulebookError, dotted, parse_document
from checks.law.tiers import treated
from checks.law.topic import merged
from checks.law.vocabulary import expect_known
from checks.subjects.update import UPDATE
from checks.text.yaml_text import line_of

Entry = TypeVar("Entry", Rule, Clause, Reading)


@dataclass(frozen=True)
class Part:
    """One rulebook file; `code` is its regulation, empty for what all share; `file` is the name
    that errors give."""

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


def build(
    shipped: Sequence[Part],
    own: Sequence[Part],
    order: Sequence[str],
    chosen: Sequence[str] | None = None,
) -> Rulebooks:
    """Put the regulations in `order`, the ones that it does not name after it; of them the `chosen`
    ones, by default all. Raises RulebookError."""
    _check_ids(shipped)
    _check_ids(own)
    parts = (*shipped, *own)
    topics = merged(part.document.topics for part in parts)
    present = {part.code: None for part in parts if part.code}
    codes = dict.fromkeys((*order, *(code for code in REGULATIONS if code in present), *present))
    effective = {code: _effective(code, shipped, own) for code in codes}
    _check_codes(parts, tuple(effective))
    calendars = _named(part.document.calendars for part in parts)
    reasons = _named(part.document.pause_reasons for part in parts)
    _check_clocks(parts, tuple(calendars), tuple(reasons))
    their_own = {part.code for part in own if part.document.regulation}
    regulations = tuple(
        _treated(_regulation(code, found, tuple(topics), code not in their_own), parts)
        for code, found in _chosen(effective, chosen).items()
    )
    kept = {"", *(regulation.code for regulation in regulations)}
    stated = in_force(part.document.parameters for part in _used(kept, regulations, shipped, own))
    _check_needs(regulations, stated, own)
    # Shared readings are of the shipped texts, and go with the last of them
    read = parts if any(regulation.shipped for regulation in regulations) else own
    readings = _replaced(chain.from_iterable(part.document.readings for part in read))
    return Rulebooks(
        regulations=regulations,
        topics=topics,
        stated_parameters=stated,
        shipped_parameters=in_force(part.document.parameters for part in shipped),
        calendars=calendars,
        pause_reasons=reasons,
        readings=readings,
        indicators=_named(part.document.indicators for part in parts),
        updates=_updates(parts, regulations, kept),
        subjects=_named(part.document.subjects for part in own if part.code in kept),
    )


def _chosen(
    effective: dict[str, list[Part]], chosen: Sequence[str] | None
) -> dict[str, list[Part]]:
    if chosen is None:
        return effective
    for code in chosen:
        try:
            expect_known("regulation", code, tuple(effective))
        except ValueError as error:
            raise RulebookError("judging.regulations", 1, code, str(error)) from None
    return {code: parts for code, parts in effective.items() if code in chosen}


def _effective(code: str, shipped: Sequence[Part], own: Sequence[Part]) -> list[Part]:
    """The regulation's parts: a company's own alone if it has the heading, else on top of the
    shipped ones."""
    mine = [part for part in own if part.code == code]
    parts = (
        mine
        if any(part.document.regulation for part in mine)
        else [*(p for p in shipped if p.code == code), *mine]
    )
    if not parts:
        raise RulebookError("governing order", 1, code, "there is no regulation of this code")
    return parts


def _regulation(
    code: str, parts: Sequence[Part], topics: tuple[str, ...], shipped: bool
) -> Regulation:
    headings = [(part, part.document.regulation) for part in parts if part.document.regulation]
    if not headings:
        raise parts[0].error(
            f"{code} is not shipped, so one of its files needs a `regulation:` heading with a title"
        )
    if len(headings) > 1:
        raise headings[1][0].error(
            f"{code} has its heading already in {headings[0][0].file}", "regulation"
        )
    rules = _replaced(chain.from_iterable(part.document.rules for part in parts))
    _check_names(parts, topics, tuple(rule.id for rule in rules))
    return Regulation(
        code=code,
        title=headings[0][1].title,
        ends=headings[0][1].ends,
        rules=rules,
        clauses=_replaced(chain.from_iterable(part.document.clauses for part in parts)),
        shipped=shipped,
        holidays=headings[0][1].holidays,
        belongings=headings[0][1],
    )


def _used(
    kept: set[str], regulations: Sequence[Regulation], shipped: Sequence[Part], own: Sequence[Part]
) -> list[Part]:
    """The files of the regulations in force, and of what all share; of a shipped regulation that a
    company's own text stands for only the own ones."""
    replaced = {regulation.code for regulation in regulations if not regulation.shipped}
    theirs = [part for part in shipped if part.code in kept - replaced]
    return [*theirs, *(part for part in own if part.code in kept)]


def _check_needs(
    regulations: Sequence[Regulation], stated: GivenParameters, own: Sequence[Part]
) -> None:
    """A company's own regulation that names a duty or a consequence states what it is worked out
    with; the shipped ones share what one of them states."""
    codes = {regulation.code for regulation in regulations if not regulation.shipped}
    for part in own:
        if part.code not in codes or not part.document.regulation:
            continue
        for kind, name, message in lacking(part.document.regulation, stated):
            raise part.error(f"{message} in {part.code}", "regulation", kind, name)


def _treated(regulation: Regulation, parts: Sequence[Part]) -> Regulation:
    """The regulation with the limits that its tiers without one are given; a file of its folder
    says more than one of none."""
    own = [part for code in ("", regulation.code) for part in parts if part.code == code]
    said: dict[str, str] = {
        tier: other for part in own for tier, other in part.document.treated_as.items()
    }
    return regulation.model_copy(
        update={"rules": tuple(treated(rule, said) for rule in regulation.rules)}
    )


def _updates(
    parts: Sequence[Part], regulations: Sequence[Regulation], kept: set[str]
) -> tuple[str, ...]:
    """What counts as news of a ticket. Raises RulebookError: a rule asks for it, and no file in
    force says."""
    said = dict.fromkeys(e for part in parts if part.code in kept for e in part.document.updates)
    asking = {rule.id for of in regulations for rule in of.rules if rule.subject == UPDATE.name}
    for part in parts if asking and not said else ():
        for place, rule in enumerate(part.document.rules):
            if rule.id in asking:
                raise part.error(
                    f"{UPDATE.name} needs the events that are updates; name them beside the rules, "
                    "as updates: [public_comment]",
                    "rules",
                    place,
                    "subject",
                )
    return tuple(said)


def _replaced(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of entries with one id the last, in the place of the first."""
    return tuple({entry.id: entry for entry in entries}.values())


def _named(files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the last file says under each name."""
    return {name: entry for file in files for name, entry in file.items()}


def _check_names(parts: Sequence[Part], topics: tuple[str, ...], rules: tuple[str, ...]) -> None:
    """Topics and rules that are referred to exist."""
    for part in parts:
        rows = enumerate(part.document.clauses)
        references: list[tuple[Key, str, str, tuple[str, ...]]] = [
            *(
                (("rules", i, "topic"), "topic", rule.topic, topics)
                for i, rule in enumerate(part.document.rules)
            ),
            *(
                (("clauses", i, "rules", j), "rule", r, rules)
                for i, row in rows
                for j, r in enumerate(row.rules)
            ),
        ]
        for key, what, name, known in references:
            try:
                expect_known(what, name, known)
            except ValueError as error:
                raise part.error(str(error), *key) from None


def _check_codes(parts: Sequence[Part], codes: tuple[str, ...]) -> None:
    """A parameter names a regulation that there is."""
    named = (
        (part, name, parameter.value)
        for part in parts
        for name, parameter in part.document.parameters
        if isinstance(parameter, Code)
    )
    for part, name, code in named:
        try:
            expect_known("regulation", code, codes)
        except ValueError as error:
            raise part.error(str(error), "parameters", name, "value") from None


def _check_clocks(
    parts: Sequence[Part], calendars: tuple[str, ...], reasons: tuple[str, ...]
) -> None:
    """The calendars and the reasons for pauses that rules name exist."""
    for part in parts:
        for place, rule in enumerate(part.document.rules):
            named: list[tuple[Key, str, str | None, tuple[str, ...]]] = [
                (("calendar",), "calendar", rule.calendar, calendars),
                *(
                    (("calendar_for", n, "calendar"), "calendar", row.calendar, calendars)
                    for n, row in enumerate(rule.calendar_for)
                ),
                *(
                    (("pauses", n, "reason"), "reason for a pause", row.reason, reasons)
                    for n, row in enumerate(rule.pauses)
                ),
            ]
            for key, what, name, known in named:
                if name is None:
                    continue
                try:
                    expect_known(what, name, known)
                except ValueError as error:
                    raise part.error(str(error), "rules", place, *key) from None


def _check_ids(parts: Sequence[Part]) -> None:
    """An id stands once among the shipped files and once among a company's own, and starts with its
    folder's code."""
    seen: dict[tuple[str, str], str] = {}
    for part in parts:
        for key, entry_id in _ids(part.document):
            if key[0] in ("rules", "clauses") and not entry_id.startswith(f"{part.code}-"):
                folder = (
                    f"in the folder {part.code}, so it starts with {part.code}-"
                    if part.code
                    else "in no folder"
                )
                raise part.error(f"{entry_id!r} stands {folder}", *key)
            if (str(key[0]), entry_id) in seen:
                first = seen[str(key[0]), entry_id]
                raise part.error(
                    f"{entry_id} stands already in {'this file' if first == part.file else first}",
                    *key,
                )
            seen[str(key[0]), entry_id] = part.file


def _ids(document: Document) -> Iterator[tuple[Key, str]]:
    """(key, id) of every entry of the file."""
    for kind in ("rules", "clauses", "readings"):
        yield from (
            ((kind, index, "id"), entry.id) for index, entry in enumerate(getattr(document, kind))
        )
    for kind in ("topics", "calendars", "pause_reasons", "indicators", "subjects"):
        yield from (((kind, name), name) for name in getattr(document, kind))
