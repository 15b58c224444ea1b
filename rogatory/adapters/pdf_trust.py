"""What a PDF's signatures and time stamps prove, and as of when (after ETSI EN 319 102-1, 5.5 and 5.6).

From the last time stamp back: each trusted archive time stamp proves that what it covers was there at its time, so
that what it covers is judged as of that time, with the certificates and revocation lists the PDF itself carries. The
last one is judged as of now. A signature without a trusted time stamp is judged at the time its signer claims.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import collect_timing_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from rogatory.adapters.cms import KEY_USAGE, certificates, claimed_moment

ARCHIVE = "/DocTimeStamp"
Revocation = Literal["good", "revoked", "unknown"]
REVOKED = (AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE)


@dataclass(frozen=True)
class Store:
    """What the PDF carries for its own verification (its document security store)."""

    certificates: tuple[x509.Certificate, ...] = ()
    lists: tuple[crl.CertificateList, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()

    @classmethod
    def of(cls, reader: PdfFileReader) -> "Store":
        """The store; empty where the PDF has none. Raises what hostile bytes make pyHanko raise."""
        try:
            held = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return cls()
        found = held.as_validation_context({"trust_roots": []})
        return cls(tuple(held.load_certs()), tuple(found.crls), tuple(found.ocsps))

    def speaks_of(self, certificate: x509.Certificate) -> bool:
        """Whether it holds anything on the certificate's revocation."""
        lists = any(one.issuer.dump() == certificate.issuer.dump() for one in self.lists)
        return lists or bool(self.answers)


@dataclass(frozen=True)
class Stamp:
    """A time stamp as judged."""

    status: Any
    """pyHanko's TimestampSignatureStatus."""
    revocation: Revocation

    @property
    def sound(self) -> bool:
        """It is over these bytes, by the key it names."""
        return bool(self.status.intact and self.status.valid)

    @property
    def trusted(self) -> bool:
        """It is sound, and a root vouches for its authority."""
        return self.sound and bool(self.status.trusted)

    @property
    def at(self) -> datetime:
        """When it says it was made."""
        moment: datetime = self.status.timestamp
        return moment


@dataclass(frozen=True)
class Judged:
    """A signature or an archive time stamp as judged."""

    signature: Any
    status: Any = None
    """pyHanko's status; None where `fault` says why there is none."""
    fault: Exception | None = None
    revocation: Revocation = "unknown"
    stamp: Stamp | None = None
    """The time stamp of a signature, or what the archive time stamp is."""
    as_of: datetime | None = None
    """The time at which its certificate was judged."""

    @property
    def archive(self) -> bool:
        """It is an archive time stamp."""
        return bool(self.signature.sig_object_type == ARCHIVE)


async def judge(
    signatures: Sequence[Any], store: Store, roots: Sequence[str], stamp_roots: Sequence[str]
) -> list[Judged]:
    """Each signature judged, in the order given, which is that of signing. A fault of one is not the others'.

    Args:
        signatures: pyHanko's embedded signatures.
        store: what the PDF carries.
        roots: PEM; vouch for signers.
        stamp_roots: PEM; vouch for time-stamping authorities.
    """
    signers, stampers = _Trust(certificates(roots), store), _Trust(certificates(stamp_roots), store)
    proved: datetime | None = None
    judged = []
    for signature in reversed(signatures):
        try:
            if signature.sig_object_type == ARCHIVE:
                one = await _archive(signature, stampers, proved)
                if one.stamp is not None and one.stamp.trusted:
                    proved = one.stamp.at
            else:
                one = await _signature(signature, signers, stampers, proved)
        except Exception as fault:  # noqa: BLE001  hostile bytes: the parser may fail in any way, and each means "damaged"
            one = Judged(signature, fault=fault)
        judged.append(one)
    return judged[::-1]


async def _archive(signature: Any, trust: "_Trust", proved: datetime | None) -> Judged:
    status, revocation = await trust.judged(lambda context: async_validate_pdf_timestamp(signature, context), proved)
    return Judged(signature, status, revocation=revocation, stamp=Stamp(status, revocation), as_of=proved)


async def _signature(signature: Any, signers: "_Trust", stampers: "_Trust", proved: datetime | None) -> Judged:
    stamp = await _own_stamp(signature, stampers, proved)
    if stamp is not None and stamp.trusted:
        moment = stamp.at
    else:
        moment = proved or claimed_moment(signature.signer_cert, signature.self_reported_timestamp)

    async def validate(context: ValidationContext) -> Any:
        return await async_validate_pdf_signature(
            signature, context, stampers.context(proved, lenient=True), key_usage_settings=KEY_USAGE
        )

    status, revocation = await signers.judged(validate, moment)
    return Judged(signature, status, revocation=revocation, stamp=stamp, as_of=moment)


async def _own_stamp(signature: Any, trust: "_Trust", proved: datetime | None) -> Stamp | None:
    async def validate(context: ValidationContext) -> Any:
        found = await collect_timing_info(signature.signer_info, context, raw_digest=signature.compute_digest())
        return found.get("timestamp_validity")

    status, revocation = await trust.judged(validate, proved)
    return None if status is None else Stamp(status, revocation)


class _Trust:
    """Trust in given roots and nothing else, with what the PDF carries."""

    def __init__(self, roots: Sequence[x509.Certificate], store: Store) -> None:
        self._roots, self._store = roots, store

    def context(self, moment: datetime | None, *, lenient: bool) -> ValidationContext:
        """At the moment, or now; lenient where a certificate may lack a word on its revocation."""
        return ValidationContext(
            trust_manager=SimpleTrustManager.build(trust_roots=list(self._roots)),
            other_certs=self._store.certificates,
            crls=self._store.lists,
            ocsps=self._store.answers,
            moment=moment or datetime.now(UTC),
            best_signature_time=moment,
            allow_fetching=False,
            revocation_mode="soft-fail" if lenient else "require",
            retroactive_revinfo=True,  # a list of a later day that does not name it clears it for the days before too
        )

    async def judged(
        self, validate: Callable[[ValidationContext], Awaitable[Any]], moment: datetime | None
    ) -> tuple[Any, Revocation]:
        """The status; what the lists say decides where they say anything, and is left open where they do not."""
        if self._store.lists or self._store.answers:
            status = await validate(self.context(moment, lenient=False))
            if status is None or not (status.intact and status.valid):
                return status, "unknown"
            if status.trusted:
                return status, "good"
            if status.trust_problem_indic in REVOKED:
                return status, "revoked"
        return await validate(self.context(moment, lenient=True)), "unknown"
