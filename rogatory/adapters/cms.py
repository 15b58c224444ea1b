"""What signatures in PDFs and on packages have in common: CMS made by one of our keys, judged against given roots only.

Nothing here fetches anything: neither certificates nor revocation lists. Whom to trust comes from `TrustAnchors`.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from asn1crypto import algos, cms, core, parser, pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager

from rogatory.ports import Signer

T = TypeVar("T")
KEY_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
NO_REVOCATION = "revocation was not checked: these certificates name no source for it, and nothing is fetched"

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # what they complain of comes back as a failed check


class PortSigner(CmsSigner):  # type: ignore[misc]  # pyHanko is untyped to us
    """Lets pyHanko sign with any `ports.Signer`; the key stays where it is."""

    def __init__(self, signer: Signer, chain: Sequence[str] = ()) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(certificates(chain))
        super().__init__(
            signing_cert=certificates([signer.certificate])[0],
            cert_registry=store,
            embed_roots=False,  # the verifier has the root in advance; an embedded one would prove nothing
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._port = signer
        self.between = certificates(chain)
        """The certificates given beside the signer's own."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """ECDSA P-256 over SHA-256, DER."""
        if digest_algorithm != "sha256":
            raise ValueError(f"this key signs SHA-256 only, not {digest_algorithm}")
        return bytes(72) if dry_run else self._port.sign(data)  # 72 bytes: the longest such signature


@dataclass(frozen=True)
class Trust:
    """Whether a certificate is vouched for."""

    trusted: bool
    detail: str


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; also from within a running event loop, where asyncio.run would refuse."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def certificates(pems: Sequence[str]) -> list[x509.Certificate]:
    """The certificates of PEM texts. Raises ValueError."""
    found = []
    for text in pems:
        for kind, _, der in pem.unarmor(text.encode(), multiple=True):
            if kind == "CERTIFICATE":
                found.append(x509.Certificate.load(der))
    return found


def key_id(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's SubjectPublicKeyInfo, hex."""
    return sha256(certificate.public_key.dump()).hexdigest()


def public_key(certificate: x509.Certificate) -> str:
    """The certificate's SubjectPublicKeyInfo, PEM."""
    return str(pem.armor("PUBLIC KEY", certificate.public_key.dump()).decode())


def pem_of(certificate: x509.Certificate) -> str:
    """The certificate, PEM."""
    return str(pem.armor("CERTIFICATE", certificate.dump()).decode())


def name_of(certificate: x509.Certificate) -> str:
    """Whom the certificate names."""
    subject = certificate.subject.native
    return str(subject.get("common_name") or certificate.subject.human_friendly)


def context(roots: Sequence[str], certificate: x509.Certificate, claimed: datetime | None) -> ValidationContext:
    """Trust in the given roots and nothing else, at the claimed time of signing if the certificate was valid then.

    Without a time-stamping authority that time is the signer's own word; it is used so that a signature does not
    become untrusted merely because years have passed. Every report says so.
    """
    moment = claimed_moment(certificate, claimed)
    return ValidationContext(
        trust_manager=SimpleTrustManager.build(trust_roots=certificates(roots)),
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def claimed_moment(certificate: x509.Certificate, claimed: datetime | None) -> datetime:
    """The claimed time, if the certificate was valid then and it is not to come; else now."""
    now = datetime.now(UTC)
    first, last = certificate.not_valid_before, certificate.not_valid_after
    return claimed if claimed is not None and first <= claimed <= min(last, now) else now


def uncovered(container: bytes, *, stamped: bool = False, token: bool = False) -> str | None:
    """What in a CMS container no signature covers, in words; None if every byte of it counts.

    A verifier that ignores such bytes lets a file be altered unseen. Allowed: our exact encoding, one signer, his
    certificate, and certificates that another one present, or they themselves, signed, or that signed one; a time
    stamp over the signature, in the same strict form, only where it is `stamped`: the caller then judges that one
    apart. `token`: the container is itself a time stamp (RFC 3161), which carries what it signs.
    """
    allowed = ([], ["signature_time_stamp_token"]) if stamped else ([],)
    carries = ("tst_info", {"v3", "v1"}) if token else (None, {"v1"})
    try:
        info = cms.ContentInfo.load(container, strict=True)
        signed = info["content"]
        signer = signed["signer_infos"][0]
        attributes = [entry["type"].native for entry in signer["unsigned_attrs"]] if signer["unsigned_attrs"] else []
        present = [load_der_x509_certificate(choice.chosen.dump()) for choice in signed["certificates"]]
        serial = signer["sid"].chosen["serial_number"].native
        others = [one for one in present if one.serial_number != serial]
        content = signed["encap_content_info"]
        carried = None if isinstance(content["content"], core.Void) else content["content_type"].native
        faults = {
            "it is not in DER, so bytes of it can change unseen": not _is_der(container),
            "it holds more than one signature": len(signed["signer_infos"]) != 1,
            "it carries content of its own": carried != carries[0],
            "its digest algorithms disagree": [entry.dump() for entry in signed["digest_algorithms"]]
            != [signer["digest_algorithm"].dump()],
            "its digest algorithm has parameters": signer["digest_algorithm"]["parameters"].dump()
            not in (b"", b"\x05\x00"),  # none, or NULL
            "it carries unsigned attributes": attributes not in allowed,
            "it carries revocation lists": bool(signed["crls"]),
            "its version is not the usual one": {signed["version"].native, signer["version"].native} != carries[1],
            "it does not hold exactly one certificate of the signer": len(others) != len(present) - 1,
            "it names the signer in other letters than his certificate does": signer["sid"].chosen["issuer"].dump()
            not in [choice.chosen.issuer.dump() for choice in signed["certificates"]],
            "it carries certificates nobody vouches for": not all(
                any(_issued(one, other) or _issued(other, one) for other in present) for one in others
            ),  # one that issued another stands or falls with the way to a root, when trust is judged
        }
        if stamped and attributes:
            (own,) = signer["unsigned_attrs"][0]["values"]
            fault = uncovered(own.dump(), token=True)
            faults["its time stamp: " + (fault or "")] = fault is not None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, InvalidVersion) as fault:
        return f"it cannot be read ({type(fault).__name__})"
    return next((words for words, found in faults.items() if found), None)


def without_padding(content: bytes) -> bytes:
    """The one DER value at the start of the bytes: a PDF leaves room behind the container. Raises ValueError."""
    return content[: parser.peek(content)]


def _is_der(content: bytes) -> bool:
    """Whether values follow each other in DER's form: lengths definite and shortest, integers shortest (X.690, 10)."""
    position = 0
    while position < len(content):
        header = content[position : position + 2]
        if len(header) < 2 or header[0] & 0x1F == 0x1F or header[1] == 0x80:
            return False
        size, start = header[1], position + 2
        if size > 0x80:
            width = size & 0x7F
            size, start = int.from_bytes(content[start : start + width]), start + width
            if size < 0x80 or size >> (8 * width - 8) == 0:
                return False
        value, position = content[start : start + size], start + size
        if len(value) != size or (header[0] & 0x20 and not _is_der(value)):
            return False
        if header[0] == 0x02 and (not value or _padded(value)):
            return False
    return True


def _padded(value: bytes) -> bool:
    """Whether an integer begins with a byte that says nothing."""
    return len(value) > 1 and ((value[0] == 0 and value[1] < 0x80) or (value[0] == 0xFF and value[1] >= 0x80))


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
