"""What the configuration and the command line choose about the report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from flows import cli
from flows.audit.outputs import report_options
from flows.closing.verify.run import verify
from flows.report.html import printed_html
from flows.report.view.identity import number_of
from flows.report.words.options import ReportOptions
from flows.report.words.profiles import in_force
from flows.settings import parse_settings
from flows.system.errors import KelouError
from tests.numbers.frames import rulebooks
from tests.report.documents import context_of, days, report_of
from tests.report.test_pdf import publish

CHOSEN = """
[report]
number = "客检〔{year}〕{month}号"
report_date = 2026-11-05
remedy_days = { critical = 2, major = 3, minor = 4 }
fonts = ["FangSong"]
"""


def chosen(text: str) -> ReportOptions:
    return report_options(parse_settings(text, Path("kelou.toml")))


def test_number_date_periods_and_fonts_come_from_the_configuration() -> None:
    month = days(["late"] * 3)
    report = report_of(month, **vars(chosen(CHOSEN)))
    assert number_of(context_of(month, **vars(chosen(CHOSEN))), "").startswith(
        "客检〔2026〕10号-ZJ-"
    )
    assert "报告日期：2026年11月5日" in report.facts
    assert report.dated.startswith("2026-11-05")
    printed = printed_html(report)
    assert "font: 10pt/1.62 'FangSong', 'Noto Serif CJK SC'" in printed
    assert any(f"{n} 个工作日" in printed for n in (2, 3, 4))


def test_without_a_configured_date_the_report_bears_the_day_of_the_cutoff() -> None:
    options = chosen("")
    assert options == ReportOptions()
    assert report_of(days(["met"]), **vars(options)).dated.startswith(date(2026, 11, 1).isoformat())


def test_a_font_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(KelouError, match="the font No Such Family is not installed"):
        publish(days(["met"]), tmp_path, fonts=("No Such Family",))


def test_an_audit_without_pdf_writes_all_the_rest_and_can_be_verified(
    small_world: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    assert (
        cli.run(
            [
                "audit",
                "--data",
                str(small_world),
                "--month",
                "2026-10",
                "--out",
                str(out),
                "--no-pdf",
            ]
        )
        == 0
    )
    written = {path.name for path in out.iterdir()}
    assert {
        "report.html",
        "findings.xlsx",
        "findings.csv",
        "metrics.json",
        "manifest.json",
    } <= written
    assert not any(name.endswith(".pdf") for name in written)
    assert json.loads((out / "inputs.json").read_text("utf-8"))["request"]["pdf"] is False
    assert verify(out).differences == []


def test_without_profiles_nothing_is_drawn_and_where_no_text_asks_a_general_document() -> None:
    nobody = rulebooks().model_copy(update={"regulations": ()})
    assert in_force(rulebooks(), ()) == [] == in_force(nobody, ())
    assert [found.code for found in in_force(nobody, ("inspection",))] == ["general"]
