"""Verification of a yearly report: its closings are those that it was made from, and add up to the
same again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.archive.differences import Difference
from flows.archive.integrity import read_json
from flows.archive.run_folder import LOCAL, MANIFEST
from flows.closing.manifest import settings_of
from flows.closing.verify.compare import recomputed
from flows.closing.verify.inputs import closing_differences
from flows.closing.year import write_year
from flows.system.errors import UsageError


def year_differences(
    run: Path, manifest: Mapping[str, Any], lake: str | None
) -> Iterator[Difference]:
    """What of a yearly report the closings of its lake do not give. Raises UsageError when it does
    not tell where they lie."""
    if not {"year", "lang", "closings", "configuration"} <= manifest.keys():
        yield Difference("manifest", MANIFEST, "is not that of a yearly report")
        return
    lake = lake or (read_json(run / LOCAL) or {}).get("lake")
    if lake is None:
        raise UsageError(f"{run} does not tell where its closings lie; give the lake by --lake")
    changed = list(closing_differences(lake, manifest["closings"]))
    yield from changed
    if changed:
        return
    with TemporaryDirectory(prefix="kelou-verify-") as folder:
        again = Path(folder) / "year"
        write_year(lake, manifest["year"], again, settings_of(manifest), manifest["lang"])
        yield from recomputed(run, again, manifest)
