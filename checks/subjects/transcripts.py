"""What was said on the phone, as speech recognition wrote it down: every utterance with the second
of the recording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl

TABLE: Final = "call_transcripts"
IN_MILLISECONDS: Final = 36_000
"""No call lasts ten hours: an export with a plain number above it counts in milliseconds."""
_CLOCK: Final = r"^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$"


def utterances(records: Mapping[str, pl.LazyFrame], cutoff: datetime) -> pl.LazyFrame:
    """One row per utterance of a call on record that began by the cutoff, in order of call and
    time: conversation_id (the call), message_id (its minute and second, 01:12), sender, sender_id
    (the call's agent, null for others), sent_at, text, direction, start and end (seconds of the
    recording; end null where it is not told), _file, _row.

    An offset is a number of seconds, or milliseconds where one of the export is too long for
    seconds, or 1:02:03.5. Rows without a readable start, and those of calls that are not on record,
    are left out.
    """
    calls = records["calls"].select(
        "call_id", "agent_id", "direction", begun=pl.coalesce("answered_at", "started_at")
    )
    written = records[TABLE].with_columns(_seconds("start"), _seconds("end"))
    scale = pl.when(pl.max_horizontal(pl.col("start").max(), pl.col("end").max()) > IN_MILLISECONDS)
    factor = scale.then(0.001).otherwise(1.0)
    told = written.with_columns(pl.col("start", "end") * factor)
    agent = pl.col("speaker") == "agent"
    whole = pl.col("start").floor().cast(pl.Int64)
    clock = pl.concat_str(
        (whole // 60).cast(pl.String).str.zfill(2),
        pl.lit(":"),
        (whole % 60).cast(pl.String).str.zfill(2),
    )
    return (
        told.join(calls, on="call_id")
        .filter(pl.col("start").is_not_null() & (pl.col("begun") <= cutoff))
        .select(
            "start",
            "end",
            "text",
            "direction",
            "_file",
            "_row",
            conversation_id="call_id",
            message_id=clock,
            sender="speaker",
            sender_id=pl.when(agent).then("agent_id"),
            sent_at=pl.col("begun") + pl.duration(seconds=whole),
        )
        .sort("conversation_id", "start", "_file", "_row")
    )


def _seconds(column: str) -> pl.Expr:
    """A cell as a number, null where it is neither a number nor a clock."""
    cell = pl.col(column).str.strip_chars()
    hours, minutes, seconds = (
        cell.str.extract(_CLOCK, part).cast(pl.Float64, strict=False) for part in (1, 2, 3)
    )
    clock = hours.fill_null(0) * 3600 + minutes * 60 + seconds
    return pl.coalesce(cell.cast(pl.Float64, strict=False), clock).alias(column)
