"""Rendering, in a process of its own: WeasyPrint is imported there only, and its memory goes back
when the file is done.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.report.pdf.preflight import check_pdf
from flows.system.errors import KelouError
from flows.system.subprocesses import run_in_subprocess


@dataclass(frozen=True)
class Attached:
    """A file that the PDF carries: its ASCII name is that of `path`."""

    path: Path
    description: str


@dataclass(frozen=True)
class PdfJob:
    """One document: `html` is complete in itself, and well-formed XML; `dated` goes into the file
    as its date, so that equal input gives equal bytes; `number` into its metadata.
    """

    html: str
    out: Path
    dated: datetime
    attached: tuple[Attached, ...] = ()
    number: str = ""


@contextmanager
def drawing(jobs: Sequence[PdfJob]) -> Iterator[None]:
    """Write every PDF while the body of the `with` does something else; all of them are there at
    its end.

    Raises KelouError when one can't be drawn completely or fails the preflight.
    """
    with ThreadPoolExecutor(2) as pool:
        drawn = pool.map(lambda job: run_in_subprocess(render, job), jobs)
        yield
        list(drawn)


def render_all(jobs: Sequence[PdfJob]) -> None:
    """Write every PDF; see `drawing`."""
    with drawing(jobs):
        pass


def prepare() -> None:
    """Import what drawing needs, in a process that is to draw."""
    gc.disable()
    import flows.report.pdf.finish
    import flows.report.pdf.markup
    import flows.report.pdf.metadata  # noqa: F401


def render(job: PdfJob) -> None:
    """Draw one document and check it; nothing is written unless it passes.

    A process draws one document and ends, so collecting garbage in it would only cost time (a
    quarter of the whole).
    """
    gc.disable()
    content = _draw(job)
    check_pdf(content, job.out.name, attachments=[a.path.name for a in job.attached])
    job.out.write_bytes(content)


def _draw(job: PdfJob) -> bytes:
    try:
        from flows.report.pdf.markup import Markup
    except OSError as error:  # it loads Pango when it is imported
        library = str(error).partition(":")[0]
        raise KelouError(
            f"no PDF can be drawn, {library}; `kelou doctor` shows what to install"
        ) from error

    from flows.report.pdf.finish import finish, packed
    from flows.report.pdf.metadata import declare_ua

    complaints = _Complaints()
    logging.getLogger("weasyprint").addHandler(complaints)
    # Packing needs no Python, and so runs while the pages are laid out
    with ThreadPoolExecutor(1) as beside:
        packing = [beside.submit(packed, file.path) for file in job.attached]
        document = Markup(job.html).render()
    attached = dict(done.result() for done in packing)
    declare_ua(document.metadata, job.number)
    document.metadata.attachments = _attachments(job)
    content = document.write_pdf(pdf_variant="pdf/a-3a", finisher=partial(finish, attached))
    _glyph_gate(document.fonts.values(), job.out.name)
    if complaints.messages:
        raise KelouError(f"{job.out.name}: {complaints.messages[0]}")
    return bytes(content)


def _attachments(job: PdfJob) -> list[object]:
    from weasyprint import Attachment

    in_order = sorted(job.attached, key=lambda a: a.path.name)
    return [
        Attachment(
            filename=str(a.path),
            name=a.path.name,
            description=a.description,
            relationship="Data",
            created=job.dated,
            modified=job.dated,
        )
        for a in in_order
    ]


def _glyph_gate(fonts: object, name: str) -> None:
    missing = sorted({c for font in fonts for c in font.missing})  # type: ignore[attr-defined]
    if missing:
        shown = ", ".join(f"U+{c:04X}" for c in missing[:5])
        raise KelouError(
            f"{name}: no glyph for {shown}; install fonts-noto-cjk or take the font out of the "
            f"configuration"
        )


class _Complaints(logging.Handler):
    """WeasyPrint's errors: a tag, an alternative text, a resource that is not as it must be."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
