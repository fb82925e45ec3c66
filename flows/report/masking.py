"""Personal data, masked by default in everything that is passed on.

Free text: Chinese mobile and fixed-line numbers keep their first three and last two digits, mail addresses their first
letter and domain. Names of private customers and, on request, of agents keep their first character.
Identifiers (tickets, calls, customers) are never touched: they are the evidence.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

_PHONE: Final = r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}"
_PHONE_IN_TEXT: Final = re.compile(rf"(?<![0-9A-Za-z_])({_PHONE})(?![0-9A-Za-z_])")
_MAIL: Final = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_FULL_WIDTH: Final = {0xFF10 + i: str(i) for i in range(10)} | {0xFF20: "@", 0xFF0E: "."}


def mask_text(text: str) -> str:
    """`电话13812345678` -> `电话138******78`, `li.si@example.com` -> `l***@example.com`."""
    plain = text.translate(_FULL_WIDTH)
    masked = _MAIL.sub(r"\1***@\2", _PHONE_IN_TEXT.sub(lambda m: _masked_number(m[1]), plain))
    return text if masked == plain else masked


def mask_name(name: str) -> str:
    """`王小明` -> `王**`."""
    return name[:1] + "*" * (min(len(name), 3) - 1) if len(name) > 1 else "*"


def mask_column(column: str) -> pl.Expr:
    """The same as `mask_text` over a String column of a frame."""
    return pl.col(column).map_elements(mask_text, return_dtype=pl.String, skip_nulls=True)


def _masked_number(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"
