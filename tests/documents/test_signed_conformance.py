"""veraPDF finds no fault in the letter as it goes out: certified, time-stamped, archived (PAdES B-LTA)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.adapters.timestamp_authority import DemoTimeAuthority
from schemas.documents import DocumentType
from tests.documents import verapdf
from tests.documents.dossiers import sheet_of
from tests.unit.stamping_house import FIELD, StampingHouse

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())]


def test_the_archived_letter_is_pdf_a_and_accessible(tmp_path: Path) -> None:
    house = StampingHouse(tmp_path / "home")
    renderer = WeasyPrintRenderer()
    letter = renderer.render(sheet_of(DocumentType.LETTER_OF_REQUEST)).pdf
    record = renderer.render(sheet_of(DocumentType.APPROVAL_RECORD)).pdf
    with DemoTimeAuthority(house.home) as stamps:
        authority, now = house.authority(stamps.url), datetime.now(UTC)
        made = {
            "letter": house.pen(authority).sign(letter, FIELD, "Letter of request", now),
            "record": house.pen(authority, "service").sign(record, "seal", "Approval record", now),
        }
    files = []
    for name, pdf in made.items():
        report = verify_pdf(pdf, house.anchors)
        assert report.ok, report.checks
        assert report.signatures[0].level == "B-LTA"
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(pdf)
    judged = verapdf.judge(files, tmp_path)
    assert {(each.file.stem, each.flavour) for each in judged} == {(n, f) for n in made for f in ("3a", "ua1")}
    assert [(each.file.stem, each.flavour, each.failed) for each in judged if not each.compliant] == []
