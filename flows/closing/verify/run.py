"""`kelou verify`: hashes first, then the inputs, then everything computed again and compared byte
for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks.numbers.closings import Edition
from checks.numbers.plain import read
from flows.archive.closings import lake_of, place_of
from flows.archive.differences import Difference, Verification
from flows.archive.integrity import read_json, run_differences
from flows.archive.logged import expected_differences, log_differences
from flows.archive.run_folder import MANIFEST
from flows.archive.said import half_done
from flows.archive.stored import address_of
from flows.audit.data_source import DataSource, LakeSource, data_source_of_run
from flows.audit.run import AuditRequest, Tell, run_audit, silent
from flows.audit.selection import Selection
from flows.closing.approvals import speaking_of
from flows.closing.manifest import period_of, settings_of
from flows.closing.verify.chain import chain_differences
from flows.closing.verify.compare import recomputed
from flows.closing.verify.erased import erased_for, notes_on, remaining_differences
from flows.closing.verify.inputs import input_differences, surroundings
from flows.closing.verify.signatures import signature_differences, signers
from flows.closing.verify.yearly import year_differences
from flows.ingest.lake import Lake
from flows.ingest.lake.alone import finish_what_was_left
from flows.system.errors import UsageError


def verify(
    run: Path,
    data: Path | None = None,
    tell: Tell = silent,
    trusted: Path | None = None,
    lake: str | None = None,
    stamped: bool = False,
    expected: str | None = None,
) -> Verification:
    """Everything that differs between a published run and what its inputs give now.

    `data`, `lake`: where the records are, if not where they were. `trusted`, `stamped`: as
    flows.closing.verify.signatures.signature_differences has them. `expected`: the hash that was
    kept elsewhere. Recomputed are runs whose inputs are unchanged; where they are not, that is the
    difference. Raises UsageError when `run` is no run's folder, or does not tell where its data
    lay.
    """
    if not (run / MANIFEST).is_file():
        raise UsageError(
            f"{run} is not the folder of a run; give the folder that kelou audit wrote"
        )
    _finish(run, tell)
    manifest = read_json(run / MANIFEST)
    tell("comparing hashes")
    found = list(published_differences(run, manifest, lake, expected))
    found += signature_differences(run, trusted, stamped)
    if manifest is None or any(difference.kind == "manifest" for difference in found):
        return Verification(
            found, ["not recomputed: the manifest does not tell reliably from what"]
        )
    if "year" in manifest:
        tell("adding up the year again")
        return Verification([*found, *year_differences(run, manifest, lake)], recomputed=True)
    computed = _computed_again(run, manifest, data, lake, tell)
    notes = [*signers(run, trusted), *computed.notes]
    return Verification([*found, *computed.differences], notes, computed.recomputed)


def _finish(run: Path, tell: Tell) -> None:
    """What a killed approval or closing left comes first."""
    if lake := lake_of(run):
        finish_what_was_left(Lake(address_of(lake)))
    elif half_done(run):
        with speaking_of(run):
            tell("finishing what a killed command left")


def published_differences(
    run: Path, manifest: Mapping[str, Any] | None, lake: str | None, expected: str | None
) -> Iterator[Difference]:
    """Hashes, chain and log, and the hash that was kept elsewhere: what needs no record."""
    yield from run_differences(run)
    place = lake_of(run)
    closed = manifest is not None and "closing" in manifest
    if place and not closed:
        yield Difference("manifest", MANIFEST, "lies among the closings and is none")
    if not place and closed:
        place = place_of(lake) if lake else run.resolve().parents[2]
    if place:
        yield from chain_differences(str(place))
        yield from log_differences(run, place)
    if expected:
        yield from expected_differences(run, expected, place)


def _computed_again(
    run: Path, manifest: Mapping[str, Any], data: Path | None, lake: str | None, tell: Tell
) -> Verification:
    """The inputs, and whether they still give the run; of a lake from which records were erased,
    what is left."""
    settings = settings_of(manifest)
    source = LakeSource(lake, manifest["lake_versions"]) if lake else data_source_of_run(run, data)
    if isinstance(source, LakeSource):
        finish_what_was_left(Lake(source.uri))
    notes = [f"possible cause: {words}" for words in surroundings(manifest)]
    if changed := list(input_differences(run, manifest, source, settings)):
        notes.append("not recomputed: the inputs are no longer those of the run")
        return Verification(changed, notes)
    with TemporaryDirectory(prefix="kelou-verify-") as folder:
        again = Path(folder) / "run"
        request = request_of(manifest, source, again)
        if (stones := erased_for(source)) is not None:
            tell("judging what was not erased")
            left = list(remaining_differences(run, request, settings, stones))
            return Verification(left, [*notes, *notes_on(stones)])
        run_audit(request, settings, tell)
        return Verification(list(recomputed(run, again, manifest)), notes, recomputed=True)


def request_of(manifest: Mapping[str, Any], source: DataSource, out: Path) -> AuditRequest:
    """The request that made a run, with another folder to write to."""
    asked = manifest["request"]
    return AuditRequest(
        source,
        period_of(manifest),
        out,
        asked["lang"],
        Selection(tuple(asked["tiers"]), tuple(asked["departments"])),
        tuple(pin["closing"] for pin in manifest["earlier_closings"]),
        fresh=True,
        pdf=asked.get("pdf", True),
        edition=read(Edition, asked["edition"]) if "edition" in asked else None,
    )
