"""Signs PDFs as PAdES B-B (ETSI EN 319 142-1) by an incremental revision, with any `ports.Signer`."""

import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
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
from pyhanko.stamp import TextStampStyle

from rogatory.adapters.cms import PortSigner, wait_for
from rogatory.errors import ChangedError, IntegrityError
from rogatory.ports import Signer

_STAMP = "Digitally signed by\n%(signer)s\n%(ts)s\n%(reason)s"
_FONT = files("templates") / "_layout" / "fonts" / "NotoSans-Regular.ttf"


class PadesSigner:
    """Implements `ports.PdfSigner` for one official's key and the certificates between it and its root."""

    def __init__(self, signer: Signer, chain: Sequence[str] = ()) -> None:
        self._signer = PortSigner(signer, chain)

    def sign(self, pdf: bytes, field: str, reason: str, at: datetime) -> bytes:
        """Fills the field; a field that is not there is added invisibly. The input bytes stay as prefix.

        The first signature certifies: after it only forms may be filled in and signatures added (DocMDP P=2).
        `at` is the claimed time of signing, aware.

        Raises:
            ChangedError: the field is signed already, or an earlier signature forbids another.
            IntegrityError: the bytes are not a PDF that can be signed.
        """
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
            reason=reason,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=not signed_before,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        )
        pen = _DatedSigner(metadata, self._signer, at, _stamp() if visible else None)
        words = {"reason": _printable(reason), "signer": _printable(self._signer.subject_name)} if visible else None
        try:
            signed: bytes = wait_for(pen.async_sign_pdf(writer, appearance_text_params=words)).getvalue()
        except SigningError as fault:
            raise ChangedError(f"The PDF takes no further signature: {fault}", "Render the document anew.") from fault
        if not signed.startswith(pdf):
            raise IntegrityError("Signing changed the bytes before it.", "Report this: it must never happen.")
        return signed


class _DatedSigner(PdfSigner):  # type: ignore[misc]  # pyHanko is untyped to us
    """Signs at the given time instead of reading a clock."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: PortSigner, at: datetime, stamp: Any) -> None:
        super().__init__(metadata, signer, stamp_style=stamp)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        """The session, dated."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


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
