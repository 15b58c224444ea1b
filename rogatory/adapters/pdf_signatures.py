"""Verifies the signatures in a PDF, offline and against given roots only (PAdES, ETSI EN 319 142-1)."""

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from rogatory.adapters.cms import NO_REVOCATION, certificates, key_id, name_of, uncovered, wait_for, without_padding
from rogatory.adapters.pdf_trust import ARCHIVE, Judged, Stamp, Store, judge
from rogatory.custody.findings import Answer, Findings, roots_of, stamp_roots_of
from rogatory.custody.names import safe_name
from schemas.custody import SignatureFinding, StampFinding, TrustAnchors, VerificationReport

MAX_SIGNATURES = 20
"""More than a letter can bear; a file with more is not looked at."""
LEVELS = {
    "B-B": "the time is the signer's own word",
    "B-T": "a time-stamping authority says when",
    "B-LT": "a time-stamping authority says when, and what verifying needs is inside",
    "B-LTA": "a time-stamping authority says when, what verifying needs is inside, and an archive time stamp covers it",
}
ALL: tuple[Answer, ...] = ("intact", "signed", "trusted")


def verify_pdf(
    pdf: bytes, anchors: TrustAnchors | Sequence[TrustAnchors], subject: str = "document.pdf"
) -> VerificationReport:
    """What can be said of the PDF's signatures: intact, signed, trusted, complete (nothing was added after the last).

    Of each signature: who, when and by whose word, what it covers, what came after, and at what level. A time stamp
    nobody given vouches for makes the answer *trusted* a no. Never raises on hostile input.
    """
    found = Findings(subject, "pdf")
    roots = roots_of(anchors)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        signatures = list(reader.embedded_signatures)
        store = Store.of(reader)
    except Exception as fault:  # noqa: BLE001  hostile bytes: the parser may fail in any way, and each means "damaged"
        found.add("PDF can be read", False, f"no: {_words(fault)}", "intact", "signed", "trusted", "complete")
        return found.report()
    found.add("PDF can be read", True, f"{len(pdf)} bytes")
    if not any(signature.sig_object_type != ARCHIVE for signature in signatures):
        found.add(
            "signatures",
            False,
            "none: nothing in an unsigned PDF protects it; compare its digest with the ledger",
            *ALL,
        )
    elif len(signatures) > MAX_SIGNATURES:
        found.add("signatures", False, f"more than {MAX_SIGNATURES}: not looked at", *ALL)
        signatures = []
    judged = wait_for(judge(signatures, store, tuple(roots), stamp_roots_of(anchors)))
    archived = [one for one in judged if one.archive and one.stamp is not None and one.stamp.sound]
    for number, one in enumerate(judged):
        _Telling(found, pdf, one, roots).tell(
            last=number == len(judged) - 1,
            stored=_stored(one, store),
            archived=any(a in archived for a in judged[number + 1 :]),
        )
    _judge_attachment(found, pdf)
    return found.report()


