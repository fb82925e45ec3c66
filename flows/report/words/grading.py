"""The rule of grading in words, made from the criteria that grade: what is printed can't differ
from what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from checks.results.findings.grading import BARRED, BARS, CRITERIA, GRADES, Criterion
from checks.results.register.grades import KIND_CRITERIA, KindCriterion
from flows.report.words.texts import Texts


def rule_of_grading(texts: Texts, criteria: Sequence[Criterion] = CRITERIA) -> str:
    """The criteria grade by grade, what bars the gravest, and how they are applied."""
    parts = [
        texts(
            "grading.grade",
            grade=texts.name("grade", grade),
            criteria=texts("words.semicolon").join(
                criterion_words(texts, c) for c in criteria if c.grade == grade
            ),
        )
        for grade in GRADES[:-1]
    ]
    others = texts("words.semicolon").join(kind_words(texts, c) for c in KIND_CRITERIA)
    bars = texts("words.semicolon").join(texts(f"grading.bar.{bar}") for bar in BARS)
    gravest, barred, least = (texts.name("grade", g) for g in (GRADES[0], BARRED, GRADES[-1]))
    return "".join(
        (
            *parts,
            texts("grading.rest", grade=least),
            texts("grading.bars", bars=bars, grade=gravest, barred=barred),
            texts("grading.service"),
            texts("grading.others", criteria=others, grade=barred, least=least),
        )
    )


@lru_cache(maxsize=1_000)
def reason_words(texts: Texts, reason: str, still_open: bool = False) -> str:
    """The words of a `grade_reason` (checks.results.findings.FINDINGS); a code that no criterion
    has is shown as it is."""
    code, *bars = reason.split(";")
    known = next((c for c in CRITERIA if c.reason == code), None)
    if of_kind := next((c for c in KIND_CRITERIA if c.reason == code), None):
        return kind_words(texts, of_kind)
    words = criterion_words(texts, known, still_open) if known else code
    if not bars:
        return words
    told = texts("words.semicolon").join(texts(f"grading.bar.{bar}") for bar in bars)
    return texts("grading.barred", words=words, bars=told, grade=texts.name("grade", GRADES[0]))


def criterion_words(texts: Texts, criterion: Criterion, still_open: bool = False) -> str:
    """All that the criterion asks for, in a phrase."""
    return texts("words.comma").join(_parts(texts, criterion, still_open))


def kind_words(texts: Texts, criterion: KindCriterion) -> str:
    """The same of a criterion for entries that are no cases."""
    kind = texts.name("register.kind", criterion.kind)
    if criterion.failing_share is not None:
        share = f"{criterion.failing_share:.0%}"
        return texts("grading.failing_share", kind=kind, share=share)
    return texts("grading.same_person_kind", kind=kind, n=criterion.same_person)


def _parts(texts: Texts, criterion: Criterion, still_open: bool) -> Iterator[str]:
    matter = "_".join(n for n in ("emergency", "service") if getattr(criterion, n))
    if matter or criterion.tiers:
        yield _matter(texts, criterion.tiers, texts(f"grading.matter.{matter or 'any'}"))
    if criterion.overrun_factor is not None:
        key = "grading.elapsed" if still_open else "grading.took"
        yield texts(key, times=f"{criterion.overrun_factor + 1:g}")
    for name in ("same_customer", "same_person"):
        if getattr(criterion, name) is not None:
            yield texts(f"grading.{name}", n=getattr(criterion, name))
    if criterion.repeated:
        yield texts("grading.repeated")


def _matter(texts: Texts, tiers: Sequence[str], matter: str) -> str:
    if not tiers:
        return matter
    names = texts("grading.or").join(texts(f"tier.{tier}") for tier in tiers)
    return texts("grading.of_tiers", tiers=names, matter=matter)
