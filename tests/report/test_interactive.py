"""report.html in a real browser: works offline, from every number to its cases, by keyboard too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.report.context.report_context import ReportContext
from flows.report.html import interactive_html
from flows.report.view.build import build_page
from flows.report.view.interactive import case_browser
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import first_in_force
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording
from tests.report.world import World, october_world

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: report.html is not tested"
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on PATH: report.html is not tested in a browser"
)


def page_of(w: World, **given: Any) -> str:
    texts, options = load_texts("zh"), ReportOptions(**given)
    context = ReportContext(
        rulebooks=w.rulebooks,
        texts=texts,
        wording=Wording(texts),
        printable=Printable(),
        options=options,
        profile=first_in_force(w.rulebooks),
        metrics=w.metrics,
        findings=w.findings,
        inputs=w.inputs,
    )
    return interactive_html(build_page(context), case_browser(context))


@pytest.fixture(scope="module")
def month() -> World:
    return october_world(900)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, month: World, tmp_path: Path) -> Iterator[Any]:
    """The page, opened from disk; anything that it asks for from elsewhere, or any error, fails the
    test."""
    (tmp_path / "report.html").write_text(page_of(month), "utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("console", lambda message: asked.append(message.text))
    page.goto(f"file://{tmp_path}/report.html")
    yield page
    assert asked == [f"file://{tmp_path}/report.html"]
    page.close()


def listed(page: Any) -> int:
    """How many cases the page says that it lists."""
    found = re.search(r"列出 ([\d,]+) 件", page.locator("#count").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def test_all_cases_are_inside(opened: Any, month: World) -> None:
    assert listed(opened) == month.findings.height


def test_every_number_leads_to_exactly_its_cases(opened: Any) -> None:
    """All buttons of the page in one go: the count that each leads to is the number that it
    shows."""
    wrong = opened.evaluate(
        """async () => {
          const wrong = [];
          for (const button of document.querySelectorAll("button.to-cases")) {
            button.click();
            await new Promise((done) => setTimeout(done));
            const digits = (text) => (text.replaceAll(",", "").match(/\\d+/) ?? ["0"])[0];
            const shown = digits(button.textContent);
            const found = digits(document.getElementById("count").textContent);
            if (shown !== found) wrong.push([button.dataset.filter, shown, found]);
          }
          return wrong;
        }"""
    )
    assert opened.locator("button.to-cases").count() > 40
    assert wrong == []


def test_filters_search_and_sorting_work_together(opened: Any, month: World) -> None:
    opened.select_option("select[data-field=grade]", "major")
    assert listed(opened) == month.findings.filter(grade="major").height
    opened.click("button[data-key=overrun]")
    opened.click("button[data-key=overrun]")
    assert opened.locator("th[aria-sort=descending]").count() == 1
    first = opened.locator("#case-table tbody tr").first.inner_text()
    worst = month.findings.filter(grade="major").sort(
        "overrun_seconds", descending=True, nulls_last=True
    )
    assert worst["finding_id"][0] in first
    opened.fill("#search", worst["subject_id"][0])
    assert listed(opened) == worst.filter(subject_id=worst["subject_id"][0]).height
    opened.click("button[type=reset]")
    playwright.expect(opened.locator("#search")).to_have_value("")
    assert listed(opened) == month.findings.height


def test_the_keyboard_is_enough(opened: Any) -> None:
    number = opened.locator("button.to-cases").first
    number.focus()
    opened.keyboard.press("Enter")
    playwright.expect(opened.locator("#cases-title")).to_be_focused()
    opened.locator("button[data-key=grade]").focus()
    opened.keyboard.press("Space")
    assert opened.locator("th[aria-sort=ascending]").count() == 1
    why = opened.locator("#case-table summary").first
    why.focus()
    opened.keyboard.press("Enter")
    assert opened.locator("#case-table details[open] p").first.is_visible()


def test_a_view_can_be_sent_by_its_address(opened: Any, browser: Any, month: World) -> None:
    opened.select_option("select[data-field=grade]", "critical")
    opened.wait_for_url("**#*grade=critical*")
    again = browser.new_page()
    again.goto(opened.url)
    assert listed(again) == month.findings.filter(grade="critical").height
    assert again.locator("select[data-field=grade]").input_value() == "critical"
    again.close()


def test_a_phone_shows_folded_chapters_and_no_wider_page(
    browser: Any, month: World, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(page_of(month), "utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"file://{tmp_path}/report.html")
    assert page.locator("details.fold[open]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollHeight") < 12_000
    page.locator(".contents a").first.click()
    assert page.locator("details.fold[open]").count() == 1
    page.close()


def test_more_than_fit_are_named_as_a_file(month: World) -> None:
    page = page_of(month, interactive_rows=10)
    assert f"共 {month.findings.height:,} 件，本页含最重的 10 件，其余见 findings.csv" in page
