"""The shape of the project: what each of its rooms may import and do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EFFECTS = {"open", "print", "input", "exec", "eval"}
FILE_METHODS = {
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "scan_csv",
    "scan_parquet",
    "scan_ndjson",
    "read_csv",
    "read_parquet",
    "read_excel",
    "write_csv",
    "write_parquet",
    "sink_parquet",
    "sink_csv",
    "now",
    "today",
    "utcnow",
}
ACTING_MODULES = {
    "socket",
    "subprocess",
    "requests",
    "httpx",
    "urllib",
    "shutil",
    "tempfile",
    "os",
    "random",
    "time",
    "prefect",
    "jinja2",
    "weasyprint",
    "deltalake",
    "flows",
}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in FILE_METHODS:
                yield node.func.attr
            elif isinstance(node.func, ast.Name) and node.func.id in EFFECTS:
                yield node.func.id


@pytest.mark.parametrize("path", sources("checks"), ids=lambda path: str(path.relative_to(ROOT)))
def test_checks_judge_without_touching_the_world(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ACTING_MODULES & set(imported(tree)) == set()
    assert set(called(tree)) == set()


def test_prefect_and_weasyprint_stay_in_flows() -> None:
    users = {
        p.relative_to(ROOT).parts[0]
        for p in sources("checks") + sources("report_templates")
        if {"prefect", "weasyprint"} & set(imported(ast.parse(p.read_text("utf-8"))))
    }
    assert users == set()


def test_templates_hold_no_program() -> None:
    assert [p for p in sources("report_templates") if p.name != "__init__.py"] == []


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of what a function does, without its parameters and docstring."""
    body = function.body[ast.get_docstring(function) is not None :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("folder", ["checks", "flows"])
def test_rooms_stay_small(folder: str) -> None:
    long_files = [p.name for p in sources(folder) if len(p.read_text("utf-8").splitlines()) > 300]
    long_functions = [
        f"{p.name}:{node.name}"
        for p in sources(folder)
        for node in ast.walk(ast.parse(p.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and body_lines(node) > 45
    ]
    assert (long_files, long_functions) == ([], [])
