"""What is no table of a lake in an object store: closings, its log, what was said. A store can't
rename, so they stand as rows of one Delta table, whose commits are all or nothing.

`LAKE/published` has a row per file: `path`, `sha256`, `content`, parted by the first two, so that
what there is stands in the table's log alone. This machine keeps a copy as a folder; whoever
changes anything changes the copy and commits the difference to the version that was copied, so that
of two who do so at once the second is refused. A copy that a killed command changed is put right.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from flows.archive.lock import Busy, held
from flows.archive.run_folder import sha256
from flows.system.errors import InputError, UsageError
from flows.system.files import PATIENCE, replace_file
from flows.system.machine import refusal

if TYPE_CHECKING:
    from deltalake import DeltaTable

PUBLISHED: Final = "published"
JOURNAL: Final = ".purge.json"
ROWS: Final = pl.Schema({"path": pl.String(), "sha256": pl.String(), "content": pl.Binary()})
_STATE: Final = ".copied.json"
"""What the copy was taken from: the lake's address, the version, the files by hash."""
_CHANGING: Final = ".changing"
"""Stands in a copy that somebody changes, or changed when they were killed."""
_changed: Final = set[Path]()
"""Copies that this process is changing: they are ahead of the store."""


def stored(uri: str) -> bool:
    """Whether a lake lies in an object store."""
    return "://" in uri


def copy_of(uri: str) -> Path:
    """The copy on this machine, as the store has it now. Raises InputError: it can't be reached."""
    place = _place(uri)
    if place not in _changed and not _is_current(uri, place):
        with held(place.with_suffix(".lock"), _busy(uri), PATIENCE):
            _brought_up_to_date(uri, place)
    return place


def address_of(place: Path) -> str:
    """The address of the lake of which the folder is a copy, else the folder itself."""
    told = _state(place).get("uri")
    return str(told) if told else str(place)


@contextmanager
def changing(uri: str, patience: float) -> Iterator[bool]:
    """Change the copy, and commit what was changed at the end; on any failure nothing was. Yields
    whether this is the first hold. Raises Busy: somebody else committed in between."""
    place = _place(uri)
    with held(place.with_suffix(".lock"), _busy(uri), patience) as first:
        if not first:
            yield False
            return
        _brought_up_to_date(uri, place)
        _changed.add(place)
        replace_file(place / _CHANGING, b"")
        try:
            yield True
            commit(uri)
            (place / _CHANGING).unlink()
        finally:
            _changed.discard(place)


def commit(uri: str) -> None:
    """Commit what was changed so far."""
    from deltalake import CommitProperties, Transaction
    from deltalake.exceptions import CommitFailedError

    place = _place(uri)
    before, now = dict(_state(place).get("files", {})), _hashes(place)
    paths = sorted({path for path in {**before, **now} if before.get(path) != now.get(path)})
    if not paths:
        return
    table = _opened(uri) or _made(uri)
    if table.version() != _state(place).get("version", 0):
        raise Busy(_busy(uri))
    rows = [(path, now[path], (place / path).read_bytes()) for path in paths if path in now]
    generation = Transaction(PUBLISHED, (table.transaction_version(PUBLISHED) or 0) + 1)
    among = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    options = {
        "predicate": f"path IN ({among})",
        "commit_properties": CommitProperties(app_transactions=[generation]),
    }
    frame = pl.LazyFrame(rows, schema=ROWS, orient="row")
    try:
        frame.sink_delta(table, mode="overwrite", delta_write_options=options)
    except CommitFailedError:
        raise Busy(_busy(uri)) from None
    written = _opened(uri)
    assert written is not None, "it was just written"
    _remember(uri, place, written.version(), now)


def forget_older(uri: str) -> None:
    """Versions before this one go for good, with what their files held."""
    if (table := _opened(uri)) is not None:
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)


