"""View model to HTML. Everything is escaped; templates hold no logic beyond placing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.report.texts import TEMPLATES
from flows.report.view.model import Report


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(TEMPLATES, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def printed_html(report: Report) -> str:
    """The document that becomes the PDF: complete in itself, it refers to nothing outside."""
    return (
        _environment().get_template("report.html.j2").render(report=report, styles=_styles("print.css", report.fonts))
    )


def _styles(name: str, fonts: tuple[str, ...]) -> Markup:
    """A stylesheet; a company's own families are set in front of the serif of the text."""
    css = (files(TEMPLATES) / name).read_text("utf-8")
    front = "".join(f"'{family}', " for family in fonts if "'" not in family)
    return Markup(css.replace("'Noto Serif CJK SC'", f"{front}'Noto Serif CJK SC'"))  # our own file
