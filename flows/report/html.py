"""View model to HTML. Everything is escaped; templates hold no logic beyond placing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.report.context.blocks import Report
from flows.report.view.interactive import CaseBrowser
from flows.report.widths import column_widths
from flows.report.words.texts import TEMPLATES


class Appraised(Protocol):
    """What the appraisal's template places (flows.report.appraisal_pdf.Printed)."""

    @property
    def fonts(self) -> tuple[str, ...]: ...


@cache
def _environment() -> Environment:
    loader = PackageLoader(TEMPLATES, "")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["widths"] = column_widths
    made.globals["scale"] = _scale
    return made


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A linear scale of numbers onto the points of a picture."""
    span = (high - low) or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def printed_html(report: Report) -> str:
    """The document that becomes the PDF: complete in itself, it refers to nothing outside."""
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report, styles=_styles("print.css", report.fonts), interactive=False
    )


def appraisal_html(printed: Appraised) -> str:
    """The monthly appraisal, complete in itself as well."""
    template = _environment().get_template("appraisal.html.j2")
    styles = _styles("print.css", printed.fonts)
    return template.render(printed=printed, styles=styles, interactive=False)


def interactive_html(report: Report, browser: CaseBrowser) -> str:
    """report.html: one file that works offline; its only script is ours, and the page allows no
    other."""
    script = _asset("interactive.js")
    return (
        _environment()
        .get_template("interactive.html.j2")
        .render(
            report=report,
            browser=browser,
            styles=_styles("screen.css", report.fonts),
            script=Markup(script),
            script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
            data=_embedded({"rows": browser.rows, "labels": browser.labels}),
            interactive=True,
        )
    )


def _embedded(data: object) -> Markup:
    """JSON inside HTML: no `<` of the data can end the element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(
        text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )


def _styles(name: str, fonts: tuple[str, ...]) -> Markup:
    """A stylesheet; a company's own families are set in front of the serif of the text."""
    front = "".join(f"'{family}', " for family in fonts if "'" not in family)
    return Markup(_asset(name).replace("'Noto Serif CJK SC'", f"{front}'Noto Serif CJK SC'"))


def _asset(name: str) -> str:
    return (files(TEMPLATES) / name).read_text("utf-8")
