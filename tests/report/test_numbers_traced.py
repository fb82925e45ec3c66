"""Every number of the documents comes from metrics.json, or follows from it as is declared."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest

from checks.gate import Gate
from checks.numbers.gate import Looked
from checks.numbers.plain import to_json
from checks.results.findings.grading import CRITERIA
from checks.results.register.grades import KIND_CRITERIA
from flows.archive.run_folder import json_text
from flows.audit.gate import gate_of
from flows.audit.history import History
from flows.audit.judgement import Judged
from flows.audit.reuse import Earlier
from flows.audit.run import AuditResult
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.cli.commands.audit import summary_lines
from flows.report.context.blocks import Cell, Report, Table
from flows.report.context.quotations import _quotations
from flows.report.context.report_context import ReportContext
from flows.report.html import interactive_html, printed_html
from flows.report.view.build import build_page, build_printed
from flows.report.view.interactive import case_browser
from flows.report.view.sheets import department_rows
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import in_force
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording
from flows.settings import Settings
from tests.numbers.frames import OCTOBER, rulebooks
from tests.report.derivations import DERIVED, Facts, of_the_trade
from tests.report.number_words import in_words
from tests.report.tracing import (
    ID,
    MARK,
    PLAIN,
    Book,
    Origin,
    bare,
    constants_of,
    seen,
    traced,
    traced_context,
    value_of,
)

SAMPLE = Path(__file__).parents[2] / "sample_data"
INPUTS: Final[dict[str, Any]] = {
    "sources": [
        {"path": "calls.csv", "table": "calls", "rows": 785, "size": 11, "sha256": "a" * 64}
    ],
    "unread": [{"path": "README.md", "sheet": None, "reason": ".md files are not read"}],
    "rulebooks": [{"path": "TC/article-06.yaml", "sha256": "b" * 64}],
}
DEPARTMENTS: Final = ("客户服务部", "技术支持部", "销售部")
COUNTED: Final = ("words.table", "words.picture", "words.annex", "ending.annex", "ending.beside")
"""Messages that number what they stand at."""
GRADING: Final = {
    *(f"{c.overrun_factor + 1:g}" for c in CRITERIA if c.overrun_factor is not None),
    *(n for c in CRITERIA for n in (c.same_person, c.same_customer) if n),
    *(c.same_person for c in KIND_CRITERIA if c.same_person),
    *(f"{c.failing_share:.0%}" for c in KIND_CRITERIA if c.failing_share is not None),
}
ALLOWED: Final = {0, 100, None}
"""Plain numbers that may take part in a derivation."""


@pytest.fixture(scope="module")
def judged() -> Judged:
    settings, books = Settings(), rulebooks()
    intake = PlainStages.ingest(SAMPLE, settings)
    kept = PlainStages.judge_records(intake, books, OCTOBER, settings, Selection()).collect().lazy()
    found = PlainStages.measure(intake, books, OCTOBER, settings, kept, History())
    gate = gate_of(intake, books, OCTOBER, settings).section()
    return replace(found, metrics=replace(found.metrics, gate=gate))


@pytest.fixture(scope="module")
def numbers(judged: Judged) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json_text(to_json(judged.metrics)))
    return {**written, "inputs": INPUTS}


def context_of(judged: Judged, lang: str, profile: str = "inspection") -> ReportContext:
    texts = load_texts(lang)
    return ReportContext(
        rulebooks=rulebooks(),
        texts=texts,
        wording=Wording(texts),
        printable=Printable(),
        options=ReportOptions(),
        profile=in_force(rulebooks(), (profile,))[0],
        metrics=judged.metrics,
        findings=judged.findings,
        inputs=INPUTS,
    )


def drawn(context: ReportContext, form: str) -> str:
    if form == "printed":
        return printed_html(build_printed(context))
    return interactive_html(build_page(context), case_browser(context))


@dataclass
class Traced:
    """One document: its runs of text, with marks, and where the marks lead."""

    runs: list[str]
    book: Book


def trace(context: ReportContext, form: str) -> Traced:
    book = Book()
    return Traced(seen(drawn(traced_context(book, context), form), scales=False), book)


def faults(found: Traced, facts: Facts) -> Iterator[str]:
    """Every number that is not what metrics.json says, or that comes from nowhere."""
    loose: dict[tuple[str, str], list[Any]] = defaultdict(list)
    rest: list[str] = []
    for run in found.runs:
        text = run
        while marks := list(MARK.finditer(text)):
            for mark in marks:
                origin = found.book.origins[int(mark[1])]
                yield from (f"{why}: {bare(run)[:80]}" for why in _wrong(origin, mark[2], facts))
                if origin.kind == "nowhere":
                    where, name, value = origin.told
                    loose[where, name].append(value)
            text = MARK.sub("", text)
        rest.append(text)
    yield from _loose(loose, facts)
    yield from _left(rest, facts)


def _wrong(origin: Origin, shown: str, facts: Facts) -> Iterator[str]:
    if origin.kind in (*PLAIN, "nowhere"):
        return
    value = value_of(origin, facts.metrics)
    if not constants_of(origin) <= ALLOWED:
        yield f"{shown} is reckoned with {constants_of(origin) - ALLOWED}"
    if shown.replace("\u00a0", " ") not in in_words(value, origin.form):
        yield f"{shown} is {value} in metrics.json ({origin.told})"


def _loose(loose: Mapping[tuple[str, str], list[Any]], facts: Facts) -> Iterator[str]:
    for (where, name), values in loose.items():
        if where in COUNTED:
            if not counted_up(values):
                yield f"{where} counts {values}"
        elif where.startswith("grading."):
            if not set(values) <= GRADING:
                yield f"{where}: {set(values) - GRADING} is no criterion"
        elif where == "words.quoted":
            yield from (f"{v} is no clause" for v in values if v not in _quotations().values())
        elif (where, name) not in DERIVED:
            yield f"{where}.{name}: {values[:5]} come from nowhere"
        else:
            expected = DERIVED[where, name](facts)
            if isinstance(expected, set):
                right = expected >= set(values)
            else:
                right = values in (expected if isinstance(expected, tuple) else (expected,))
            if not right:
                yield f"{where}.{name}: {values} instead of {expected}"


def counted_up(values: list[int]) -> bool:
    """1, 2, 3 …, once or again from the beginning; the last may stand for itself."""
    return (
        all(b in (a + 1, 1) for a, b in zip([0, *values], values, strict=False)) or len(values) == 1
    )


def _left(rest: list[str], facts: Facts) -> Iterator[str]:
    """Digits outside every mark: checksums and numbers of findings, clauses word for word, and the
    places of rows."""
    known = set(facts.findings["finding_id"]) | {
        row["finding_id"] for row in facts.detail("rectifications", "listed")
    }
    places: list[int] = []
    for text in rest:
        for found in ID.findall(text):
            if found.startswith(("F-", "E-")) and found not in known:
                yield f"{found} is no finding"
        left = ID.sub("", text).replace("SHA-256", "").strip()
        if left in _quotations().values() or text.strip() in of_the_trade(facts):
            continue
        if place := re.match(r"(\d+)(?:\. |$)", left):
            places.append(int(place[1]))
            left = left[place.end() :]
        if re.search(r"\d", left):
            yield f"a number from nowhere: {left[:80]}"
    if not counted_up(places):
        yield f"rows are numbered {places}"


def test_a_number_that_is_off_by_one_is_found(judged: Judged, numbers: dict[str, Any]) -> None:
    """Each printed count, one after the other, made one larger."""
    context = context_of(judged, "zh", "reception-inspection")
    found = trace(context, "printed")
    facts = Facts(numbers, judged.findings, INPUTS, rulebooks(), "RC")
    assert list(faults(found, facts)) == []
    counts = [
        (at, mark)
        for at, run in enumerate(found.runs)
        for mark in MARK.finditer(run)
        if re.fullmatch(r"[\d,]+", mark[2])
        and found.book.origins[int(mark[1])].kind not in (*PLAIN, "nowhere")
    ]
    assert len(counts) > 200
    for at, mark in counts[::7]:
        run = found.runs[at]
        more = f"{int(mark[2].replace(',', '')) + 1:,}"
        forged = f"{run[: mark.start(2)]}{more}{run[mark.end(2) :]}"
        assert any(more in fault for fault in faults(Traced([forged], found.book), facts))


@pytest.mark.parametrize(("lang", "form"), [("zh", "printed"), ("en", "printed"), ("zh", "page")])
def test_every_number_is_that_of_the_metrics(
    judged: Judged, numbers: dict[str, Any], lang: str, form: str
) -> None:
    context = context_of(judged, lang)
    found = trace(context, form)
    facts = Facts(numbers, judged.findings, INPUTS, rulebooks())
    assert list(faults(found, facts)) == []
    assert lang == "en" or [bare(run) for run in found.runs] == seen(
        drawn(context, form), scales=False
    )


def figures(report: Report) -> Iterator[tuple[tuple[str, ...], str]]:
    """The numbers of all tables: what they are called (the words of their row, their heading), and
    as they are printed. A step of a case is that case's."""
    of_cases = ("各环节判定", "有关情况")
    for block in [*report.page_one.tables, *(b for s in report.sections for b in s.blocks)]:
        if not isinstance(block, Table) or block.caption.endswith(of_cases):
            continue
        for row in block.rows:
            cells = list(zip(block.columns, row.cells, strict=True))
            called = tuple(_words(cell) for _, cell in cells if "num" not in cell.css)
            for column, cell in cells:
                if "num" in cell.css and cell.line:
                    yield (*called, column.label), _words(cell)


