"""On which line of a TOML file a key stands: the standard library's parser does not tell."""

from __future__ import annotations

import re

HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
ASSIGNMENT = re.compile(
    r"^\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*="
)
PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def line_of(text: str, keys: list[str]) -> int:
    """The line (from 1) of the longest written prefix of `keys`; 1 when none of it is written."""
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
        if len(written) > best_length and written == keys[: len(written)]:
            best_line, best_length = number, len(written)
    return best_line


def _parts(key: str) -> list[str]:
    return ["".join(groups) for groups in PART.findall(key)]
