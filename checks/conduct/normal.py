"""The form in which a message is compared: no disguise by width, spacing, invisible or traditional
characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

CLAUSE: Final = r"[^,。!?;]+[,。!?;]*"
"""A clause and the punctuation that ends it, in a normal text."""
_NOISE: Final = r"[\p{Z}\p{C}\p{M}\p{S}\u{115F}\u{1160}]|[\p{P}--[,。!?;%]]"
"""Spaces, what is invisible, marks upon characters, symbols, and punctuation that parts no
clauses."""
_BREAK: Final = r"[\r\n]+|\.{2,}|。{2,}|[—―]{2,}|[、:]"


def normal(text: pl.Expr, simplified: Mapping[str, str]) -> pl.Expr:
    """Half width (NFKC), lower case, simplified; clauses parted by `,。!?;`, no other marks, no
    spaces; null is empty.

    A line break and an ellipsis part clauses; anything invisible or merely decorative between
    characters goes.
    """
    plain = text.fill_null("").str.normalize("NFKC").str.to_lowercase()
    if simplified:
        plain = plain.str.replace_many(dict(simplified))
    parted = plain.str.replace_all(_BREAK, ",")
    return parted.str.replace_all(_NOISE, "")