def _words(cell: Cell) -> str:
    return "".join(span.text for span in cell.line)


@pytest.mark.parametrize("profile", ["inspection", "reception-inspection"])
def test_what_is_called_the_same_is_the_same(judged: Judged, profile: str) -> None:
    """On paper, on the page and in the workbook."""
    context = context_of(judged, "zh", profile)
    shown: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for report in (build_printed(context), build_page(context)):
        for called, value in figures(report):
            shown[called].add(value)
            shown[called[0], called[-1]].add(value) if called[0] in DEPARTMENTS else None
    assert {called: values for called, values in shown.items() if len(values) > 1} == {}
    headings = context.texts.items("sheet.departments.columns")
    for department, _, *numbers in islice(department_rows(context), len(DEPARTMENTS)):
        for label, value in zip(headings[2:], numbers, strict=True):
            printed = shown.get((str(department), label))
            assert printed is None or printed <= in_words(
                value, "percent" if "率" in label else ","
            )


def test_the_console_says_what_the_metrics_say(
    judged: Judged, numbers: dict[str, Any], tmp_path: Path
) -> None:
    book = Book()
    metrics = traced(book, judged.metrics)
    gate = Gate(**{f.name: getattr(metrics.gate, f.name) for f in fields(Looked)})
    result = AuditResult(tmp_path, replace(judged, metrics=metrics), gate, 0.0, Earlier())
    said = "\n".join(summary_lines(result))
    marks = list(MARK.finditer(said))
    assert len(marks) > 80
    for mark in marks:
        origin = book.origins[int(mark[1])]
        assert mark[2] in shown_as(value_of(origin, numbers), origin.form), (origin, mark[2])
    looked = numbers["gate"]
    known = [str(len(looked[kind])) for kind in ("tables", "unknown_codes")]
    left = re.sub(r"[A-Z]+-[\d.]+-\w+|'[^']*'", "", MARK.sub("", said))
    assert sorted(re.findall(r"\d+", left)) == sorted([*known, str(numbers["findings"]["total"])])


def shown_as(value: float, form: str) -> set[str]:
    """The console's words are those of a program: no grouping, two places of a percentage."""
    return {format(value, form), f"{value:.2%}"} if form == ".2%" else {format(value, form)}
