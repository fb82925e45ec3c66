"""What a reader finds in the documents of a run."""

from __future__ import annotations

import csv
import html
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

_READ = {".html", ".csv", ".xlsx", ".pdf", ".txt"}


def said(page: Path) -> list[str]:
    """The lines of a page, without its markup."""
    text = re.sub(r"<(style|script).*?</\1>", "", page.read_text("utf-8"), flags=re.S)
    return [line for line in html.unescape(re.sub("<[^>]+>", "\n", text)).split("\n") if line]


def all_said(run: Path) -> Iterator[tuple[str, str]]:
    """(file, line) of everything that people read of a run: pages, tables, workbooks, documents."""
    for path in sorted(path for path in run.rglob("*") if path.suffix in _READ):
        for line in _lines(path):
            yield path.name, line


def _lines(path: Path) -> list[str]:
    if path.suffix == ".html":
        return said(path)
    if path.suffix == ".pdf":
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
        return done.stdout.decode().splitlines()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        return [html.unescape(text) for part in parts for text in re.findall(r"<t[ >][^<]*", part)]
    if path.suffix == ".csv":
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        # A machine's column beside the English one
        read = [n for n, name in enumerate(rows[0]) if not name.endswith("_zh")] if rows else []
        return [",".join(row[n] for n in read if n < len(row)) for row in rows]
    return path.read_text("utf-8-sig").splitlines()
