"""The second layer: the inputs are still those of the run; what of the surroundings is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.archive.closings import closings
from flows.archive.differences import Difference
from flows.archive.environment import environment
from flows.archive.integrity import read_json
from flows.archive.program import PROGRAM, described
from flows.archive.run_folder import LOCAL, sha256
from flows.audit.data_source import DataSource, LakeSource
from flows.audit.gathering import load_rules
from flows.closing.verify.erased import erased_for, erasure_differences, intact_tables
from flows.ingest.databases import QUERY
from flows.ingest.lake import Lake, pin
from flows.ingest.lake.contents import contents
from flows.law.phrasebook import own_lists
from flows.settings import Settings


def input_differences(
    run: Path, manifest: Mapping[str, Any], source: DataSource, settings: Settings
) -> Iterator[Difference]:
    """Sources, rulebooks, calendar and earlier closings that are not what the run was made from."""
    if isinstance(source, Path):
        yield from _sources(source, manifest["sources"])
        lake = settings.lake.path
    else:
        yield from _lake_files(run, source)
        lake = source.uri
    now = {file.path: file.sha256 for file in load_rules(settings).files}
    then = {file["path"]: file["sha256"] for file in manifest["rulebooks"]}
    for path in sorted(now.keys() | then.keys()):
        if now.get(path) != then.get(path):
            yield Difference("input", path, "this rulebook is another one now")
    yield from _calendars(manifest, settings)
    lists = {path.name: sha256(path) for path in own_lists(settings.judging.phrases)}
    for name in sorted(lists.keys() | manifest["phrase_lists"].keys()):
        if lists.get(name) != manifest["phrase_lists"].get(name):
            yield Difference("input", name, "this phrase list is another one now")
    yield from closing_differences(lake, manifest["earlier_closings"])


def _calendars(manifest: Mapping[str, Any], settings: Settings) -> Iterator[Difference]:
    own = settings.judging.company_calendar
    if own and manifest["company_calendar"] != _hash(own):
        yield Difference("input", str(own), "the company's calendar is another one now")
    for notice in manifest.get("calendars", ()):
        if _hash(Path(notice["path"])) != notice["sha256"]:
            yield Difference("input", notice["path"], "this holiday notice is another one now")


def _hash(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None


def _sources(data: Path, sources: list[dict[str, Any]]) -> Iterator[Difference]:
    for source in sources:
        path = data / source["path"]
        if source["path"].startswith(QUERY):
            continue  # only a query can tell what a database holds: recomputing does
        if not path.is_file():
            yield Difference("input", str(path), "is gone")
        elif (found := sha256(path)) != source["sha256"]:
            yield Difference(
                "input", str(path), f"changed: SHA-256 {found[:12]}…, read {source['sha256'][:12]}…"
            )


def _lake_files(run: Path, source: LakeSource) -> Iterator[Difference]:
    """Files of the pinned versions, whose hashes the run's machine remembers. Raises InputError: no
    lake there."""
    local = read_json(run / LOCAL) or {}
    versions = source.versions or {}
    pin(Lake(source.uri))
    yield from erasure_differences(source)
    intact = intact_tables(versions, erased_for(source))
    now = contents(
        Lake(source.uri), {name: version for name, version in versions.items() if name in intact}
    )
    for name, digest in local.get("lake_files", {}).items():
        if name in intact and now.get(name) != digest:
            yield Difference(
                "input", f"{source.uri}/{name}", f"version {versions.get(name)} has changed"
            )


def closing_differences(lake: str | None, pins: list[dict[str, str]]) -> Iterator[Difference]:
    """Closings that a report used, as it tells them, and that are not in the lake as they were."""
    found = {closed.name: closed.sha256 for closed in closings(lake)}
    for used in pins:
        if found.get(used["closing"]) != used["sha256"]:
            state = "has changed" if used["closing"] in found else "is gone"
            yield Difference("input", f"closings/{used['closing']}", f"the earlier closing {state}")


def surroundings(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What on this machine differs from the one that made the run, and may change bytes."""
    if manifest["program"] != PROGRAM:
        made, here = described(manifest["program"]), described(PROGRAM)
        yield f"another version of the program made the run: {made}, this is {here}"
    families = manifest["configuration"]["report"].get("fonts", ())
    for kind, now in environment(tuple(families)).items():
        then = manifest[kind]
        for name in sorted(now.keys() | then.keys()):
            if now.get(name) != then.get(name):
                yield (
                    f"{name}: {_shown(then.get(name))} made the run, here it "
                    f"is {_shown(now.get(name))}"
                )


def _shown(found: Any) -> str:
    if isinstance(found, dict):
        return f"{found['file']} ({found['sha256'][:12]}…)"
    return str(found or "missing")
