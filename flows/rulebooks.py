"""Reading rulebooks: the shipped regulations and, on top, a company's own folder.

A company's folder DIR holds one folder per regulation, DIR/CODE/*.yaml, and beside them, in files of any name, the
topics and readings that its regulations share.
- With a `regulation:` heading in one of its files, CODE is the company's own text as a whole: it adds a regulation or
  replaces the shipped one of that code.
- Without, CODE must be a shipped regulation: each rule (or clause) replaces the shipped one of the same id in its
  place, or is added at the end.
- A rule of a new kind names its topic under `topics:`, in the same file or any other.
Regulations that the governing order does not name come after those that it does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from checks.concepts import REGULATIONS
from checks.rulebook import Rulebooks
from checks.rulebook_build import Part, build
from checks.rulebook_text import RulebookError
from flows.errors import UsageError


@dataclass(frozen=True)
class RulebookFile:
    """A file that rules came from; `path` is CODE/name.yaml, with the company's folder in front where it is theirs."""

    path: str
    sha256: str


@dataclass(frozen=True)
class LoadedRulebooks:
    rulebooks: Rulebooks
    files: tuple[RulebookFile, ...]


def load_rulebooks(extra_dir: Path | None = None, order: Sequence[str] = REGULATIONS) -> LoadedRulebooks:
    """All regulations in governing order, and the files they came from. Raises UsageError on any mistake."""
    shipped = list(_texts(files("checks") / "rulebooks", ""))
    own = list(_own_texts(extra_dir)) if extra_dir else []
    try:
        rulebooks = build(
            [Part.parse(code, path, _decode(path, raw)) for code, path, raw in shipped],
            [Part.parse(code, path, _decode(path, raw)) for code, path, raw in own],
            order,
        )
    except RulebookError as error:
        raise UsageError(f"rulebook {error}") from None
    read = (RulebookFile(path, hashlib.sha256(raw).hexdigest()) for _, path, raw in (*shipped, *own))
    return LoadedRulebooks(rulebooks, tuple(read))


def _own_texts(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    found = list(_texts(folder, f"{folder}/")) if folder.is_dir() else []
    if not found:
        raise UsageError(f"no rulebooks in {folder}: expected {folder}/CODE/*.yaml, one folder per regulation")
    yield from found


def _texts(root: Traversable, prefix: str) -> Iterator[tuple[str, str, bytes]]:
    """(code, path, content) of every *.yaml (no code) and CODE/*.yaml, in order of name."""
    yield from (("", f"{prefix}{file.name}", file.read_bytes()) for file in _yaml(root))
    for folder in sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        yield from ((folder.name, f"{prefix}{folder.name}/{file.name}", file.read_bytes()) for file in _yaml(folder))


def _yaml(folder: Traversable) -> list[Traversable]:
    found = (entry for entry in folder.iterdir() if entry.name.endswith((".yaml", ".yml")))
    return sorted(found, key=lambda entry: entry.name)


def _decode(path: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulebookError(path, raw[: error.start].count(b"\n") + 1, "", "not UTF-8 text; save it as UTF-8") from None
