"""What the files of a lake's tables hold, as hashes: a byte that changes on disk shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from deltalake import DeltaTable
from deltalake.fs import DeltaStorageHandler
from pyarrow.fs import FileSelector, PyFileSystem

from flows.archive.run_folder import sha256
from flows.ingest.lake.store import Lake


def contents(lake: Lake, versions: Mapping[str, int]) -> dict[str, str]:
    """One SHA-256 per table version, over the sorted hashes of its files and of its log up to that
    version; in an object store of its log alone, which names the files.

    A table of which a file is gone has the hash of an empty text.
    """
    return {name: _content(lake, name, version) for name, version in versions.items()}


def log_files(table: DeltaTable) -> Iterator[tuple[str, int]]:
    """Commits and checkpoints of a table, by path within it and version."""
    storage = DeltaStorageHandler(table.table_uri)
    for entry in storage.get_file_info_selector(FileSelector("_delta_log")):
        number = Path(entry.path).name.partition(".")[0]
        if number.isdigit():
            yield entry.path, int(number)


def _content(lake: Lake, name: str, version: int) -> str:
    table = lake.open(name, version)
    if table is None:
        return hashlib.sha256(b"").hexdigest()
    uris = table.file_uris() if lake.folder else []
    paths = [Path(unquote(urlparse(uri).path)) for uri in uris]
    gone = any(not path.is_file() for path in paths)
    digests = [] if gone else sorted([*map(sha256, paths), *_hashes_of_log(table, version)])
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _hashes_of_log(table: DeltaTable, version: int) -> Iterator[str]:
    """Up to a version: later ones come and go."""
    files = PyFileSystem(DeltaStorageHandler(table.table_uri))
    for path, number in log_files(table):
        if number <= version:
            with files.open_input_stream(path) as stream:
                yield hashlib.sha256(stream.read()).hexdigest()
