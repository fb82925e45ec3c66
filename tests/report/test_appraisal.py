"""The monthly appraisal as those who appraise find it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import polars as pl
import pytest

from checks.numbers.year import ClosingUsed
from checks.results.year import Appraisal, Month, appraisals
from checks.results.year.people import Record
from flows.report.appraisal import NAME_LENGTH, write_appraisal
from flows.report.appraisal_pdf import appraisal_job
from flows.report.context.report_context import ReportWords
from flows.report.pdf.render import render
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import first_in_force
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording
from tests.numbers.frames import OCTOBER, obligation, obligations, rulebooks

LONG = "=HYPERLINK(1)/[A]:*?" + "长" * 40


def _many(rule: str, person: str, met: int, late: int, **cells: Any) -> list[dict[str, Any]]:
    verdicts = ["met"] * met + ["late"] * late
    return [
        obligation(rule, verdict, f"{person}-{rule}-{n}", responsible=person, **cells)
        for n, verdict in enumerate(verdicts)
    ]


@pytest.fixture(scope="module")
def found() -> tuple[Appraisal, ...]:
    rows = [
        *_many("TC-6.5-respond", "A1", 40, 0),
        *_many("TC-6.5-respond", "A2", 8, 2, department="技术支持部"),
        *_many("RC-8.2-online", "A2", 9, 1, department="技术支持部"),
        *_many("TC-6.6-archive", "A2", 3, 1, department="技术支持部"),
        *_many("TC-6.5-respond", LONG, 1, 0),
        *_many("TC-6.5-respond", f"{LONG}2", 1, 0),
    ]
    used = ClosingUsed(month="2026-10", closing="2026-10/closing", sha256="", restatement=0)
    said = {"A1": Record(messages=2, by_regulation={"RC": 2}, answers=3, sum=14)}
    month = Month("2026-10", obligations(*rows), (), used, {"person": said})
    return appraisals(month, rulebooks(), OCTOBER)


def _of(found: tuple[Appraisal, ...], key: str) -> Appraisal:
    return next(appraisal for appraisal in found if appraisal.key == key)


def test_each_regulation_appraises_by_its_own_obligations(found: tuple[Appraisal, ...]) -> None:
    person = _of(found, "A2")
    assert person.timeliness and person.reception and person.archive
    assert (person.timeliness.timeliness.numerator, person.timeliness.timeliness.denominator) == (
        11,
        14,
    )
    assert person.reception.timeliness.denominator == 10
    assert (person.archive.numerator, person.archive.denominator) == (3, 4)
    assert {p.kind for p in person.proposals if "(二)" in p.article} == {
        "person_repeated_overtime",
        "reception_first_breach",
    }
    assert all(p.month == "2026-10" for a in found for p in (*a.proposals, *a.withheld))
    assert _of(found, "技术支持部").proposals[0].kind == "department_below_month"


def test_what_was_said_withholds_a_reward(found: tuple[Appraisal, ...]) -> None:
    person = _of(found, "A1")
    assert [(p.kind, p.against[0]) for p in person.withheld] == [
        ("person_faultless_month", "forbidden_phrases")
    ]
    assert [p.kind for p in person.proposals] == ["reception_attitude_repeated_breach"]


def _words(lang: str) -> ReportWords:
    texts, options = load_texts(lang), ReportOptions()
    return ReportWords(
        rulebooks=rulebooks(),
        texts=texts,
        wording=Wording(texts),
        printable=Printable(options.show_personal, options.mask_staff),
        options=options,
        profile=first_in_force(rulebooks()),
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sheet_for_each_to_be_signed(
    found: tuple[Appraisal, ...], tmp_path: Path, lang: str
) -> None:
    words = _words(lang)
    texts = words.texts
    people = [appraisal for appraisal in found if appraisal.who == "person"]
    path = write_appraisal(tmp_path / "p.xlsx", people, "2026-10", words, restricted=True)
    again = write_appraisal(tmp_path / "q.xlsx", people, "2026-10", words, restricted=True)
    assert path.read_bytes() == again.read_bytes()
    sheets = pl.read_excel(path, sheet_id=0, has_header=False)
    assert len(sheets) == len(people) + 1 and max(map(len, sheets)) <= NAME_LENGTH
    rows = dict(sheets["A2"].select(pl.nth(0, 1)).iter_rows())
    assert rows[texts("appraisal.sheet.overtime")] == texts("appraisal.overtime.repeated", n=3)
    assert rows[texts("appraisal.sheet.praise")] == texts("appraisal.sheet.by_hand")
    assert texts("appraisal.sheet.signed") in rows
    overview = sheets[texts("appraisal.overview")]
    assert overview.row(0) == tuple(texts.items("appraisal.columns"))


def test_a_page_for_each_is_drawn_to_be_signed(
    found: tuple[Appraisal, ...], tmp_path: Path
) -> None:
    """The PDF passes the preflight, and says on every page who may read it."""
    words = _words("zh")
    people = [appraisal for appraisal in found if appraisal.who == "person"]
    job = appraisal_job(tmp_path / "p.pdf", people, "2026-10", words, restricted=True)
    render(job)
    with pikepdf.open(job.out) as pdf:
        assert len(pdf.pages) == len(people) + 1
        with pdf.open_outline() as outline:
            assert len(outline.root) == len(people) + 1
    assert words.texts("appraisal.restricted") in job.html
