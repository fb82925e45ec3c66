"""What every report must be before anyone gets it: archivable (PDF/A-3a), accessible (PDF/UA-1),
complete in itself.

The checks that pikepdf can do stand here; where veraPDF is on the PATH it has the last word.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pikepdf

from flows.report.pdf.matterhorn import broken_conditions
from flows.system.errors import KelouError

MAX_SHOWN: Final = 3


def check_pdf(content: bytes, name: str, attachments: Sequence[str] = ()) -> None:
    """Raises KelouError that names what is wrong with the file."""
    faults = find_faults(content, attachments)
    if faults:
        more = f" (and {len(faults) - MAX_SHOWN} more)" if len(faults) > MAX_SHOWN else ""
        raise KelouError(f"preflight of {name} failed: {'; '.join(faults[:MAX_SHOWN])}{more}")


def find_faults(content: bytes, attachments: Sequence[str] = ()) -> list[str]:
    """Every fault in words; empty when the file is as it must be."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        elements = list(_elements(pdf.Root.get("/StructTreeRoot")))
        kinds = (pikepdf.Dictionary, pikepdf.Stream)
        objects = [thing for thing in pdf.objects if isinstance(thing, kinds)]
        checks: list[Callable[[], Iterator[str]]] = [
            lambda: _identification(pdf),
            lambda: _catalog(pdf),
            lambda: _headings(elements),
            lambda: _tables(elements),
            lambda: _figures(elements),
            lambda: _attachments(pdf, attachments),
            lambda: _fonts(objects),
            lambda: _outside(objects),
            lambda: broken_conditions(pdf, elements, objects),
        ]
        faults = [fault for check in checks for fault in check()]
    return faults or list(_verapdf(content))


def _identification(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as meta:
        if (meta.get("pdfaid:part"), meta.get("pdfaid:conformance")) != ("3", "A"):
            yield "no PDF/A-3a identification in the metadata"
        if meta.get("{http://www.aiim.org/pdfua/ns/id/}part") != "1":
            yield "no PDF/UA-1 identification in the metadata"
        if not meta.get("dc:title"):
            yield "no title in the metadata"


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked"):
        yield "the document is not tagged"
    if not str(root.get("/Lang", "")):
        yield "the document has no language"
    if not root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle"):
        yield "the title is not shown in the window"
    if not root.get("/OutputIntents"):
        yield "no colour profile (output intent)"
    with pdf.open_outline() as outline:
        if not outline.root:
            yield "no bookmarks"


def _elements(node: Any, depth: int = 0) -> Iterator[Any]:
    """Every structure element, in reading order."""
    if not isinstance(node, pikepdf.Dictionary) or depth > 60:
        return
    if "/S" in node:
        yield node
    kids: Any = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and ("/S" in kid or "/K" in kid):
            yield from _elements(kid, depth + 1)


def _headings(elements: Sequence[Any]) -> Iterator[str]:
    last = 0
    for element in elements:
        kind = str(element.S)
        if len(kind) == 3 and kind.startswith("/H") and kind[2].isdigit():
            level = int(kind[2])
            if level > last + 1:
                yield f"a heading of level {level} follows one of level {last}"
            last = level
    if not last:
        yield "no headings"


def _tables(elements: Sequence[Any]) -> Iterator[str]:
    for element in elements:
        kind = str(element.S)
        if kind == "/TH" and "/Scope" not in element.get("/A", {}):
            yield "a table heading without scope"
        if kind == "/Table" and not any(str(k.get("/S")) == "/Caption" for k in element.K):
            yield "a table without caption, or one torn apart by a page"


def _figures(elements: Sequence[Any]) -> Iterator[str]:
    if any(str(e.S) == "/Figure" and not str(e.get("/Alt", "")) for e in elements):
        yield "a figure without alternative text"


def _attachments(pdf: pikepdf.Pdf, expected: Sequence[str]) -> Iterator[str]:
    found = {str(file.UF if "/UF" in file else file.F): file for file in pdf.Root.get("/AF", [])}
    for name in expected:
        if name not in found:
            yield f"{name} is not attached"
    for name, file in found.items():
        if str(file.get("/AFRelationship", "")) != "/Data":
            yield f"{name} is attached without its relationship"
        if not {"/F", "/UF"} <= set(file.keys()):
            yield f"{name} is attached without its names (21-001)"
        if "/ModDate" not in file.EF.F.get("/Params", {}):
            yield f"{name} is attached without its date"


def _fonts(objects: Sequence[Any]) -> Iterator[str]:
    for font in (o for o in objects if o.get("/Type") == "/Font"):
        name = str(font.get("/BaseFont", "?")).removeprefix("/")
        for leaf in font.get("/DescendantFonts", []):
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                leaf.get("/FontDescriptor", {}).keys()
            ):
                yield f"the font {name} is not embedded"
        if "/ToUnicode" not in font and font.get("/Subtype") == "/Type0":
            yield f"the font {name} can't be read back as text"


def _outside(objects: Sequence[Any]) -> Iterator[str]:
    for thing in objects:
        if thing.get("/S") in ("/URI", "/Launch", "/JavaScript", "/GoToR", "/SubmitForm"):
            yield f"a reference out of the document ({str(thing.S).removeprefix('/')})"


def _verapdf(content: bytes) -> Iterator[str]:
    program = shutil.which("verapdf")
    if program is None:
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        for flavour in ("3a", "ua1"):
            done = subprocess.run(
                [program, "-f", flavour, "--format", "text", file.name],
                capture_output=True,
                text=True,
            )
            if not done.stdout.startswith("PASS"):
                yield (
                    f"veraPDF finds it is "
                    f"not {flavour}: {(done.stdout + done.stderr).strip()[:200]}"
                )
