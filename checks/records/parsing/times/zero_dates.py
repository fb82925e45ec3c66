"""What databases and office software write for "no time": such a cell is empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

EPOCH: Final = datetime(1970, 1, 1)
ZEROS: Final = (
    EPOCH,
    datetime(1900, 1, 1),
    datetime(1899, 12, 30),
    datetime(1899, 12, 31),
    datetime(1, 1, 1),
)
"""Unix, SQL Server, Excel and OLE, .NET and Go."""
BEFORE: Final = datetime(1970, 1, 3)
"""Zero dates of every zone lie before."""
DATES: Final = (
    r"0000[-/.年]?00?[-/.月]?00?日?|0001[-/.年]?0?1[-/.月]?0?1日?|1970[-/.年]?0?1[-/.月]?0?1日?"
    r"|1900[-/.年]?0?1[-/.月]?0?[01]日?|1899[-/.年]?12[-/.月]?3[01]日?"
    r"|00?[-/.]00?[-/.]0000|0?1[-/.]0?[01][-/.]1900|0?[01][-/.]0?1[-/.]1900|12/3[01]/1899|3[01]/12/1899"
    r"|0?1[-/.]0?1[-/.](?:0001|1970)"
)
CLOCK: Final = (
    r"0?0[:时](?:0?0[:分]?(?:0?0秒?(?:[.,:]0+)?)?)?|(?:上午|凌晨|[Aa][Mm])"
    r" ?12:00(?::00)?|12:00(?::00)? ?[Aa][Mm]"
)
ZONE: Final = r"(?:Z|UTC|GMT)?(?:[+-][0-9]{2}(?::?[0-9]{2})?)?"
ZERO: Final = (
    rf"(?i)^(?:0+(?:\.0*)?|(?:{DATES})(?:(?:[T ]+|日)?(?:{CLOCK}))?(?: ?{ZONE})|0{{14,17}})$"
)
"""`0`, `0000-00-00`, `1900/1/0 0:00`, `0001-01-01T00:00:00Z`, `12/30/1899 12:00:00 AM` …"""


def zero_texts(text: pl.Series) -> pl.Series:
    """Whether half-width stripped texts are zero dates."""
    return text.str.contains(ZERO).fill_null(False)


def zero_instants(at: pl.Expr, offset: timedelta) -> pl.Expr:
    """Whether an instant of a clock with this offset is a zero date; `1970-01-01` is one in UTC,
    too."""
    return at.is_in([*ZEROS, EPOCH + offset])
