"""The documents of a small world, before they are drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from flows.report.context.blocks import Report
from flows.report.context.report_context import ReportContext
from flows.report.view.build import build_page, build_printed
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import in_force
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording
from tests.report.world import RULEBOOKS, World, obligation, world

RULE = RULEBOOKS.rule("TC-6.2-normal-solve")


def days(verdicts: Sequence[str]) -> World:
    """One obligation of one department a verdict."""
    return _days(tuple(verdicts))


@cache
def _days(verdicts: tuple[str, ...]) -> World:
    rng, given = random.Random(5), {"carried_over": False, "department": "销售部"}
    return world([obligation(RULE, i, verdict, rng, **given) for i, verdict in enumerate(verdicts)])


def report_of(w: World, lang: str = "zh", profile: str = "inspection", **given: object) -> Report:
    """The document as the page has it."""
    return build_page(context_of(w, lang, profile, **given))


def printed_of(w: World, lang: str = "zh", profile: str = "inspection", **given: object) -> Report:
    """The document as it is printed."""
    return build_printed(context_of(w, lang, profile, **given))


def context_of(
    w: World, lang: str = "zh", profile: str = "inspection", **given: object
) -> ReportContext:
    texts = load_texts(lang)
    options = ReportOptions(**given)  # type: ignore[arg-type]
    return ReportContext(
        rulebooks=w.rulebooks,
        texts=texts,
        wording=Wording(texts),
        printable=Printable(),
        options=options,
        profile=in_force(RULEBOOKS, (profile,))[0],
        metrics=w.metrics,
        findings=w.findings,
        inputs=w.inputs,
    )
