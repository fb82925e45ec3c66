"""The documents themselves: complete, accessible, the same bytes every time, with the numbers of
metrics.json."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import polars as pl
import pytest

from flows.report.findings_csv import write_findings_csv
from flows.report.html import printed_html
from flows.report.pdf.preflight import check_pdf, find_faults
from flows.report.words.options import Lang, ReportOptions
from flows.report.words.profiles import PROFILES
from flows.report.write import write_report
from flows.system.errors import KelouError, UsageError
from tests.report.documents import printed_of
from tests.report.spoiling import spoiled
from tests.report.tracing import counted, seen
from tests.report.world import World, october_world

COMPANY = "启明机器人集成有限公司"
ATTACHED = ["findings.csv", "inputs.json", "metrics.json"]


def publish(w: World, out: Path, lang: Lang = "zh", **given: Any) -> list[Path]:
    """The documents of a world, as a run writes them."""
    options = ReportOptions(company=COMPANY, **given)
    w.lay_out(out)
    write_findings_csv(out / "findings.csv", w.findings, options)
    return write_report(
        out,
        metrics=w.metrics,
        findings=w.findings,
        inputs=w.inputs,
        rulebooks=w.rulebooks,
        lang=lang,
        options=options,
    )


def text_of(pdf: Path, *pages: str) -> str:
    """The text of a PDF in reading order, on one line."""
    words = subprocess.run(
        ["pdftotext", *pages, str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    return re.sub(r"\s+", " ", words.replace("\u00a0", " "))


@pytest.fixture(scope="module")
def month() -> World:
    return october_world(400)


@pytest.fixture(scope="module")
def printed(month: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both editions of the inspection, with an annex of many pages."""
    out = tmp_path_factory.mktemp("run")
    publish(month, out, "both", printed_rows=80)
    return out


@pytest.mark.parametrize("name", ["report.pdf", "report.en.pdf"])
def test_the_preflight_is_green(printed: Path, name: str) -> None:
    assert find_faults((printed / name).read_bytes(), ATTACHED) == []