def signer_keys(pdf: bytes) -> tuple[str, ...]:
    """The key ids of those who signed the PDF, in order; time stamps are no one's signature, and nothing is said of
    validity. Raises ValueError."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        return tuple(key_id(one.signer_cert) for one in reader.embedded_regular_signatures)
    except Exception as fault:
        raise ValueError(f"no PDF: {_words(fault)}") from fault


class _Telling:
    """Puts one signature, or one archive time stamp, into the report."""

    def __init__(self, found: Findings, pdf: bytes, one: Judged, roots: dict[str, TrustAnchors]) -> None:
        self.found, self.pdf, self.one, self.roots = found, pdf, one, roots
        field = _words(one.signature.field_name)
        self.name = f"archive time stamp {field}" if one.archive else f"signature {field}"

    def tell(self, *, last: bool, stored: bool, archived: bool) -> None:
        """Each answer as one check, and all of them as one record."""
        try:
            slack = self.slack()
            finding = self.finding(slack is None, stored=stored, archived=archived)
        except Exception as fault:  # noqa: BLE001  hostile bytes, as above
            self.found.add(self.name, False, f"cannot be verified: {_words(fault)}", *ALL)
            return
        self.found.signatures.append(finding)
        self.tell_soundness(finding, slack)
        if self.one.archive:
            self.tell_stamp(finding.timestamp, f"{self.name}: trusted")
        else:
            self.tell_trust(finding)
            if finding.timestamp is not None:
                self.tell_stamp(finding.timestamp, f"{self.name}: time stamp")
            self.tell_level(finding)
        self.tell_coverage(finding, last=last)

    def slack(self) -> str | None:
        """What in the signature's own place is not covered by it. Raises what hostile bytes make the parser raise."""
        signature = self.one.signature
        container = without_padding(bytes(signature.pkcs7_content))
        loose = uncovered(container, stamped=not self.one.archive, token=self.one.archive)
        if loose is None and not self.one.archive and self.one.stamp is not None and not self.one.stamp.sound:
            loose = "its time stamp is damaged"
        return loose or _slack_in_hex(self.pdf, signature.byte_range, container)

    def finding(self, tight: bool, *, stored: bool, archived: bool) -> SignatureFinding:
        """The record of it."""
        one, signature, status = self.one, self.one.signature, self.one.status
        if one.fault is not None:
            raise one.fault
        level = status.modification_level
        sound = bool(status.intact and status.valid and tight)
        reason = signature.sig_object.get("/Reason")
        return SignatureFinding(
            file=self.found.subject,
            field=_words(signature.field_name),
            kind="archive time stamp" if one.archive else "certification" if _certifies(signature) else "approval",
            signer=_words(name_of(signature.signer_cert)),
            reason=None if reason is None else _words(reason),
            claimed_at=signature.self_reported_timestamp,
            intact=bool(status.intact and tight),
            valid=bool(status.valid),
            trusted=bool(status.trusted and (one.archive or self.vouched() is not None)),
            as_of=one.as_of,
            revocation=one.revocation,
            coverage=status.coverage.name,
            modification=level.name if level is not None else "UNKNOWN",
            permitted=True if one.archive else status.docmdp_ok is not False,
            level=_level(one.stamp, stored, archived) if sound and not one.archive else None,
            timestamp=_stamp(one.stamp),
        )

    def vouched(self) -> TrustAnchors | None:
        """Whose root the signer's certificate leads to."""
        status = self.one.status
        return next((self.roots[pem] for pem in self.roots if status.trusted and _is_root(pem, status)), None)

    def tell_soundness(self, finding: SignatureFinding, slack: str | None) -> None:
        """Intact, and by the key it names."""
        self.found.add(
            f"{self.name}: intact", finding.intact and finding.valid, slack or _intact_words(self.one.status), "intact"
        )
        if not self.one.archive:
            detail = f"by {finding.signer}, {_time(finding.claimed_at)} by the signer's own word"
            self.found.add(f"{self.name}: signed", finding.valid, detail, "signed")
            self.found.signers.append(key_id(self.one.signature.signer_cert))

    def tell_trust(self, finding: SignatureFinding) -> None:
        """Whether a root given vouches for the signer."""
        vouched = self.vouched()
        detail = f"under {vouched.authority}" if vouched else "its certificate leads to none of the given roots"
        if not (self.one.status.intact and finding.valid):
            detail = "not looked at, since the signature does not hold"
        elif finding.revocation == "revoked":
            detail = "its certificate was revoked"
        known = f"not revoked by the lists inside, as of {_time(finding.as_of)}"
        detail += f"; {known if finding.revocation == 'good' else NO_REVOCATION}"
        self.found.add(f"{self.name}: trusted", finding.trusted, detail, "trusted")
        self.found.demo = self.found.demo or (vouched is not None and vouched.demo)

    def tell_stamp(self, stamp: StampFinding | None, name: str) -> None:
        """Who stamped it, when, and whether a root given vouches for that."""
        assert stamp is not None
        assert self.one.stamp is not None
        why = "" if stamp.trusted else "; NOT trusted: " + _distrust(self.one)
        detail = f"{_time(stamp.at)} by {stamp.authority}, whose certificate ends {stamp.ends:%Y-%m-%d}{why}"
        self.found.add(name, stamp.trusted, detail, "trusted")

    def tell_level(self, finding: SignatureFinding) -> None:
        """How much the signature proves by itself; never a fault."""
        if finding.level is None:
            return
        why = f"; its signer states: {finding.reason}" if finding.level == "B-B" and finding.reason else ""
        self.found.add(f"{self.name}: level", True, f"PAdES {finding.level}: {LEVELS[finding.level]}{why}")

    def tell_coverage(self, finding: SignatureFinding, *, last: bool) -> None:
        """What it covers, and whether what came after may have come."""
        status, level = self.one.status, self.one.status.modification_level
        later = level is not None and level <= ModificationLevel.FORM_FILLING and finding.permitted
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        covered = whole if last else later and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        words = f"covers {_words(finding.coverage)}; later changes {_words(finding.modification)}"
        self.found.add(f"{self.name}: coverage", bool(covered), words, "complete", "intact")


def _level(stamp: Stamp | None, stored: bool, archived: bool) -> str:
    """The level by what is there and sound; whether it is trusted is another answer."""
    if stamp is None or not stamp.sound:
        return "B-B"
    if not stored:
        return "B-T"
    return "B-LTA" if archived else "B-LT"


def _stored(one: Judged, store: Store) -> bool:
    """Whether the PDF carries a word on the revocation of the signer's and the authority's certificates.

    One that is itself a root needs none.
    """
    if one.stamp is None or one.fault is not None:
        return False
    judged = ((one.status, one.revocation), (one.stamp.status, one.stamp.revocation))
    return all(
        revocation == "good" or (not status.trusted and store.speaks_of(status.signing_cert)) or _pinned(status)
        for status, revocation in judged
    )


def _pinned(status: Any) -> bool:
    path = status.validation_path
    return path is not None and bool(path.trust_anchor.certificate.dump() == status.signing_cert.dump())


def _stamp(stamp: Stamp | None) -> StampFinding | None:
    if stamp is None:
        return None
    certificate = stamp.status.signing_cert
    return StampFinding(
        authority=_words(name_of(certificate)),
        at=stamp.at,
        trusted=stamp.trusted,
        ends=certificate.not_valid_after,
    )


def _distrust(one: Judged) -> str:
    stamp = one.stamp
    assert stamp is not None
    certificate, moment = stamp.status.signing_cert, (one.as_of if one.archive else None) or datetime.now(UTC)
    if not stamp.sound:
        return "it is damaged"
    if stamp.revocation == "revoked":
        return "its certificate was revoked"
    if certificate.not_valid_after < moment:
        return "its certificate has ended, and no later archive time stamp was added in time"
    return "its certificate leads to none of the given roots"


def _certifies(signature: Any) -> bool:
    return signature.docmdp_level is not None


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
