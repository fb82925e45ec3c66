"""Data folders of which one or more tables are corrupt, each made by its number: cells, headings,
formats, bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl
import pyarrow as pa
import xlsxwriter

from checks.records.tables import NEEDED
from tests.fuzz.hostile import CELLS, ENDINGS, HEADINGS, NAMES

SAMPLE: Final = Path(__file__).parents[2] / "sample_data"
ROWS: Final = 12
Grid = list[list[str]]


def sample() -> dict[str, Grid]:
    """The first rows of every table of the sample month, under their headings."""
    tables = {}
    for path in sorted(SAMPLE.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.reader(file))[: 1 + ROWS]
    return tables


def write_folder(number: int, tables: dict[str, Grid], folder: Path) -> list[str]:
    """Write the folder of this number; what was done to it."""
    rng, notes = Random(number), list[str]()
    chosen = [
        *NEEDED,
        *rng.sample([name for name in tables if name not in NEEDED], rng.choice((0, 1, 2))),
    ]
    corrupt = rng.sample(chosen, rng.choice((1, 1, 2, len(chosen))))
    for name in chosen:
        if name in corrupt:
            notes.append(f"[{name}]")
            _write_corrupt(rng, name, tables[name], folder, notes)
        else:
            (folder / f"{name}.csv").write_bytes(_as_csv(Random(0), tables[name], [])[0])
    if rng.random() < 0.06:
        notes.append(_strange(rng, folder))
    return notes


def _write_corrupt(rng: Random, name: str, grid: Grid, folder: Path, notes: list[str]) -> None:
    form = rng.choice((_as_csv, _as_csv, _as_csv, _as_json, _as_parquet, _as_workbook))
    content, ending = form(rng, _changed(rng, grid, notes), notes)
    if rng.random() < 0.35:
        content = _damaged(rng, content, notes)
    if rng.random() < 0.1:
        packed = rng.choice((".gz", ".zst"))
        content, ending = _packed(content, packed), ending + packed
        notes.append(packed)
        if rng.random() < 0.3:
            content = _damaged(rng, content, notes)
    if rng.random() < 0.04:
        ending = rng.choice(ENDINGS)
    place = folder / f"{name}{ending}"
    if rng.random() < 0.15:
        (folder / name).mkdir()
        place = folder / name / (rng.choice(NAMES) + ending)
    notes.append(repr(place.name))
    place.write_bytes(b"" if rng.random() < 0.02 else content)


def _changed(rng: Random, grid: Grid, notes: list[str]) -> Grid:
    """The table with some of its cells, rows, columns and headings changed."""
    head, *body = [list(row) for row in grid]
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        change = rng.choice((_cell, _cell, _cell, _cell, _column, _heading, _rows, _width))
        notes.append(change.__name__.strip("_"))
        change(rng, head, body)
    return [head, *body]


def _cell(rng: Random, head: list[str], body: Grid) -> None:
    row = rng.choice(body)
    if row:
        row[rng.randrange(len(row))] = rng.choice(CELLS)


def _column(rng: Random, head: list[str], body: Grid) -> None:
    column, value = rng.randrange(len(head)), rng.choice(CELLS)
    for row in body:
        if column < len(row) and rng.random() < 0.7:
            row[column] = value


def _heading(rng: Random, head: list[str], body: Grid) -> None:
    column = rng.randrange(len(head))
    head[column] = rng.choice((*HEADINGS, head[column].upper(), f" {head[column]}*"))


def _rows(rng: Random, head: list[str], body: Grid) -> None:
    kind, row = rng.choice(("repeat", "many", "shuffle", "none")), list(rng.choice(body))
    if kind == "shuffle":
        rng.shuffle(body)
    elif kind == "none":
        body[:] = [[""] * len(head)]
    else:
        body += [list(row) for _ in range(1 if kind == "repeat" else rng.choice((5, 200)))]


def _width(rng: Random, head: list[str], body: Grid) -> None:
    column, row = rng.randrange(len(head)), rng.choice(body)
    match rng.choice(("less", "twice", "more", "torn")):
        case "less" if len(head) > 1:
            for each in (head, *body):
                del each[column : column + 1]
        case "twice":
            for each in (head, *body):
                each += each[column : column + 1]
        case "more":
            row += [rng.choice(CELLS)] * rng.choice((1, 3, 50))
        case "torn":
            del row[rng.randrange(len(row) + 1) :]


def _as_csv(rng: Random, grid: Grid, notes: list[str]) -> tuple[bytes, str]:
    separator = rng.choice((",", ",", ",", "\t", ";", "|"))
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=separator, lineterminator=rng.choice(("\n", "\n", "\r\n", "\r"))
    )
    writer.writerows([["导出报表"]] * (rng.random() < 0.1) + grid)
    notes.append(f"csv {separator!r} {encoding}")
    return text.getvalue().encode(encoding, "replace"), ".tsv" if separator == "\t" else ".csv"


def _as_json(rng: Random, grid: Grid, notes: list[str]) -> tuple[bytes, str]:
    head, *body = grid
    rows: list[dict[str, Any]] = [dict(zip(head, row, strict=False)) for row in body]
    odd = (None, 1, 1.5, True, -(10**30), [1, 2], {"a": {"b": []}}, [[[[]]]])
    for row in rows:
        if row and rng.random() < 0.05:
            row[rng.choice(list(row))] = rng.choice(odd)
    notes.append("json")
    if rng.random() < 0.3:
        return json.dumps(rows, ensure_ascii=rng.random() < 0.5).encode("utf-8", "replace"), ".json"
    more = (
        "[]",
        "null",
        "{",
        "[" * 5000,
        '{"a":' * 3000 + "1" + "}" * 3000,
        '{"a":NaN}',
        '{"call_id":1,"call_id":2}',
    )
    lines = [json.dumps(row, ensure_ascii=False) for row in rows] + [rng.choice(more)] * (
        rng.random() < 0.1
    )
    return "\n".join(lines).encode("utf-8", "replace") + b"\n", ".jsonl"


def _as_parquet(rng: Random, grid: Grid, notes: list[str]) -> tuple[bytes, str]:
    head, *body = grid
    names = [name if head.index(name) == n else f"{name}.{n}" for n, name in enumerate(head)]
    cells = {
        name: [row[n] if n < len(row) and row[n] else None for row in body]
        for n, name in enumerate(names)
    }
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))
    for name in names:
        if rng.random() < 0.2:
            frame = frame.with_columns(rng.choice(_typed(rng, len(body))).alias(name))
            notes.append(f"{name}: {frame.schema[name]}")
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue(), rng.choice((".parquet", ".pq"))


def _typed(rng: Random, n: int) -> list[pl.Series]:
    """Columns of the types that Parquet knows, with values at their ends."""
    day = datetime(rng.choice((1, 1700, 2026, 9999)), 10, 3, 9, 5)
    values: tuple[tuple[Any, Any], ...] = (
        (None, pl.Null),
        (2**64 - 1, pl.UInt64),
        (2**100, pl.Int128),
        (-5, pl.Int8),
        (True, pl.Boolean),
        (b"\xff", pl.Binary),
        (time(9, 5), pl.Time),
        (timedelta(days=3), pl.Duration("us")),
        (date(9999, 12, 31), pl.Date),
        (day, pl.Datetime("ms")),
        (datetime(2026, 10, 3, 9, 5), pl.Datetime("ns")),
        (1e300, pl.Float64),
        (float("nan"), pl.Float64),
        (-0.0, pl.Float32),
        ("core", pl.Categorical),
        ("a", pl.Enum(["a"])),
        ([1], pl.List(pl.Int64)),
        ([1, 2], pl.Array(pl.Int64, 2)),
        ({"a": b"\xff"}, pl.Struct({"a": pl.Binary})),
    )
    made = [pl.Series([value] * n, dtype=dtype) for value, dtype in values]
    ends = pl.Series([2**62, -(2**62)] * (n // 2) + [0] * (n % 2), dtype=pl.Int64)
    return [
        *made,
        ends.cast(pl.Datetime("ms")),
        ends.cast(pl.Datetime("us")),
        ends.cast(pl.Duration("us")),
        pl.Series([1] * n).cast(pl.Decimal(30, 5)),
    ]


def _as_workbook(rng: Random, grid: Grid, notes: list[str]) -> tuple[bytes, str]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        if rng.random() < 0.2:
            book.add_worksheet("说明").write_string(0, 0, "读我")
        sheet = book.add_worksheet(rng.choice(("Sheet1", "数据", "calls", "a b'c")))
        for row, cells in enumerate(grid):
            for column, cell in enumerate(cells[:200]):
                chance = rng.random() if row else 1
                if chance < 0.01:
                    sheet.write_number(row, column, rng.choice((1e300, -1, 46000.5)))
                elif chance < 0.02:
                    sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")
                else:
                    sheet.write_string(row, column, cell[:32_000])
        if rng.random() < 0.1:
            sheet.hide()
            book.add_worksheet("z").activate()
    notes.append("workbook")
    return out.getvalue(), ".xlsx"


def _damaged(rng: Random, content: bytes, notes: list[str]) -> bytes:
    broken = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 10))):
        kind, place = (
            rng.choice(("flip", "flip", "cut", "lose", "add", "zero", "quote", "break", "begin")),
            0,
        )
        place = rng.randrange(len(broken)) if broken else 0
        notes.append(f"!{kind}")
        match kind:
            case "flip" if broken:
                broken[place] ^= 1 << rng.randrange(8)
            case "cut":
                del broken[place:]
            case "lose":
                del broken[place : place + rng.choice((1, 10, 500))]
            case "add":
                broken[place:place] = rng.randbytes(rng.choice((1, 4, 100)))
            case "zero":
                broken[place : place + 8] = bytes(8)
            case "quote":
                broken[place:place] = rng.choice((b'"', b'""', b'"\n', b"'", b'\\"'))
            case "break":
                broken[place:place] = rng.choice((b",", b"\t", b"\n", b"\r", b"\r\n", b"\n\n"))
            case "begin":
                broken[:0] = rng.choice(
                    (b"\xef\xbb\xbf", b"\xff\xfe", b"PAR1", b"PK\x03\x04", b"\x1f\x8b")
                )
    return bytes(broken)


def _packed(content: bytes, ending: str) -> bytes:
    if ending == ".gz":
        return gzip.compress(content)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def _strange(rng: Random, folder: Path) -> str:
    """Something else that lies in the folder."""
    kind = rng.choice(("loop", "broken link", "pipe", "device", "folder", "bad name", "hidden"))
    match kind:
        case "loop":
            (folder / "loop").symlink_to(folder)
        case "broken link":
            (folder / "calls_x.csv").symlink_to("/nonexistent")
        case "device":
            (folder / "tickets2.csv").symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(folder / "chats_pipe.jsonl")
        case "folder":
            (folder / "calls" / "more.csv").mkdir(parents=True)
        case "bad name":
            (folder / "bad\udcff.csv").write_bytes(b"x")
        case "hidden":
            (folder / "~$calls.xlsx").write_bytes(b"x")
    return kind
