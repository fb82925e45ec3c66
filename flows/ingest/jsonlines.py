"""JSON Lines. `_row` is the line: there is no heading that would be row 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from checks.reading.canonical import DEFECT
from checks.reading.vocabulary import TableWords
from checks.tables import Table
from flows.errors import InputError
from flows.ingest.encoding import profile
from flows.ingest.headings import Sheet, find_heading
from flows.ingest.staging import Staging


def read_json_lines(path: Path, name: str, table: Table, words: TableWords, staging: Staging, careful: bool) -> Sheet:
    """One object per line; every value as text, nested ones as JSON. A line that is no object becomes a defect.

    With `careful` line by line, which a first attempt may show to be necessary. Raises InputError as find_heading does.
    """
    shape = profile(path, name)
    if shape.regular and not careful:
        keys = pl.scan_ndjson(path, infer_schema_length=None).collect_schema().names()
        frame = pl.scan_ndjson(path, schema=_text(keys), row_index_name="_row", row_index_offset=1)
    else:
        tidy = staging.path(".jsonl")
        keys = _tidy(path, tidy, shape.encoding)
        frame = pl.scan_ndjson(tidy, schema=_text([*keys, "_row", DEFECT]))
    if not keys:
        raise InputError(f"{name}: no JSON object in it; JSON Lines has one on each line")
    heading = find_heading([keys], table, words, name)
    own = [pl.col(key).alias(str(index)) for index, key in enumerate(keys)]
    return Sheet(heading, frame.select(*own, "_row", *([DEFECT] if DEFECT in frame.collect_schema() else [])))


def _text(keys: list[str]) -> dict[str, pl.DataType]:
    return dict.fromkeys(keys, pl.String())


def _tidy(path: Path, tidy: Path, encoding: str) -> list[str]:
    """Write every filled line again as an object with `_row` and maybe `_defect`; return the keys seen, in order."""
    keys: dict[str, None] = {}
    with path.open(encoding=encoding) as source, tidy.open("w", encoding="utf-8") as target:
        for number, line in enumerate(source, 1):
            if line.strip("\0 \t\r\n"):
                record = _record(line)
                keys |= dict.fromkeys(record.keys() - {DEFECT})
                json.dump({**record, "_row": str(number)}, target, ensure_ascii=False)
                target.write("\n")
    return list(keys)


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {DEFECT: f"not JSON: {line.strip()[:80]}"}
    return record if isinstance(record, dict) else {DEFECT: f"not a JSON object: {line.strip()[:80]}"}
