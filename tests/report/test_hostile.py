"""What people type must not become markup, fetch anything, or break a page: it is printed as
text."""

from __future__ import annotations

import random
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

from flows.report.pdf.preflight import find_faults
from flows.report.words.printable import MAX_LENGTH
from flows.report.workbook import write_workbook
from tests.report.test_pdf import publish, text_of
from tests.report.world import RULEBOOKS, World, obligation, world

HOSTILE = (
    "<script>alert(1)</script><img src=http://127.0.0.1:9/x.png onerror=alert(1)>",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "</td></table><style>@import url(http://127.0.0.1:9/a.css); *{display:none}</style>",
    "{{ 7*7 }}{% for x in ().__class__.__mro__ %}",
    "a\u202egnp.exe\u202c\u200b\u2066",
    "喂😀👨\u200d👩\u200d👧🇨🇳",
    "字" * 10_000,
    "W" * 10_000,
    '=HYPERLINK("http://127.0.0.1:9","x")',
    "]]></script><!--",
    "𠮷野家 龘 ﷽ שלום",
    "%(n)s {n} \\u0041 \x00\x07",
)


@pytest.fixture(scope="module")
def hostile() -> World:
    """Every text of a finding is hostile: subjects, departments, people, file names."""
    rng, rule = random.Random(1), RULEBOOKS.rule("TC-6.2-normal-solve")
    rows = [
        obligation(rule, i, "late", rng, subject_id=f"{text}{i}", department=text, responsible=text)
        for i, text in enumerate(HOSTILE)
    ]
    return world(rows)


@pytest.fixture(scope="module")
def written(hostile: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hostile")
    publish(hostile, out, profiles=("timeliness",))
    return out


def test_the_pdf_passes_the_preflight_and_shows_the_text(written: Path) -> None:
    pdf = written / "timeliness-report.pdf"
    assert find_faults(pdf.read_bytes(), ["findings.csv"]) == []
    words = text_of(pdf).replace(" ", "")
    assert "<script>alert(1)</script>" in words
    assert "{{7*7}}" in words
    assert "〔U+202E〕" in words
    assert "〔U+1F600〕" in words
    assert re.search(r"个字符没有可用的字形", words)
    assert re.search(r"处文字过长而截短", words)


def test_no_page_is_broken_by_a_long_word(written: Path) -> None:
    """Ten thousand characters are cut, on lines of the page's width."""
    words = text_of(written / "timeliness-report.pdf").replace(" ", "")
    assert "字" * (MAX_LENGTH + 1) not in words
    assert "W" * (MAX_LENGTH + 1) not in words


def test_the_page_holds_no_markup_of_the_data(written: Path) -> None:
    page = (written / "timeliness-report.html").read_text("utf-8")
    body = page.split("</style>", 1)[1]
    assert body.count("<script") == 2
    assert body.count("</script>") == 2
    assert "<img" not in body
    assert "<image" not in body
    assert "@import" not in page.split("<body")[0]


def test_the_workbook_holds_text_only(hostile: World, tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    write_workbook(
        path, hostile.findings, metrics=hostile.metrics, rulebooks=RULEBOOKS, defects=pl.DataFrame()
    )
    with zipfile.ZipFile(path) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        sheets = [
            book.read(name).decode()
            for name in book.namelist()
            if name.startswith("xl/worksheets/sheet")
        ]
    assert len(sheets) == 6
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert "=HYPERLINK(" in texts
