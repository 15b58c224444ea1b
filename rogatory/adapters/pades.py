"""Signs PDFs as PAdES (ETSI EN 319 142-1) by incremental revisions, with any `ports.Signer`.

B-LTA where a time-stamping authority is to be had: the signature with its own time stamp and, in the same revision, the
certificates and revocation lists that verifying it needs; then an archive time stamp over all of it. Else B-B, which
says of itself why it is no more.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, RevokedError

from rogatory.adapters.cms import PortSigner, wait_for
from rogatory.adapters.timestamps import NOT_CONFIGURED, AskingStamper, TimeAuthority
from rogatory.errors import ChangedError, IntegrityError, RefusedError, UnreachableError
from rogatory.ports import Signer
from schemas.documents import SignedPdf

ARCHIVE_FIELD = "archive-time-stamp"
BASIC, ARCHIVED = "B-B", "B-LTA"
Stamping = Callable[[], TimeAuthority | str]
"""The time-stamping authority as it stands at a signature, or why there is none."""
_STAMP = "Digitally signed by\n%(signer)s\n%(ts)s\n%(reason)s"
_FONT = files("templates") / "_layout" / "fonts" / "NotoSans-Regular.ttf"


class PadesSigner:
    """Implements `ports.PdfSigner` for one official's key and the certificates between it and its root."""

    def __init__(self, signer: Signer, chain: Sequence[str] = (), stamping: Stamping = lambda: NOT_CONFIGURED) -> None:
        self._signer = PortSigner(signer, chain)
        self._stamping = stamping
        self._alone = Lock()  # asn1crypto writes into the certificates it reads: no two threads may hold them at once

    def sign(self, pdf: bytes, field: str, reason: str, at: datetime) -> bytes:
        """As `sign_noted`; the PDF alone."""
        return self.sign_noted(pdf, field, reason, at).pdf

    def sign_noted(self, pdf: bytes, field: str, reason: str, at: datetime) -> SignedPdf:
        """Fills the field; a field that is not there is added invisibly. The input bytes stay as prefix.

        The first signature certifies: after it only forms may be filled in and signatures added (DocMDP P=2).
        `at` is the claimed time of signing, aware.

        Raises:
            ChangedError: the field is signed already, or an earlier signature forbids another.
            IntegrityError: the bytes are not a PDF that can be signed, or a time stamp or certificate does not hold.
            RefusedError: the signer's certificate is revoked.
            UnreachableError: no time stamp, or no present revocation list, is to be had; nothing was signed.
        """
        with self._alone:
            return self._signed(pdf, field, reason, at)

    def _signed(self, pdf: bytes, field: str, reason: str, at: datetime) -> SignedPdf:
        authority = self._stamping()
        pen, work = self._prepare(pdf, field, reason, at, authority)
        try:
            signed: bytes = wait_for(work).getvalue()
        except SigningError as fault:
            if isinstance(fault.__cause__, PathBuildingError | PathValidationError):
                raise _not_vouched_for(fault.__cause__, "signer") from fault
            raise ChangedError(f"The PDF takes no further signature: {fault}", "Render the document anew.") from fault
        except (PathBuildingError, PathValidationError) as fault:
            raise _not_vouched_for(fault, "time-stamping authority") from fault
        if not signed.startswith(pdf):
            raise IntegrityError("Signing changed the bytes before it.", "Report this: it must never happen.")
        if isinstance(authority, str):
            return SignedPdf(pdf=signed, level=BASIC, note=f"{BASIC}: {authority}")
        ends = min(certificate.not_valid_after for _, certificate in pen.stamper.tokens)
        return SignedPdf(pdf=signed, level=ARCHIVED, note=f"{ARCHIVED} until {ends:%Y-%m-%d}")

    def _prepare(self, pdf: bytes, field: str, reason: str, at: datetime, authority: TimeAuthority | str) -> Any:
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            fields = {name: value for name, value, _ in enumerate_sig_fields(writer.prev)}
            signed_before = any(value is not None for value in fields.values())
        except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as fault:
            raise IntegrityError(f"This PDF cannot be signed: {fault}", "Render the document anew.") from fault
        if fields.get(field) is not None:
            raise ChangedError(f"The field {field} is signed already.", "A revision is a new document: render it anew.")
        visible = field in fields
        metadata = PdfSignatureMetadata(
            field_name=field,
            reason=f"{reason} ({BASIC}: {authority})" if isinstance(authority, str) else reason,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=not signed_before,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            **({} if isinstance(authority, str) else self._archived(authority, fields)),
        )
        pen = _DatedSigner(metadata, self._signer, at, _stamp() if visible else None, authority)
        words = {"reason": _printable(reason), "signer": _printable(self._signer.subject_name)} if visible else None
        return pen, pen.async_sign_pdf(writer, appearance_text_params=words)

    def _archived(self, authority: TimeAuthority, fields: dict[str, Any]) -> dict[str, Any]:
        """What makes a signature B-LTA.

        No entries by signature (VRI): they could only follow the last time stamp, where nothing would cover them.
        """
        there = sum(name.startswith(ARCHIVE_FIELD) for name in fields)
        return {
            "embed_validation_info": True,
            "use_pades_lta": True,
            "validation_context": authority.trust(self._signer.between),
            "timestamp_field_name": ARCHIVE_FIELD + (f"-{there + 1}" if there else ""),
            "signer_key_usage": set(),  # verifying judges it; some states' cards have nonRepudiation alone
            "dss_settings": DSSContentSettings(
                include_vri=False,
                placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE,
                next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
            ),
        }


