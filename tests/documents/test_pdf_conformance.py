"""veraPDF finds no fault in any document: PDF/A-3a and PDF/UA-1, every type in each of its languages and states.

The states are draft, final and signed. A signed document is the final one, byte for byte, and the revision that signs
it: where it is judged the final one is judged with it, and a type that nobody signs is judged as it is.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.render_guard import GuardedRenderer
from schemas.case import CaseResult
from schemas.documents import LETTERS, SCHEDULES, DocumentType, Sheet
from tests.documents import tags, translations, verapdf
from tests.documents.dossiers import dossier, sheet_of
from tests.documents.dossiers import draft as drafted
from tests.documents.every import pdf_of, sheet_in, translated_letter
from tests.unit.paper_authority import AT, PaperAuthority
from tests.unit.test_faces import NAMES

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())]
KINDS = load_catalogue().documents
PREVIEWED = {*LETTERS, DocumentType.DEFICIENCY_LETTER}
"""What the program lays out as a draft: `rogatory draft preview`, `rogatory draft preflight`."""
EVERY_DRAFT = "ROGATORY_EVERY_DRAFT" in os.environ
"""Whether the types that are never drafts are judged as drafts too: half as much again, for a release."""
OTHERS = ["letter-final", "letter-after", "letter-parallel", "closing-note", "names-in-every-script"]


def states(name: str) -> list[str]:
    """The states in which a type is judged."""
    drafts = ["draft"] if EVERY_DRAFT or name in PREVIEWED else []
    return [*drafts, "final" if KINDS[name].signature == "none" else "signed"]


MARKS = [
    f"{name}.{language}.{state}"
    for name, kind in KINDS.items()
    for language in kind.languages
    for state in states(name)
]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every document by its mark, made in two processes; of one that is not made, why, as MARK.txt."""
    folder = tmp_path_factory.mktemp("papers")
    signer = PadesSigner(PaperAuthority("Central Authority of the Republic of Xaveria").signer("Tomas Arendel (DEMO)"))
    with GuardedRenderer() as renderer, ThreadPoolExecutor(2) as two:

        def make(mark: str) -> None:
            try:
                sheet = asked(mark)
                pdf = pdf_of(sheet, renderer)
                if mark.endswith(".signed"):
                    fields = tags.signature_fields(pdf)
                    pdf = signer.sign(pdf, fields[0] if fields else "seal", sheet.title, AT)
                (folder / f"{mark}.pdf").write_bytes(pdf)
            except Exception as error:  # noqa: BLE001  # the other documents are judged all the same
                (folder / f"{mark}.txt").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")

        list(two.map(make, [*MARKS, *OTHERS]))
    (folder / "untagged.pdf").write_bytes(_untagged((folder / "letter-final.pdf").read_bytes()))
    return folder


def asked(mark: str) -> Sheet:
    """The sheet of that mark."""
    if mark == "letter-final":
        return sheet_of(DocumentType.LETTER_OF_REQUEST)
    if mark in ("letter-after", "letter-parallel"):
        return sheet_of(DocumentType.LETTER_OF_REQUEST, translations.in_french(mark.removeprefix("letter-")))
    if mark == "letter-parallel":
        return translated_letter("en", "parallel")
    if mark == "closing-note":
        return sheet_of(DocumentType.CLOSING_LETTER, result=CaseResult.WITHDRAWN.value)
    if mark == "names-in-every-script":
        named = drafted().model_copy(update={"subject": "; ".join(NAMES), "translation": None})
        case = dossier()
        case = case.model_copy(update={"request": case.request.model_copy(update={"draft": named})})
        return sheet_of(DocumentType.TRANSMITTAL_LETTER, case)
    name, language, state = mark.split(".")
    return sheet_in(name, language, draft=state == "draft")


def made(papers: Path, mark: str) -> bytes:
    """The document of that mark; fails with the reason where it was not made."""
    reason = papers / f"{mark}.txt"
    assert not reason.exists(), reason.read_text(encoding="utf-8")
    return (papers / f"{mark}.pdf").read_bytes()


def _untagged(pdf: bytes) -> bytes:
    """The same pages without their tags: must fail, else the judge judges nothing."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.StructTreeRoot
        opened.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def judged(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[verapdf.Judgment]]:
    """Every file by its mark, judged in one Java machine."""
    found: dict[str, list[verapdf.Judgment]] = {}
    for judgment in verapdf.judge(sorted(papers.glob("*.pdf")), tmp_path_factory.mktemp("verapdf")):
        found.setdefault(judgment.file.stem, []).append(judgment)
    return found


@pytest.mark.parametrize("mark", [*MARKS, *OTHERS])
def test_no_fault_is_found(judged: dict[str, list[verapdf.Judgment]], papers: Path, mark: str) -> None:
    assert made(papers, mark)
    assert {each.flavour for each in judged[mark]} == {"3a", "ua1"}
    assert [(each.flavour, each.failed) for each in judged[mark] if not each.compliant] == []
    assert all(each.assertions > 1000 for each in judged[mark])


def test_the_judge_judges(judged: dict[str, list[verapdf.Judgment]]) -> None:
    assert not any(each.compliant for each in judged["untagged"])


@pytest.mark.parametrize("mark", [*(each for each in MARKS if each.split(".")[0] not in SCHEDULES), *OTHERS])
def test_no_heading_ends_a_page_and_no_signature_begins_one(papers: Path, mark: str) -> None:
    order = tags.reading_order(made(papers, mark))
    assert tags.headings_cut_off(order) == []
    assert tags.signature_has_company(order)
