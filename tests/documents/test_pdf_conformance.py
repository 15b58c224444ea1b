"""veraPDF finds no fault in any document: PDF/A-3a and PDF/UA-1, final, as draft, sealed, and signed."""

import io
from collections.abc import Iterator

import pikepdf
import pytest

from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf import WeasyPrintRenderer
from schemas.case import CaseResult
from schemas.documents import DocumentType, Sheet
from tests.documents import verapdf
from tests.documents.dossiers import sheet_of
from tests.unit.paper_authority import AT, PaperAuthority

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())]
FIELD = "sig-central-authority"


@pytest.fixture(scope="module")
def signer() -> PadesSigner:
    return PadesSigner(PaperAuthority("Central Authority of the Republic of Xaveria").signer("Tomas Arendel (DEMO)"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, signer: PadesSigner) -> dict[str, list[verapdf.Judgment]]:
    """Every file by its name without suffix, judged in one Java machine."""
    folder = tmp_path_factory.mktemp("documents")
    for name, content in _files(signer):
        (folder / f"{name}.pdf").write_bytes(content)
    workshop = tmp_path_factory.mktemp("verapdf")
    judged: dict[str, list[verapdf.Judgment]] = {}
    for judgment in verapdf.judge(sorted(folder.iterdir()), workshop):
        judged.setdefault(judgment.file.stem, []).append(judgment)
    return judged


def _files(signer: PadesSigner) -> Iterator[tuple[str, bytes]]:
    renderer = WeasyPrintRenderer()

    def pdf(page: Sheet) -> bytes:
        return renderer.render(page).pdf

    for document in DocumentType:
        yield document.value, pdf(sheet_of(document))
    letter = pdf(sheet_of(DocumentType.LETTER_OF_REQUEST))
    yield "letter-draft", pdf(sheet_of(DocumentType.LETTER_OF_REQUEST, draft=True))
    yield "letter-signed", signer.sign(letter, FIELD, "Letter of Request", AT)
    record = pdf(sheet_of(DocumentType.APPROVAL_RECORD))
    yield "record-sealed", signer.sign(record, "seal", "Approval Record", AT)
    yield "closing-note", pdf(sheet_of(DocumentType.CLOSING_LETTER, result=CaseResult.WITHDRAWN.value))
    yield "untagged", _untagged(letter)


def _untagged(pdf: bytes) -> bytes:
    """The same pages without their tags: must fail, else the judge judges nothing."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.StructTreeRoot
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "name", [*(each.value for each in DocumentType), "letter-draft", "letter-signed", "record-sealed", "closing-note"]
)
def test_no_fault_is_found(judged: dict[str, list[verapdf.Judgment]], name: str) -> None:
    assert {each.flavour for each in judged[name]} == {"3a", "ua1"}
    assert [(each.flavour, each.failed) for each in judged[name] if not each.compliant] == []
    assert all(each.assertions > 1000 for each in judged[name])


def test_the_judge_judges(judged: dict[str, list[verapdf.Judgment]]) -> None:
    assert not any(each.compliant for each in judged["untagged"])
