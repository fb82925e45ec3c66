"""What the files of a lake's tables hold, as hashes: a byte that changes on disk shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from flows.ingest.lake.store import Lake


def contents(lake: Lake, versions: Mapping[str, int]) -> dict[str, str]:
    """One SHA-256 per table version, over the sorted hashes of its files; empty for an object
    store.

    A table of which a file is gone has the hash of an empty text.
    """
    if lake.folder is None:
        return {}
    return {name: _content(lake, name, version) for name, version in versions.items()}


def _content(lake: Lake, name: str, version: int) -> str:
    table = lake.open(name, version)
    paths = [Path(unquote(urlparse(uri).path)) for uri in (table.file_uris() if table else [])]
    gone = any(not path.is_file() for path in paths)
    digests = (
        [] if gone else sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    )
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
