"""Founding an authority: keys that stay private, certificates that validators accept, a directory by registrars."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID, NameOID
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from rogatory.adapters import officials as module
from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.keys import FileSigner, write_key
from rogatory.adapters.officials import (
    POSTS,
    add_peer,
    appoint,
    authority_card,
    found_authority,
    open_ledger,
    revoke,
    signer_for,
)
from rogatory.custody.directory import anchors_digest
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from schemas.identifiers import Role
from tests.properties.ledger_steps import START, template


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(template() / "xv", tmp_path / "home")
    return tmp_path / "home"


def tree(home: Path) -> dict[str, bytes]:
    folders = [home / name for name in ("ca", "officials", "keys", "anchors")]
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_an_authority_has_its_officials(tmp_path: Path) -> None:
    made = found_authority(tmp_path / "new", now=START)
    assert made.created
    assert {one.official for one in made.officials} == {"service", *POSTS}
    assert made.anchors.demo
    assert (made.anchors.threshold, len(made.anchors.registrars)) == (2, 3)
    assert all("DEMO" in one.name for one in made.officials)
    assert len({one.person for one in made.officials}) == len(made.officials)
    directory = open_ledger(tmp_path / "new").officials()
    assert set(directory) == {"service", *POSTS}
    assert directory["service"].roles == (Role.SYSTEM,)
    assert not (tmp_path / "new" / "founding").exists()


def test_founding_twice_changes_nothing(home: Path) -> None:
    before = tree(home)
    again = found_authority(home, now=START)
    assert not again.created
    assert tree(home) == before
    assert {one.official for one in again.officials} >= set(POSTS)
    assert all(path.exists() for path in again.where)


def test_keys_of_unknown_origin_are_never_touched(tmp_path: Path) -> None:
    key = tmp_path / "keys" / "service.key"
    key.parent.mkdir()
    key.write_text("somebody's")
    with pytest.raises(UsageError, match=r"service\.key"):
        found_authority(tmp_path, now=START)
    assert key.read_text() == "somebody's"


@pytest.mark.parametrize("step", range(13))
def test_a_founding_killed_anywhere_is_completed(tmp_path: Path, step: int) -> None:
    """Killed after `step` of the thirteen moves and appends that follow the making of keys."""
    count = 0

    class KilledError(BaseException):
        pass

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count > step:
                raise KilledError
            return real(*given, **named)

        return call

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "change_directory", counted(module.change_directory))
        patched.setattr(Path, "rename", counted(Path.rename))
        with pytest.raises(KilledError):
            found_authority(tmp_path, now=START)
    made = found_authority(tmp_path, now=START + timedelta(days=1))
    assert made.created
    ledger = open_ledger(tmp_path)
    assert tuple(ledger.officials().values()) == made.officials
    assert ledger.directory().size == len(POSTS) + 1
    assert signer_for(tmp_path, "signatory").keyid == ledger.officials()["signatory"].keyid


@pytest.mark.parametrize(
    "wrong", [{"state": "xv"}, {"state": "XVA"}, {"authority": ""}, {"authority": "x" * 65}, {"authority": "a\nb"}]
)
def test_malformed_authorities_are_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        found_authority(tmp_path / "new", now=START, **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_keys_for_real_use_are_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="real use"):
        found_authority(tmp_path, demo=False, now=START)


# keys


def test_keys_are_their_owners_only(home: Path) -> None:
    keys = [*(home / "officials").glob("*.key"), home / "keys" / "service.key", home / "ca" / "root.key"]
    assert len(keys) == len(POSTS) + 2
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert {stat.S_IMODE((home / folder).stat().st_mode) for folder in ("officials", "ca")} == {0o700}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_others_may_read_is_not_used(home: Path, mode: int) -> None:
    (home / "officials" / "custodian.key").chmod(mode)
    with pytest.raises(RefusedError, match="read by others") as refused:
        signer_for(home, "custodian").sign(b"x")
    assert "chmod 600" in refused.value.hint


def test_what_is_no_key_is_named(home: Path, tmp_path: Path) -> None:
    crt = home / "officials" / "custodian.crt"
    for name, content in (("text", b"hello"), ("large", b"x" * 100_000), ("certificate", crt.read_bytes())):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(IntegrityError, match=name):
            FileSigner(path, crt).sign(b"x")
    write_key(tmp_path / "p384.key", ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(IntegrityError, match="P-256"):
        FileSigner(tmp_path / "p384.key", crt).sign(b"x")
    with pytest.raises(IntegrityError, match="not the certificate of"):
        _ = FileSigner(home / "officials" / "signatory.key", crt).certificate
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(RefusedError, match="pipe"):
        FileSigner(tmp_path / "pipe", crt).sign(b"x")
    with pytest.raises(NotFoundError, match="missing"):
        FileSigner(tmp_path / "missing", crt).sign(b"x")


@pytest.mark.parametrize("name", ["../keys/service", "", "Signatory", "a" * 41, "x/../../etc", "signatory\n"])
def test_a_name_is_no_path(home: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        signer_for(home, name)


def test_whose_keys_are_here_is_said(home: Path) -> None:
    with pytest.raises(NotFoundError) as missing:
        signer_for(home, "minister")
    assert "reviewer-1" in missing.value.hint


# certificates


def test_certificates_say_demo_and_chain_to_the_root(home: Path, tmp_path: Path) -> None:
    for official in ("signatory", "service"):
        certificate = x509.load_pem_x509_certificate(signer_for(home, official).certificate.encode())
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        assert str(common).startswith("DEMO ")
        usage = certificate.extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE)
        assert usage.critical
        assert isinstance(usage.value, x509.KeyUsage)
        assert usage.value.digital_signature
        assert usage.value.content_commitment
        (tmp_path / "one.pem").write_text(signer_for(home, official).certificate)
        order = [
            "openssl",
            "verify",
            "-x509_strict",
            "-CAfile",
            str(home / "ca" / "root.crt"),
            str(tmp_path / "one.pem"),
        ]
        at = ["-attime", str(int(START.timestamp()))]
        assert subprocess.run([*order[:2], *at, *order[2:]], capture_output=True, check=True).stdout.endswith(b"OK\n")
    seal = x509.load_pem_x509_certificate(signer_for(home, "service").certificate.encode())
    assert seal.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == "NTRXV-DEMO"


def test_pyhanko_trusts_a_letter_signed_by_the_signatory(home: Path) -> None:
    page = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    signer = signers.SimpleSigner.load(
        str(home / "officials" / "signatory.key"), str(home / "officials" / "signatory.crt")
    )
    meta = signers.PdfSignatureMetadata(field_name="sig", subfilter=fields.SigSeedSubFilter.PADES)
    signed = signers.sign_pdf(IncrementalPdfFileWriter(page), meta, signer=signer)
    root = load_cert_from_pemder(str(home / "ca" / "root.crt"))
    field = PdfFileReader(signed).embedded_signatures[0]
    status = validate_pdf_signature(field, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    other = load_cert_from_pemder(str(template() / "xn" / "ca" / "root.crt"))
    assert not validate_pdf_signature(field, ValidationContext(trust_roots=[other], allow_fetching=False)).trusted


def test_openssl_accepts_a_seal_of_the_service(home: Path, tmp_path: Path) -> None:
    (tmp_path / "content").write_bytes(b"manifest")
    keys = home / "keys"
    key = ["-signer", str(keys / "service.crt"), "-inkey", str(keys / "service.key")]
    sign = ["openssl", "cms", "-sign", "-cades", "-binary", "-outform", "DER", "-md", "sha256"]
    subprocess.run([*sign, *key, "-in", "content", "-out", "p7s"], cwd=tmp_path, check=True, capture_output=True)
    trust = ["-CAfile", str(home / "ca" / "root.crt"), "-purpose", "any"]
    verify = ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-binary", "-out", "/dev/null"]
    order = [*verify, *trust, "-in", "p7s", "-content", "content"]
    checked = subprocess.run(order, cwd=tmp_path, check=True, capture_output=True)
    assert b"Verification successful" in checked.stderr


# changes of the directory


def test_an_official_is_appointed_and_revoked(home: Path) -> None:
    record = appoint(
        home, "reviewer-3", name="Una Fell", post="Reviewer", roles=(Role.REVIEWER,), person="xv-person-9", now=START
    )
    assert open_ledger(home).officials()["reviewer-3"] == record
    assert signer_for(home, "reviewer-3").keyid == record.keyid
    with pytest.raises(UsageError, match="already"):
        appoint(home, "reviewer-3", name="x", post="x", roles=(Role.REVIEWER,), person="p", now=START)
    revoke(home, "reviewer-3", now=START)
    assert "reviewer-3" not in open_ledger(home).officials()
    with pytest.raises(NotFoundError):
        revoke(home, "reviewer-3", now=START)


def test_the_directory_changes_only_by_two_registrars(home: Path) -> None:
    (home / "officials" / "registrar-3.key").unlink()
    revoke(home, "custodian", now=START)  # two are left
    (home / "officials" / "registrar-2.key").unlink()
    with pytest.raises(NotFoundError, match="keys of 2 registrars, 1 are here"):
        revoke(home, "prosecutor", now=START)
    ledger = open_ledger(home)
    with pytest.raises(RefusedError, match="exactly payload") as refused:
        ledger.append_change("official-revoked", {"official": "prosecutor"}, "c", "{}", START)
    assert refused.value.kind == "Forbidden"
    assert "prosecutor" in ledger.officials()


def test_another_state_is_entered_once(home: Path) -> None:
    anchors, card = authority_card(template() / "xn")
    assert add_peer(home, anchors, card, now=START) is None  # the template entered it
    assert FileAnchors(home).peer("XN") == anchors
    directory = open_ledger(home).directory()
    assert directory.peers["XN"].anchors == anchors_digest(anchors)
    changed = anchors.model_copy(update={"package_recipient": "age1example"})
    receipt = add_peer(home, changed, card, now=START)
    assert receipt
    assert open_ledger(home).directory().peers["XN"].anchors == anchors_digest(changed)


def test_another_states_official_has_one_name_and_one_role(home: Path) -> None:
    anchors, card = authority_card(template() / "xn")
    for change in (
        {"official": "reviewer-1"},
        {"roles": (Role.REVIEWER,)},
        {"roles": (Role.FOREIGN_AUTHORITY, Role.REVIEWER)},
        {"state": "XV"},
    ):
        with pytest.raises(UsageError, match="xn-authority"):
            add_peer(home, anchors, card.model_copy(update=change), now=START)
