"""Verifies the signatures in a PDF, offline and against given roots only (PAdES, ETSI EN 319 142-1)."""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel

from rogatory.adapters.cms import (
    KEY_USAGE,
    NO_REVOCATION,
    certificates,
    context,
    key_id,
    name_of,
    uncovered,
    wait_for,
    without_padding,
)
from rogatory.custody.findings import Findings, roots_of
from rogatory.custody.names import safe_name
from schemas.custody import TrustAnchors, VerificationReport

MAX_SIGNATURES = 20
"""More than a letter can bear; a file with more is not looked at."""


def verify_pdf(
    pdf: bytes, anchors: TrustAnchors | Sequence[TrustAnchors], subject: str = "document.pdf"
) -> VerificationReport:
    """What can be said of the PDF's signatures: intact, signed, trusted, complete (nothing was added after the last).

    One check a signature: who, when by his own word, what it covers, what came after. Never raises on hostile input.
    """
    found = Findings(subject, "pdf")
    roots = roots_of(anchors)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        signatures = list(reader.embedded_signatures)
    except Exception as fault:  # noqa: BLE001  hostile bytes: the parser may fail in any way, and each means "damaged"
        found.add("PDF can be read", False, f"no: {_words(fault)}", "intact", "signed", "trusted", "complete")
        return found.report()
    found.add("PDF can be read", True, f"{len(pdf)} bytes")
    if not signatures:
        found.add(
            "signatures",
            False,
            "none: nothing in an unsigned PDF protects it; compare its digest with the ledger",
            "intact",
            "signed",
            "trusted",
        )
    elif len(signatures) > MAX_SIGNATURES:
        found.add("signatures", False, f"more than {MAX_SIGNATURES}: not looked at", "intact", "signed", "trusted")
        signatures = []
    for number, signature in enumerate(signatures):
        _judge(found, pdf, signature, roots, last=number == len(signatures) - 1)
    _judge_attachment(found, pdf)
    return found.report()


def signer_keys(pdf: bytes) -> tuple[str, ...]:
    """The key ids of those who signed the PDF, in order; says nothing of validity. Raises ValueError."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        return tuple(key_id(one.signer_cert) for one in reader.embedded_signatures)
    except Exception as fault:
        raise ValueError(f"no PDF: {_words(fault)}") from fault


def _judge(found: Findings, pdf: bytes, signature: Any, roots: dict[str, TrustAnchors], last: bool) -> None:
    name = f"signature {_words(signature.field_name)}"
    try:
        container = without_padding(bytes(signature.pkcs7_content))
        slack = uncovered(container, stamped=True) or _slack_in_hex(pdf, signature.byte_range, container)
        certificate = signature.signer_cert
        claimed = signature.self_reported_timestamp
        trust = context(tuple(roots), certificate, claimed)
        if signature.sig_object_type == "/DocTimeStamp":
            status = wait_for(async_validate_pdf_timestamp(signature, trust))
            level, allowed = status.modification_level, True
        else:
            status = wait_for(async_validate_pdf_signature(signature, trust, key_usage_settings=KEY_USAGE))
            level, allowed = status.modification_level, status.docmdp_ok is not False
    except Exception as fault:  # noqa: BLE001  as above
        found.add(name, False, f"cannot be verified: {_words(fault)}", "intact", "signed", "trusted")
        return
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is not None and not (stamp.intact and stamp.valid):
        slack = "its time stamp is damaged"
    intact = status.intact and status.valid and slack is None
    found.add(f"{name}: intact", intact, slack or _intact_words(status), "intact")
    who, when = name_of(certificate), _time(claimed)
    found.add(f"{name}: signed", status.valid, f"by {_words(who)}, {when} by the signer's own word", "signed")
    vouched = next((roots[pem] for pem in roots if status.trusted and _is_root(pem, status)), None)
    detail = f"under {vouched.authority}" if vouched else "its certificate leads to none of the given roots"
    found.add(f"{name}: trusted", vouched is not None, f"{detail}; {NO_REVOCATION}", "trusted")
    found.demo = found.demo or (vouched is not None and vouched.demo)
    found.signers.append(key_id(certificate))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    later = level is not None and level <= ModificationLevel.FORM_FILLING and allowed
    covered = whole if last else later and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    words = (
        f"covers {_words(status.coverage.name)}; later changes {_words(level.name if level is not None else 'UNKNOWN')}"
    )
    found.add(f"{name}: coverage", bool(covered), words, "complete", "intact")


def _intact_words(status: Any) -> str:
    if not status.intact:
        return "no: the signed bytes were changed"
    return "the signed bytes are unchanged" if status.valid else "no: the signature does not belong to these bytes"


def _is_root(root: str, status: Any) -> bool:

    path = status.validation_path
    return path is not None and any(one.dump() == path.trust_anchor.certificate.dump() for one in certificates([root]))


def _slack_in_hex(pdf: bytes, covered: Sequence[Any], container: bytes) -> str | None:
    """A signature's own place is not signed: it must be exactly the container in one hexadecimal form, then zeros."""
    start, length, resume, _ = (int(number) for number in covered)
    gap = pdf[start + length : resume]
    inner = gap[1:-1]
    padded = container.hex().encode().ljust(len(inner), b"0")
    if not (gap.startswith(b"<") and gap.endswith(b">")) or (inner != padded and inner != padded.upper()):
        return "the place of the signature holds more than the signature"
    return None


def _judge_attachment(found: Findings, pdf: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if "case.json" not in document.attachments:
                return
            file = document.attachments["case.json"].get_file()
            data, declared = file.read_bytes(), bytes(file.md5)
    except Exception as fault:  # noqa: BLE001  as above
        found.add("attached case.json", False, f"cannot be read: {_words(fault)}", "intact")
        return
    same = not declared or hashlib.md5(data, usedforsecurity=False).digest() == declared
    digest = hashlib.sha256(data).hexdigest()
    found.add("attached case.json", same, f"sha256 {digest}: compare it with the digest printed", "intact")


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else "at no stated time"


def _words(thing: object) -> str:

    return safe_name(str(thing) or type(thing).__name__, 200)
