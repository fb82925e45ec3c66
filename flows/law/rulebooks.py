"""Reading rulebooks: the shipped regulations and, on top, a company's own folder.

A company's folder DIR holds one folder per regulation, DIR/CODE/*.yaml, and beside them, in files
of any name, the topics and readings that its regulations share.
- With a `regulation:` heading in one of its files, CODE is the company's own text as a whole: it
  adds a regulation or replaces the shipped one of that code.
- Without, CODE must be a shipped regulation: each rule (or clause) replaces the shipped one of the
  same id in its place, or is added at the end.
- DIR/CODE/suites/*.yaml and DIR/CODE/phrases/*.yaml are suites of completeness and phrase lists of
  the regulation (flows.law.suites, flows.law.phrasebook).
- A rule of a new kind names its topic under `topics:`, in the same file or any other.
Regulations that the governing order does not name come after those that it does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal

from checks.concepts import REGULATIONS
from checks.law.assembly import Part, build
from checks.law.rulebook import PackageFile, Rulebooks
from checks.law.rulebook_text import RulebookError, declare_subjects
from checks.records.tables import TABLES
from checks.subjects.registry import keep
from flows.settings import Settings
from flows.system.errors import UsageError

BESIDE: Final[tuple[Literal["suites", "phrases"], ...]] = ("suites", "phrases")
"""Folders of a regulation's folder that hold no rules."""


@dataclass(frozen=True)
class RulebookFile:
    """A file that rules came from; `path` is CODE/name.yaml, with the company's folder in front
    where it is theirs."""

    path: str
    sha256: str


@dataclass(frozen=True)
class LoadedRulebooks:
    rulebooks: Rulebooks
    files: tuple[RulebookFile, ...]


def load_rulebooks(
    extra_dir: Path | None = None,
    order: Sequence[str] = REGULATIONS,
    chosen: Sequence[str] | None = None,
) -> LoadedRulebooks:
    """All regulations in governing order, or the `chosen` ones, and the files they came from.
    Raises UsageError on any mistake."""
    try:
        if extra_dir is None:
            return _shipped_alone(tuple(order), None if chosen is None else tuple(chosen))
        own = _own(extra_dir)
        rulebooks = build(_shipped().parts, own.parts, order, chosen)
        return _loaded(_with_beside(rulebooks, beside_of(extra_dir), own.parts), own)
    except RulebookError as error:
        raise UsageError(f"rulebook {error}") from None


@lru_cache(maxsize=8)  # a run asks several times, and a command of many months for each of them
def _shipped_alone(order: tuple[str, ...], chosen: tuple[str, ...] | None) -> LoadedRulebooks:
    return _loaded(build(_shipped().parts, (), order, chosen), _Read((), ()))


def _loaded(rulebooks: Rulebooks, own: _Read) -> LoadedRulebooks:
    """The rulebooks with the files that they came from, of shipped ones those in force."""
    kept = {"", *(r.code for r in rulebooks.regulations if r.shipped)}
    used = (file for file in _shipped().files if file.path.rpartition("/")[0] in kept)
    held = (file for of in rulebooks.regulations for file in of.beside)
    beside = (RulebookFile(file.file, sha256(file.text)) for file in held)
    return LoadedRulebooks(rulebooks, (*used, *own.files, *beside))


def sha256(text: str) -> str:
    """Of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def beside_of(folder: Path) -> list[tuple[str, PackageFile]]:
    """(code, file) of the suites and phrase lists in a company's folder, in order of name. Raises
    RulebookError."""
    return [
        (place.name, PackageFile(kind=kind, file=str(path), text=decoded(str(path), content)))
        for place in sorted(entry for entry in folder.iterdir() if entry.is_dir())
        for kind in BESIDE
        if (place / kind).is_dir()
        for path in sorted((place / kind).glob("*.yaml"))
        for content in (path.read_bytes(),)
    ]


def _with_beside(
    rulebooks: Rulebooks, files: Sequence[tuple[str, PackageFile]], own: Sequence[Part]
) -> Rulebooks:
    """Each regulation with the files of its folder; those of one that is not in force say nothing.
    Raises RulebookError: of one that there is not."""
    known = {*REGULATIONS, *(part.code for part in own)}
    for code, file in files:
        if code not in known:
            raise RulebookError(
                file.file,
                1,
                "",
                f"there is no regulation {code}; {code} needs a heading, in {code}/regulation.yaml",
            )
    return rulebooks.model_copy(
        update={
            "regulations": tuple(
                regulation.model_copy(
                    update={"beside": tuple(f for code, f in files if code == regulation.code)}
                )
                for regulation in rulebooks.regulations
            )
        }
    )


def keep_columns(settings: Settings) -> None:
    """Make the columns known that sources keep, so that rules may ask for them."""
    for source in settings.inputs.sources.values():
        if source.keep and source.table in TABLES:
            keep(source.table, source.keep)


def rulebooks_of(settings: Settings) -> LoadedRulebooks:
    """The regulations that the configuration switches on. Raises UsageError."""
    judging = settings.judging
    keep_columns(settings)
    return load_rulebooks(judging.rulebooks, judging.governing_order, judging.regulations)


@dataclass(frozen=True)
class _Read:
    parts: tuple[Part, ...]
    files: tuple[RulebookFile, ...]


@cache
def _shipped() -> _Read:
    return _parsed(list(_texts(files("checks") / "rulebooks", "")))


def shipped_parts() -> tuple[Part, ...]:
    """The files of the shipped regulations."""
    return _shipped().parts


def _own(folder: Path) -> _Read:
    found = own_texts(folder)
    for _, path, raw in found:
        declare_subjects(decoded(path, raw), path)
    return _parsed(found)


def own_texts(folder: Path) -> list[tuple[str, str, bytes]]:
    """(code, path, content) of a company's files. Raises UsageError: there are none."""
    found = list(_texts(folder, f"{folder}/")) if folder.is_dir() else []
    if not found:
        raise UsageError(
            f"no rulebooks in {folder}: expected {folder}/CODE/*.yaml, one folder per regulation"
        )
    return found


def _parsed(found: Sequence[tuple[str, str, bytes]]) -> _Read:
    parts = (Part.parse(code, path, decoded(path, raw)) for code, path, raw in found)
    hashes = (RulebookFile(path, hashlib.sha256(raw).hexdigest()) for _, path, raw in found)
    return _Read(tuple(parts), tuple(hashes))


def _texts(root: Traversable, prefix: str) -> Iterator[tuple[str, str, bytes]]:
    """(code, path, content) of every *.yaml (no code) and CODE/*.yaml, in order of name."""
    yield from (("", f"{prefix}{file.name}", file.read_bytes()) for file in _yaml(root))
    for folder in sorted(
        (entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name
    ):
        yield from (
            (folder.name, f"{prefix}{folder.name}/{file.name}", file.read_bytes())
            for file in _yaml(folder)
        )


def _yaml(folder: Traversable) -> list[Traversable]:
    found = (entry for entry in folder.iterdir() if entry.name.endswith((".yaml", ".yml")))
    return sorted(found, key=lambda entry: entry.name)


def decoded(path: str, raw: bytes) -> str:
    """The text of a file. Raises RulebookError."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulebookError(
            path, raw[: error.start].count(b"\n") + 1, "", "not UTF-8 text; save it as UTF-8"
        ) from None
