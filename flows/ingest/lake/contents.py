"""What the files of a lake's tables hold, as hashes: a byte that changes on disk shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from flows.archive.run_folder import sha256
from flows.ingest.lake.store import Lake


def contents(lake: Lake, versions: Mapping[str, int]) -> dict[str, str]:
    """One SHA-256 per table version, over the sorted hashes of its files and of its log up to that
    version; empty for an object store.

    A table of which a file is gone has the hash of an empty text.
    """
    if lake.folder is None:
        return {}
    return {name: _content(lake, name, version) for name, version in versions.items()}


def _content(lake: Lake, name: str, version: int) -> str:
    table = lake.open(name, version)
    paths = [Path(unquote(urlparse(uri).path)) for uri in (table.file_uris() if table else [])]
    paths += _log_of(lake, name, version)
    gone = any(not path.is_file() for path in paths)
    digests = [] if gone else sorted(sha256(path) for path in paths)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _log_of(lake: Lake, name: str, version: int) -> Iterator[Path]:
    """Commits and checkpoints up to a version: later ones come and go."""
    assert lake.folder is not None, "only a folder's files have hashes"
    for path in (lake.folder / name / "_delta_log").glob("*"):
        number = path.name.partition(".")[0]
        if number.isdigit() and int(number) <= version:
            yield path
