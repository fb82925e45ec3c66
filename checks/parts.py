"""A part: rows that can be examined alone, because what belongs together has one key.

Everything that is cut is cut here: the records of a month too long to be judged or put in order at
once, obligations too many to be grouped at once, what each machine of a cluster judges. Rows are
told apart by what their key says, not by where they stand, and by a hash that is the same on every
machine and of every version of the libraries: so are the parts, and the order of what comes of
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

_BYTES: Final = 8
_ODD: Final = 0xD6E8FEB86659FD93
"""A factor that carries every bit of a number to its upper half."""
_HALF: Final = 1 << 32


@dataclass(frozen=True)
class Part:
    """Part `number` (from 0) of `of`."""

    number: int = 0
    of: int = 1

    def holds(self, key: pl.Expr) -> pl.Expr:
        """Whether rows of that key (String) fall into this part; null where the key is."""
        return hold((self,), key)

    def split(self, rows: int, at_once: int) -> list[Part]:
        """The parts of this part of about `at_once` of its `rows` each; itself if that are
        enough."""
        times = max(-(-rows // at_once), 1)
        return [Part(self.number + n * self.of, self.of * times) for n in range(times)]


WHOLE: Final = Part()


def hold(parts: Sequence[Part], key: pl.Expr) -> pl.Expr:
    """Whether rows of that key fall into one of these parts, which are of equally many."""
    return (hashed(key) % parts[0].of).is_in([part.number for part in parts])


def hashed(key: pl.Expr) -> pl.Expr:
    """UInt64, evenly below 2**32: of the key's first and last eight bytes; names of records differ
    in one of them, as `GD202610-000001` and `000001@im.example` do."""
    padded = key.str.pad_start(_BYTES, "\0").cast(pl.Binary)
    first, last = (
        end.bin.reinterpret(dtype=pl.UInt64, endianness="little")
        for end in (padded.bin.head(_BYTES), padded.bin.tail(_BYTES))
    )
    odd, half = pl.lit(_ODD, pl.UInt64), pl.lit(_HALF, pl.UInt64)
    once = last * odd + first
    return (once ^ (once // half)) * odd // half


def apart(frame: pl.LazyFrame, key: str, at_once: int) -> Iterator[pl.LazyFrame]:
    """A frame too long to be grouped at once in parts of about `at_once` rows, those of one key
    (never null) together; the frame itself if it is short."""
    rows = frame.select(pl.len()).collect(engine="streaming").item()
    parts = WHOLE.split(rows, at_once)
    for part in parts:
        yield frame.filter(part.holds(pl.col(key))) if len(parts) > 1 else frame
