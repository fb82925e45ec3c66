"""What Great Expectations found, table by table, as pages that an officer reads: `data_docs/`.

GX's own pages are in English, name checks by columns and take markup of a record for theirs; these
are written from its results. They refer to nothing outside their folder and hold no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from checks.numbers.base import Title
from checks.numbers.validation import ExpectationResult, TableValidation, Validation
from flows.archive.run_folder import DATA_DOCS, FAILING_ROWS
from flows.report.context.articles import cited
from flows.report.words.texts import TEMPLATES, Texts
from flows.report.words.wording import Wording
from flows.system.visible import visible

SHOWN: Final = 50
"""Failing rows shown of a check; all of them are in the file of failing rows."""
LONGEST: Final = 120
"""Characters shown of a cell; the whole cell is in the data."""
_LABELS: Final = (
    *("title", "back", "table", "check", "checks", "basis", "result", "rows", "failing", "share"),
    *("failed", "passed", "bad", "not_made", "record", "value", "file", "row"),
)


def write_data_docs(run: Path, validation: Validation, texts: Texts, cutoff: str) -> None:
    """Write `run/data_docs/index.html` and a page for each table that was provided.

    `cutoff`: as of when, ISO 8601. `run/failing_rows.parquet` must be there; personal data are
    masked in it already, unless the configuration shows them.
    """
    failing = pl.scan_parquet(run / FAILING_ROWS, glob=False)
    labels = {name: texts(f"data_docs.{name}") for name in _LABELS}
    lead = texts("data_docs.lead", cutoff=Wording(texts).cutoff(cutoff))
    tables = [_table(name, found, failing, texts) for name, found in validation.tables.items()]
    folder = run / DATA_DOCS
    folder.mkdir()
    shared = {"lang": texts.lang, "label": {**labels, "lead": lead}}
    _write(folder / "index.html", "index.html.j2", tables=tables, **shared)
    for table in tables:
        _write(folder / f"{table['name']}.html", "table.html.j2", table=table, **shared)


def _table(
    name: str, found: TableValidation, failing: pl.LazyFrame, texts: Texts
) -> dict[str, Any]:
    checks = [_check(check, failing, texts) for check in found.expectations]
    return {
        "name": name,
        "title": texts.name("table", name),
        "checks": checks,
        "failed": sum(check.success is False for check in found.expectations),
        "not_made": sum(check.success is None for check in found.expectations),
    }


def _check(check: ExpectationResult, failing: pl.LazyFrame, texts: Texts) -> dict[str, Any]:
    wording, lang = Wording(texts), texts.lang
    articles = texts("words.semicolon").join(cited(article, lang) for article in check.article)
    return {
        "title": _said(check.title, lang),
        "basis": articles,
        "success": check.success,
        "not_made": check.not_made or "",
        "checked": wording.number(check.checked),
        "unexpected": wording.number(check.unexpected),
        "share": "" if check.percent is None else wording.percent(check.percent / 100),
        "more": check.unexpected > SHOWN,
        "rows": list(_rows(check, failing)) if check.unexpected else [],
    }


def _said(title: Title, lang: str) -> str:
    return title.zh if lang == "zh" else title.en


def _rows(check: ExpectationResult, failing: pl.LazyFrame) -> Iterator[dict[str, str]]:
    mine = failing.filter(pl.col("check") == check.id).select("key", "value", "file", "row")
    for row in mine.head(SHOWN).collect().to_dicts():
        yield {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> str:
    text = "—" if value in (None, "") else visible(str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _write(path: Path, template: str, **values: Any) -> None:
    path.write_text(_environment().get_template(template).render(**values), "utf-8")


@cache
def _environment() -> Environment:
    loader = PackageLoader(TEMPLATES, DATA_DOCS)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
