"""Good PDFs with one thing wrong."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf


def spoiled(pdf: Path, how: str) -> bytes:
    """A good report with one thing wrong."""
    with pikepdf.open(pdf) as broken:
        if how == "language":
            del broken.Root.Lang
        elif how == "tags":
            broken.Root.MarkInfo.Marked = False
        elif how == "attachment":
            broken.Root.AF = pikepdf.Array(
                [f for f in broken.Root.AF if str(f.UF) != "findings.csv"]
            )
        elif how == "link":
            action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.com")
            broken.make_indirect(action)
            broken.Root.Extra = broken.make_indirect(action)
        elif how == "scope":
            head = next(
                o
                for o in broken.objects
                if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"
            )
            del head.A.Scope
        elif how == "figure":
            figure = next(
                o
                for o in broken.objects
                if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"
            )
            del figure.Alt
        content = io.BytesIO()
        broken.save(content)
    return content.getvalue()
