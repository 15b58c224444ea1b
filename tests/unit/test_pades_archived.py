"""Signatures with time stamps (PAdES B-LTA): what they prove, for how long, and that no byte of them can change."""

import io
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from rogatory.adapters.certificates import DemoAuthority
from rogatory.adapters.cms import certificates, wait_for
from rogatory.adapters.officials import revoke
from rogatory.adapters.pdf_signatures import signer_keys, verify_pdf
from rogatory.adapters.timestamp_authority import DemoTimeAuthority
from rogatory.adapters.timestamps import AskingStamper, TimeAuthority
from rogatory.custody.directory import anchors_digest
from rogatory.errors import IntegrityError, RefusedError, UnreachableError
from schemas.custody import TrustAnchors, VerificationReport
from schemas.documents import SignedPdf
from tests.unit.stamping_house import FIELD, StampingHouse, letter

DAY = timedelta(days=1)
FLIPS = 12  # in each revision
UNSIGNED = letter()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> StampingHouse:
    return StampingHouse(tmp_path_factory.mktemp("archived") / "home")


@pytest.fixture(scope="module")
def running(house: StampingHouse) -> Iterator[DemoTimeAuthority]:
    with DemoTimeAuthority(house.home) as authority:
        yield authority


@pytest.fixture(scope="module")
def signed(house: StampingHouse, running: DemoTimeAuthority) -> SignedPdf:
    pen = house.pen(house.authority(running.url))
    return pen.sign_noted(UNSIGNED, FIELD, "Letter of request XV-2026-0001", datetime.now(UTC))


def checks(report: VerificationReport) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.detail) for check in report.checks}


# what is made


def test_one_signature_certifies_and_the_archive_time_stamp_covers_all(house: StampingHouse, signed: SignedPdf) -> None:
    assert signed.pdf.startswith(UNSIGNED)
    assert re.fullmatch(r"B-LTA until 20\d\d-\d\d-\d\d", signed.note)
    report = verify_pdf(signed.pdf, house.anchors)
    assert report.ok, report.checks
    first, archive = report.signatures
    assert (first.kind, first.level, first.revocation, first.trusted) == ("certification", "B-LTA", "good", True)
    assert (first.coverage, first.modification, first.permitted) == ("ENTIRE_REVISION", "LTA_UPDATES", True)
    assert (archive.kind, archive.level, archive.coverage) == ("archive time stamp", None, "ENTIRE_FILE")
    for stamp in (first.timestamp, archive.timestamp):
        assert stamp is not None
        assert stamp.trusted
        assert stamp.authority == "DEMO time-stamping authority"
        assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=2)
        assert signed.note.endswith(f"{stamp.ends:%Y-%m-%d}")
    assert first.reason == "Letter of request XV-2026-0001"
    assert len(signer_keys(signed.pdf)) == 1  # a time stamp is nobody's signature
    with pikepdf.open(io.BytesIO(signed.pdf)) as pdf:
        assert int(pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 2
        assert len(pdf.Root.DSS.CRLs) == 1
        assert "/VRI" not in pdf.Root.DSS  # could only follow the last time stamp, where nothing covers it


def test_without_an_authority_it_says_why(house: StampingHouse) -> None:
    made = house.pen("no time-stamping authority is configured").sign_noted(
        UNSIGNED, FIELD, "Letter", datetime.now(UTC)
    )
    assert (made.level, made.note) == ("B-B", "B-B: no time-stamping authority is configured")
    report = verify_pdf(made.pdf, house.anchors)
    assert report.ok
    assert [(one.level, one.timestamp, one.revocation) for one in report.signatures] == [("B-B", None, "unknown")]
    _, words = checks(report)[f"signature {FIELD}: level"]
    assert words.startswith("PAdES B-B: the time is the signer's own word; its signer states: Letter (B-B: no time")


def test_a_seal_on_a_page_without_a_field_is_archived_too(house: StampingHouse, running: DemoTimeAuthority) -> None:
    made = house.pen(house.authority(running.url), "service").sign(UNSIGNED, "seal", "Receipt", datetime.now(UTC))
    again = house.pen(house.authority(running.url)).sign(made, FIELD, "Second", datetime.now(UTC))
    report = verify_pdf(again, house.anchors)
    assert report.ok, report.checks
    assert [(one.field, one.level) for one in report.signatures] == [
        ("seal", "B-LTA"),
        ("archive-time-stamp", None),
        (FIELD, "B-LTA"),
        ("archive-time-stamp-2", None),
    ]


def test_nothing_is_signed_when_the_authority_is_silent(house: StampingHouse) -> None:
    with pytest.raises(UnreachableError, match="cannot be reached") as refused:
        house.pen(house.authority("http://127.0.0.1:9/")).sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))
    assert refused.value.exit_code == 69


