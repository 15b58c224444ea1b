"""Signatures in PDFs: made, verified, attacked."""

import asyncio
import io
import os
import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from weasyprint import HTML, Attachment

from rogatory.adapters.cms import uncovered
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf_fields import add_signature_fields
from rogatory.adapters.pdf_signatures import signer_keys, verify_pdf
from rogatory.errors import ChangedError, IntegrityError
from schemas.custody import TrustAnchors, VerificationReport
from tests.unit.paper_authority import AT, PaperAuthority

FIELD = "sig-central-authority"
OURS = PaperAuthority("Xaveria", "XV")
HEAD = OURS.signer("DEMO Head of the Authority")
SECOND = OURS.signer("DEMO 第二 Second")
PAGE = '<html lang="en"><title>Letter</title><p>Letter.</p><div id="sig-x">sign</div></html>'


def letter(fields: tuple[str, ...] = (FIELD,)) -> bytes:
    attachment = Attachment(string=b'{"reference":"XV-2026-0001"}', name="case.json", created=AT, modified=AT)
    pdf = HTML(string=PAGE).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, attachments=[attachment])
    places = {name: (0, (80.0, 200.0 + 90 * n, 360.0, 280.0 + 90 * n), 1122.5) for n, name in enumerate(fields)}
    return add_signature_fields(pdf, places) if fields else pdf


UNSIGNED = letter()
SIGNED = PadesSigner(HEAD).sign(UNSIGNED, FIELD, "Letter of request XV-2026-0001", AT)


def says(report: VerificationReport) -> tuple[bool, bool, bool, bool]:
    return report.intact, report.signed, report.trusted, report.complete


def test_a_signed_letter_begins_with_the_letter_that_was_read() -> None:
    assert SIGNED.startswith(UNSIGNED)
    report = verify_pdf(SIGNED, OURS.anchors)
    assert report.ok, report.checks
    assert report.demo
    assert signer_keys(SIGNED) == (HEAD.keyid,)
    words = " ".join(check.detail for check in report.checks)
    assert "DEMO Head of the Authority" in words
    assert AT.isoformat() in words
    assert "revocation was not checked" in words


def test_one_signer_serves_several_threads_at_once() -> None:
    """Its certificates are parsed as they are first read; two threads that did so spoilt each other's signature."""
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(6):
            signer, together = PadesSigner(HEAD), threading.Barrier(4)

            def sign(_: int, signer: PadesSigner = signer, together: threading.Barrier = together) -> bytes:
                together.wait()
                return signer.sign(UNSIGNED, "seal", "reason", AT)

            with ThreadPoolExecutor(4) as four:
                made = list(four.map(sign, range(4)))
            assert all(verify_pdf(pdf, OURS.anchors).ok for pdf in made)
    finally:
        sys.setswitchinterval(patience)


def test_it_can_be_signed_within_a_running_event_loop() -> None:
    async def within() -> bytes:
        return PadesSigner(HEAD).sign(UNSIGNED, FIELD, "reason", AT)

    assert verify_pdf(asyncio.run(within()), OURS.anchors).ok


