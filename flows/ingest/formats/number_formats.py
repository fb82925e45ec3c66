"""What Excel shows of a whole number whose format writes leading zeros (`00000`) or something
before it (`"C"0000`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

Show = Callable[[int], str]

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]|(?P<gap>[_*]).'
    r"|(?P<number>General|[0#])|(?P<plain>[-+$():!^&'~{}<>= ]|[^\x00-\x7f])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOURS: Final = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+)$", re.IGNORECASE
)
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*')


@cache
def shown(code: str) -> Show | None:
    """How the format `code` shows whole numbers from 0, or None: as they are stored, or as no
    identifier is (dates, fractions, percent, powers of ten, thousands)."""
    sections = _SECTION.match(code)
    tokens = _tokens(sections.group() if sections else code)
    if tokens is None:
        return None
    places = [at for at, (kind, _) in enumerate(tokens) if kind == "number"]
    before = "".join(text for _, text in tokens[: places[0]]).strip() if places else ""
    zeros = sum(text == "0" for kind, text in tokens if kind == "number")
    general = any(len(tokens[at][1]) > 1 for at in places)
    if not places or not (before or zeros > 1) or (general and len(places) > 1):
        return None
    return lambda number: _written(tokens, places[0], number)


def _tokens(section: str) -> list[tuple[str, str]] | None:
    """`number` (a place for a digit, or General) and `literal` tokens; None for a format of another
    kind."""
    tokens = []
    for found in _TOKEN.finditer(section):
        kind, text = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "other" or (kind == "bracket" and not _COLOURS.match(text)):
            return None
        if kind not in ("gap", "bracket"):
            tokens.append(("number" if kind == "number" else "literal", text))
    return tokens


def _written(tokens: list[tuple[str, str]], first: int, number: int) -> str:
    """Digits fill the places from the right; what is left of them goes to the first."""
    general = len(tokens[first][1]) > 1
    digits, out = str(number) if number or general else "", []
    for at in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[at]
        if kind == "literal":
            out.append(text)
            continue
        take = len(digits) if at == first else 1
        digit, digits = digits[len(digits) - take :], digits[: len(digits) - take]
        out.append(digit or (text if text == "0" else ""))
    return "".join(reversed(out)).strip()
