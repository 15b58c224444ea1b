"""The case bundle: what it holds and for whom, PDF/A-3b, the same bytes for the same case, and how it verifies."""

import io
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from pydantic import JsonValue

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.pdf_text import text_of
from rogatory.bundles import CaseBundles, Made
from rogatory.documents.bundle import AUDIENCES, documents_for
from rogatory.errors import IntegrityError, NotFoundError, UsageError
from rogatory.letter_copies import LetterCopies
from rogatory.verification import verify_path
from schemas.custody import VerificationReport
from schemas.documents import DocumentType
from schemas.identifiers import hex_of
from schemas.register import DocumentRow
from tests.documents import verapdf
from tests.documents.bound_case import REFERENCE, BoundCase
from tests.documents.conftest import Reader
from tests.documents.dossiers import SEALED, sheet_of
from tests.stage import copy_home
from tests.unit.paper_authority import AT, PaperAuthority

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTICE = DocumentType.WITHDRAWAL_NOTICE


def foreign_pdf() -> bytes:
    """A scan as an office makes it: no PDF/A, with a script that runs when it is opened."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        pdf.save(out)
    return out.getvalue()


PAPER = foreign_pdf()


class Bound:
    """A case and its bundles."""

    def __init__(self, case: BoundCase, folder: Path) -> None:
        self.case, self.folder = case, folder
        self.bundles = CaseBundles(case.home, case.ledger, case.register, case.vault, case.desk.anchors, case.renderer)

    def write(self, name: str, audience: str = "internal", **more: object) -> Made:
        return self.bundles.write(REFERENCE, self.folder / name, audience, **more)  # type: ignore[arg-type]

    def verify(self, path: Path) -> VerificationReport:
        return verify_path(path, self.case.desk.anchors.own())

    def rows(self) -> list[DocumentRow]:
        return self.case.register.documents(REFERENCE)


def bound(founded: Path, folder: Path, example: str, renderer: WeasyPrintRenderer) -> BoundCase:
    draft, annex = split_sealed(read_draft(EXAMPLES / example).draft())
    return BoundCase(copy_home(founded, folder / "home"), draft, annex, renderer)


@pytest.fixture(scope="module")
def assistance(founded: Path, tmp_path_factory: pytest.TempPathFactory, renderer: WeasyPrintRenderer) -> Bound:
    """A letter that was replaced, one that was signed, a memo of the house, and a notice that tells a sealed name."""
    folder = tmp_path_factory.mktemp("assistance")
    case = bound(founded, folder, "trafficking.yaml", renderer)
    plain = renderer.render(sheet_of(NOTICE))
    case.made(DocumentType.DEFICIENCY_LETTER, plain)
    case.made(DocumentType.LETTER_OF_REQUEST, renderer.render(sheet_of(DocumentType.STATUS_QUERY)))
    case.sign(case.make(DocumentType.LETTER_OF_REQUEST))
    case.made(NOTICE, plain)
    page = sheet_of(NOTICE)
    telling = page.model_copy(update={"context": page.context | {"foreign_reference": f"of {SEALED[0]}"}})
    case.made(NOTICE, renderer.render(telling))
    return Bound(case, folder)


@pytest.fixture(scope="module")
def extradition(founded: Path, tmp_path_factory: pytest.TempPathFactory, renderer: WeasyPrintRenderer) -> Bound:
    folder = tmp_path_factory.mktemp("extradition")
    case = bound(founded, folder, "extradition.yaml", renderer)
    facts: dict[str, JsonValue] = {"required": [], "present": [], "supplied": {}, "missing": []}
    case.supply("description", "Description (with photograph) of the person \\ sought", PAPER, pages=2)
    case.sign(
        case.make(DocumentType.EXTRADITION_REQUEST, assessment=case.assessment, annexes=[], to_follow=[], **facts)
    )
    return Bound(case, folder)


@pytest.fixture(scope="module")
def internal(assistance: Bound) -> Made:
    return assistance.write("internal.pdf")


@pytest.fixture(scope="module")
def papers(extradition: Bound) -> Made:
    return extradition.write("papers.pdf")


@pytest.fixture
def opened(internal: Made) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(internal.volumes[0].path) as pdf:
        yield pdf


def marks(made: Made) -> list[str]:
    return [entry.mark for volume in made.volumes for entry in volume.entries]


def test_every_original_is_embedded_byte_for_byte(opened: pikepdf.Pdf, assistance: Bound, internal: Made) -> None:
    rows = assistance.rows()
    assert marks(internal) == [f"{row.number:02d}" for row in rows]
    for row, entry in zip(rows, internal.volumes[0].entries, strict=True):
        spec = opened.attachments[entry.file]
        digest = row.signed_digest or row.digest
        assert spec.get_file().read_bytes() == assistance.case.vault.read(REFERENCE, digest)
        assert spec.obj.AFRelationship == pikepdf.Name.Source
        assert hex_of(digest) in str(spec.description)
    embedded = {spec.obj.objgen for spec in opened.attachments.values()}
    assert {each.objgen for each in opened.Root.AF} == embedded
    assert len(embedded) == len(rows) + 1  # and case.json


def test_the_contents_give_title_date_page_and_digest(internal: Made, reader: Reader) -> None:
    volume = internal.volumes[0]
    pdf = volume.path.read_bytes()
    words = reader.words(pdf)
    unbroken = words.replace(" ", "")
    assert "The embedded file is the original; this is a reading copy." in words
    assert internal.ledger_head in unbroken
    for entry in volume.entries:
        assert entry.title in words
        assert entry.sha256 in unbroken
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = [page.obj.objgen for page in opened.pages]
        links = {
            pages.index(link.Dest[0].objgen)
            for page in opened.pages
            for link in page.get("/Annots", [])
            if "/Dest" in link
        }
        outline = list(opened.open_outline().root)
        begins = [pages.index(item.destination[0].objgen) for item in outline[1:]]  # type: ignore[index]
    assert links == set(begins)
    assert [item.title for item in outline[1:]] == [f"{each.mark}  {each.title}" for each in volume.entries]
    assert "Authority making the request" in [child.title for child in outline[3].children]


def test_every_page_is_stamped(internal: Made, reader: Reader) -> None:
    volume = internal.volumes[0]
    pages = reader.text(volume.path.read_bytes()).split("\f")[:-1]
    assert len(pages) == volume.pages
    expected = [each.mark for each in volume.entries for _ in range(each.pages)]
    ahead = len(pages) - len(expected)
    for number, page in enumerate(pages, 1):
        mark = "contents" if number <= ahead else f"document {expected[number - ahead - 1]}"
        assert f"{REFERENCE} · {mark} · bundle page {number} of {len(pages)}" in page


def test_the_picture_of_the_signature_stays_and_its_field_goes(opened: pikepdf.Pdf, internal: Made) -> None:
    fields = [each for page in opened.pages for each in page.get("/Annots", []) if each.Subtype == pikepdf.Name.Widget]
    assert [field.get("/T") for field in fields] == ["seal"]
    assert "Digitally signed by" in text_of(internal.volumes[0].path.read_bytes())


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
def test_it_is_pdf_a(papers: Made, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A signed letter whose field became a picture, and a slip sheet over a file that is no PDF/A."""
    (tmp_path / "none.pdf").write_bytes(PAPER)
    files = [papers.volumes[0].path, tmp_path / "none.pdf"]
    judged = verapdf.judge(files, tmp_path_factory.mktemp("verapdf"), "3b")
    assert [(each.compliant, each.failed) for each in judged[:1]] == [(True, {})]
    assert judged[0].assertions > 10_000
    assert not judged[1].compliant  # the judge judges


