"""Signatures with the company's certificate: PAdES-B inside a PDF, invisible, and detached for a
manifest (CMS).

An invisible signature leaves the original bytes untouched and the file PDF/A-3a and PDF/UA-1; a
visible field would fail PDF/UA. Sources: ETSI EN 319 142-1 (PAdES), RFC 5652 (CMS), RFC 3161
(timestamps).
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.archive.run_folder import MANIFEST, SIGNATURE
from flows.settings import secret
from flows.system.errors import KelouError, UsageError

if TYPE_CHECKING:
    from flows.settings.sections import Signing

FIELD = "Kelou"
DIGEST = "sha256"
SIGNED = ".signed.pdf"
"""Ends the name of a signed copy; report.pdf itself stays as it was made."""


def sign_pdf(content: bytes, signing: Signing) -> bytes:
    """The PDF with a signature appended; the bytes before it are those given."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES
    )
    with _understood("signing the PDF"):
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        signed = sign_pdf(writer, meta, signer=_signer(signing), timestamper=_timestamper(signing))
    return bytes(signed.getvalue())


def sign_manifest(folder: Path, signing: Signing) -> None:
    """A detached signature beside the manifest, where a certificate is configured."""
    if signing.certificate is None:
        return
    with _understood("signing the manifest"):
        content, stamp = (folder / MANIFEST).read_bytes(), _timestamper(signing)
        made = asyncio.run(
            _signer(signing).async_sign_general_data(content, DIGEST, timestamper=stamp)
        )
    (folder / SIGNATURE).write_bytes(made.dump())


def pdf_fault(
    content: bytes, unsigned: bytes, trusted: Path | None, stamped: bool = False
) -> str | None:
    """What is wrong with a signed PDF: its signature, or that it is not the unsigned file with a
    signature added."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature

    if not content.startswith(unsigned):
        return "is not the published file with a signature added"
    try:
        reader = PdfFileReader(io.BytesIO(content))
        status = validate_pdf_signature(reader.embedded_signatures[0], _context(trusted))
    except Exception as error:  # a damaged file fails anywhere in the parser
        return f"the signature can't be read ({error})"
    return _status_fault(status, trusted, stamped)


def manifest_fault(folder: Path, trusted: Path | None, stamped: bool = False) -> str | None:
    """What is wrong with the detached signature of a folder's manifest; None when it is valid or
    there is none."""
    if not (folder / SIGNATURE).exists():
        return None
    from asn1crypto import cms
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

    raw = (folder / SIGNATURE).read_bytes()
    try:
        content = cms.ContentInfo.load(raw, strict=True)
        signed = content["content"]
        status = asyncio.run(
            async_validate_detached_cms((folder / MANIFEST).read_bytes(), signed, _context(trusted))
        )
    except Exception as error:  # damaged bytes fail anywhere in the parser
        return f"the signature can't be read ({error})"
    return _status_fault(status, trusted, stamped)


def signer_of(folder: Path) -> str | None:
    """Whom the certificate of a manifest's signature names."""
    if not (folder / SIGNATURE).exists():
        return None
    from asn1crypto import cms

    try:
        signed = cms.ContentInfo.load((folder / SIGNATURE).read_bytes())["content"]
        named = signed["signer_infos"][0]["sid"].chosen
        for certificate in (choice.chosen for choice in signed["certificates"]):
            if _is_of(certificate, named):
                return str(certificate.subject.human_friendly)
    except Exception:  # damaged bytes fail anywhere in the parser; manifest_fault says so
        return None
    return None


def _is_of(certificate: Any, named: Any) -> bool:
    """Whether a signature names this certificate as its signer's, by issuer and number or by the
    identifier of its key (RFC 5652, 5.3)."""
    if isinstance(named.native, bytes):
        return bool(certificate.key_identifier == named.native)
    same = certificate.serial_number == named["serial_number"].native
    return bool(same and certificate.issuer == named["issuer"])


def _status_fault(status: Any, trusted: Path | None, stamped: bool) -> str | None:
    if not status.intact:
        return "was changed after signing"
    if not status.valid:
        return "the signature is not valid"
    if trusted and not status.trusted:
        return f"the signer's certificate does not lead to {trusted}"
    stamp = getattr(status, "timestamp_validity", None)
    if stamped and stamp is None:
        return "carries no timestamp, and signing.timestamp asks for one"
    if trusted and stamp is not None and not (stamp.valid and stamp.trusted):
        return f"its timestamp comes from an authority that {trusted} does not name"
    return None


def _context(trusted: Path | None) -> Any:
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko_certvalidator import ValidationContext

    logging.getLogger("pyhanko_certvalidator").setLevel(logging.ERROR)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    roots = list(load_certs_from_pemder([str(trusted)])) if trusted else []
    return ValidationContext(trust_roots=roots, allow_fetching=False)


def _signer(signing: Signing) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    password = secret(signing.password).encode() if signing.password else None
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    signer = SimpleSigner.load_pkcs12(str(signing.certificate), passphrase=password)
    if signer is None:
        raise UsageError(
            f"signing.certificate {signing.certificate}: can't be opened; check the file and its "
            f"password"
        )
    return signer


def _timestamper(signing: Signing) -> Any:
    if signing.timestamp is None:
        return None
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(signing.timestamp)


@contextmanager
def _understood(doing: str) -> Iterator[None]:
    try:
        yield
    except KelouError:
        raise
    except Exception as error:
        raise KelouError(f"{doing} failed: {error}; check [signing] in kelou.toml") from error
