"""`kelou approve`: a report is a draft until somebody stands for it; then its edition without the
draft mark appears.

The edition lies in the run's folder under approved/, beside untouched outputs, with a manifest of
its own.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from checks.concepts import SCHEMA_VERSION
from checks.numbers.closings import Approval, Objection
from checks.numbers.plain import read, to_json
from flows.archive.run_folder import (
    APPROVED,
    MANIFEST,
    SIGNATURE,
    file_hashes,
    put_in_place,
    read_metrics,
    sha256,
    write_json,
)
from flows.archive.signing import SIGNED, sign_manifest, sign_pdf
from flows.audit.gathering import load_rules
from flows.audit.history import FINDINGS_FILE
from flows.audit.outputs import report_options
from flows.closing.approvals import add, check_sound, entries, entry_of
from flows.closing.verify.run import settings_of
from flows.report.write import ATTACHED, write_report
from flows.settings import Settings


def approve(run: Path, by: str, note: str, settings: Settings) -> Path:
    """Record the approval and write the approved edition, signed where a certificate is configured.

    Returns the edition's folder. Raises UsageError (no run's folder), DifferenceFound (not as it
    was published).
    """
    check_sound(run)
    approval, objections = entry_of(run, "approval", by, note), entries(run, "objection")
    edition = Path(tempfile.mkdtemp(prefix=f".{run.name}-approved-", dir=run.parent))
    try:
        _render(run, edition, approval, objections)
        _finish(edition, approval, settings)
        files = {**file_hashes(edition), **_beside(edition)}
        edition.chmod(0o755)
        put_in_place(edition, run / APPROVED)
    finally:
        shutil.rmtree(edition, ignore_errors=True)
    add(run, {**approval, "files": files})
    return run / APPROVED


def _render(
    run: Path, edition: Path, approval: Mapping[str, Any], objections: list[dict[str, Any]]
) -> None:
    """The report once more, with the run's own settings, without the draft mark, with what was
    objected."""
    inputs = json.loads((run / "inputs.json").read_text("utf-8"))
    metrics = replace(
        read_metrics(run),
        approval=Approval(by=approval["by"], at=approval["at"], note=approval["note"]),
        objections=tuple(read(Objection, entry) for entry in objections),
    )
    for name in ATTACHED:
        shutil.copyfile(run / name, edition / name)
    write_json(edition / "metrics.json", to_json(metrics))
    made_with = settings_of(inputs)
    write_report(
        edition,
        metrics=metrics,
        findings=pl.read_parquet(run / FINDINGS_FILE),
        inputs=inputs,
        rulebooks=load_rules(made_with).rulebooks,
        lang=inputs["request"]["lang"],
        options=replace(report_options(made_with), approved=True),
    )


def _finish(edition: Path, approval: Mapping[str, Any], settings: Settings) -> None:
    """Signed copies beside the unsigned files, and the edition's manifest."""
    if settings.signing.certificate:
        for pdf in sorted(edition.glob("*.pdf")):
            (edition / f"{pdf.stem}{SIGNED}").write_bytes(
                sign_pdf(pdf.read_bytes(), settings.signing)
            )
    told = {
        "schema_version": SCHEMA_VERSION,
        "approval": dict(approval),
        "outputs": file_hashes(edition),
    }
    write_json(edition / MANIFEST, told)
    sign_manifest(edition, settings.signing)


def _beside(edition: Path) -> dict[str, str]:
    return {
        name: sha256(edition / name) for name in (MANIFEST, SIGNATURE) if (edition / name).exists()
    }
