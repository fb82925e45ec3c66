"""The first layer: every file of a run's folder is, byte for byte, what the manifest says.

The manifest itself must be exactly what `inputs.json` and the hashes make; what stands beside it is
sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.archive.differences import Difference
from flows.archive.run_folder import (
    APPROVALS,
    APPROVED,
    LOCAL,
    MANIFEST,
    file_hashes,
    json_text,
    sealed,
    sha256,
)

INPUTS = "inputs.json"


def run_differences(folder: Path) -> Iterator[Difference]:
    """Everything in a run's folder that its manifest does not vouch for."""
    manifest = read_json(folder / MANIFEST)
    if manifest is None or not isinstance(manifest.get("outputs"), dict):
        yield Difference("manifest", MANIFEST, "can't be read as the manifest of a run")
        return
    yield from _outputs(folder, manifest["outputs"])
    yield from _manifest(folder, manifest)
    yield from _local(folder, manifest.get("closing"))
    yield from _approvals(folder)


def _outputs(folder: Path, expected: Mapping[str, str]) -> Iterator[Difference]:
    found = file_hashes(folder)
    for path, digest in expected.items():
        if path not in found:
            yield Difference("output", path, "is gone")
        elif found[path] != digest:
            yield Difference(
                "output", path, f"changed: SHA-256 {found[path][:12]}…, published {digest[:12]}…"
            )
    for path in sorted(found.keys() - expected.keys()):
        yield Difference("output", path, "was added after publication")


def _manifest(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    inputs = read_json(folder / INPUTS)
    stated = {name: value for name, value in manifest.items() if name not in ("closing", "outputs")}
    if json_text(manifest) != _text(folder / MANIFEST):
        yield Difference("manifest", MANIFEST, "is not in the form in which it was written")
    elif inputs is not None and stated != inputs:
        keys = [name for name in {**stated, **inputs} if stated.get(name) != inputs.get(name)]
        yield Difference("manifest", MANIFEST, f"says otherwise than {INPUTS}: {', '.join(keys)}")
    closing = manifest.get("closing")
    if closing is not None and sealed(closing) != closing:
        yield Difference("manifest", MANIFEST, "the seal of the closing is broken")


def _local(folder: Path, closing: Mapping[str, Any] | None) -> Iterator[Difference]:
    path = folder / LOCAL
    if path.exists() and not is_sealed(path):
        yield Difference("output", LOCAL, "its seal is broken")
    elif closing and (sha256(path) if path.exists() else None) != closing.get("local_sha256"):
        yield Difference("output", LOCAL, "is not the one that was closed")


def _approvals(folder: Path) -> Iterator[Difference]:
    """Entries beside the manifest, each sealed, and the edition that the last approval made."""
    entries = read_approvals(folder)
    if entries is None:
        yield Difference("approval", APPROVALS, "its seal is broken")
        return
    run = sha256(folder / MANIFEST)
    for entry in entries:
        if entry["manifest_sha256"] != run:
            yield Difference(
                "approval", APPROVALS, f"{entry['kind']} by {entry['by']} is about another manifest"
            )
    edition = folder / APPROVED
    approvals = [entry for entry in entries if entry["kind"] == "approval"]
    if edition.exists() and not approvals:
        yield Difference("approval", APPROVED, "an edition that nobody approved")
    if approvals:
        yield from _edition(edition, approvals[-1]["files"])


def _edition(edition: Path, expected: Mapping[str, str]) -> Iterator[Difference]:
    found = edition_hashes(edition)
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            yield Difference("approval", f"{APPROVED}/{path}", "is not what was approved")


def edition_hashes(edition: Path) -> dict[str, str]:
    """SHA-256 of every file of an approved edition, its manifest and signatures too."""
    files = sorted(path for path in edition.rglob("*") if path.is_file())
    return {path.relative_to(edition).as_posix(): sha256(path) for path in files}


def read_approvals(folder: Path) -> list[dict[str, Any]] | None:
    """The entries of approvals.json; none without the file; None when it is not as it was
    written."""
    path = folder / APPROVALS
    if not path.exists():
        return []
    content = read_json(path)
    return list(content["entries"]) if content is not None and is_sealed(path) else None


def is_sealed(path: Path) -> bool:
    """Whether a sealed JSON file is, byte for byte, as it was written."""
    content = read_json(path)
    return content is not None and json_text(sealed(content)) == _text(path)


def read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
