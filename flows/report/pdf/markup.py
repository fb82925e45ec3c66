"""The markup of a document as WeasyPrint takes it.

The printed templates are well-formed XML as well as HTML, so that Python's own parser can read
them: WeasyPrint's, which mends any HTML there is, takes a hundred times as long.
"""

from __future__ import annotations

from importlib.resources import files
from xml.etree import ElementTree

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from flows.report.words.texts import TEMPLATES


class Markup(HTML):  # type: ignore[misc]  # untyped
    """A document that is complete in itself."""

    def __init__(self, text: str) -> None:
        self.base_url, self.url_fetcher, self.media_type = None, RefuseAll(), "print"
        root = ElementTree.fromstring(text)
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        """What stands before the document's own style, in the place of WeasyPrint's own sheet."""
        return [CSS(string=(files(TEMPLATES) / "elements.css").read_text("utf-8"))]


class RefuseAll(URLFetcher):  # type: ignore[misc]  # untyped
    """Refuses everything: styles stand in the document, and no data may make the report fetch
    anything."""

    def fetch(self, url: str, headers: object = None) -> None:
        raise FatalURLFetchingError(f"the report tried to fetch {url[:100]}")
