"""Good PDFs with one thing wrong."""

from __future__ import annotations

import io
import re
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
        elif how == "suspects":
            broken.Root.MarkInfo.Suspects = True
        elif how == "role":
            broken.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(P=pikepdf.Name.Div)
        elif how == "nesting":
            cell = next(
                o
                for o in broken.objects
                if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TD"
            )
            cell.P.S = pikepdf.Name.Div
        elif how == "order":
            next(page for page in broken.pages if "/Annots" in page).Tabs = pikepdf.Name.R
        elif how == "description":
            del next(page for page in broken.pages if "/Annots" in page).Annots[0].Contents
        elif how == "unread":
            font = next(
                o for o in broken.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o
            )
            said = font.ToUnicode.read_bytes()
            font.ToUnicode.write(re.sub(rb"(<[0-9a-fA-F]+>) <[0-9a-fA-F]{4}>", rb"\1 <0000>", said))
        content = io.BytesIO()
        broken.save(content)
    return content.getvalue()
