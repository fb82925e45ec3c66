"""Data Docs that need no network: Great Expectations' own pages, with their style inside and links
between them only.

GX's templates fetch styles and scripts from the web, and its overview is empty without them. This
view puts `report_templates/data_docs/` in front of GX's templates; the rest of the rendering is
GX's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from html import escape
from itertools import count
from pathlib import Path
from typing import Any, Final

from great_expectations.core import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.render.renderer.page_renderer import (
    ExpectationSuitePageRenderer,
    ValidationResultsPageRenderer,
)
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

from checks.text.masking import mask_text
from flows.system.visible import visible

_FETCHED: Final = re.compile(r"(?:src=|url\()[\"']?https?:[^\"')]*|<link[^>]*https?:[^>]*")
_MARK: Final = re.compile("\ue000(\\d+)\ue001")
_NAMES: Final = "unexpected_index_column_names"
"""Where a result names columns, by which GX looks into it."""
LONGEST: Final = 120
"""Characters shown of a cell; the whole cell is in the data."""


def write_data_docs(
    suites: Sequence[ExpectationSuite],
    results: Sequence[ExpectationSuiteValidationResult],
    folder: Path,
    as_of: datetime,
    show_personal: bool = False,
) -> None:
    """Write a page for each suite and each result, and `folder/index.html`, the overview.

    Each result has its run (`meta["run_id"]`), which took place at `as_of`. A page is rendered
    once, from the result itself, and has the place that GX gives it, because GX links results with
    suites. Personal data in free text are masked unless `show_personal`.
    """
    view, links = _View(), {}
    for suite in suites:
        document = ExpectationSuitePageRenderer().render(suite)  # type: ignore[no-untyped-call]
        page = view.render(document, home="../index.html")
        _write(folder / "expectations" / f"{suite.name}.html", page, _Cells(show_personal))
    for result in sorted(results, key=lambda r: r.suite_name):
        place = Path(
            "validations",
            result.suite_name,
            *result.meta["run_id"].to_tuple(),
            f"{result.batch_id}.html",
        )
        cells = _Cells(show_personal)
        document = ValidationResultsPageRenderer().render(cells.marked(result))
        page = view.render(document, home="../" * 4 + "index.html")
        # GX takes it for UTC
        page = page.replace(f"{as_of:%Y-%m-%dT%H:%M:%SZ}", f"{as_of:%Y-%m-%d %H:%M:%S}")
        _write(folder / place, page, cells)
        links[result.suite_name] = {"success": result.success, "results": place.as_posix()}
    _write(folder / "index.html", view.overview(links), _Cells(show_personal))


def _write(path: Path, page: str, cells: _Cells) -> None:
    """Write a page, if no part of its markup would be fetched from the web, with the cells in their
    places."""
    if found := _FETCHED.search(page):
        raise AssertionError(f"data docs would fetch {found[0]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(cells.shown(page), "utf-8")


_LEAST_DATUM: Final = 10**9
"""A number from here on is a telephone number or the like that stands in a column of numbers."""


class _Cells:
    """Keeps what records hold out of GX's templates, which take some of it for markup: they get
    marks, a page the text.

    A mark is a number between two characters for private use; equal cells have the same.
    """

    def __init__(self, show_personal: bool) -> None:
        self._numbers: dict[str, int] = {}
        self._show_personal = show_personal

    def marked(self, result: ExpectationSuiteValidationResult) -> ExpectationSuiteValidationResult:
        """A copy of the result with a mark for each text of a record."""
        facts = copy(result)
        facts.results = [copy(each) for each in result.results]
        for each in facts.results:
            each.result = self._marked(each.result)
        return facts

    def _marked(self, value: Any) -> Any:
        if isinstance(value, int | float) and abs(value) >= _LEAST_DATUM:
            value = str(int(value)) if value == int(value) else str(value)
        if isinstance(value, str):
            return f"\ue000{self._numbers.setdefault(value, len(self._numbers))}\ue001"
        if isinstance(value, Mapping):
            return {
                key: each if key == _NAMES else self._marked(each) for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return type(value)(self._marked(each) for each in value)
        return value

    def shown(self, page: str) -> str:
        """The page with the texts in the places of their marks, as text."""
        cells = [self._cell(text) for text in self._numbers]
        return _MARK.sub(lambda mark: cells[int(mark[1])], page)

    def _cell(self, text: str) -> str:
        facts = visible(text if self._show_personal else mask_text(text))
        return escape(facts if len(facts) <= LONGEST else f"{facts[:LONGEST]}…")


class _View(DefaultJinjaPageView):
    """Pages with the product's frame; the same content gives the same bytes."""

    def __init__(self) -> None:
        super().__init__()
        loaders = [PackageLoader("report_templates", "data_docs"), self.env.loader]
        self.env.loader = ChoiceLoader([loader for loader in loaders if loader])
        self._ids: Iterator[int] = count()

    def render(self, document: Any, template: Any = None, **kwargs: Any) -> str:
        self._ids = count()
        return str(super().render(document, template, **kwargs))  # type: ignore[no-untyped-call]

    def overview(self, links: Mapping[str, Mapping[str, Any]]) -> str:
        """One line per table: whether it passed, and links to its two pages."""
        rows = [
            {"table": name, "expectations": f"expectations/{name}.html", **row}
            for name, row in links.items()
        ]
        return self.env.get_template("index_page.j2").render(rows=rows)

    def generate_html_element_uuid(self, prefix: str | None = None) -> str:
        return f"{prefix or ''}{next(self._ids)}"
