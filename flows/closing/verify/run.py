"""`kelou verify`: hashes first, then the inputs, then everything computed again and compared byte
for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from checks.concepts import Period
from checks.numbers.closings import Edition
from checks.numbers.plain import read
from flows.archive.differences import Difference, Verification
from flows.archive.integrity import read_json, run_differences
from flows.archive.run_folder import MANIFEST, file_hashes
from flows.audit.data_source import DataSource, LakeSource, data_source_of_run
from flows.audit.run import AuditRequest, Tell, run_audit, silent
from flows.audit.selection import Selection
from flows.closing.approvals import speaking_of, stage_of
from flows.closing.verify.chain import chain_differences
from flows.closing.verify.compare import describe
from flows.closing.verify.erased import erased_for, notes_on, remaining_differences
from flows.closing.verify.inputs import input_differences, surroundings
from flows.closing.verify.signatures import signature_differences, signers
from flows.settings import Settings
from flows.system.errors import UsageError


def verify(
    run: Path,
    data: Path | None = None,
    tell: Tell = silent,
    trusted: Path | None = None,
    lake: str | None = None,
    stamped: bool = False,
) -> Verification:
    """Everything that differs between a published run and what its inputs give now.

    `data`, `lake`: where the records are, if not where they were. `trusted`, `stamped`: as
    flows.closing.verify.signatures.signature_differences has them. Recomputed are runs whose inputs
    are unchanged; where they are not, that is the difference. Raises UsageError when `run` is no
    run's folder, or does not tell where its data lay.
    """
    manifest = read_json(run / MANIFEST)
    if not run.is_dir() or not (run / MANIFEST).is_file():
        raise UsageError(
            f"{run} is not the folder of a run; give the folder that kelou audit wrote"
        )
    if stage_of(run).exists():
        with speaking_of(run):
            tell("finishing what a killed command left")
    tell("comparing hashes")
    found = list(run_differences(run))
    if manifest is not None and "closing" in manifest:
        found += chain_differences(str(run.resolve().parents[2]))
    found += signature_differences(run, trusted, stamped)
    if manifest is None or any(difference.kind == "manifest" for difference in found):
        return Verification(
            found, ["not recomputed: the manifest does not tell reliably from what"]
        )
    if "year" in manifest:
        return Verification(
            found, ["a yearly report adds up closings; verify each of those in the lake"]
        )
    settings = settings_of(manifest)
    source = LakeSource(lake, manifest["lake_versions"]) if lake else data_source_of_run(run, data)
    changed = list(input_differences(run, manifest, source, settings))
    notes = [
        *signers(run, trusted),
        *(f"possible cause: {words}" for words in surroundings(manifest)),
    ]
    if changed:
        return Verification(
            [*found, *changed],
            [*notes, "not recomputed: the inputs are no longer those of the run"],
        )
    with TemporaryDirectory(prefix="kelou-verify-") as folder:
        again = Path(folder) / "run"
        request = request_of(manifest, source, again)
        if (stones := erased_for(source)) is not None:
            tell("judging what was not erased")
            left = remaining_differences(run, request, settings, stones)
            return Verification([*found, *left], [*notes, *notes_on(stones)])
        run_audit(request, settings, tell)
        found += _recomputed(run, again, manifest)
    return Verification(found, notes, recomputed=True)


def settings_of(manifest: Mapping[str, Any]) -> Settings:
    """The settings of a run, from its redacted configuration. Raises UsageError when another
    version wrote it."""
    try:
        return Settings.model_validate(manifest["configuration"])
    except ValidationError as error:
        raise UsageError(
            f"the run's configuration is not one of this version of Kelou: {error.errors()[0]}"
        ) from None


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


def period_of(manifest: Mapping[str, Any]) -> Period:
    period = manifest["period"]
    start, end, cutoff = (
        datetime.fromisoformat(period[name]) for name in ("start", "end", "cutoff")
    )
    return Period(start, end, cutoff)


def _recomputed(run: Path, again: Path, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    now = file_hashes(again)
    for path in sorted(manifest["outputs"].keys() | now.keys()):
        published, recomputed = run / path, again / path
        if not (published.is_file() and recomputed.is_file()):
            side = "recomputed" if recomputed.is_file() else "published"
            yield Difference("recomputed", path, f"only {side}")
        elif published.read_bytes() != recomputed.read_bytes():
            yield Difference("recomputed", path, describe(published, recomputed))
