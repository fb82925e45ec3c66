"""What was found, as it may leave the run: personal data in words that people wrote are masked,
unless the configuration shows them. Whatever is written later is written of this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from checks.numbers.whole import Metrics
from checks.text.masking import mask_column, mask_values

FINDING_WORDS: Final = ("response",)
CONDUCT_WORDS: Final = ("words", "text")
DEFECT_WORDS: Final = ("value", "reason")
REGISTER_WORDS: Final = ("detail", "response")
"""Columns that hold words which people wrote: of findings, of findings of conduct, of defects (a
reason may quote), of the register."""
IDENTIFIERS: Final = frozenset(
    {
        "finding_id",
        "subject_id",
        "subject",
        "customer_id",
        "conversation_id",
        "message_id",
        "sender_id",
        "person",
        "responsible",
        "department",
        "departments",
        "numbers",
        "by_person",
        "by_department",
        "persons",
    }
)
"""Keys of metrics.json under which stands who or which record it was: the evidence, which joins
with other files."""


def words_masked(frame: pl.DataFrame, columns: tuple[str, ...], shown: bool) -> pl.DataFrame:
    """The frame with these columns masked, unless personal data are `shown`."""
    return frame if shown else frame.with_columns(mask_column(name) for name in columns)


def metrics_masked(metrics: Metrics, shown: bool) -> Metrics:
    """The numbers, and the words among them masked, unless personal data are `shown`.

    The cases told step by step and the list of people hold no words that anybody wrote, but keys
    that join with other files.
    """
    if shown:
        return metrics
    masked: Metrics = mask_values(metrics, IDENTIFIERS)
    return replace(masked, cases=metrics.cases, people=metrics.people)
