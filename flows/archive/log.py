"""The log of a lake: what was closed, said of a closing or erased, in order, and never changed.

`LAKE/log/` has the layout of C2SP tlog-tiles: `checkpoint` (who, how many entries, root of the
Merkle tree over them), `tile/entries/NNN[.p/W]` (the entries, each behind its length in two bytes)
and `tile/L/NNN[.p/W]` (hashes of the tree, 256 to a file). An entry is one line of JSON; it holds
hashes of what it speaks of, never a record. The checkpoint is replaced last: an append that was
killed before it has not happened.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flows.archive.merkle import (
    Checkpoint,
    checkpoint_of,
    leaf_hash,
    levels,
    root_of,
)
from flows.system.errors import DifferenceFound
from flows.system.files import replace_file

LOG: Final = "log"
WIDTH: Final = 256
"""Entries, or hashes of a level, to a file."""


@dataclass(frozen=True)
class Log:
    """The log of the lake in this folder."""

    lake: Path

    @property
    def folder(self) -> Path:
        return self.lake / LOG

    def head(self) -> Checkpoint | None:
        """None where nothing was ever logged. Raises DifferenceFound when it can't be read."""
        path = self.folder / "checkpoint"
        if not path.exists():
            return None
        try:
            return checkpoint_of(path.read_bytes().decode("utf-8"))
        except (OSError, ValueError) as error:
            raise self._damaged(f"checkpoint ({error})") from None

    def lines(self) -> list[bytes]:
        """The entries as they stand there. Raises DifferenceFound: not as they were written."""
        head = self.head()
        found: list[bytes] = []
        for index in range(-(-head.size // WIDTH) if head else 0):
            assert head is not None
            width = min(WIDTH, head.size - index * WIDTH)
            try:
                bundle = list(
                    _unbundled((self.folder / _tile("entries", index, width)).read_bytes())
                )
            except (OSError, ValueError) as error:
                raise self._damaged(f"tile/entries ({error})") from None
            found += bundle
        if head and Checkpoint(_origin(found), len(found), root_of(found)) != head:
            raise self._damaged("its entries do not give the root of its checkpoint")
        return found

    def entries(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was logged, of one kind or all. Raises DifferenceFound."""
        found = [json.loads(line) for line in self.lines()]
        return [entry for entry in found if kind in (None, entry["kind"])]

    def append(self, entry: Mapping[str, Any]) -> None:
        """Add an entry, by itself or not at all; one that is the last already is not added again.
        To be called by whoever alone may change the lake. Raises DifferenceFound when the log is
        not as it was written."""
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        before = self.lines()
        if before[-1:] == [line]:
            return
        lines = [*before, line]
        for path, content in _tiles(lines, len(before)):
            replace_file(self.folder / path, content)
        told = Checkpoint(_origin(lines), len(lines), root_of(lines)).text
        replace_file(self.folder / "checkpoint", told.encode())
        self._forget_partial()

    def faults(self) -> Iterator[str]:
        """What of the log is not as it was written: its entries, its hashes."""
        try:
            lines = self.lines()
        except DifferenceFound as error:
            yield str(error)
            return
        for path, content in _tiles(lines, 0):
            file = self.folder / path
            if not file.is_file() or file.read_bytes() != content:
                yield f"{file}: is not as it was written"

    def _damaged(self, what: str) -> DifferenceFound:
        return DifferenceFound(
            f"{self.folder}: not as it was written: {what}; restore it from a backup"
        )

    def _forget_partial(self) -> None:
        """Files that a fuller one replaces; the last but one stays for who reads just now."""
        for folder in self.folder.glob("tile/**/*.p"):
            if folder.with_suffix("").exists():
                shutil.rmtree(folder, ignore_errors=True)
                continue
            parts = sorted(
                (p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name)
            )
            for part in parts[:-2]:
                part.unlink(missing_ok=True)


def _origin(lines: Sequence[bytes]) -> str:
    """What a log is called: after its first entry."""
    return f"kelou-lake/{leaf_hash(b''.join(lines[:1])).hex()[:16]}"


def _tiles(lines: Sequence[bytes], kept: int) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file that holds anything beyond the first `kept` entries."""
    for index in range(kept // WIDTH, -(-len(lines) // WIDTH)):
        mine = lines[index * WIDTH : (index + 1) * WIDTH]
        bundle = b"".join(len(line).to_bytes(2) + line for line in mine)
        yield _tile("entries", index, len(mine)), bundle
    tree = levels([leaf_hash(line) for line in lines])
    for level, hashes in enumerate(tree[::8]):
        # Only hashes of whole subtrees stand in a tile
        whole = len(lines) >> (8 * level)
        for index in range((kept >> (8 * level)) // WIDTH, -(-whole // WIDTH)):
            part = hashes[index * WIDTH : min((index + 1) * WIDTH, whole)]
            yield _tile(str(level), index, len(part)), b"".join(part)


def _tile(level: str, index: int, width: int) -> str:
    """`tile/0/x001/234`, or with `.p/17` where the file is not full."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def _unbundled(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2])
        if end > len(content):
            raise ValueError("cut off")
        yield content[at + 2 : end]
        at = end
