"""Text with columns filled in: `pl.format` without its defect."""

from __future__ import annotations

import polars as pl


def filled(template: str, *columns: str | pl.Expr) -> pl.Expr:
    """`filled("{}#{}", "conversation_id", "session")`: one text per row, null where any of the
    columns is.

    Use this, never `pl.format`: in Polars 2.1 it panics (a BaseException that no `except Exception`
    stops) in the streaming engine when a filter leaves nothing of a chunk of one row:

        parts = pl.concat([pl.DataFrame({"n": [1]}), pl.DataFrame({"n": [2] * 4})], rechunk=False)
        parts.lazy().filter(pl.col("n") > 1).select(pl.format("{}#",
        "n")).collect(engine="streaming")

    Frames are chunked so wherever records were put in order, which is why it strikes one month and
    not the next.
    """
    words = template.split("{}")
    assert len(words) == len(columns) + 1, (
        f"{template!r} has not one {{}} for each of {len(columns)} columns"
    )
    parts: list[pl.Expr] = []
    for word, column in zip(words, (*columns, None), strict=True):
        parts += [pl.lit(word)] if word else []
        parts += (
            []
            if column is None
            else [(pl.col(column) if isinstance(column, str) else column).cast(pl.String)]
        )
    return pl.concat_str(parts)
