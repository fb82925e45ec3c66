"""The words of the report as the rulebooks in force have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from checks.concepts import REGULATIONS
from checks.law.rulebook import Rulebooks
from flows.report.words.texts import Texts, load_texts

_COVERAGE: Final = "annex.coverage.intro"
_WORKDAY: Final = "definition.workday"


def texts_of(lang: str, rulebooks: Rulebooks) -> Texts:
    """The locale `zh` or `en`, with what a package calls its tiers and those who sign, and no
    word of a regulation or a calendar that is not in force."""
    texts = load_texts(lang)
    words = dict(_words(texts, rulebooks))
    return texts.calling(words) if words else texts


def _words(texts: Texts, rulebooks: Rulebooks) -> Iterator[tuple[str, Any]]:
    shipped = {regulation.code for regulation in rulebooks.regulations if regulation.shipped}
    for code in (code for code in REGULATIONS if code not in shipped):
        yield from texts.under(f"in_force.without.{code}").items()
    for tier, called in rulebooks.tiers.items():
        for form in ("tier", "tier_short"):
            yield f"{form}.{tier}", called.zh if texts.lang == "zh" else called.en
    for name, subject in rulebooks.subjects.items():
        word = subject.zh if texts.lang == "zh" else subject.en
        yield from ((f"table.{subject.table}", word), (f"subject_kind.{name}", word))
    for role, called in rulebooks.roles.items():
        yield f"role.{role}", called.zh if texts.lang == "zh" else called.en
    if rulebooks.order != REGULATIONS:
        yield _COVERAGE, texts("in_force.coverage")
    if rulebooks.holidays == "none":
        yield _WORKDAY, texts("in_force.workday")
