"""Where a module builds on what a library does not promise, an upgrade that changes it is told
here, with the module that has to follow."""

from __future__ import annotations

import ast
import inspect
import io
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent.interfaces import DataAsset
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from prefect._internal.observers import FlowRunCancellingObserver
from weasyprint import HTML
from weasyprint.pdf.metadata import DocumentMetadata
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.worksheet import Worksheet

from flows.report.pdf.markup import Markup
from flows.report.sheet import RowSheet

ROOT = Path(__file__).parents[2]


class Interface(NamedTuple):
    """What one of our modules overrides, replaces or calls: `parameters` of `owner.name`."""

    owner: type
    name: str
    parameters: str
    ours: str
    library: str


def _gx(owner: type, name: str, parameters: str, module: str) -> Interface:
    return Interface(
        owner, name, parameters, f"checks/completeness/gx/{module}.py", "great-expectations"
    )


_CLAUSES = ("comparison", "nullity", "and", "or")
_EVALUATION = "metric configuration execution_engine runtime_configuration"
INTERFACES = (
    Interface(Worksheet, "_write_rows", "self", "flows/report/sheet.py", "xlsxwriter"),
    Interface(
        Worksheet,
        "_check_dimensions",
        "self row col ignore_row ignore_col",
        "flows/report/sheet.py",
        "xlsxwriter",
    ),
    Interface(
        SharedStringTable,
        "_get_shared_string_index",
        "self string",
        "flows/report/sheet.py",
        "xlsxwriter",
    ),
    Interface(Format, "_get_xf_index", "self", "flows/report/sheet.py", "xlsxwriter"),
    Interface(
        DocumentMetadata,
        "generate_rdf_metadata",
        "self variant version conformance",
        "flows/report/pdf/metadata.py",
        "weasyprint",
    ),
    Interface(HTML, "_ua_stylesheets", "self forms", "flows/report/pdf/markup.py", "weasyprint"),
    *(
        _gx(ExecutionEngine, f"_{clause}_condition_to_filter_clause", "self condition", "engine")
        for clause in _CLAUSES
    ),
    _gx(MetricProvider, "_get_evaluation_dependencies", _EVALUATION, "metrics"),
    _gx(DataAsset, "_validate_batch_request", "self batch_request", "datasource"),
    _gx(
        DataAsset,
        "_get_batch_metadata_from_batch_request",
        "self batch_request ignore_options",
        "datasource",
    ),
    _gx(ExpectationConfiguration, "to_domain_obj", "self", "memory"),
    *(
        Interface(
            FlowRunCancellingObserver, name, parameters, "flows/scheduled/cancelling.py", "prefect"
        )
        for name, parameters in (
            ("_check_for_cancelled_flow_runs", "self"),
            ("_handle_polling_task_done", "self task"),
        )
    ),
    Interface(
        IDDict,
        "to_id",
        "self id_keys id_ignore_keys",
        "checks/completeness/gx/memory.py",
        "great-expectations",
    ),
)


@pytest.mark.parametrize("used", INTERFACES, ids=lambda used: f"{used.owner.__name__}.{used.name}")
def test_what_is_built_on_is_still_there(used: Interface) -> None:
    told = f"{used.library} {version(used.library)}: {used.owner.__name__}.{used.name}"
    method = getattr(used.owner, used.name, None)
    assert method is not None, f"{told} is gone; {used.ours} builds on it"
    found = " ".join(inspect.signature(inspect.unwrap(method)).parameters)
    assert found == used.parameters, (
        f"{told} takes ({found}), {used.ours} expects ({used.parameters})"
    )


