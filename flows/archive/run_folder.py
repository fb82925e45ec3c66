"""A run's folder: it appears whole or not at all, and says what is in it.

Everything is written to a hidden folder beside the final one, which takes its place by renaming at
the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.concepts import SCHEMA_VERSION
from checks.numbers.plain import from_json
from checks.numbers.whole import Metrics
from flows.system.errors import InputError, UsageError
from flows.system.visible import CODES

MANIFEST: Final = "manifest.json"
OBLIGATIONS: Final = "obligations.parquet"
FINDINGS_FILE: Final = "findings.parquet"
CONDUCT_FILE: Final = "conduct.parquet"
REGISTER_FILE: Final = "register.parquet"
FAILING_ROWS: Final = "failing_rows.parquet"
DATA_DOCS: Final = "data_docs"
ROW_GROUP: Final = 1 << 18
LOCAL: Final = "local.json"
"""What is true of this machine only (where the data lay, how long it took): in no hash of the
manifest, but sealed."""
APPROVALS: Final = "approvals.json"
"""Objections and approvals, which come after the run; each entry is sealed."""
APPROVED: Final = "approved"
"""The folder of the approved edition, with a manifest of its own."""
SIGNATURE: Final = "manifest.json.p7s"
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in CODES if code > 0x7E}
"""What JSON may hold as it is, and a terminal had better not be shown."""
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Bytes of a path that are no text: JSON can tell them, UTF-8 can't."""
NOT_FOR_ALL: Final = 0o750
"""Of a folder with personal data: nobody but its owner and, as the umask has it, the group."""
BESIDE: Final = (MANIFEST, LOCAL, APPROVALS, SIGNATURE)
"""What stands beside the outputs of a run."""


def check_target(out: Path) -> None:
    """Refuse a target that holds anything but an earlier run, or can't be made. Raises
    UsageError."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file; give a folder")
    above = next(folder for folder in out.absolute().parents if folder.exists())
    if not above.is_dir():
        raise UsageError(f"--out {out}: {above} is a file; give a folder")
    if not os.access(above, os.W_OK):
        raise UsageError(f"--out {out}: no permission to write in {above}; give another folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise UsageError(
            f"--out {out} is not empty and holds no earlier run; give a new or empty folder"
        )


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to write into; on success it becomes `out`, on any failure nothing of it stays."""
    check_target(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    stage = out.parent / f".{out.name}.stage-{secrets.token_hex(4)}"
    stage.mkdir(mode=NOT_FOR_ALL)
    try:
        yield stage
        put_in_place(stage, out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def put_in_place(stage: Path, out: Path) -> None:
    """Put `stage` in the place of `out`; an earlier run is moved aside first, so that no mixture is
    ever seen."""
    if not out.exists():
        os.replace(stage, out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    os.replace(out, aside / "run")
    os.replace(stage, out)
    shutil.rmtree(aside, ignore_errors=True)


def recover(out: Path) -> None:
    """Undo what a killed run left beside `out`: its stage goes; an earlier run that it had moved
    aside comes back.

    To be called by whoever alone may publish `out`.
    """
    for aside in left_by_killed(out, "old"):
        if not out.exists() and (aside / "run").is_dir():
            os.replace(aside / "run", out)
        shutil.rmtree(aside, ignore_errors=True)
    for stage in left_by_killed(out, "stage"):
        shutil.rmtree(stage, ignore_errors=True)


def left_by_killed(out: Path, kind: str) -> list[Path]:
    """Folders beside `out` that a killed publisher left, `old` or `stage`; of this target alone:
    `run` must not take those of `run.stage-2`."""
    pattern = re.compile(rf"\.{re.escape(out.name)}\.{kind}-[a-z0-9_]{{8}}")
    return [path for path in out.parent.iterdir() if pattern.fullmatch(path.name)]


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Readable JSON, the keys in the order of `content`; NaN is refused."""
    path.write_text(json_text(content), encoding="utf-8")


def read_metrics(run: Path) -> Metrics:
    """The numbers of a run's folder. Raises InputError: not there, or not as their schema says."""
    path = run / "metrics.json"
    try:
        return from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: can't be read ({error}); restore it from a backup, or make the run anew"
        ) from error


def json_text(content: Mapping[str, Any]) -> str:
    """What `write_json` writes."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False, default=_plain)
    return _SURROGATES.sub(lambda byte: f"\\u{ord(byte[0]):04x}", text.translate(_ESCAPED)) + "\n"


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with `seal`, the SHA-256 of everything else in it: a change of a byte shows
    without a manifest."""
    plain = {name: value for name, value in content.items() if name != "seal"}
    return {**plain, "seal": hashlib.sha256(json_text(plain).encode()).hexdigest()}


def _plain(value: object) -> str:
    """Dates and instants as text; anything else is a defect."""
    if hasattr(value, "isoformat"):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not belong into a JSON output")


def write_parquet(
    path: Path, frame: pl.DataFrame | pl.LazyFrame, facts: Mapping[str, str] | None = None
) -> None:
    """Parquet that carries its schema version, and further `facts` in its metadata; the same bytes
    however the frame is cut into chunks."""
    frame.lazy().sink_parquet(
        path,
        row_group_size=ROW_GROUP,
        metadata={"schema_version": SCHEMA_VERSION, **(facts or {})},
    )


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every output of a run, by path within it, in order of path; what stands beside
    them aside."""
    paths = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return {
        p.as_posix(): sha256(folder / p)
        for p in paths
        if str(p) not in BESIDE and p.parts[0] != APPROVED
    }


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
