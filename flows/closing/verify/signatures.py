"""Signatures of a run, a closing or an approved edition, where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.archive.closings import lake_of
from flows.archive.differences import Difference
from flows.archive.run_folder import APPROVED, MANIFEST, SIGNATURE
from flows.archive.signing import SIGNED, manifest_fault, pdf_fault, signer_of


def signature_differences(
    run: Path, trusted: Path | None, stamped: bool = False
) -> Iterator[Difference]:
    """Signatures that do not hold. `trusted`: certificates of the authorities that signers and
    timestamps must come from; where they are named, closings and approved editions must be signed.
    `stamped`: and their signatures carry a timestamp."""
    for folder, prefix in ((run, ""), (run / APPROVED, f"{APPROVED}/")):
        signed_for = trusted and (folder / MANIFEST).is_file() and (prefix or lake_of(run))
        if signed_for and not (folder / SIGNATURE).exists():
            words = "is missing; signing.trusted is set, so what is published must be signed"
            yield Difference("signature", f"{prefix}{SIGNATURE}", words)
        if fault := manifest_fault(folder, trusted, stamped):
            yield Difference("signature", f"{prefix}{SIGNATURE}", fault)
        for signed in sorted(folder.glob(f"*{SIGNED}")):
            unsigned = folder / signed.name.replace(SIGNED, ".pdf")
            plain = unsigned.read_bytes() if unsigned.is_file() else b"\x00"
            if fault := pdf_fault(signed.read_bytes(), plain, trusted, stamped):
                yield Difference("signature", f"{prefix}{signed.name}", fault)


def signers(run: Path, trusted: Path | None) -> Iterator[str]:
    """Who signed, and whether the signer was checked against an authority."""
    for folder in (run, run / APPROVED):
        if signer := signer_of(folder):
            yield f"signed by {signer}" + (
                "" if trusted else "; no authority is configured to check the signer by"
            )
