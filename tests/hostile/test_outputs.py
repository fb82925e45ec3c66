"""A month whose records attack: no output executes, fetches, or tells what a person wrote in
confidence."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from flows.cli import run
from tests.hostile.month import write_month
from tests.hostile.personal import TOLD, bare

ACTIVE: Final = {
    "iframe",
    "object",
    "embed",
    "svg",
    "img",
    "image",
    "link",
    "base",
    "video",
    "audio",
    "math",
    "script",
}
LINKS: Final = {
    "href",
    "src",
    "action",
    "data",
    "poster",
    "srcset",
    "formaction",
    "background",
    "xlink:href",
}
COMMANDS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its audit."""
    folder = tmp_path_factory.mktemp("hostile")
    data = write_month(folder / "data")
    assert (
        run(
            [
                "audit",
                "--data",
                str(data),
                "--month",
                "2026-10",
                "--no-pdf",
                "--out",
                str(folder / "run"),
            ]
        )
        == 0
    )
    return folder / "run"


class Page(HTMLParser):
    """What a browser makes of a page: its elements with their attributes in order, and its
    styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.styles = ""
        self._within = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._within = tag

    def handle_data(self, data: str) -> None:
        self.styles += data if self._within == "style" else ""

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def attributes(self) -> Iterator[tuple[str, str]]:
        for _, attributes in self.elements:
            yield from attributes.items()


def test_no_page_of_the_data_docs_holds_markup_of_a_record(out: Path) -> None:
    paths = list((out / "data_docs").rglob("*.html"))
    assert len(paths) > 10
    for path in paths:
        page = Page(path)
        assert page.tags & ACTIVE == set(), path
        for name, value in page.attributes():
            assert not name.startswith("on"), (path, name)
            assert not re.search(r"evil|alert\(|7\*7|url\(", value), (path, name, value)
            assert name not in LINKS or re.fullmatch(r"#[\w.\-]*|[\w./\-]+\.html", value), (
                path,
                name,
                value,
            )
        assert not re.search(r"evil|https?:|@import", page.styles), path


def test_the_data_docs_show_the_text_itself(out: Path) -> None:
    calls = (out / "data_docs" / "calls.html").read_text("utf-8")
    shown = (
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "url(http://evil.example/1)",
        "{{ 7*7 }}",
        "${7*7} $PARAMETER $$",
        "\\x1b[31mred",
    )
    assert [text for text in shown if text not in calls] == []


def test_the_report_holds_no_markup_of_a_record(out: Path) -> None:
    page = Page(out / "report.html")
    assert page.tags & ACTIVE <= {"script", "svg"}
    assert [tag for tag, _ in page.elements].count("script") == 2, "the cases as data, and our own"
    for name, value in page.attributes():
        assert not name.startswith("on"), (name, value)
        assert name not in LINKS or value.startswith("#"), (name, value)
    assert not re.search(r"evil|https?:|@import", page.styles)


def _texts(out: Path) -> Iterator[tuple[str, str]]:
    """Every output as text, by its name."""
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        match path.suffix:
            case ".parquet":
                yield name, "\n".join(map(str, pl.read_parquet(path).rows()))
            case ".xlsx":
                with zipfile.ZipFile(path) as book:
                    yield name, "\n".join(book.read(member).decode() for member in book.namelist())
            case _:
                yield name, path.read_text("utf-8-sig")


def test_no_output_tells_personal_data(out: Path) -> None:
    told = {
        name: [form for form in (*TOLD, "13812349876", "13,812,349,876") if bare(form) in text]
        for name, text in _texts(out)
    }
    assert {name: forms for name, forms in told.items() if forms} == {}
    assert len(told) > 20


def test_no_text_commands_a_terminal(out: Path) -> None:
    for path in (p for p in out.rglob("*") if p.suffix in (".csv", ".json", ".html")):
        assert COMMANDS.findall(path.read_text("utf-8-sig")) == [], path


def test_no_cell_of_a_csv_is_a_formula(out: Path) -> None:
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [
                cell
                for row in csv.reader(file)
                for cell in row
                if re.match(r"[=+\-@\t\r\n＝＋－＠]", cell)
            ]
        assert [cell for cell in cells if not re.fullmatch(r"[+-]?[0-9.]+", cell)] == [], path


def test_a_case_is_told_without_commanding_the_terminal(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    obligations = pl.read_parquet(out / "obligations.parquet")
    subject = obligations.filter(pl.col("responsible").str.contains("\x1b", literal=True))[
        "subject_id"
    ][0]
    assert run(["explain", str(out), subject]) == 0
    told = capsys.readouterr().out
    assert "\\x1b[31mred" in told
    assert COMMANDS.findall(told) == []
    assert run(["sources", "check", "--data", str(out.parent / "data")]) == 0
    assert COMMANDS.findall(capsys.readouterr().out) == []
