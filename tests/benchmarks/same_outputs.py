"""Whether two runs of an audit came to the same outputs, whatever version of the program made them.

    python -m tests.benchmarks.same_outputs BEFORE AFTER

Compares every file of two folders byte for byte; of files that name the program (inputs, manifest,
local facts, documents with them inside) what is left without it: JSON without those keys, the text
of PDFs and pages without the program's identity, the parts of workbooks. Prints each difference;
exit status 1 if there is one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = re.compile(r"[0-9a-f]{12,64}")
"""Hashes: of the program, and of files that name it."""
TIMED = {"seconds", "python", "program", "outputs", "sha256"}


def differences(before: Path, after: Path) -> Iterator[str]:
    """What differs, a line each."""
    names = [
        {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
        for root in (before, after)
    ]
    yield from (f"{name}: only before" for name in sorted(names[0] - names[1]))
    yield from (f"{name}: only after" for name in sorted(names[1] - names[0]))
    for name in sorted(names[0] & names[1]):
        one, other = before / name, after / name
        if one.read_bytes() != other.read_bytes() and told(one) != told(other):
            yield f"{name}: differs"


def _files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def told(path: Path) -> Any:
    """What a file says, without what the program's identity alone changes."""
    if path.suffix == ".json":
        return _without(json.loads(path.read_text("utf-8")))
    if path.suffix == ".pdf":
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
        return PROGRAM.sub("#", text.stdout.decode())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return {name: book.read(name) for name in book.namelist()}
    if path.suffix in (".html", ".j2"):
        return PROGRAM.sub("#", path.read_text("utf-8"))
    return path.read_bytes()


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(cell) for key, cell in value.items() if key not in TIMED}
    if isinstance(value, list):
        return [_without(cell) for cell in value]
    return PROGRAM.sub("#", value) if isinstance(value, str) else value


if __name__ == "__main__":
    found = list(differences(*map(Path, sys.argv[1:3])))
    print(*found or ["no difference"], sep="\n")
    sys.exit(bool(found))