@pytest.mark.parametrize("name", ["report.pdf", "report.en.pdf"])
def test_qpdf_finds_nothing_to_complain_about(printed: Path, name: str) -> None:
    done = subprocess.run(["qpdf", "--check", str(printed / name)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pdf_carries_the_files_byte_for_byte(printed: Path) -> None:
    with pikepdf.open(printed / "report.pdf") as pdf:
        assert sorted(pdf.attachments) == ATTACHED
        for name in ATTACHED:
            assert pdf.attachments[name].get_file().read_bytes() == (printed / name).read_bytes()


def test_very_many_findings_are_named_by_their_checksum(month: World, tmp_path: Path) -> None:
    limit = month.findings.height - 1
    made = publish(month, tmp_path, attached_findings=limit, profiles=("reception-summary",))
    printed = [path for path in made if path.suffix == ".pdf"]
    assert len(printed) == 1
    checksum = hashlib.sha256((tmp_path / "findings.csv").read_bytes()).hexdigest()
    for path in printed:
        with pikepdf.open(path) as pdf:
            assert sorted(pdf.attachments) == ["inputs.json", "metrics.json"]
        words = text_of(path).replace(" ", "")
        assert checksum in words
        assert f"{limit:,}" in words
        assert find_faults(path.read_bytes(), ["inputs.json", "metrics.json"]) == []
    at_limit = publish(
        month, tmp_path / "at", attached_findings=limit + 1, profiles=("reception-summary",)
    )[0]
    with pikepdf.open(at_limit) as pdf:
        assert "findings.csv" in pdf.attachments


def test_every_document_has_the_annex_that_names_the_checksum() -> None:
    assert all("proof" in profile.printed_annexes for profile in PROFILES.values())


def test_a_table_over_many_pages_is_one_table(printed: Path, month: World) -> None:
    with pikepdf.open(printed / "report.pdf") as pdf:
        found: list[int] = []

        def walk(node: Any) -> None:
            if str(node.get("/S")) == "/Table":
                found.append(sum(len(part.K) for part in node.K if str(part.S) == "/TBody"))
            for kid in node.get("/K", []) if isinstance(node.get("/K"), pikepdf.Array) else []:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    walk(kid)

        walk(pdf.Root.StructTreeRoot.K[0])
    grave = month.findings.filter(pl.col("grade") != "minor").height
    assert min(80, grave) in found


PART = re.compile(r"(附件\d|[一二三四五六七八九十]+、|Annex [A-Z]|\d+ [A-Z])")
FOOT = 70
"""Points at the foot of a page that its number stands in."""


@pytest.mark.parametrize("name", ["report.pdf", "report.en.pdf"])
def test_no_page_is_half_empty_but_the_last_of_a_part(printed: Path, name: str) -> None:
    """By the boxes of the words: where the last of them ends above the middle, a part begins on
    the next page."""
    pages = boxes(printed / name)
    for number, (page, after) in enumerate(pairwise(pages), start=1):
        height, words = page
        lowest = max(bottom for bottom, _ in words if bottom < height - FOOT)
        first = " ".join(word for _, word in after[1][:40])
        assert lowest > height / 2 or PART.search(first), f"{name}, page {number}"


def boxes(pdf: Path) -> list[tuple[float, list[tuple[float, str]]]]:
    """Per page its height and the words with their lower edge, in reading order."""
    found = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = re.findall(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', found, re.DOTALL)
    word = re.compile(r'yMax="([\d.]+)">(.*?)</word>')
    return [
        (float(height), [(float(y), text) for y, text in word.findall(page)])
        for height, page in pages
    ]


def test_page_one_shows_the_numbers_of_the_metrics(printed: Path, month: World) -> None:
    page = text_of(printed / "report.pdf", "-f", "1", "-l", "1").replace(" ", "")
    headline, found = month.metrics.headline, month.metrics.findings
    rate = headline.timeliness
    assert f"{100 * rate.numerator / rate.denominator:.2f}%" in page
    assert f"{rate.numerator:,}/{rate.denominator:,}" in page
    low, high = (f"{100 * bound:.2f}%" for bound in (rate.low, rate.high))
    assert f"{low}至{high}" in page
    assert f"{headline.unknown}个服务环节未判定（时限{rate.unknown}，记录" in page
    assert f"违规{found.total}件" in page
    for grade, n in zip(("重大", "较大", "一般"), found.by_grade, strict=True):
        assert f"{grade}{n.n}件" in page
    for row in month.metrics.by_department:
        assert row.tc_timeliness and row.tc_timeliness.rate is not None
        assert f"{100 * row.tc_timeliness.rate:.2f}%" in page
        assert f"{row.tc_timeliness.numerator}/{row.tc_timeliness.denominator}" in page
    assert "签字（盖章）" in page and "达到时效目标" not in page


def test_the_english_edition_is_english(printed: Path) -> None:
    words = text_of(printed / "report.en.pdf", "-f", "1", "-l", "1")
    assert "Service Timeliness Inspection, October 2026" in words
    chinese = re.findall(r"[一-鿿]+", words)
    assert set(chinese) <= {
        "启明机器人集成有限公司",
        "客户服务部",
        "技术支持部",
        "销售部",
        "技",
        "术支持部",
        "客户服务",
        "技术支持",
        "部",
    }, chinese


def test_every_page_of_a_draft_says_so(printed: Path) -> None:
    with pikepdf.open(printed / "report.pdf") as pdf:
        pages = len(pdf.pages)
    assert text_of(printed / "report.pdf").count("草稿 · 未经审批") == pages


def test_equal_input_gives_equal_bytes_in_another_process_and_zone(
    month: World, tmp_path: Path
) -> None:
    options = {"profiles": ("reception-summary",)}
    first = publish(month, tmp_path / "a", **options)[0]
    code = "from tests.report.test_pdf import *; from tests.report.world import *; "
    code += (
        f"publish(october_world(400), Path({str(tmp_path / 'b')!r}), "
        f"profiles=('reception-summary',))"
    )
    environment = {
        "TZ": "America/Lima",
        "LC_ALL": "C",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ".",
        "PYTHONHASHSEED": "7",
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    digests = {hashlib.sha256((tmp_path / d / first.name).read_bytes()).hexdigest() for d in "ab"}
    assert len(digests) == 1


def test_an_approved_report_bears_no_draft_mark(month: World, tmp_path: Path) -> None:
    (pdf, *_) = publish(
        month,
        tmp_path,
        approved=True,
        profiles=("reception-summary",),
        names={"reception_lead": "周敏"},
    )
    words = text_of(pdf)
    assert "草稿" not in words
    assert "姓名：周敏" in words
    assert "已审批" in words and "-SP-" in words


def test_the_report_needs_the_files_that_it_carries(month: World, tmp_path: Path) -> None:
    with pytest.raises(KelouError, match=r"findings\.csv"):
        write_report(
            month.lay_out(tmp_path),
            metrics=month.metrics,
            findings=month.findings,
            inputs=month.inputs,
            rulebooks=month.rulebooks,
        )


def test_an_unknown_document_is_named(month: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no document weekly; allowed: inspection"):
        publish(month, tmp_path, profiles=("weekly",))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("language", "no language"),
        ("tags", "not tagged"),
        ("attachment", "findings.csv is not attached"),
        ("link", r"out of the document \(URI\)"),
        ("scope", "heading without scope"),
        ("figure", "without alternative text"),
        ("suspects", r"suspect \(01-007\)"),
        ("role", r"\(02-004\)"),
        ("nesting", r"\(09-004"),
        ("order", r"\(28-009\)"),
        ("description", r"\(28-012\)"),
        ("unread", r"\(31-028\)"),
    ],
)
def test_the_preflight_names_what_is_wrong(printed: Path, how: str, words: str) -> None:
    with pytest.raises(KelouError, match=f"preflight of report.pdf failed: .*{words}"):
        check_pdf(spoiled(printed / "report.pdf", how), "report.pdf", ATTACHED)


def test_the_pages_hold_the_numbers_of_the_document_and_no_others(
    printed: Path, month: World
) -> None:
    """What is traced in the document is what the pages show: every number, as often as there."""
    report = printed_of(month, company=COMPANY, printed_rows=80)
    placed = counted(" ".join(seen(printed_html(report), titles=False)))
    with pikepdf.open(printed / "report.pdf") as pdf:
        pages = len(pdf.pages)
    words = text_of(printed / "report.pdf")
    paper = counted(re.sub(r"KL-[\w-]+|[0-9a-f]{16,}", "", words))
    heads = counted(" ".join([*map(str, range(1, pages + 1)), *[report.title] * pages]))
    chapters = {number for section in report.sections for number in counted(section.title)}
    assert placed - paper == Counter()
    assert set(paper - placed - heads) <= chapters
