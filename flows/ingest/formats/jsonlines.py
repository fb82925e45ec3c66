"""JSON: one object per line, or one document with a list of them. `_row` is the line, or the place
in the list."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.records.parsing.canonical import DEFECT
from flows.ingest.formats.encoding import CHUNK, ENCODING, as_utf8
from flows.ingest.headings import Finder, Sheet
from flows.ingest.staging import Staging
from flows.system.errors import InputError

BLANK: Final = "\ufeff\0 \t\r\n"
LONGEST_FIRST: Final = 64 << 20
"""Characters of the first lines that tell a document from one value per line."""
LOSSY: Final = re.compile(
    rb"[:,\[]\s*-?[0-9]+(?:(?:\.[0-9]+)?[eE][+-]?[0-9]|(?<=[0-9]{16})\.[0-9])"
)
"""A number whose digits Polars would make up: what is written says that they are lost."""
_SHAPES: Final = bytes(
    ord("0") if chr(b).isdecimal() else ord("e") if b in b"eE" else b if b == ord(".") else 32
    for b in range(128)
).ljust(256)
_SUSPECT: Final = (b"0e", b"0" * 16 + b".0")
"""Shapes that every such number has, and few other texts: looking for them is ten times as fast."""
LARGEST_DOCUMENT: Final = 512 << 20
"""Bytes. A single document must fit into memory; larger exports are one object per line."""


def read_json(
    path: Path, name: str, find: Finder, records: str | None, staging: Staging, careful: bool
) -> Sheet:
    """Every value as text, nested ones as JSON; what is no object becomes a defect.

    `records` is the path to the list in a document, or in each line: keys with dots between them; a
    list on the way is gone through. With `[]` behind its lists (`data.items[].history[]`) what
    stands around a record comes with it, as `items.id`; around a line's own, as `root.id`. With
    `careful` value by value, which a first attempt may show to be necessary. Raises InputError as
    `find` does, and for what is not JSON at all.
    """
    text = as_utf8(path, name, staging)
    path = text.path
    if (
        text.regular
        and not careful
        and records is None
        and not _is_document(path)
        and not _is_lossy(path)
    ):
        keys = pl.scan_ndjson(path, infer_schema_length=None).collect_schema().names()
        frame = pl.scan_ndjson(path, schema=_text(keys), row_index_name="_row", row_index_offset=1)
    else:
        tidy = staging.path(".jsonl")
        keys = _tidy(_values(path, name, records), tidy)
        frame = pl.scan_ndjson(tidy, schema=_text([*keys, "_row", DEFECT]))
    if not keys:
        raise InputError(
            f"{name}: no JSON object in it; one object per line is expected, or a list of objects"
        )
    heading = find([keys], name)
    own = [pl.col(key).alias(str(index)) for index, key in enumerate(keys)]
    return Sheet(
        heading, frame.select(*own, "_row", *([DEFECT] if DEFECT in frame.collect_schema() else []))
    )


def _text(keys: list[str]) -> dict[str, pl.DataType]:
    return dict.fromkeys(keys, pl.String())


def _is_lossy(path: Path) -> bool:
    with path.open("rb") as file:
        while lines := file.read(CHUNK) + file.readline():
            shapes = lines.translate(_SHAPES)
            if any(shape in shapes for shape in _SUSPECT) and LOSSY.search(lines):
                return True
    return False


def _is_document(path: Path) -> bool:
    """Whether the file is one JSON value rather than one value per line."""
    with path.open(encoding=ENCODING) as file:
        lines = (line.strip(BLANK) for line in iter(partial(file.readline, LONGEST_FIRST), ""))
        first, second = islice(chain(filter(None, lines), ("", "")), 2)
    if not first.startswith(("[", "{")):
        return False
    if not second or first.endswith(("[", "{", ",")):
        return True
    return isinstance(_parsed(first), ValueError) and not isinstance(_parsed(second), dict)


def _values(path: Path, name: str, records: str | None) -> Iterator[tuple[int, Any]]:
    """Numbered values; text that is no JSON comes as an exception, as itself."""
    if _is_document(path):
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise InputError(
                f"{name}: one document of more than {LARGEST_DOCUMENT >> 20} MB; export one "
                f"object per line"
            )
        try:
            document = json.loads(path.read_text(encoding=ENCODING), parse_float=str)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}: not JSON ({error}); export it again") from None
        yield from enumerate(_listed(document, records), 1)
        return
    with path.open(encoding=ENCODING) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip(BLANK):
                yield from ((number, value) for value in _listed(_parsed(line), records))


def _parsed(line: str) -> Any:
    try:
        return json.loads(line, parse_float=str)
    except (ValueError, RecursionError):
        return ValueError(f"not JSON: {line.strip()[:80]}")


def _listed(value: Any, records: str | None) -> list[Any]:
    """The records within a value: those at the path, where there is one, else the items of a list,
    else itself."""
    if records and "[]" in records and isinstance(value, (dict, list)):
        return list(_nested(value, records.replace("[]", "").split("."), "root", {}))
    if isinstance(value, list):
        return [
            r
            for item in value
            for r in (_listed(item, records) if records or isinstance(item, list) else [item])
        ]
    key, _, rest = (records, "", "") if records in _keys(value) else (records or "").partition(".")
    if key not in _keys(value):
        return [value]
    inner = value[key]
    return _listed(inner, rest or None) if isinstance(inner, (list, dict)) else [value]


def _nested(value: Any, keys: Sequence[str], name: str, around: Mapping[str, Any]) -> Iterator[Any]:
    """The records at the path, each with what stands around it (but for lists)."""
    if isinstance(value, list):
        for item in value:
            yield from _nested(item, keys, name, around)
    elif not keys:
        yield {**around, **value} if isinstance(value, dict) else value
    elif isinstance(value, dict):
        key, *rest = keys
        own = {f"{name}.{k}": v for k, v in value.items() if k != key and not isinstance(v, list)}
        if (inner := value.get(key)) is not None:
            yield from _nested(inner, rest, key, {**around, **own})


def _keys(value: Any) -> Container[str | None]:
    return value.keys() if isinstance(value, dict) else ()


def _tidy(values: Iterator[tuple[int, Any]], tidy: Path) -> list[str]:
    """Write every value as an object with `_row` and maybe `_defect`; return the keys seen, in
    order."""
    keys: dict[str, None] = {}
    with tidy.open("w", encoding="utf-8") as target:
        for number, value in values:
            record = value if isinstance(value, dict) else {DEFECT: _complaint(value)}
            keys |= dict.fromkeys(key for key in record if key != DEFECT)
            json.dump({**record, "_row": str(number)}, target, ensure_ascii=False)
            target.write("\n")
    return list(keys)


def _complaint(value: Any) -> str:
    return (
        str(value)
        if isinstance(value, ValueError)
        else f"not a JSON object: {json.dumps(value)[:80]}"
    )
