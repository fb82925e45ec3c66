"""What of this machine can change a byte of an output: versions of packages and drawing libraries,
font files."""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = (
    "polars",
    "great-expectations",
    "jinja2",
    "weasyprint",
    "xlsxwriter",
    "chinesecalendar",
    "holidays",
    "fonttools",
    "pydyf",
)
FONTS: Final = (
    "Noto Serif CJK SC",
    "Noto Serif CJK SC:bold",
    "Noto Sans CJK SC",
    "Noto Sans CJK SC:bold",
)
"""Faces that the report is set in, as fontconfig patterns."""
_DRAWING: Final = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "hb_version_string"),
}


@cache
def environment(families: tuple[str, ...] = ()) -> dict[str, Any]:
    """`libraries`: name -> version; `fonts`: face -> name and SHA-256 of the file that draws it.

    `families`: those that the configuration sets in front of the report's own.
    """
    drawing = {
        name: version_told
        for name, (file, tells) in _DRAWING.items()
        if (version_told := _library(file, tells))
    }
    packages = {name: version(name) for name in PACKAGES}
    faces = (*families, *FONTS)
    return {
        "libraries": {**packages, **drawing},
        "fonts": {face: found for face in faces if (found := _font(face))},
    }


def _library(file: str, tells: str) -> str | None:
    try:
        function = getattr(ctypes.CDLL(file), tells)
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_char_p
    found: bytes = function()
    return found.decode()


def _font(face: str) -> dict[str, str] | None:
    """The file that fontconfig chooses; its folder differs between machines, its content must
    not."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    done = subprocess.run(
        [program, "-f", "%{file}", face], capture_output=True, text=True, check=False
    )
    path = Path(done.stdout)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return {"file": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