def test_the_same_case_gives_the_same_bytes(assistance: Bound, internal: Made) -> None:
    again = assistance.write("again.pdf")
    assert again.volumes[0].unsealed_sha256 == internal.volumes[0].unsealed_sha256
    sealed = again.volumes[0].path.read_bytes()
    assert sha256(sealed).hexdigest() == again.volumes[0].sha256
    assert not pikepdf.open(io.BytesIO(sealed)).Root.MarkInfo.Marked


def test_what_is_not_for_the_reader_is_left_out(assistance: Bound) -> None:
    rows = assistance.rows()
    signed = next(row for row in rows if row.signed_digest)
    notices = [row for row in rows if row.type == NOTICE]
    made = assistance.write("court.pdf", "court")
    assert marks(made) == [f"{signed.number:02d}", f"{notices[0].number:02d}"]
    assert made.left_out == 3
    pdf = made.volumes[0].path.read_bytes()
    text = text_of(pdf)
    assert "3 documents of the case are not in it" in " ".join(text.split())
    assert not any(name in text for name in SEALED)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert b"Examplova" not in opened.attachments["case.json"].get_file().read_bytes()


def test_the_other_state_reads_what_was_meant_for_it(assistance: Bound) -> None:
    rows = assistance.rows()
    inventory = rows[-1].model_copy(update={"type": "custody_form"})
    kinds = {
        audience: [row.type for row in documents_for([*rows, inventory], load_catalogue(), audience)]
        for audience in AUDIENCES
    }
    assert kinds["other-state"] == ["letter_of_request", NOTICE, NOTICE]
    assert kinds["court"] == [*kinds["other-state"], "custody_form"]
    assert len(kinds["internal"]) == len(rows) + 1
    unsigned = [row.model_copy(update={"signed_digest": None}) for row in rows]
    assert [row.type for row in documents_for(unsigned, load_catalogue(), "court")] == [NOTICE, NOTICE]


