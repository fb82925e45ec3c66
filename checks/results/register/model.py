"""What an entry of the register holds, and the numbers of entries that are no case."""

from __future__ import annotations

import hashlib
from typing import Final

import polars as pl

KINDS: Final = (
    "timeliness",
    "record",
    "evidence",
    "manual",
    "conduct",
    "completeness",
    "data",
)
"""A step too late or open; a record that a step must leave; a duty that registers show; what people
saw; what was said; fields that forms ask for; what nobody records or nobody could read."""
STATES: Final = (
    "open",
    "answered",
    "corrected",
    "verified",
    "disputed",
    "upheld",
    "withdrawn",
)
"""`answered`: the audited side said something; `corrected`: it says that it is put right;
`verified`: somebody else has seen that. The last three are of objections: raised, rejected,
accepted. A closing knows the first three, from `rectifications`."""
REGISTER: Final = pl.Schema(
    {
        **dict.fromkeys(
            ("finding_id", "kind", "grade", "grade_reason", "state", "step", "clauses"), pl.String()
        ),
        **dict.fromkeys(("title_zh", "title_en", "subject", "period"), pl.String()),
        **dict.fromkeys(("customer_id", "department", "responsible"), pl.String()),
        "attributed": pl.Boolean(),
        "failing": pl.Int64(),
        "of": pl.Int64(),
        "detail": pl.String(),
        "evidence": pl.String(),
        "response": pl.String(),
        "repeated": pl.Boolean(),
    }
)
"""One row per entry, gravest first, then in order of KINDS.

`finding_id`: of a case that of checks.results.findings; else a letter for the kind and 12
hexadecimal digits, the same in every run over the period. `step`: what would be breached again (a
topic, a duty, a list of phrases, a field); `clauses`: `TC 第六条(一)` joined by `;`. `subject`: the
case, empty where the entry is about a `period` (2026-10-01/2026-10-31). `failing` `of`: cases not
in order of those decided, 1 of 1 for a single case. `attributed`: whether the records name a
department or person. `detail`: the words said, an inspector's note, the columns that are lacking,
the days or months of a duty.
`evidence`: `file:row`, joined by `;`, the first ones of a field that is lacking. `repeated`: an
earlier closing held the like; null when none was given. Null where nothing is recorded."""


def number(letter: str, *about: str) -> str:
    """The number of an entry that is no case, from what it is about."""
    return f"{letter}-{hashlib.sha256(chr(31).join(about).encode()).hexdigest()[:12]}"
