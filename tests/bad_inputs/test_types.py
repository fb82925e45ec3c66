"""Columns of any type that Parquet and databases know, damaged pages, and names that are no
text."""

from __future__ import annotations

import gzip
import json
import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl
import pytest

from checks.records.tables import NEEDED
from flows.archive.run_folder import json_text
from flows.ingest import IngestOptions, Intake, read_folder
from flows.system.errors import InputError
from flows.system.visible import shown_name

ROWS: Final = 3


def read(folder: Path) -> Intake:
    return read_folder(folder, IngestOptions(absent=frozenset(NEEDED) - {"calls"}))


def calls(**columns: pl.Series) -> pl.DataFrame:
    base = {
        "call_id": pl.Series(["K1", "K2", "K3"]),
        "direction": pl.Series(["inbound"] * ROWS),
        "started_at": pl.Series([datetime(2026, 10, 3, 9, 5)] * ROWS),
    }
    return pl.DataFrame(base | columns)


def same(value: Any, dtype: Any = None) -> pl.Series:
    return pl.Series([value] * ROWS, dtype=dtype) if dtype else pl.Series([value] * ROWS)


def decimal(*texts: str) -> pl.Series:
    return pl.Series(texts).cast(pl.Decimal(30, 5))


TYPES: Final[dict[str, tuple[pl.Series, list[str | None]]]] = {
    "bytes that are text": (same("甲".encode()), ["甲"] * ROWS),
    "bytes that are none": (pl.Series([b"\xff\xfe", b"a", None]), ["0xfffe", "a", None]),
    "durations": (same(timedelta(seconds=5)), ["PT5S"] * ROWS),
    "unsigned of 64 bits": (same(2**64 - 1, pl.UInt64), ["18446744073709551615"] * ROWS),
    "integers of 128 bits": (same(-(2**100), pl.Int128), [str(-(2**100))] * ROWS),
    "decimals": (decimal("100", "1.50", "-0.00001"), ["100", "1.5", "-0.00001"]),
    "times of day": (same(time(9, 5)), ["09:05:00"] * ROWS),
    "dates beyond the calendar": (
        pl.Series([2**31 - 1, 7300, None], dtype=pl.Int32).cast(pl.Date),
        ["2147483647", "1989-12-27", None],
    ),
    "times beyond the calendar": (
        pl.Series([2**62, 630_720_000_000, -(2**62)]).cast(pl.Datetime("ms")),
        [str(2**62), "1989-12-27 00:00:00.000", str(-(2**62))],
    ),
    "categories": (same("core").cast(pl.Categorical), ["core"] * ROWS),
    "nothing at all": (same(None, pl.Null), [None] * ROWS),
    "lists": (same([1, 2]), ["[1, 2]"] * ROWS),
    "structs of anything": (
        same({"a": b"\xff", "b": [date(2026, 10, 3)]}),
        ['{"a": "0xff", "b": ["2026-10-03"]}'] * ROWS,
    ),
    "arrays": (same([1, 2], pl.Array(pl.Int64, 2)), ["[1, 2]"] * ROWS),
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_cell_of_another_type_is_the_text_that_a_person_would_see(
    kind: str, tmp_path: Path
) -> None:
    series, texts = TYPES[kind]
    calls(department=series).write_parquet(tmp_path / "calls.parquet")
    assert (
        read(tmp_path).records["calls"].select("department").collect().to_series().to_list()
        == texts
    )


@pytest.mark.parametrize("column", ["answered_at", "rings"])
@pytest.mark.parametrize(
    "kind", [kind for kind in TYPES if kind not in ("nothing at all", "decimals")]
)
def test_what_is_no_time_and_no_number_is_unreadable_and_keeps_its_row(
    kind: str, column: str, tmp_path: Path
) -> None:
    series, texts = TYPES[kind]
    calls(**{column: series}).write_parquet(tmp_path / "calls.parquet")
    intake = read(tmp_path)
    cells = intake.records["calls"].select(column, f"{column}_unreadable").collect()
    filled = [text is not None for text in texts]
    assert [marked or value is not None for value, marked in cells.rows()] == filled
    assert intake.issues.filter(column=column).height == sum(marked for _, marked in cells.rows())
    assert intake.accounting["calls"]["accepted"] == ROWS


def test_whole_decimals_are_numbers(tmp_path: Path) -> None:
    calls(rings=decimal("3.00", "10", "2.5")).write_parquet(tmp_path / "calls.parquet")
    cells = read(tmp_path).records["calls"].select("rings", "rings_unreadable").collect()
    assert cells.rows() == [(3, False), (10, False), (None, True)]


def test_a_required_cell_of_another_type_puts_its_row_aside(tmp_path: Path) -> None:
    frame = calls(started_at=pl.Series([2**62, 630_720_000_000, -(2**62)]).cast(pl.Datetime("ms")))
    frame.with_columns(pl.Series("direction", [b"inbound", b"\xff", b"inbound"])).write_parquet(
        tmp_path / "calls.parquet"
    )
    with pytest.raises(
        InputError,
        match=r"none of 3 rows is readable; the first: calls\.parquet, row 2, started_at",
    ):
        read(tmp_path)


def test_a_damaged_page_is_told_with_its_file(tmp_path: Path) -> None:
    """Whatever byte is wrong: one line that names the file, or records that are all there."""
    rng = Random(6415)
    calls(department=pl.Series(["甲" * 50, "乙" * 50, "丙" * 50])).write_parquet(
        tmp_path / "whole.pq", compression="snappy"
    )
    whole = (tmp_path / "whole.pq").read_bytes()
    (tmp_path / "whole.pq").unlink()
    refused = 0
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(rng.choice((1, 3, 20))):
            broken[rng.randrange(4, len(broken) - 8)] = rng.randrange(256)
        (tmp_path / "calls.parquet").write_bytes(broken)
        try:
            assert read(tmp_path).records["calls"].collect().height <= ROWS
        except InputError as error:
            refused += 1
            assert (
                str(error).startswith("calls") and "\n" not in str(error) and len(str(error)) < 400
            )
    assert refused > 20


NAMES: Final = (
    b"\xff\xfe.csv",
    b"a\nb.csv",
    b"a\x1b[31m.csv",
    b"a[1]*.csv",
    b"a{b}.jsonl",
    b"*.jsonl",
    b"?.parquet",
    b"\xe9.csv.gz",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_whatever_its_name(name: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    path, frame = folder / os.fsdecode(name), calls()
    match path.suffix:
        case ".jsonl":
            path.write_text(
                "".join(json.dumps(row, default=str) + "\n" for row in frame.to_dicts())
            )
        case ".parquet":
            with path.open("wb") as file:
                frame.write_parquet(file)
        case ".gz":
            path.write_bytes(gzip.compress(frame.write_csv().encode()))
        case _:
            path.write_text(frame.write_csv())
    (folder / "a1b.jsonl").write_text("")  # what a pattern would match as well
    (folder / "a1b.jsonl").unlink()
    intake = read(tmp_path)
    (source,) = intake.sources
    assert source.path == f"calls/{shown_name(os.fsdecode(name))}"
    assert source.path.isprintable()
    assert intake.records["calls"].collect()["_file"].unique().to_list() == [source.path]


def test_a_path_that_is_no_text_can_be_kept_and_found_again() -> None:
    written = json_text({"data": "/exports/\udcff"})
    assert json.loads(written.encode())["data"] == "/exports/\udcff"