def test_a_paper_of_others_is_embedded_behind_a_slip(extradition: Bound, papers: Made, reader: Reader) -> None:
    made = papers
    paper = made.volumes[0].entries[-1]
    assert (paper.type, paper.shown, paper.pages) == ("paper", False, 2)
    pdf = made.volumes[0].path.read_bytes()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.attachments[paper.file].get_file().read_bytes() == PAPER
        assert "/OpenAction" not in opened.Root
    last = reader.text(pdf).split("\f")[made.volumes[0].pages - 1]
    assert "only the embedded file is exact" in " ".join(last.split())
    assert "bundle page" in last
    assert "paper P01" in last
    report = extradition.verify(made.volumes[0].path)
    assert report.ok
    assert any("paper that others made" in check.detail for check in report.checks)


def test_a_paper_no_program_can_read_stays_inside_where_a_name_is_sealed(extradition: Bound) -> None:
    made = extradition.write("outside.pdf", "other-state")
    assert [entry.type for entry in made.volumes[0].entries] == ["extradition_request"]
    assert made.left_out == 1


def test_large_bundles_are_parted_and_each_part_stands_alone(extradition: Bound, reader: Reader) -> None:
    made = extradition.write("parted.pdf", largest=1000)
    assert [volume.path.name for volume in made.volumes] == ["parted-1-of-2.pdf", "parted-2-of-2.pdf"]
    assert not (extradition.folder / "parted.pdf").exists()
    for number, volume in enumerate(made.volumes, 1):
        words = reader.words(volume.path.read_bytes())
        assert f"volume {number} of 2" in words
        assert f"bundle page {volume.pages} of {volume.pages}" in words
    report = extradition.verify(made.volumes[1].path)
    assert report.ok
    assert any("volume 2 of 2" in check.detail for check in report.checks)
    with pytest.raises(UsageError, match="is there already"):
        extradition.write("parted.pdf", largest=1000)


def test_verifying_lists_every_original(assistance: Bound, internal: Made) -> None:
    path = internal.volumes[0].path
    report = assistance.verify(path)
    assert report.ok
    for entry in internal.volumes[0].entries:
        assert any(check.name == f"{entry.mark} {entry.title}: original" for check in report.checks)
    letter = [check.name for check in report.checks if "signature sig-central-authority" in check.name]
    assert letter
    assert all(name.startswith("03 Letter of Request") for name in letter)
    assert not verify_path(path, PaperAuthority("another").anchors).trusted