def _private_names(path: Path) -> set[str]:
    """Attributes with a leading underscore that a module uses or defines on what is not its own."""
    tree = ast.parse(path.read_text("utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    private = {name for name in used if name.startswith("_") and not name.startswith("__")}
    return private - _defined(tree)


def _defined(tree: ast.AST) -> set[str]:
    """What a module defines itself: functions, fields, attributes that it sets."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def test_no_other_private_name_of_a_library_is_used() -> None:
    named = {used.name for used in INTERFACES} | {"_exit"}  # os._exit is documented
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for half in ("checks", "flows")
        for path in (ROOT / half).rglob("*.py")
        for name in _private_names(path) - named
    }
    assert not found, f"name in INTERFACES what these build on: {', '.join(sorted(found))}"


def test_an_expectation_still_has_its_configuration_as_a_property() -> None:
    found = Expectation.__dict__.get("configuration")
    assert isinstance(found, property), (
        f"great-expectations {version('great-expectations')}: Expectation.configuration is "
        f"{found!r}, no property; checks/completeness/gx/memory.py wraps it"
    )


def test_markup_sets_all_that_weasyprint_sets_of_a_document() -> None:
    theirs = set(vars(HTML(string="<p>1</p>")))
    ours = {"base_url", "url_fetcher", "media_type", "wrapper_element", "etree_element"}
    assert theirs == ours, (
        f"weasyprint {version('weasyprint')}: HTML has {sorted(theirs ^ ours)} more or less than "
        f"flows/report/pdf/markup.py sets"
    )


def test_elements_look_as_weasyprint_draws_them() -> None:
    """The style that stands in the place of WeasyPrint's own names every element of the printed
    templates, and none is drawn otherwise."""
    templates = ROOT / "report_templates"
    blocks = [path for path in templates.glob("blocks/*.j2") if "browser" not in path.name]
    printed = [*blocks, *templates.glob("pictures/*.j2")] + [
        templates / f"{name}.html.j2" for name in ("report", "page_one", "appraisal", "check_sheet")
    ]
    used = {tag for p in printed for tag in re.findall(r"<([a-z]+[1-6]?)\b", p.read_text("utf-8"))}
    style = (templates / "elements.css").read_text("utf-8")
    named = set(re.findall(r"[a-z]+[1-6]?", re.sub(r"/\*.*?\*/|\{[^}]*\}", "", style, flags=re.S)))
    inline = {"a", "span", "strong", "button"}  # buttons stand on the page only
    drawn = {"circle", "line", "path", "polyline", "rect", "text"}
    assert used - named - inline - drawn == set()
    words = "".join(
        f"<{tag}>words</{tag}>"
        for tag in ("div", "section", "p", "h1", "h2", "h3", "h4", "figure", "blockquote", "strong")
    )
    page = (
        f"<html><head><title>t</title><style>{(templates / 'print.css').read_text('utf-8')}"
        f"</style></head><body>{words}<ul><li>one</li></ul><ol><li>one</li></ol><dl><dt>a</dt>"
        "<dd>b</dd></dl><table><caption>c</caption><colgroup><col/></colgroup><thead><tr><th>h</th>"
        "</tr></thead><tbody><tr><th>a</th></tr><tr><td>b</td></tr></tbody></table></body></html>"
    )
    ours, theirs = Markup(page).render().write_pdf(), HTML(string=page).render().write_pdf()
    assert ours == theirs


def _written(kind: type[Worksheet], heading: list[str], rows: list[list[Any]]) -> dict[str, str]:
    """The XML of a workbook's sheet and of its strings, without the spans of rows: a hint that
    readers may do without."""
    out = io.BytesIO()
    with Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("s", kind)
        sheet.write_row(0, 0, heading)
        if isinstance(sheet, RowSheet):
            sheet.write_rows(1, rows)
        else:
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row)
    with ZipFile(out) as parts:
        names = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")
        return {name: re.sub(r' spans="[^"]*"', "", parts.read(name).decode()) for name in names}


def test_whole_rows_are_written_as_xlsxwriter_writes_their_cells() -> None:
    heading, rows = ["a", "b", "c"], [["客户", "x & <y>", 3], ["=1+1", 2.5, "客户"]]
    theirs, ours = (_written(kind, heading, rows) for kind in (Worksheet, RowSheet))
    assert ours == theirs, (
        f"xlsxwriter {version('xlsxwriter')} writes cells in another way than flows/report/sheet.py"
    )
