"""Characters that give orders (to a terminal, to the order of a line) or belong to no text, shown
instead of obeyed."""

from __future__ import annotations

import re
from typing import Final

_ORDERS: Final = (
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
)
"""Controls but tab and newline, marks and overrides of direction, line separators, what is no
character."""
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
LONGEST: Final = 500
"""Characters of a line of a message; what is longer repeats somebody's data."""


def _code(number: int) -> str:
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


CODES: Final = {number: _code(number) for number in _ORDERS}
"""What stands for each of them, by code point."""


def visible(text: str) -> str:
    """`\\x1b[31m` stands as these seven characters; tabs and line ends stay. Bytes of a name that
    are no text too."""
    shown = text.replace("\r\n", "\n").translate(CODES)
    # A byte that was no UTF-8 stands as a surrogate, which no stream and no file can take.
    return shown if shown.isascii() else _SURROGATES.sub(lambda m: _lone(ord(m[0])), shown)


def shown_name(path: str) -> str:
    """A file's name in a message or a record of a run: on one line, and writable in UTF-8."""
    return visible(path).replace("\n", "\\n").replace("\t", "\\t")


def _lone(number: int) -> str:
    return _code(number - 0xDC00) if 0xDC80 <= number <= 0xDCFF else _code(number)


def message(text: str) -> str:
    """At most two lines that a person can read; what a record adds to them is cut and can't command
    the terminal."""
    first, *rest = [
        " ".join(line.split()) for line in visible(text).splitlines() if line.strip()
    ] or [""]
    lines = [first, " ".join(rest)] if rest else [first]
    return "\n".join(line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines)