def test_a_flipped_byte_and_an_exchanged_original_are_found(assistance: Bound, internal: Made, tmp_path: Path) -> None:
    pdf = internal.volumes[0].path.read_bytes()
    flipped = bytearray(pdf)
    flipped[len(pdf) // 2] ^= 1
    (tmp_path / "flipped.pdf").write_bytes(flipped)
    assert not assistance.verify(tmp_path / "flipped.pdf").intact
    authority = PaperAuthority("Forger")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        names = [entry.file for entry in internal.volumes[0].entries]
        other = opened.attachments[names[0]].get_file().read_bytes()
        opened.attachments[names[2]] = _spec(opened, other, names[2])
        opened.attachments["more.pdf"] = _spec(opened, other, "more.pdf")
        del opened.attachments[names[1]], opened.Root.AcroForm, opened.Root.Perms
        del opened.pages[0]["/Annots"]
        out = io.BytesIO()
        opened.save(out)
    signed = PadesSigner(authority.signer("Forger")).sign(out.getvalue(), "seal", "again", AT)
    (tmp_path / "exchanged.pdf").write_bytes(signed)
    report = verify_path(tmp_path / "exchanged.pdf", authority.anchors)
    failed = {check.name for check in report.checks if not check.ok}
    assert {"03 Letter of Request: original", "02 Letter of Request", "unlisted files"} <= failed
    assert not report.intact
    assert not report.complete


def _spec(pdf: pikepdf.Pdf, content: bytes, name: str) -> pikepdf.AttachedFileSpec:
    mime, when = "application/pdf", "D:20261120093000Z"
    return pikepdf.AttachedFileSpec(
        pdf, content, filename=name, description=name, mime_type=mime, creation_date=when, mod_date=when
    )


def test_a_bundle_beside_the_ledger_is_compared_with_it(assistance: Bound, internal: Made, tmp_path: Path) -> None:
    assistance.case.desk.save_documents(REFERENCE, tmp_path)
    assistance.case.desk.export_ledger(REFERENCE, tmp_path)
    (tmp_path / "bundle.pdf").write_bytes(internal.volumes[0].path.read_bytes())
    report = assistance.verify(tmp_path)
    assert report.intact
    assert report.signed
    assert sum(check.name.endswith(": ledger") and check.ok for check in report.checks) == len(assistance.rows())


def test_poppler_sees_the_seal_and_the_originals(internal: Made) -> None:
    path = str(internal.volumes[0].path)
    listed = subprocess.run(["pdfdetach", "-list", path], check=True, capture_output=True, text=True).stdout
    assert all(entry.file in listed for entry in internal.volumes[0].entries)
    seen = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in seen
    assert "Total document signed" in seen


def test_a_letter_alone_is_bound_and_a_damaged_one_is_named(
    founded: Path, tmp_path: Path, renderer: WeasyPrintRenderer
) -> None:
    case = bound(founded, tmp_path, "preservation.yaml", renderer)
    home = Bound(case, tmp_path)
    with pytest.raises(NotFoundError, match="no document for court yet"):
        home.write("none.pdf", "court")
    drawn = case.make(DocumentType.PRESERVATION_REQUEST)
    with pytest.raises(NotFoundError, match="no document of its 1 for court yet"):
        home.write("none.pdf", "court")
    copies = LetterCopies(case.home, case.ledger, case.register, case.vault, case.desk.anchors, renderer)
    assert copies.docx(REFERENCE).original is None
    case.sign(drawn)
    made = home.write("one.pdf", "court")
    assert [entry.type for entry in made.volumes[0].entries] == ["preservation_request"]
    file = next((case.home / "vault" / REFERENCE).rglob(made.volumes[0].entries[0].sha256))
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"Document 01 \(preservation request\) of XV-2026-0001"):
        home.write("damaged.pdf")
    file.unlink()
    with pytest.raises(IntegrityError, match="Document 01"):
        home.write("damaged.pdf")
    assert not (tmp_path / "damaged.pdf").exists()


def test_a_file_that_is_there_stays(assistance: Bound, internal: Made) -> None:
    before = internal.volumes[0].path.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        assistance.write("internal.pdf")
    assert internal.volumes[0].path.read_bytes() == before
    with pytest.raises(UsageError, match="no name for a PDF"):
        assistance.write("bundle.doc")


def test_the_words_of_a_document_are_read_from_its_bytes(assistance: Bound, reader: Reader) -> None:
    row = next(row for row in assistance.rows() if row.signed_digest)
    pdf = assistance.case.vault.read(REFERENCE, row.digest)
    mine, seen = (sorted("".join(text.split())) for text in (text_of(pdf), reader.text(pdf)))
    assert mine == seen
    with pytest.raises(ValueError, match="no PDF"):
        text_of(b"no")
