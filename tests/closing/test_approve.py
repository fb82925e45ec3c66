"""A report is a draft until it is approved; who objected stands in the approved edition; signatures
hold."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from flows.archive.integrity import run_differences
from flows.archive.run_folder import sealed, write_json
from flows.cli import run as kelou
from flows.closing.approvals import record_objection
from flows.closing.approve import approve
from flows.closing.verify.signatures import signature_differences, signers
from flows.report.pdf.preflight import find_faults
from flows.report.write import ATTACHED
from flows.settings import Settings

PASSWORD = "water-clock"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company's certificate, made here: company.p12 with its key, and the certificate alone as an
    authority."""
    folder = tmp_path_factory.mktemp("company")
    for name in ("company", "stranger"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kelou test {name}")])
        begin = datetime.now(UTC) - timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
        )
        builder = (
            builder.serial_number(1)
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=3650))
        )
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        usage = dict.fromkeys(
            (
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
                "crl_sign",
            ),
            False,
        )
        usage |= dict.fromkeys(("digital_signature", "content_commitment", "key_cert_sign"), True)
        certificate = builder.add_extension(x509.KeyUsage(**usage), critical=True).sign(
            key, hashes.SHA256()
        )
        protected = BestAvailableEncryption(PASSWORD.encode())
        bundle = pkcs12.serialize_key_and_certificates(b"kelou", key, certificate, None, protected)
        (folder / f"{name}.p12").write_bytes(bundle)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return folder


@pytest.fixture(scope="module")
def approved(published: Path, company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with an objection, approved and signed."""
    run = Path(shutil.copytree(published, tmp_path_factory.mktemp("approved") / "run"))
    signing = {"certificate": company / "company.p12", "password": "env:KELOU_TEST_SIGNING"}
    record_objection(run, "技术支持部", "李工", "十四日系统停机，应予豁免", None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KELOU_TEST_SIGNING", PASSWORD)
        approve(run, "张总", "", Settings.model_validate({"signing": signing}))
    return run


@pytest.fixture
def signed(approved: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(approved, tmp_path / "signed"))


def text_of(pdf: Path) -> str:
    return subprocess.run(
        ["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout


def test_the_approved_edition_is_no_draft_and_prints_the_objection(
    signed: Path, company: Path
) -> None:
    edition = signed / "approved"
    assert "草稿" in text_of(signed / "report.pdf")
    approved = text_of(edition / "report.signed.pdf")
    assert "草稿" not in approved
    assert "十四日系统停机" in approved and "张总" in approved
    assert not list(run_differences(signed))
    content = (edition / "report.signed.pdf").read_bytes()
    assert find_faults(content, ATTACHED) == []
    for trusted in (None, company / "company.pem"):
        assert not list(signature_differences(signed, trusted))
    assert any("Kelou test company" in words for words in signers(signed, None))
    assert {d.kind for d in signature_differences(signed, company / "stranger.pem")} == {
        "signature"
    }


def test_a_change_behind_the_seals_is_found_by_the_signature(signed: Path) -> None:
    edition = signed / "approved"
    manifest = json.loads((edition / "manifest.json").read_text("utf-8"))
    write_json(
        edition / "manifest.json",
        {**manifest, "approval": {**manifest["approval"], "by": "nobody"}},
    )
    shutil.copyfile(signed / "report.pdf", edition / "report.pdf")
    found = {difference.path for difference in signature_differences(signed, None)}
    assert found == {"approved/manifest.json.p7s", "approved/report.signed.pdf"}


def test_changed_approvals_are_found(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in [signed / "approvals.json", *sorted((signed / "approved").iterdir())]:
        kept = path.read_bytes()
        path.write_bytes(kept[:-9] + bytes([kept[-9] ^ 1]) + kept[-8:])
        assert {d.kind for d in run_differences(signed)} == {"approval"}, path.name
        path.write_bytes(kept)
    content = json.loads((signed / "approvals.json").read_text("utf-8"))
    content["entries"] = content["entries"][:1]
    write_json(signed / "approvals.json", sealed(content))
    assert [d.path for d in run_differences(signed)] == ["approved"]
    assert kelou(["approve", str(signed), "--by", "张总"]) == 4
    assert "nobody approved" in capsys.readouterr().err


def test_a_wrong_password_is_told_in_a_line(
    run: Path,
    company: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KELOU_TEST_SIGNING", "wrong")
    config = tmp_path / "kelou.toml"
    words = (
        f'[signing]\ncertificate = "{company / "company.p12"}"\npassword = '
        f'"env:KELOU_TEST_SIGNING"\n'
    )
    config.write_text(words, "utf-8")
    assert (
        kelou(["--config", str(config), "close", str(run), "--lake", str(tmp_path / "lake")]) == 2
    )
    assert "check the file and its password" in capsys.readouterr().err
    assert not list((tmp_path / "lake").rglob("closing"))