def test_a_revoked_signer_signs_nothing(tmp_path: Path) -> None:
    house = StampingHouse(tmp_path / "home")
    with DemoTimeAuthority(house.home) as authority:
        pen = house.pen(house.authority(authority.url))
        before = pen.sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))
        revoke(house.home, "signatory", now=datetime.now(UTC))
        with pytest.raises(RefusedError, match="signer's certificate is revoked") as refused:
            pen.sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))
    assert (refused.value.kind, refused.value.exit_code) == ("Revoked", 4)
    assert verify_pdf(before, house.anchors).ok  # what was signed and stamped before stays good


def test_a_signer_no_list_speaks_of_is_told_what_is_missing(house: StampingHouse, running: DemoTimeAuthority) -> None:
    pinned = (house.home / "tsa" / "tsa.crt").read_text()
    authority = TimeAuthority(running.url, (*house.anchors.root_certificates, pinned))
    with pytest.raises(UnreachableError, match="No list shows that the signer's certificate is not revoked"):
        house.pen(authority).sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))


# whom it convinces, and when


def test_without_trust_in_the_time_stamps_it_is_intact_and_not_trusted(
    house: StampingHouse, signed: SignedPdf, tmp_path: Path
) -> None:
    report = verify_pdf(signed.pdf, [])
    assert (report.intact, report.signed, report.trusted, report.complete) == (True, True, False, True)
    assert [one.timestamp.trusted for one in report.signatures if one.timestamp] == [False, False]
    assert report.signatures[0].level == "B-LTA"  # the form is one answer, trust another


def test_roots_of_time_stamps_vouch_for_no_signer(house: StampingHouse, tmp_path: Path) -> None:
    """An authority of its own for time stamps: trusted by its own root, which is in the anchors for that alone."""
    third = StampingHouse(tmp_path / "third")
    theirs = third.anchors.root_certificates
    with DemoTimeAuthority(third.home) as stamps:
        both = (*house.anchors.root_certificates, *theirs)
        lists = (house.home / "ca" / "root.crl", third.home / "ca" / "root.crl")
        pdf = house.pen(TimeAuthority(stamps.url, both, lists)).sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))
    plain = house.anchors
    named = plain.model_copy(update={"timestamp_roots": theirs})
    assert verify_pdf(pdf, named).ok
    report = verify_pdf(pdf, plain)
    assert (report.intact, report.trusted) == (True, False)
    ok, words = checks(report)[f"signature {FIELD}: time stamp"]
    assert not ok
    assert "NOT trusted: its certificate leads to none of the given roots" in words
    turned = TrustAnchors.model_validate(
        plain.model_dump() | {"root_certificates": theirs, "timestamp_roots": plain.root_certificates}
    )
    assert not checks(verify_pdf(pdf, turned))[f"signature {FIELD}: trusted"][0]
    assert anchors_digest(plain) != anchors_digest(named)


@dataclass(frozen=True)
class Backdated(TimeAuthority):
    """Signs in the past: as the clock of the day would have trusted."""

    then: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def trust(self, others: object = ()) -> ValidationContext:
        return ValidationContext(
            trust_manager=SimpleTrustManager.build(trust_roots=certificates(self.roots)),
            crls=[path.read_bytes() for path in self.lists],
            moment=self.then,
            allow_fetching=False,
            revocation_mode="require",
        )


def in_the_past(home: Path, days: int) -> tuple[StampingHouse, bytes]:
    """An authority founded so many days ago; its time-stamping unit and the letter are a month younger."""
    founded = datetime.now(UTC) - days * DAY
    house, then = StampingHouse(home, founded), founded + 30 * DAY
    with DemoTimeAuthority(house.home, lambda: then) as stamps:
        usual = house.authority(stamps.url)
        backdated = Backdated(usual.url, usual.roots, usual.lists, then=then + timedelta(seconds=1))
        return house, house.pen(backdated).sign(UNSIGNED, FIELD, "Letter", then)


def test_it_outlives_the_signers_certificate_and_the_lists(tmp_path: Path) -> None:
    house, pdf = in_the_past(tmp_path / "home", days=3650 + 10)
    report = verify_pdf(pdf, house.anchors)
    assert report.ok, report.checks
    first = report.signatures[0]
    assert first.revocation == "good"
    assert first.as_of is not None
    assert first.timestamp is not None
    assert first.as_of == first.timestamp.at


def test_an_archive_time_stamp_that_ended_is_said_to_have_ended_and_a_new_one_in_time_mends_it(tmp_path: Path) -> None:
    house, pdf = in_the_past(tmp_path / "home", days=3650 + 60)
    report = verify_pdf(pdf, house.anchors)
    assert (report.intact, report.signed, report.trusted) == (True, True, False)
    ok, words = checks(report)["archive time stamp archive-time-stamp: trusted"]
    assert not ok
    assert "its certificate has ended, and no later archive time stamp was added in time" in words
    assert verify_pdf(renewed(house, pdf), house.anchors).ok


