"""Each page as Markdown: from table schemas, JSON schemas, kelou.toml, and the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import polars as pl
import typer
from ruamel.yaml import YAML

from checks.concepts import OBLIGATIONS
from checks.results.findings import FINDINGS
from checks.results.register.model import REGISTER
from flows.closing.mart import MART
from flows.settings.sources import SourceSettings

MADE: Final = "<!-- Written by `make docs` from the program itself; a test compares them. -->\n\n"
TABLES: Final[Mapping[str, pl.Schema]] = {
    "obligations": OBLIGATIONS,
    "findings": FINDINGS,
    "register": REGISTER,
    **{f"mart_{name}": schema for name, schema in MART.items()},
}
_KEY: Final = re.compile(r"^(# )?([a-z_]+) = (.*)$")


def reference_pages(example: str, app: typer.Typer) -> dict[str, str]:
    """File name -> content of every reference page. `example`: the text of kelou.toml."""
    told = YAML(typ="safe").load((files(__package__) / "columns.yaml").read_text("utf-8"))
    packages = json.loads((files("checks.rulebooks") / "schema.json").read_text("utf-8"))
    metrics = json.loads((files("checks.numbers") / "schema.json").read_text("utf-8"))
    pages = {name: _table(name, told[name], schema) for name, schema in TABLES.items()}
    pages["metrics"] = "".join(_schema("metrics.json", metrics))
    pages["sources"] = "".join(
        _schema("A source, [inputs.sources.NAME]", SourceSettings.model_json_schema())
    )
    pages["packages"] = "".join(_schema("Files of a regulation", packages))
    pages["configuration"] = "".join(_configuration(example))
    pages["commands"] = "".join(_commands(typer.main.get_command(app), "kelou"))
    return {f"{name}.md": MADE + text.rstrip("\n") + "\n" for name, text in pages.items()}


def _table(name: str, told: Mapping[str, Any], schema: pl.Schema) -> str:
    rows = [
        (f"`{column}`", str(dtype), told["columns"][column]) for column, dtype in schema.items()
    ]
    return f"# {name}\n\n{told['about']}\n\n{_rows(('column', 'type', 'what it says'), rows)}"


def _schema(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """A page of a JSON schema: its own keys, then each part that it refers to."""
    yield f"# {title}\n\n"
    parts = {"": schema, **schema.get("$defs", {})}
    for name, part in parts.items():
        keys = part.get("properties", {})
        if name:
            yield f"## {name}\n\n"
        if part.get("description"):
            yield f"{_line(part['description'])}\n\n"
        if keys:
            needed = part.get("required", ())
            rows = [
                (f"`{key}`", _type(of), "yes" if key in needed else _default(of), _said(of))
                for key, of in keys.items()
            ]
            described = any(row[3] for row in rows)
            heads = ("key", "type", "needed", "what it says")[: 4 if described else 3]
            yield _rows(heads, [row[: len(heads)] for row in rows]) + "\n"


def _type(of: Mapping[str, Any]) -> str:
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in of or "oneOf" in of:
        return " or ".join(dict.fromkeys(_type(each) for each in of.get("anyOf") or of["oneOf"]))
    if "enum" in of or "const" in of:
        return ", ".join(f"`{each}`" for each in of.get("enum") or [of["const"]])
    if of.get("type") == "array":
        inner = of.get("items") or {}
        return f"list of {_type(inner)}" if inner else "list"
    if of.get("type") == "object":
        inner = of.get("additionalProperties")
        return f"table of {_type(inner)}" if isinstance(inner, Mapping) and inner else "table"
    kind = of.get("type", "anything")
    return str(kind) if isinstance(kind, str) else " or ".join(kind)


def _default(of: Mapping[str, Any]) -> str:
    """What holds without it, where that says anything."""
    default = of.get("default")
    return "no" if default in (None, [], {}, "") else f"no, `{json.dumps(default)}`"


def _said(of: Mapping[str, Any]) -> str:
    return _line(of.get("description", ""))


def _configuration(example: str) -> Iterator[str]:
    """Section by section, each key with its default and the comment above it."""
    yield "# kelou.toml\n\nOne TOML file; every key has a default.\n\n"
    comment: list[str] = []
    rows: list[tuple[str, ...]] = []
    for line in [*example.splitlines(), "[]"]:
        if line.startswith("["):
            if rows:
                yield _rows(("key", "default", "what it says"), rows) + "\n"
            if line != "[]":
                yield f"## {line}\n\n"
            rows = []
        elif key := _KEY.match(line):
            default = f"none, as {_code(key[3])}" if key[1] else _code(key[3])
            rows.append((f"`{key[2]}`", default, " ".join(comment)))
        elif line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
            continue
        comment = []


def _commands(command: Any, line: str) -> Iterator[str]:
    """A heading for each command, its help, and its options."""
    yield f"#{'#' * line.count(' ')} {line}\n\n"
    yield "".join(_help(command.help or ""))
    rows = [
        (", ".join(f"`{word}`" for word in _words(each)), _line(each.help or ""))
        for each in command.params
        if getattr(each, "help", None)
    ]
    if rows:
        yield _rows(("option", "what it says"), rows) + "\n"
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{line} {name}")


def _words(parameter: Any) -> Sequence[str]:
    if parameter.param_type_name == "argument":
        return [parameter.metavar or parameter.name.upper()]
    return [*parameter.opts, *parameter.secondary_opts]


def _help(text: str) -> Iterator[str]:
    """Paragraphs; examples as code."""
    for paragraph in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        words = _line(paragraph)
        if words.startswith(("Example:", "Begin with:")):
            head, _, example = words.partition(": ")
            yield f"{head}:\n\n    {example.strip()}\n\n"
        else:
            code = re.match(r"(KELOU_\w+=\S+ .*)?(kelou|prefect) ", words) is not None
            yield f"    {words}\n\n" if code else f"{words}\n\n"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`"


def _line(text: str) -> str:
    return " ".join(text.split())
