"""Data Docs that need no network: Great Expectations' own pages, with their style inside and links between them only.

GX's templates fetch styles and scripts from the web, and its overview is empty without them. These views put
`report_templates/data_docs/` in front of GX's templates; the rest of the rendering is GX's.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

SITE: Final = "kelou"
_FETCHED: Final = re.compile(r"(?:src=|url\()[\"']?https?:[^\"')]*|<link[^>]*https?:[^>]*")


def write_data_docs(context: Any, folder: Path, as_of: datetime) -> None:
    """Write the pages of everything that the context has validated; `folder/index.html` is the overview."""
    here = {"module_name": __name__, "class_name": "PageView", "as_of": f"{as_of:%Y-%m-%d %H:%M:%S}"}
    index = {"module_name": __name__, "class_name": "IndexView"}
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.absolute())},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": index},
            "site_section_builders": {
                "expectations": _section("expectations_store", "ExpectationSuitePageRenderer", here),
                "validations": _section("validation_results_store", "ValidationResultsPageRenderer", here),
            },
        },
    )
    context.build_data_docs([SITE])
    shutil.rmtree(folder / "static", ignore_errors=True)  # fonts and pictures that no page of ours uses


def _section(store: str, renderer: str, view: dict[str, str]) -> dict[str, Any]:
    return {
        "class_name": "DefaultSiteSectionBuilder",
        "source_store_name": store,
        "renderer": {"module_name": "great_expectations.render.renderer.page_renderer", "class_name": renderer},
        "view": view,
    }


class PageView(DefaultJinjaPageView):
    """A page with the product's frame; the same content gives the same bytes."""

    def __init__(self, as_of: str, custom_styles_directory: Any = None, custom_views_directory: Any = None) -> None:
        super().__init__(custom_styles_directory, custom_views_directory)
        self._as_of = as_of
        loaders = [PackageLoader("report_templates", "data_docs"), self.env.loader]
        self.env.loader = ChoiceLoader([loader for loader in loaders if loader])
        self._ids: Iterator[int] = count()

    def render(self, document: Any, template: Any = None, **kwargs: Any) -> str:
        self._ids = count()
        results = "Validation" in document.renderer_type
        home = "../" * (4 if results else 1) + "index.html"
        page = super().render(document, template, home=home, **kwargs)  # type: ignore[no-untyped-call]
        if results:  # GX gives the run's time in the machine's own zone
            page = page.replace(document.page_title.rsplit(" / ", 1)[-1], self._as_of)
        return _offline(page)

    def generate_html_element_uuid(self, prefix: str | None = None) -> str:
        return f"{prefix or ''}{next(self._ids)}"


class IndexView(DefaultJinjaIndexPageView):
    """The overview: one line per table."""

    def __init__(self, custom_styles_directory: Any = None, custom_views_directory: Any = None) -> None:
        super().__init__(custom_styles_directory, custom_views_directory)
        self.env.loader = PackageLoader("report_templates", "data_docs")

    def render(self, document: Any, template: Any = None, **kwargs: Any) -> str:
        rows = sorted(_links(document.to_json_dict()), key=lambda row: str(row["table"]))
        return _offline(super().render(document, template, rows=rows, **kwargs))  # type: ignore[no-untyped-call]


def _offline(page: str) -> str:
    """The page as it is, if no part of it would be fetched from the web."""
    if found := _FETCHED.search(page):
        raise AssertionError(f"data docs would fetch {found[0]}")
    return page


def _links(content: Any) -> Iterator[dict[str, Any]]:
    """The rows of the table of validation results, wherever the document keeps it."""
    if isinstance(content, dict):
        if "_validation_success_text" in content:
            table = content["_expectation_suite_name_sort"]
            yield {
                "table": table,
                "success": content["_validation_success_text"] == "Success",
                "results": content["_table_row_link_path"],
                "expectations": f"expectations/{table}.html",
            }
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from _links(part)
