"""`kelou approve`: a report is a draft until somebody stands for it; then its edition without the
draft mark appears.

The edition lies in the run's folder under approved/, beside untouched outputs, with a manifest of
its own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from checks.concepts import SCHEMA_VERSION
from checks.numbers.closings import Approval, Objection
from checks.numbers.plain import plain
from flows.archive.closings import lake_of, of_month
from flows.archive.integrity import edition_hashes
from flows.archive.run_folder import (
    APPROVED,
    MANIFEST,
    file_hashes,
    json_text,
    put_in_place,
    read_metrics,
    write_json,
)
from flows.archive.said import finish, stage_of
from flows.archive.signing import SIGNED, sign_manifest, sign_pdf
from flows.closing.approvals import (
    add,
    check_sound,
    entries,
    entry_of,
    repeated,
    requested,
    speaking_of,
)
from flows.closing.findings.objections import objections_of
from flows.closing.redraw import redraw
from flows.report.write import ATTACHED
from flows.settings import Settings


def approve(run: Path, by: str, note: str, settings: Settings, request: str | None = None) -> bool:
    """Record the approval and write the approved edition, signed where a certificate is configured.

    False where it is the last thing that was said, in the same words, or was recorded under the
    same `request`: the edition stands. Raises UsageError (no run's folder), DifferenceFound (not as
    it was published).
    """
    with speaking_of(run):
        check_sound(run)
        objections, before = _objections(run), entries(run)
        more = {"objections_sha256": _hash(objections), **requested(request)}
        approval = entry_of(run, "approval", by, note, **more)
        if repeated(approval, before, before[-1:]):
            return False
        edition = stage_of(run)
        edition.mkdir()
        try:
            _render(run, edition, approval, objections)
            _finish(edition, approval, settings)
            # The approval first: killed after it, the next command puts the edition in its place.
            add(run, {**approval, "files": edition_hashes(edition)})
            put_in_place(edition, run / APPROVED)
        finally:
            finish(run)
    return True


def _hash(objections: tuple[Objection, ...]) -> str:
    """Of what the edition prints: decided since, it is another edition."""
    return hashlib.sha256(
        json_text({"said": [plain(each) for each in objections]}).encode()
    ).hexdigest()


def _objections(run: Path) -> tuple[Objection, ...]:
    """What was objected to the run, or to any edition of the month that it closes."""
    lake = lake_of(run)
    return objections_of(run, of_month(str(lake), run.resolve().parent.name) if lake else ())


def _render(
    run: Path, edition: Path, approval: Mapping[str, Any], objections: tuple[Objection, ...]
) -> None:
    """The report once more, with the run's own settings, without the draft mark, with what was
    objected."""
    inputs = json.loads((run / "inputs.json").read_text("utf-8"))
    metrics = replace(
        read_metrics(run),
        approval=Approval(by=approval["by"], at=approval["at"], note=approval["note"]),
        objections=objections,
    )
    for name in ATTACHED:
        shutil.copyfile(run / name, edition / name)
    redraw(run, edition, metrics, inputs, approved=True, pdf=True)


def _finish(edition: Path, approval: Mapping[str, Any], settings: Settings) -> None:
    """Signed copies beside the unsigned files, and the edition's manifest."""
    if settings.signing.certificate:
        for pdf in sorted(edition.glob("*.pdf")):
            (edition / f"{pdf.stem}{SIGNED}").write_bytes(
                sign_pdf(pdf.read_bytes(), settings.signing)
            )
    facts = {
        "schema_version": SCHEMA_VERSION,
        "approval": dict(approval),
        "outputs": file_hashes(edition),
    }
    write_json(edition / MANIFEST, facts)
    sign_manifest(edition, settings.signing)