def _is_current(uri: str, place: Path) -> bool:
    """Whether the copy is of the newest version, and nobody was changing it."""
    table = _opened(uri)
    version = table.version() if table else 0
    return _state(place).get("version") == version and not (place / _CHANGING).exists()


def _brought_up_to_date(uri: str, place: Path) -> None:
    """Every file by its hash, whatever stands there."""
    table, held_now = _opened(uri), _hashes(place)
    version, there = (table.version(), _listed(table)) if table else (0, {})
    for path in held_now.keys() - there.keys():
        (place / path).unlink()
    wanted = [path for path, digest in there.items() if held_now.get(path) != digest]
    if wanted:
        rows = pl.scan_delta(f"{uri.rstrip('/')}/{PUBLISHED}", version=version)
        for path, content in _contents(rows, wanted):
            replace_file(place / path, content)
    for folder in sorted((p for p in place.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    _remember(uri, place, version, there)
    (place / _CHANGING).unlink(missing_ok=True)


def _contents(rows: pl.LazyFrame, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
    found = rows.filter(pl.col("path").is_in(wanted)).select("path", "content").collect()
    return iter(found.iter_rows())


def _listed(table: DeltaTable) -> dict[str, str]:
    files = pl.DataFrame(table.get_add_actions(flatten=True))
    if files.is_empty():
        return {}
    return dict(files.select("partition.path", "partition.sha256").iter_rows())


def _opened(uri: str) -> DeltaTable | None:
    # Importing Delta Lake takes a moment that who has a folder need not spend
    from deltalake import DeltaTable

    address = f"{uri.rstrip('/')}/{PUBLISHED}"
    try:
        return DeltaTable(address) if DeltaTable.is_deltatable(address) else None
    except Exception as error:
        if refusal(error):
            raise
        raise InputError(f"{address}: can't be reached ({said_by_store(error)})") from error


def said_by_store(error: Exception) -> str:
    """In a line, what a store answered, else what the library says of it first."""
    told = re.search("<Message>(.*?)</Message>", str(error), re.DOTALL)
    return (told[1].strip() if told else str(error).partition("\n")[0])[:200]


def _made(uri: str) -> DeltaTable:
    from deltalake import DeltaTable, Schema

    schema = Schema.from_arrow(pl.DataFrame(schema=ROWS).to_arrow().schema)
    parts = ["path", "sha256"]
    address = f"{uri.rstrip('/')}/{PUBLISHED}"
    return DeltaTable.create(address, schema, mode="ignore", partition_by=parts)


def _place(uri: str) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kelou"
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.mkdir(mode=0o700, exist_ok=True)
    return cache / hash_of(uri.rstrip("/").encode()).hexdigest()[:16]


def _hashes(place: Path) -> dict[str, str]:
    """What of the copy is the lake's: no locks, nothing prepared."""
    files = (path for path in place.rglob("*") if path.is_file())
    names = ((path.relative_to(place), path) for path in files)
    return {name.as_posix(): sha256(path) for name, path in names if _kept(name)}


def _kept(name: Path) -> bool:
    return name.as_posix() == JOURNAL or not any(part.startswith(".") for part in name.parts)


def _state(place: Path) -> dict[str, Any]:
    try:
        content = json.loads((place / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(uri: str, place: Path, version: int, files: Mapping[str, str]) -> None:
    content = {"uri": uri, "version": version, "files": dict(files)}
    replace_file(place / _STATE, json.dumps(content).encode())


def _busy(uri: str) -> str:
    return f"another command changes {uri} right now; run this one again afterwards"


def run_folder(given: str) -> Path:
    """The folder of a run, or the copy of a closing in an object store. Raises UsageError for an
    address that is none of a closing."""
    if not stored(given):
        return Path(given)
    lake, between, name = given.rstrip("/").partition("/closings/")
    if not between:
        raise UsageError(f"{given}: no closing of a lake; give LAKE/closings/MONTH/closing")
    return copy_of(lake) / "closings" / name
