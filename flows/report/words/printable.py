"""Data as ink: whatever a record holds becomes text that can be printed, and what can't is replaced
visibly and counted.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Final

from checks.text.masking import mask_name, mask_text
from flows.system.errors import KelouError

FAMILIES: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC")
MAX_LENGTH: Final = 120
"""Characters of one cell; the rest is in the attached files."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACE: Final = re.compile(r"[ \t\r\n\u3000\xa0]+")


@cache
def printable_characters() -> frozenset[int]:
    """Code points that every family of the report can draw. Raises KelouError when a family is not
    installed."""
    found = [charset(family, weight) for family in FAMILIES for weight in ("regular", "bold")]
    return frozenset.intersection(*found)


def charset(family: str, weight: str = "regular") -> frozenset[int]:
    """Code points that a face of the system has. Raises KelouError when the family is not
    installed."""
    if shutil.which("fc-match") is None:
        raise KelouError("fontconfig is not installed; `kelou doctor` shows what to install")
    command = ["fc-match", "-f", "%{family}|%{charset}", f"{family}:{weight}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    name, _, ranges = answer.partition("|")
    if family not in name.split(","):
        raise KelouError(
            f"the font {family} is not installed; `kelou doctor` shows what to install"
        )
    spans = (part.partition("-") for part in ranges.split())
    ranges_of = (range(int(low, 16), int(high or low, 16) + 1) for low, _, high in spans)
    return frozenset(chain.from_iterable(ranges_of))


@dataclass
class Printable:
    """Prepares data for one document and counts what it had to change.

    `replaced`: characters without a glyph, shown as their code point; `shortened`: texts cut at
    MAX_LENGTH.
    """

    show_personal: bool = False
    mask_staff: bool = False
    replaced: int = field(default=0, init=False)
    shortened: int = field(default=0, init=False)

    def free(self, text: object) -> str:
        """Words that a person wrote."""
        # Masked first: what is shortened or drawn otherwise may not look like a number any more.
        return self.text(text if self.show_personal else mask_text(str(text)))

    def agent(self, name: object) -> str:
        """The name or id of somebody of the staff."""
        words = self.text(name)
        return mask_name(words) if self.mask_staff else words

    def text(self, text: object) -> str:
        """Identifiers, and everything else that is never masked."""
        words = _SPACE.sub(" ", str(text)).strip()
        if len(words) > MAX_LENGTH:
            self.shortened += 1
            words = f"{words[:MAX_LENGTH]}…(+{len(words) - MAX_LENGTH:,})"
        return words if all(map(_can_draw, words)) else "".join(map(self._drawn, words))

    def _drawn(self, character: str) -> str:
        if _can_draw(character):
            return character
        self.replaced += 1
        return f"〔U+{ord(character):04X}〕"


@cache
def _can_draw(character: str) -> bool:
    if character.isascii() and character.isprintable():
        return True
    code = ord(character)
    if unicodedata.category(character) in _INVISIBLE or _is_emoji(code):
        return False
    return code in printable_characters()


def _is_emoji(code: int) -> bool:
    """Ranges that text layout hands to an emoji font even where another font has the glyph."""
    return 0x1F000 <= code < 0x20000 or 0x2600 <= code < 0x27C0 or 0xFE00 <= code < 0xFE10
