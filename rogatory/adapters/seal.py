"""An authority's seal on a package: a detached CAdES signature (ETSI EN 319 122-1) by its seal key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_detached_cms

from rogatory.adapters.cms import (
    KEY_USAGE,
    NO_REVOCATION,
    PortSigner,
    certificates,
    context,
    key_id,
    name_of,
    public_key,
    uncovered,
    wait_for,
)
from rogatory.ports import Signer


@dataclass(frozen=True)
class SealFinding:
    """What can be said of a seal."""

    intact: bool
    """It is a signature over exactly this content."""
    root: str | None
    """The given root it leads to (PEM); None: nobody given vouches for it."""
    keyid: str
    """The sealing key's id; empty when there is none to be read."""
    public_key: str
    """PEM; empty likewise."""
    detail: str


def make_seal(content: bytes, signer: Signer, chain: Sequence[str], at: datetime) -> bytes:
    """The seal over the content, DER; `at` is the claimed time."""
    settings = PdfCMSSignedAttributes(signing_time=at)
    work = PortSigner(signer, chain).async_sign_general_data(
        content, "sha256", detached=True, use_cades=True, signed_attr_settings=settings
    )
    return bytes(wait_for(work).dump())


def verify_seal(content: bytes, seal: bytes, roots: Sequence[str]) -> SealFinding:
    """Judges a seal against the given roots only; never raises on hostile input."""
    slack = uncovered(seal)
    if slack is not None:
        return SealFinding(False, None, "", "", f"the seal is not in its one form: {slack}")
    try:
        signed = cms.ContentInfo.load(seal)["content"]
        signer = signed["signer_infos"][0]
        serial = signer["sid"].chosen["serial_number"].native
        certificate = next(c.chosen for c in signed["certificates"] if c.chosen.serial_number == serial)
        attributes = {one["type"].native: one["values"].native for one in signer["signed_attrs"]}
        claimed = attributes.get("signing_time", [None])[0]
        trust = context(roots, certificate, claimed)
        status = wait_for(
            async_validate_detached_cms(content, signed, signer_validation_context=trust, key_usage_settings=KEY_USAGE)
        )
    except Exception as fault:  # noqa: BLE001  hostile bytes: the parser may fail in any way, and each means "damaged"
        return SealFinding(False, None, "", "", f"the seal cannot be verified ({type(fault).__name__})")
    intact = bool(status.intact and status.valid)
    path = status.validation_path
    anchor = path.trust_anchor.certificate.dump() if status.trusted and path is not None else None
    root = next((pem for pem in roots if anchor is not None and anchor in _ders(pem)), None)
    when = claimed.isoformat() if claimed is not None else "no stated time"
    words = f"by {name_of(certificate)}, {when} by its own word; {NO_REVOCATION}"
    return SealFinding(intact, root, key_id(certificate), public_key(certificate), words)


def _ders(pem: str) -> list[bytes]:
    return [one.dump() for one in certificates([pem])]