def test_a_visible_stamp_is_drawn_with_the_embedded_font_only_where_the_template_left_a_field() -> None:
    with pikepdf.open(io.BytesIO(SIGNED)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        drawn = field.AP.N.read_bytes()
        assert len(drawn) > 20
        fonts = [font for form in _forms(field.AP.N) for font in form.Resources.get("/Font", {}).values()]
        assert fonts
        assert all("/FontFile2" in one.DescendantFonts[0].FontDescriptor for one in fonts)
    invisible = PadesSigner(HEAD).sign(letter(()), FIELD, "reason", AT)
    assert verify_pdf(invisible, OURS.anchors).ok
    with pikepdf.open(io.BytesIO(invisible)) as pdf:
        assert [float(n) for n in pdf.Root.AcroForm.Fields[0].Rect] == [0, 0, 0, 0]


def _forms(form: pikepdf.Object) -> list[pikepdf.Object]:
    inner = form.Resources.XObject.values() if "/XObject" in form.get("/Resources", pikepdf.Dictionary()) else []
    return [form, *(deep for one in inner for deep in _forms(one))]


def test_the_first_signature_certifies_and_a_second_may_follow() -> None:
    twice = PadesSigner(HEAD).sign(letter((FIELD, "sig-second")), FIELD, "first", AT)
    twice = PadesSigner(SECOND).sign(twice, "sig-second", "second: \u202e 第二 %s", AT)
    report = verify_pdf(twice, OURS.anchors)
    assert report.ok, report.checks
    assert signer_keys(twice) == (HEAD.keyid, SECOND.keyid)
    assert verify_pdf(PadesSigner(SECOND).sign(SIGNED, "seal", "invisible", AT), OURS.anchors).ok
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        assert int(pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 2


def test_a_signed_field_is_not_signed_again() -> None:
    with pytest.raises(ChangedError, match="signed already"):
        PadesSigner(HEAD).sign(SIGNED, FIELD, "again", AT)


@pytest.mark.parametrize(
    "junk", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", UNSIGNED[:1000], UNSIGNED[100:]]
)
def test_what_is_no_pdf_is_refused_and_reported(junk: bytes) -> None:
    with pytest.raises(IntegrityError, match="cannot be signed"):
        PadesSigner(HEAD).sign(junk, FIELD, "reason", AT)
    report = verify_pdf(junk, OURS.anchors)
    assert not report.ok
    assert not report.signed


def test_an_unsigned_pdf_is_not_signed_and_not_called_intact() -> None:
    assert says(verify_pdf(UNSIGNED, OURS.anchors)) == (False, False, False, True)


def test_a_signature_nobody_given_vouches_for_is_intact_and_not_trusted(capfd: pytest.CaptureFixture[str]) -> None:
    nobody: list[TrustAnchors] = []
    for anchors in (nobody, [PaperAuthority("Elsewhere").anchors]):
        report = verify_pdf(SIGNED, anchors)
        assert says(report) == (True, True, False, True)
        assert not report.demo
    assert capfd.readouterr().err == ""  # pyHanko's own words and tracebacks stay out of sight


def test_any_flipped_byte_is_noticed() -> None:
    begins = SIGNED.index(b"/Contents <", len(UNSIGNED)) if b"/Contents <" in SIGNED[len(UNSIGNED) :] else len(UNSIGNED)
    dice = random.Random(5)
    everything = os.environ.get("ROGATORY_EVERY_BYTE") == "1"
    positions = range(begins, len(SIGNED)) if everything else dice.sample(range(begins, len(SIGNED)), 60)
    unnoticed = []
    for position in [*positions, *dice.sample(range(len(SIGNED)), 60)]:
        flipped = bytearray(SIGNED)
        flipped[position] ^= 1 << dice.randrange(8)
        if verify_pdf(bytes(flipped), OURS.anchors).intact:
            unnoticed.append(position)
    assert unnoticed == []


def place_of_the_signature() -> tuple[int, int]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    covered = PdfFileReader(io.BytesIO(SIGNED)).embedded_signatures[0].byte_range
    return int(covered[1]) + 1, int(covered[2]) - 1


def test_the_place_of_the_signature_cannot_hide_anything() -> None:
    start, end = place_of_the_signature()
    held = SIGNED[start:end]
    digit = next(one for one in b"abcdefABCDEF" if one in held)
    other = held.replace(bytes([digit]), bytes([digit ^ 0x20]), 1)
    assert held.endswith(b"0" * 20)
    hidden = {
        "words in the padding": SIGNED[: end - 20] + b"68656c6c6f" + SIGNED[end - 10 :],
        "one digit in another case": SIGNED[:start] + other + SIGNED[end:],
        "white space": SIGNED[: end - 1] + b" " + SIGNED[end:],
    }
    for what, pdf in hidden.items():
        assert len(pdf) == len(SIGNED)
        assert not verify_pdf(pdf, OURS.anchors).intact, what


def test_every_letter_of_the_signers_name_in_the_container_counts() -> None:
    start, end = place_of_the_signature()
    upper = SIGNED[start:end].replace(b"Xaveria".hex().encode(), b"XAVERIA".hex().encode())
    assert upper != SIGNED[start:end]
    assert not verify_pdf(SIGNED[:start] + upper + SIGNED[end:], OURS.anchors).intact


def test_what_is_appended_is_noticed() -> None:
    assert not verify_pdf(SIGNED + b"\n", OURS.anchors).intact
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(SIGNED)) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert not verify_pdf(out.getvalue(), OURS.anchors).intact
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(SIGNED))
    writer.root["/Lang"] = generic.TextStringObject("fr")
    writer.update_root()
    later = io.BytesIO()
    writer.write(later)
    assert later.getvalue().startswith(SIGNED)
    assert not verify_pdf(later.getvalue(), OURS.anchors).intact


def test_an_attachment_that_was_exchanged_is_noticed() -> None:
    changed = UNSIGNED  # unsigned, so that only the attachment's own checksum speaks
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(changed)) as pdf:
        pdf.attachments["case.json"].obj.EF.F.write(b'{"reference":"XV-2026-0009"}')
        pdf.save(out)
    report = verify_pdf(out.getvalue(), OURS.anchors)
    assert [check.ok for check in report.checks if check.name == "attached case.json"] == [False]
    whole = verify_pdf(SIGNED, OURS.anchors)
    assert [check.ok for check in whole.checks if check.name == "attached case.json"] == [True]


@pytest.mark.parametrize("junk", [b"", b"\0", b"0\x80", b"0\x03\x02\x01\x01", os.urandom(200)])
def test_a_container_that_is_none_is_said_to_be_none(junk: bytes) -> None:
    assert uncovered(junk)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="needs poppler's pdfsig")
def test_poppler_agrees(tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(SIGNED)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    spoilt = bytearray(SIGNED)
    spoilt[600] ^= 1
    file.write_bytes(bytes(spoilt))
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" not in said
