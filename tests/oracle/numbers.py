"""Telephone numbers, compared by their digits."""

from __future__ import annotations

import re
import unicodedata


def digits(number: str) -> str | None:
    """What is compared: a mobile number without whatever stands before it; else without 86 and one
    leading 0."""
    text = unicodedata.normalize("NFKC", number).strip()
    address = re.fullmatch(r"(?i)sips?:([^@]*)(@.*)?", text)
    bare = re.sub(r"[^0-9]", "", address[1] if address else text)
    mobile = re.fullmatch(r"\d{0,4}(1[3-9]\d{9})", bare)
    if mobile:
        return mobile[1]
    bare = re.sub(r"^(0086|86)(?=\d{10})", "", bare)
    return re.sub(r"^0", "", bare) or None


def numbers_in(contact: str) -> set[str]:
    """Every number of a `contact` cell."""
    found = set()
    for part in re.split(r"[/,，;；、\r\n]", contact):
        pieces = part.split()
        apart = len(pieces) > 1 and all(len(re.sub(r"\D", "", piece)) >= 7 for piece in pieces)
        found |= {digits(without_extension(piece)) for piece in (pieces if apart else [part])}
    return {number for number in found if number}


def without_extension(number: str) -> str:
    return re.split(r"(?i)(?<=\d)\s*(?:转|ext|x)", number, maxsplit=1)[0]
