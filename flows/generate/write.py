"""Generated tables to files: one CSV file or a folder of Parquet files per table, the folder whole
or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import polars as pl

from flows.system.errors import UsageError

Format = Literal["csv", "parquet"]
INSTANT_FORMAT = "%Y-%m-%d %H:%M:%S"


def write(
    portions: Iterable[tuple[str, dict[str, pl.DataFrame]]],
    out: Path,
    form: Format,
    tell: Callable[[dict[str, int]], None] = lambda rows: None,
) -> dict[str, int]:
    """Write all portions to the folder `out`, which must not exist or be empty; rows written per
    table.

    Raises UsageError when `out` holds anything or can't be written. `tell` hears of the rows after
    every portion.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"{out} is not an empty folder: nothing was generated.\nName a new folder with --out."
        )
    try:
        return _write(portions, out, form, tell)
    except OSError as error:
        raise UsageError(
            f"{error.filename or out}: {error.strerror or error}.\nName another folder with --out."
        ) from error


def _write(
    portions: Iterable[tuple[str, dict[str, pl.DataFrame]]],
    out: Path,
    form: Format,
    tell: Callable[[dict[str, int]], None],
) -> dict[str, int]:
    out.parent.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        folder = Path(scratch) / "data"
        folder.mkdir()
        for name, tables in portions:
            for table, frame in tables.items():
                _append(frame, folder, table, name, form, first=table not in rows)
                rows[table] = rows.get(table, 0) + len(frame)
            tell(rows)
        if out.exists():
            out.rmdir()
        shutil.move(folder, out)
    return rows


def _append(
    frame: pl.DataFrame, folder: Path, table: str, portion: str, form: Format, first: bool
) -> None:
    if form == "parquet":
        (folder / table).mkdir(exist_ok=True)
        frame.write_parquet(
            folder / table / f"{portion}.parquet", compression="zstd", compression_level=1
        )
        return
    with (folder / f"{table}.csv").open("ab") as file:
        frame.write_csv(file, include_header=first, datetime_format=INSTANT_FORMAT)
