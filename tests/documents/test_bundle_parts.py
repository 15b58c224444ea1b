"""How a bundle is put together: volumes, and many originals in one."""

import io
from hashlib import sha256

import pikepdf
import pytest

from rogatory.adapters.bundle import Original, assemble
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.bundle import Entry, facts_of, volumes_of
from rogatory.errors import IntegrityError
from rogatory.verification import bundles
from rogatory.verification.bundles import bundle_data, verify_bundle
from schemas.documents import DocumentType
from tests.documents.bound_case import REFERENCE
from tests.documents.dossiers import sheet_of
from tests.documents.test_bundle import PAPER
from tests.unit.paper_authority import AT, PaperAuthority


def test_a_volume_is_begun_before_it_grows_too_large() -> None:
    def entry(size: int) -> Entry:
        return Entry(
            mark="1", type="x", title="x", language="en", dated="", sha256="", size=size, pages=1, file=f"{size}.pdf"
        )

    parted = volumes_of([entry(size) for size in (10, 20, 25, 900, 1)], 100)
    assert [[each.size for each in volume] for volume in parted] == [[10, 20], [25], [900], [1]]
    assert volumes_of([]) == []


def test_many_originals_are_all_associated(renderer: WeasyPrintRenderer) -> None:
    """The tree of names branches at 32."""
    entries = [
        Entry(
            mark=f"{n:02d}",
            type="status_query",
            title="Inquiry",
            language="en",
            dated=AT.isoformat(),
            sha256=sha256(PAPER).hexdigest(),
            size=len(PAPER),
            pages=2,
            file=f"{n:02d}.pdf",
        )
        for n in range(40)
    ]
    facts = facts_of(entries[:3], audience="court", whole=40, left_out=0, volume=1, volumes=1, ahead=2)
    cover = renderer.render(sheet_of(DocumentType.CASE_BUNDLE, None, draft=False, **facts)).pdf
    made = assemble(cover, [Original(each, PAPER) for each in entries], REFERENCE)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.Root.AF) == len(pdf.attachments) == 41
    with pytest.raises(IntegrityError, match=r"00\.pdf cannot be read"):
        assemble(cover, [Original(entries[0], b"%PDF-1.7 no")], REFERENCE)
    with pytest.raises(IntegrityError, match=r"00\.pdf has 2 pages; the ledger says 3"):
        assemble(cover, [Original(entries[0].model_copy(update={"pages": 3}), PAPER)], REFERENCE)


def test_a_small_file_that_unpacks_to_much_is_not_unpacked(
    renderer: WeasyPrintRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MAX_ORIGINAL", 1 << 20)
    entry = Entry(
        mark="01",
        type="status_query",
        title="Inquiry",
        language="en",
        dated=AT.isoformat(),
        sha256="0" * 64,
        size=1,
        pages=1,
        file="01.pdf",
    )
    facts = facts_of([entry], audience="court", whole=1, left_out=0, volume=1, volumes=1, ahead=1)
    page = sheet_of(DocumentType.CASE_BUNDLE, None, draft=False, **facts)
    cover = renderer.render(page.model_copy(update={"data": page.data | facts})).pdf
    with pikepdf.open(io.BytesIO(cover)) as pdf:
        mime, when = "application/pdf", "D:20261120093000Z"
        pdf.attachments["01.pdf"] = pikepdf.AttachedFileSpec(
            pdf, bytes(3 << 20), filename="01.pdf", description="", mime_type=mime, creation_date=when, mod_date=when
        )
        out = io.BytesIO()
        pdf.save(out)
    data = bundle_data(out.getvalue())
    assert data is not None
    assert len(out.getvalue()) < 1 << 20
    report = verify_bundle(out.getvalue(), data, PaperAuthority("a").anchors)
    told = [check.detail for check in report.checks if check.name == "01 Inquiry"]
    assert told == ["01.pdf cannot be taken out: it has more than 1048576 bytes, or is cut off"]
    assert not report.intact
    unreadable = verify_bundle(out.getvalue(), {"contents": [7]}, PaperAuthority("a").anchors)
    assert [check.ok for check in unreadable.checks if check.name == "contents"] == [False]
    assert bundle_data(b"%PDF-1.7") is None
