"""Where what was read waits to be judged: memory while it is small, Parquet in a temporary folder
when it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

_ODD: Final = re.compile(r"[\x00-\x1f\x7f*?\[\]{}\ud800-\udfff]")
"""What a library can't pass on, or reads as a pattern of names."""
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]+")
SMALL: Final = 1 << 20
"""Bytes of source that are kept in memory, and so go to another process within the message."""
TOGETHER: Final = 200_000
"""Rows of text that are parsed together. The engine hands text over a thousand or ten thousand rows
at a time, and what is parsed in Python costs as much for these as for all."""
LARGEST: Final = 256 << 20
"""Bytes of text from which on fewer rows are parsed together."""


def _many(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows of the frame, TOGETHER or LARGEST at a time."""
    held: list[pl.DataFrame] = []
    rows = size = 0
    for batch in frame.collect_batches(engine="streaming"):
        held.append(batch)
        rows, size = rows + batch.height, size + int(batch.estimated_size())
        if rows >= TOGETHER or size >= LARGEST:
            yield pl.concat(held, rechunk=True)
            held, rows, size = [], 0, 0
    if held:
        yield pl.concat(held, rechunk=True)


class Staging:
    """Temporary files that live as long as this object."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._numbers = count()

    def __reduce__(self) -> tuple[type[Staging], tuple[()]]:
        """In another process it owns nothing: the files go when they are not needed here any
        more."""
        return Staging, ()

    def path(self, suffix: str) -> Path:
        """A new file name."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="kelou-", ignore_cleanup_errors=True)
        return Path(self._folder.name) / f"{next(self._numbers):05}{suffix}"

    def plain(self, path: Path) -> Path:
        """The file under a name that every library can open and none takes for a pattern: itself,
        or a link to it."""
        if not _ODD.search(str(path)):
            return path
        link = self.path(path.suffix if _ENDING.fullmatch(path.suffix) else "")
        link.symlink_to(path.absolute())
        return link

    def keep(self, frame: pl.LazyFrame, size: int) -> pl.LazyFrame:
        """Compute `frame`, which comes from about `size` bytes, once."""
        return frame.collect(engine="streaming").lazy() if size <= SMALL else self.put(frame)

    def parsed(
        self, frame: pl.LazyFrame, size: int, parse: Callable[[pl.LazyFrame], pl.LazyFrame]
    ) -> pl.LazyFrame:
        """Compute once what `parse`, which looks at rows one by one, makes of the text in `frame`;
        both come from about `size` bytes."""
        if size <= SMALL:
            return self.keep(parse(frame), size)
        paths = []
        for rows in _many(frame):
            paths.append(self.path(".parquet"))
            found = parse(rows.lazy()).collect(engine="in-memory")
            found.write_parquet(paths[-1], compression="lz4")
        if not paths:
            return parse(pl.LazyFrame(schema=frame.collect_schema()))
        return pl.scan_parquet(paths, glob=False)

    def put(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Compute `frame` once, into a file."""
        path = self.path(".parquet")
        frame.sink_parquet(path, compression="lz4")
        return pl.scan_parquet(path, glob=False)
