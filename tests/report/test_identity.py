"""Every document has a number of its own, and says which edition it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pikepdf
import pytest

from checks.numbers.base import Count
from checks.numbers.closings import Approval, Edition, Replaced
from flows.report.html import printed_html
from flows.report.view.build import build_printed
from flows.report.view.identity import PLACE, number_of
from flows.report.words.profiles import PROFILES
from tests.report.documents import context_of, days
from tests.report.test_pdf import publish, text_of
from tests.report.world import World

MONTH = days(["met"] * 8 + ["late"] * 2)
THEN = Replaced(
    date="2026-11-01",
    timeliness=MONTH.metrics.headline.timeliness,
    findings=3,
    by_grade=(Count(key="critical", n=3),),
)
CORRECTION = Edition(restatement=1, replaces=THEN, made_on="2026-12-02")


def variants() -> Iterator[tuple[World, dict[str, object]]]:
    """Documents that differ in what is judged, in their period, edition, approval, or company."""
    other = days(["met"] * 7 + ["late"] * 3)
    period = MONTH.metrics.period
    week = replace(period, from_="2026-10-05", to="2026-10-12", cutoff="2026-10-13T00:00:00")
    early = replace(period, cutoff="2026-10-20T09:00:00")
    approval = Approval(by="张总", at="2026-11-27T00:00:00+00:00", note="")
    restated = replace(MONTH, metrics=replace(MONTH.metrics, edition=CORRECTION))
    for w in (
        MONTH,
        other,
        restated,
        replace(MONTH, metrics=replace(MONTH.metrics, period=week)),
        replace(MONTH, metrics=replace(MONTH.metrics, period=early)),
    ):
        yield w, {}
    yield replace(MONTH, metrics=replace(MONTH.metrics, approval=approval)), {"approved": True}
    yield (
        replace(restated, metrics=replace(restated.metrics, approval=approval)),
        {"approved": True},
    )
    yield MONTH, {"company": "启明机器人集成有限公司"}


def numbered(w: World, lang: str, profile: str, given: dict[str, object]) -> tuple[str, str]:
    """The number, and what the document says."""
    context = context_of(w, lang, profile, **given)
    printed = build_printed(context)
    return number_of(context, repr(printed)), printed_html(printed)


def test_documents_that_differ_never_bear_one_number() -> None:
    made = [
        numbered(w, lang, profile, given)
        for (w, given), profile, lang in product(variants(), PROFILES, ("zh", "en"))
    ]
    said = {words for _, words in made}
    assert len({number for number, _ in made}) == len(said)
    assert len(said) >= 8 * 2 * 2, "documents over everything differ wherever their world does"


def test_the_same_document_has_the_same_number() -> None:
    first, second = (numbered(MONTH, "zh", "inspection", {})[0] for _ in range(2))
    assert first == second and first.startswith("KL-2026-10-ZJ-CG-")


def test_a_file_that_it_carries_makes_another_document() -> None:
    context = context_of(MONTH)
    said = repr(build_printed(context))
    assert number_of(context, said, ["a"]) != number_of(context, said, ["b"])


def test_draft_approved_and_corrected_stand_side_by_side() -> None:
    """What each says of itself: its number, its edition, the draft's mark, what it replaces."""
    restated = replace(MONTH, metrics=replace(MONTH.metrics, edition=CORRECTION))
    found = {}
    for mark, world, approved in (
        ("CG", MONTH, False),
        ("SP", MONTH, True),
        ("G1-CG", restated, False),
        ("G1-SP", restated, True),
    ):
        context = context_of(world, approved=approved)
        made = build_printed(context)
        number = number_of(context, repr(made))
        assert number.startswith(f"KL-2026-10-ZJ-{mark}-")
        found[number] = (made.edition, made.draft, bool(made.page_one.notices))
    replaced = "第1次更正，代替2026年11月1日版，"
    assert list(found.values()) == [
        ("草稿，未经审批", True, False),
        ("已审批", False, False),
        (f"{replaced}草稿，未经审批", True, True),
        (f"{replaced}已审批", False, True),
    ]


@pytest.fixture(scope="module")
def correction(tmp_path_factory: pytest.TempPathFactory) -> Path:
    restated = replace(MONTH, metrics=replace(MONTH.metrics, edition=CORRECTION))
    return publish(restated, tmp_path_factory.mktemp("run"), profiles=("timeliness",))[0]


def test_a_correction_says_on_its_front_what_it_replaces_and_how_it_differs(
    correction: Path,
) -> None:
    front = text_of(correction, "-f", "1", "-l", "1").replace(" ", "")
    assert "第1次更正，代替2026年11月1日版" in front
    assert "报告日期：2026年12月2日" in front
    assert "问题3件→2件" in front
    assert "-G1-CG-" in front
    assert "签字（盖章）" in front, "page one is one page, whatever it has to say"


def test_the_number_stands_on_every_page_in_the_page_and_in_the_metadata(correction: Path) -> None:
    with pikepdf.open(correction) as pdf:
        number = pdf.open_metadata().get("dc:identifier")
        pages = len(pdf.pages)
    assert number and number.startswith("KL-2026-10-SX-G1-CG-")
    words = text_of(correction)
    assert words.replace(" ", "").count(number) >= pages
    html = correction.with_suffix(".html").read_text("utf-8")
    assert number in html and PLACE not in html


def test_a_month_that_was_not_over_says_so() -> None:
    edition = Edition(closed_early_at="2026-10-20 09:00:00")
    early = replace(MONTH, metrics=replace(MONTH.metrics, edition=edition))
    (notice,) = build_printed(context_of(early)).page_one.notices
    assert "本期尚未结束即结账（2026-10-20 09:00）" in notice
