"""What the records add to a finding: its place in the files, its recorded cause, the answer of the
audited side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl

from checks.judging import Records
from checks.local_time import day_begins, zone_of
from checks.subjects.registry import kinds_in

_ADDED: Final = {
    "source_file": pl.String(),
    "source_row": pl.UInt32(),
    "cause": pl.String(),
    "emergency": pl.Boolean(),
}


def with_source(acts: pl.DataFrame, records: Records) -> pl.LazyFrame:
    """Adds source_file, source_row, cause (`overtime_cause`) and emergency (Boolean), as the kind
    of subject tells them (SubjectKind.with_source). Raises ValueError: a kind is unknown."""
    found = [
        _placed(kind.with_source(kind.of(acts.lazy()), records), acts.columns)
        for kind in kinds_in(acts.lazy())
    ]
    nothing = acts.clear().lazy().with_columns(pl.lit(None).alias(name) for name in _ADDED)
    return pl.concat(found) if found else _placed(nothing, acts.columns)


def _placed(acts: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    added = [pl.col(name).cast(dtype) for name, dtype in _ADDED.items()]
    return acts.select(*columns, *added).with_columns(pl.col("emergency").fill_null(False))


def with_rings(acts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
    """Adds `rings` (Int64): of calls, as the log has them."""
    calls = records["calls"].select(subject_id="call_id", rings=pl.col("rings").cast(pl.Int64))
    of_calls = pl.col("subject_type").cast(pl.String) == "call"
    joined = acts.join(calls, on="subject_id", how="left", maintain_order="left")
    return joined.with_columns(rings=pl.when(of_calls).then("rings"))


def responses(rectifications: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """finding_id and `response`: owner and note of the rectification that was opened for it by the
    cutoff."""
    opened = rectifications.filter(day_begins(pl.col("opened_on"), zone_of(cutoff)) < cutoff)
    words = pl.concat_str("owner", "note", separator=": ", ignore_nulls=True)
    return opened.select("finding_id", response=words).unique(
        "finding_id", keep="first", maintain_order=True
    )
