"""Personal data in free text: the one place that knows their forms. Masked in whatever leaves a
run, by default.

Telephone numbers (mobile, fixed, 400 and 800, foreign ones with + or 00), numbers of identity cards
and of bank cards keep their first three and last two digits, mail addresses their first letter and
domain, licence plates their first two characters; however they are written: full-width, in Chinese
numerals, with spaces, dots, dashes or brackets, between letters. Dates, times, amounts and numbers
of tickets are none of these. Names of people keep their first character. Every pattern is bounded,
so that the time is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from operator import is_
from typing import Any, Final

import polars as pl

_DIGITS: Final = {
    code: str(unicodedata.decimal(chr(code)))
    for code in (*range(0x80, 0x10000), *range(0x1D7CE, 0x1D800))
    if unicodedata.category(chr(code)) == "Nd"
}
_DASHES: Final = dict.fromkeys(
    (0x00AD, *range(0x2010, 0x2016), 0x2043, 0x2212, 0x30FC, 0xFE58, 0xFE63, 0xFF0D), "-"
)
_BLANKS: Final = dict.fromkeys((0xA0, *range(0x2000, 0x200E), 0x202F, 0x2060, 0x3000, 0xFEFF), " ")
_OTHERS: Final = str.maketrans("＠．。·•＋（）＿", "@....+()_")
_LETTERS: Final = {0xFF21 + n + case: chr(0x41 + n + case) for n in range(26) for case in (0, 32)}
_PLAIN: Final[dict[int, str | int]] = {**_LETTERS, **_DIGITS, **_DASHES, **_BLANKS, **_OTHERS}
"""Character by character, so that a place in the plain text is the same place in the text."""

_S: Final = r"[\s.\-_]{0,2}"
_COUNTRY: Final = rf"(?:\(?(?:\+|00)?86\)?{_S}(?:\(0\))?)?"
_MOBILE: Final = (
    rf"{_COUNTRY}(?:1[3-9]\d(?:[.\-_]{{0,2}}\d){{8}}|1[3-9]\d{_S}(?:\d{{4}}{_S}\d{{4}}|\d{{3}}{_S}\d{{5}}|\d{{5}}{_S}\d{{3}}"
    rf"|\d\d{_S}\d{{3}}{_S}\d{{3}}|(?:\d\d{_S}){{4}}|\d{{8}})|1[3-9]\d\d[.\-_](?:\d{{3}}[.\-_]\d{{4}}|\d{{4}}[.\-_]\d{{3}}))"
)
_FIXED: Final = rf"{_COUNTRY}\(?0(?:10|2\d|[3-9]\d\d)\)?{_S}\d{{3,4}}{_S}\d\d{_S}\d\d"
_ABROAD: Final = r"(?:\(?\+|(?<![A-Za-z\-])00)[1-9]\d{0,3}\)?(?:[\s.\-()]{0,2}\d){6,12}"
_SERVICE: Final = rf"[48]00(?:[.\-_]{{0,2}}\d){{7}}|[48]00{_S}\d{{3}}{_S}\d{{4}}"
_PROVINCE: Final = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123])"
_DAY: Final = rf"(?:0[1-9]|1[0-2]){_S}(?:0[1-9]|[12]\d|3[01])"
_IDENTITY: Final = (
    rf"{_PROVINCE}\d{{4}}{_S}(?:18|19|20)"
    rf"\d\d{_S}{_DAY}{_S}\d{{3}}[\dXx]|{_PROVINCE}\d{{6}}{_DAY}\d{{3}}"
)
_BANK: Final = rf"[3-6]\d{{3}}(?:{_S}\d{{4}}){{3}}(?:{_S}\d{{1,3}})?"
_NUMBER: Final = re.compile(
    rf"(?<!\d)(?:{'|'.join((_IDENTITY, _MOBILE, _BANK, _SERVICE, _FIXED, _ABROAD))})(?!\d)"
)
_NO_NUMBER: Final = re.compile(
    r"(?:19|20)\d\d[\-./]\d{1,2}[\-./]\d{1,2}(?!\d)|^\d{1,3}(?:\.\d{1,3}){3}$"
)
"""A date, or an address in a network, that happens to have as many digits."""
_CHECKSUM: Final = re.compile(r"[0-9a-f]{32,}")
_NUMERAL: Final = "零〇一二三四五六七八九幺"
_SPOKEN: Final = re.compile(
    rf"(?<![{_NUMERAL}])[一幺]{_S}[三四五六七八九](?:{_S}[{_NUMERAL}]){{9}}(?![{_NUMERAL}])"
)
_OF_PLATES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_PLATE: Final = re.compile(
    rf"[{_OF_PLATES}][A-HJ-NP-Z][ .\-]?(?=[A-Z]{{0,6}}\d)"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)
_LOCAL_BACKWARDS: Final = re.compile(r"[A-Za-z0-9._%+\-]+|[\u4e00-\u9fff]{1,4}")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9\u4e00-\u9fff\-]{1,63}\.[A-Za-z0-9\u4e00-\u9fff\-]")
_BETWEEN: Final = r"[\s\p{Pd}\p{Cf}._()（）．。·•＿−ー]{0,3}"
SUSPECT: Final = (
    rf"\d(?:{_BETWEEN}\d){{6}}|[@＠]|[{_NUMERAL}](?:{_BETWEEN}[{_NUMERAL}]){{4}}"
    rf"|[{_OF_PLATES}][A-ZＡ-Ｚ]{_BETWEEN}[A-Z0-9Ａ-Ｚ０-９]{{4}}"
)
"""What a text must hold to hold any of all this; looked for by Rust's engine, which does it in no
time."""
_TIMES: Final = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)?"
"""Times as they are written everywhere, which are not to be suspected."""

_HINT: Final = re.compile(
    rf"\d(?:\D{{0,3}}\d){{6}}|[@＠]|[{_NUMERAL}]\D{{0,3}}[{_NUMERAL}]|[{_OF_PLATES}][A-ZＡ-Ｚ]"
)
_ONLY_A_TIME: Final = re.compile(_TIMES)

Span = tuple[int, int, str]
"""From, to, and what is shown in its place."""


def mask_text(text: str) -> str:
    """`电话13812345678` -> `电话138******78`, `li.si@example.com` -> `l***@example.com`."""
    if not _HINT.search(text) or _ONLY_A_TIME.fullmatch(text):
        return text
    plain = text if text.isascii() else text.translate(_PLAIN)
    parts, at = [], 0
    for start, end, shown in sorted(
        [*_numbers(plain), *_spoken(plain), *_mails(plain), *_plates(plain)]
    ):
        if start >= at:
            parts += [text[at:start], shown]
            at = end
    return "".join(parts) + text[at:]


def mask_name(name: str) -> str:
    """`王小明` -> `王**`."""
    return name[:1] + "*" * (min(len(name), 3) - 1) if len(name) > 1 else "*"


def mask_column(column: str) -> pl.Expr:
    """The same as `mask_text` over a String column of a frame."""
    return pl.col(column).map_batches(mask_series, return_dtype=pl.String(), is_elementwise=True)


def mask_series(texts: pl.Series) -> pl.Series:
    """The same over a String series; each distinct text is looked at once, and only where it holds
    something."""
    bare = texts.str.replace_all(_TIMES, " ")
    suspect = texts.filter(bare.str.contains(SUSPECT).fill_null(False)).unique()
    shown = pl.Series([mask_text(text) for text in suspect], dtype=pl.String)
    return texts.replace(suspect, shown) if len(suspect) else texts


def mask_values(value: Any, kept: frozenset[str] = frozenset()) -> Any:
    """The same over every text of a JSON-like value or a dataclass, the keys of dictionaries
    included; what stands under a key or field of `kept` stays. What nothing is masked in is
    returned as it is."""
    if isinstance(value, str):
        return mask_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        cells = {field.name: getattr(value, field.name) for field in fields(value)}
        masked = {name: mask_values(v, kept) for name, v in cells.items() if name not in kept}
        changed = {name: v for name, v in masked.items() if v is not cells[name]}
        return replace(value, **changed) if changed else value
    if isinstance(value, dict):
        return {mask_values(k): v if k in kept else mask_values(v, kept) for k, v in value.items()}
    if isinstance(value, list | tuple):
        parts = [mask_values(each, kept) for each in value]
        return value if all(map(is_, parts, value)) else type(value)(parts)
    return value


def _numbers(plain: str) -> Iterator[Span]:
    checksums = [found.span() for found in _CHECKSUM.finditer(plain)]
    at = 0
    while found := _NUMBER.search(plain, at):
        start, end = found.span()
        if _NO_NUMBER.search(found[0]) or any(
            low <= start and end <= high for low, high in checksums
        ):
            at = start + 1
            continue
        yield start, end, _shown(found[0])
        at = end


def _shown(number: str) -> str:
    digits = re.sub(r"[^0-9Xx]", "", number)
    if national := re.fullmatch(r"(?:00)?86(1[3-9]\d{9}|0\d{9,11})", digits):
        digits = national[1]
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


def _spoken(plain: str) -> Iterator[Span]:
    for found in _SPOKEN.finditer(plain):
        yield *found.span(), f"{found[0][:1]}{'*' * 10}"


def _mails(plain: str) -> Iterator[Span]:
    at = plain.find("@")
    while at >= 0:
        before = plain[max(0, at - 64) : at][::-1]
        if (local := _LOCAL_BACKWARDS.match(before)) and _DOMAIN.match(plain, at + 1):
            yield at - len(local[0]), at, f"{local[0][-1]}***"
        at = plain.find("@", at + 1)


def _plates(plain: str) -> Iterator[Span]:
    for found in _PLATE.finditer(plain):
        yield *found.span(), f"{found[0][:2]}{'*' * 5}"