def renewed(house: StampingHouse, pdf: bytes) -> bytes:
    """With another archive time stamp by a younger unit of the same authority, made while the first still counted."""
    for path in (house.home / "tsa").iterdir():
        path.unlink()
    then = datetime.now(UTC) - 40 * DAY
    DemoAuthority.load(house.home / "ca").issue_list(house.home / "ca", then)
    with DemoTimeAuthority(house.home, lambda: then) as stamps:
        usual = house.authority(stamps.url)
        authority = Backdated(usual.url, usual.roots, usual.lists, then=then + timedelta(seconds=1))
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        stamper = PdfTimeStamper(AskingStamper(authority, authority.trust()), field_name="second")
        out: bytes = wait_for(stamper.async_timestamp_pdf(writer, "sha256")).getvalue()
    return out


# tampering


def revisions(pdf: bytes) -> list[tuple[int, int]]:
    """Where each revision begins and ends."""
    ends = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", pdf)]
    assert ends[-1] == len(pdf)
    return list(zip([0, *ends], ends, strict=False))


def test_one_flipped_bit_in_any_revision_is_found(house: StampingHouse, signed: SignedPdf) -> None:
    """ROGATORY_EVERY_BYTE=1 tries a bit of every byte: about an hour."""
    dice = random.Random(7)
    parts = revisions(signed.pdf)
    assert len(parts) == 3  # the letter; its signature with what verifying needs; the archive time stamp
    unnoticed = []
    for first, end in parts:
        every = os.environ.get("ROGATORY_EVERY_BYTE") == "1"
        for position in range(first, end) if every else dice.sample(range(first, end), FLIPS):
            flipped = bytearray(signed.pdf)
            flipped[position] ^= 1 << dice.randrange(8)
            if verify_pdf(bytes(flipped), house.anchors).intact:
                unnoticed.append(position)
    assert unnoticed == []


def test_one_flipped_bit_in_the_place_of_a_time_stamp_is_found(house: StampingHouse, signed: SignedPdf) -> None:
    """The last place is covered by nothing but its own form."""
    archive = PdfFileReader(io.BytesIO(signed.pdf)).embedded_timestamp_signatures[0]
    start, end = int(archive.byte_range[1]), int(archive.byte_range[2])
    dice = random.Random(11)
    for position in dice.sample(range(start, end), FLIPS):
        flipped = bytearray(signed.pdf)
        flipped[position] ^= 1 << dice.randrange(8)
        assert not verify_pdf(bytes(flipped), house.anchors).intact, position


def test_what_is_taken_away_or_added_is_found(house: StampingHouse, signed: SignedPdf) -> None:
    parts = revisions(signed.pdf)
    without = verify_pdf(signed.pdf[: parts[1][1]], house.anchors)
    assert without.ok  # the archive time stamp taken off leaves a sound letter ...
    assert without.signatures[0].level == "B-LT"  # ... of a lower level, and the ledger holds the digest of the whole
    assert not verify_pdf(signed.pdf + b"\n", house.anchors).intact
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.pdf))
    writer.root["/Lang"] = pikepdf_text("fr")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert not verify_pdf(out.getvalue(), house.anchors).intact


def pikepdf_text(text: str) -> object:
    from pyhanko.pdf_utils.generic import TextStringObject

    return TextStringObject(text)


def test_a_damaged_answer_of_the_authority_signs_nothing(house: StampingHouse, running: DemoTimeAuthority) -> None:
    authority = replace(house.authority(running.url), roots=())
    with pytest.raises(IntegrityError):
        house.pen(authority).sign(UNSIGNED, FIELD, "Letter", datetime.now(UTC))


# other eyes


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="needs poppler's pdfsig")
def test_poppler_agrees(signed: SignedPdf, tmp_path: Path) -> None:
    """Poppler 22.12 judges the signature; of time stamps it says that it cannot judge them."""
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed.pdf)
    first, archive = said_by_pdfsig(file)
    assert first["Signature Validation"] == "Signature is Valid."
    assert first["Signature Type"] == "ETSI.CAdES.detached"
    assert first["Signature Field Name"] == FIELD
    assert first["Signing Hash Algorithm"] == "SHA-256"
    covered = first["Signed Ranges"]
    parts = revisions(signed.pdf)
    assert covered.startswith("[0 - ")
    assert covered.endswith(f" - {parts[1][1]}]")  # up to the end of the revision of the signature
    assert archive["Signature Field Name"] == "archive-time-stamp"
    assert archive["Signed Ranges"].endswith(f" - {len(signed.pdf)}]")
    spoilt = bytearray(signed.pdf)
    spoilt[600] ^= 1
    file.write_bytes(bytes(spoilt))
    assert said_by_pdfsig(file)[0]["Signature Validation"] != "Signature is Valid."


def said_by_pdfsig(file: Path) -> list[dict[str, str]]:
    """What `pdfsig -nocert` says of each signature, line by line."""
    out = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    blocks = re.split(r"^Signature #\d+:$", out, flags=re.MULTILINE)[1:]
    return [dict(re.findall(r"^  - ([^:\n]+): (.*)$", block, flags=re.MULTILINE)) for block in blocks]