class _DatedSigner(PdfSigner):  # type: ignore[misc]  # pyHanko is untyped to us
    """Signs at the given time instead of reading a clock."""

    def __init__(
        self,
        metadata: PdfSignatureMetadata,
        signer: PortSigner,
        at: datetime,
        stamp: Any,
        authority: TimeAuthority | str,
    ) -> None:
        self.stamper = None if isinstance(authority, str) else AskingStamper(authority, metadata.validation_context)
        super().__init__(metadata, signer, stamp_style=stamp, timestamper=self.stamper)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        """The session, dated."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


def _not_vouched_for(fault: Exception, whose: str) -> Exception:
    """What a certificate's fault means; signing with it would make a letter that nobody can trust."""
    if isinstance(fault, RevokedError):
        return RefusedError("Revoked", f"The {whose}'s certificate is revoked: nothing was signed.")
    words = str(fault)
    if "revocation" in words.lower() or "CRL" in words:
        return UnreachableError(
            f"No list shows that the {whose}'s certificate is not revoked: nothing was signed.",
            "Enter the present revocation list of its issuer with: rogatory timestamps",
        )
    return IntegrityError(f"The {whose}'s certificate does not hold: {words}", "See: rogatory doctor")


def _stamp() -> TextStampStyle:
    # No border, no background: the template draws the box. The font is embedded, which PDF/A and PDF/UA demand.
    factory = GlyphAccumulatorFactory(font_file=str(_FONT), font_size=8)
    return TextStampStyle(
        border_width=0,
        background=None,
        stamp_text=_STAMP,
        timestamp_format="%Y-%m-%d %H:%M:%S %Z",
        text_box_style=TextBoxStyle(font=factory, font_size=8, leading=11),
        inner_content_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(8, 4, 2, 2),
            inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
        ),
    )


@cache
def _letters() -> frozenset[int]:
    with _FONT.open("rb") as font:
        return frozenset(TTFont(font, lazy=True).getBestCmap())


def _printable(text: str) -> str:
    """The text with what the font cannot show as `?`: a missing glyph would break PDF/UA."""
    return "".join(sign if ord(sign) in _letters() else "?" for sign in text)
