"""On which line of a TOML file a key stands: the standard library's parser does not tell."""

from __future__ import annotations

import re
from itertools import takewhile

HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
ASSIGNMENT = re.compile(
    r"^\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*="
)
PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def line_of(text: str, keys: list[str]) -> int:
    """The first line (from 1) that has most of `keys` in common; 1 when none of it is written."""
    table: list[str] = []
    best_line, best_length = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = _parts(header[1])
            written = table
        elif assignment := ASSIGNMENT.match(line):
            written = [*table, *_parts(assignment[1])]
        else:
            continue
        common = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(written, keys, strict=False))
        )
        if common > best_length:
            best_line, best_length = number, common
    return best_line


def _parts(key: str) -> list[str]:
    return ["".join(groups) for groups in PART.findall(key)]
