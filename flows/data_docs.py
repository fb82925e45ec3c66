"""Data Docs that need no network: Great Expectations' own pages, with their style inside and links between them only.

GX's templates fetch styles and scripts from the web, and its overview is empty without them. This view puts
`report_templates/data_docs/` in front of GX's templates; the rest of the rendering is GX's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from great_expectations.core import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.render.renderer.page_renderer import ExpectationSuitePageRenderer, ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

_FETCHED: Final = re.compile(r"(?:src=|url\()[\"']?https?:[^\"')]*|<link[^>]*https?:[^>]*")


def write_data_docs(
    suites: Sequence[ExpectationSuite],
    results: Sequence[ExpectationSuiteValidationResult],
    folder: Path,
    as_of: datetime,
) -> None:
    """Write a page for each suite and each result, and `folder/index.html`, the overview.

    Each result has its run (`meta["run_id"]`), which took place at `as_of`. A page is rendered once, from the result
    itself, and has the place that GX gives it, because GX links results with suites.
    """
    view, links = _View(), {}
    for suite in suites:
        document = ExpectationSuitePageRenderer().render(suite)  # type: ignore[no-untyped-call]
        _write(folder / "expectations" / f"{suite.name}.html", view.render(document, home="../index.html"))
    for result in sorted(results, key=lambda r: r.suite_name):
        place = Path("validations", result.suite_name, *result.meta["run_id"].to_tuple(), f"{result.batch_id}.html")
        page = view.render(ValidationResultsPageRenderer().render(result), home="../" * 4 + "index.html")
        page = page.replace(f"{as_of:%Y-%m-%dT%H:%M:%SZ}", f"{as_of:%Y-%m-%d %H:%M:%S}")  # GX takes it for UTC
        _write(folder / place, page)
        links[result.suite_name] = {"success": result.success, "results": place.as_posix()}
    _write(folder / "index.html", view.overview(links))


def _write(path: Path, page: str) -> None:
    """Write a page, if no part of it would be fetched from the web."""
    if found := _FETCHED.search(page):
        raise AssertionError(f"data docs would fetch {found[0]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")


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
        rows = [{"table": name, "expectations": f"expectations/{name}.html", **row} for name, row in links.items()]
        return self.env.get_template("index_page.j2").render(rows=rows)

    def generate_html_element_uuid(self, prefix: str | None = None) -> str:
        return f"{prefix or ''}{next(self._ids)}"
