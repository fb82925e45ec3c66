"""In what two versions of an output differ: which keys, which rows, which line, which byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import polars as pl

from flows.archive.differences import Difference
from flows.archive.run_folder import file_hashes

SHOWN = 5


def recomputed(run: Path, again: Path, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Outputs of a run that are not, byte for byte, those that were made again."""
    now = file_hashes(again)
    for path in sorted(manifest["outputs"].keys() | now.keys()):
        published, recomputed = run / path, again / path
        if not (published.is_file() and recomputed.is_file()):
            side = "recomputed" if recomputed.is_file() else "published"
            yield Difference("recomputed", path, f"only {side}")
        elif published.read_bytes() != recomputed.read_bytes():
            yield Difference("recomputed", path, describe(published, recomputed))


def describe(published: Path, recomputed: Path) -> str:
    """In a few words, where the recomputed file differs from the published one."""
    kinds = {".json": _json, ".parquet": _parquet, ".csv": _lines, ".html": _lines}
    try:
        return kinds.get(published.suffix, _bytes)(published, recomputed)
    except (ValueError, pl.exceptions.PolarsError):  # damaged beyond its format
        return _bytes(published, recomputed)


def _json(published: Path, recomputed: Path) -> str:
    pair = (dict(_leaves(json.loads(path.read_text("utf-8")))) for path in (published, recomputed))
    then, now = pair
    keys = [key for key in {**then, **now} if then.get(key, _NONE) != now.get(key, _NONE)]
    if not keys:
        return _bytes(published, recomputed)
    words = (
        f"{key} {then.get(key, _NONE)!s:.60} → {now.get(key, _NONE)!s:.60}" for key in keys[:SHOWN]
    )
    return f"{len(keys)} values: {'; '.join(words)}"


_NONE = "(none)"


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{key}[{place}]")
    else:
        yield key, value


def _parquet(published: Path, recomputed: Path) -> str:
    then, now = pl.read_parquet(published), pl.read_parquet(recomputed)
    if then.schema != now.schema:
        return "other columns"
    only_then, only_now = (_only(a, b) for a, b in ((then, now), (now, then)))
    if only_then.is_empty() and only_now.is_empty():
        return _bytes(published, recomputed)
    words = [*_rows("published only", only_then), *_rows("recomputed only", only_now)]
    return "; ".join(words)


def _only(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    return rows.join(others, on=rows.columns, how="anti", nulls_equal=True)


def _rows(label: str, rows: pl.DataFrame) -> Iterator[str]:
    if not rows.is_empty():
        names = [
            name
            for name in ("rule_id", "finding_id", "check", "subject_id", "key")
            if name in rows.columns
        ]
        first = (
            " ".join(str(cell) for cell in row) for row in rows.head(3).select(names).iter_rows()
        )
        yield f"{rows.height} rows {label} ({', '.join(first)}{' …' if rows.height > 3 else ''})"


def _lines(published: Path, recomputed: Path) -> str:
    pair = (path.read_text("utf-8").splitlines() for path in (published, recomputed))
    for number, (then, now) in enumerate(zip_longest(*pair), start=1):
        if then != now:
            return f"from line {number} on"
    return _bytes(published, recomputed)


def _bytes(published: Path, recomputed: Path) -> str:
    then, now = published.read_bytes(), recomputed.read_bytes()
    place = next(
        (n for n, (a, b) in enumerate(zip(then, now, strict=False)) if a != b),
        min(len(then), len(now)),
    )
    return f"from byte {place} on"
