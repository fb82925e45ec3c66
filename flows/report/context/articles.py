"""How a clause is cited: 第六条(一) in Chinese, as the register has it; art. 6(1) in English."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {digit: n for n, digit in enumerate("一二三四五六七八九", start=1)}
_ARTICLE: Final = re.compile(r"第([一二三四五六七八九十]+)条")
_ITEM: Final = re.compile(r"[(（]([一二三四五六七八九十]+)[)）]")
_PART: Final = re.compile(r"(?:part )?(?<![一-鿿])([一二三四五六七八九十]+)(?![一-鿿])(?=(\d?))")


def cited(text: str, lang: str) -> str:
    """An article as the register writes it (`第六条(一)2`, `三(一)1`), or words that name some, in
    the form of the language.
    """
    if lang == "zh":
        return text
    words = _ARTICLE.sub(
        lambda m: f"art. {number(m[1])}", re.sub(r"续(?=\w)", "cont. ", text).replace("续", "cont")
    )
    words = _ITEM.sub(lambda m: f"({number(m[1])})", words)
    return _PART.sub(lambda m: f"part {number(m[1])}{'.' if m[2] else ''}", words)


def number(numeral: str) -> int:
    """`十四` -> 14, `二十` -> 20."""
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
