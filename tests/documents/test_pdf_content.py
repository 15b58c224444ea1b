"""What stands on the pages, and what a machine finds in the file."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
import rfc8785

from rogatory.adapters.draft_file import read_draft
from rogatory.adapters.pages import RenderError
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.sealed import find_sealed
from schemas.documents import LETTERS, SCHEDULES, DocumentType
from tests.documents.conftest import Reader
from tests.documents.dossiers import EXAMPLE, REFERENCE, SEALED, assess, dossier, draft, sheet_of

ROOT = Path(__file__).parents[2]
LETTER = DocumentType.LETTER_OF_REQUEST
OURS = {
    "Noto-Serif",
    "Noto-Serif-Semi-Bold",
    "Noto-Serif-Italic",
    "Noto-Sans",
    "Noto-Sans-Semi-Bold",
    "Noto-Sans-Mono",
}
LAID_OUT = [document for document in DocumentType if document not in SCHEDULES]
Documents = dict[DocumentType, bytes]
# "None." and "None of them" are words of ours; a value that is not there prints None among other words.
SLIPS = r"\bNone\b(?!\.| of )|\bUndefined\b|\{\{|\{%|[^.]\.\.(?!\.)|\(\s*\)|\w ,|^\s*\d+\.\d+\s*$"


def slips(text: str) -> list[str]:
    """Where a template let something through: an absent value, a doubled stop, an empty bracket or paragraph."""
    return [text[max(0, at.start() - 30) : at.end() + 30] for at in re.finditer(SLIPS, text, re.MULTILINE)]


@pytest.mark.parametrize("document", LAID_OUT)
def test_every_document_is_whole(document: DocumentType, documents: Documents, reader: Reader) -> None:
    text = reader.text(documents[document])
    assert REFERENCE in text
    assert "Page 1 of" in text
    assert "of no legal effect" in text
    assert find_sealed(text, SEALED) == 0
    assert slips(text) == []


@pytest.mark.parametrize("document", LAID_OUT)
def test_the_case_data_are_attached(document: DocumentType, documents: Documents) -> None:
    with pikepdf.open(io.BytesIO(documents[document])) as pdf:
        assert list(pdf.attachments) == ["case.json"]
        attached = pdf.attachments["case.json"]
        assert attached.obj.AFRelationship == pikepdf.Name.Source
        assert {each.objgen for each in pdf.Root.AF} == {attached.obj.objgen}
        assert attached.get_file().read_bytes() == rfc8785.dumps(sheet_of(document).data)


@pytest.mark.parametrize("document", LAID_OUT)
def test_only_our_own_fonts_are_used(document: DocumentType, documents: Documents) -> None:
    with pikepdf.open(io.BytesIO(documents[document])) as pdf:
        fonts = {
            str(each.FontName).partition("+")[2]
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == pikepdf.Name.FontDescriptor
        }
    assert fonts <= OURS
    assert len(fonts) >= 4


def test_only_the_letters_wait_for_a_signature(documents: Documents) -> None:
    fields = {}
    for document, content in documents.items():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            form = pdf.Root.get("/AcroForm")
            fields[document] = [str(each.T) for each in form.Fields] if form is not None else []
    assert {document for document, names in fields.items() if names} == LETTERS | {DocumentType.TRANSLATION_CERTIFICATE}
    assert all(fields[document] == ["sig-central-authority"] for document in LETTERS)


def test_the_letter_says_what_article_18_15_asks_for(documents: Documents, reader: Reader) -> None:
    words = reader.words(documents[LETTER])
    filed = draft()
    for part in (
        filed.requesting_authority.name,
        filed.requesting_authority.functions[1:],  # it begins a sentence there
        filed.proceedings.file_number,
        "Summary of the relevant facts",
        "NX44 7700 0918 2244 71",
        "Dorian Vask",
        "to establish who controlled and profited",
        "Tomas Arendel",
        "assurances of its highest consideration",
    ):
        assert part in words
    assert hashlib.sha256(rfc8785.dumps(sheet_of(LETTER).data)).hexdigest() in words.replace(" ", "")


def test_the_signature_is_not_alone_on_its_page(documents: Documents, reader: Reader) -> None:
    last = next(page for page in reader.text(documents[LETTER]).split("\f") if "FOR THE CENTRAL AUTHORITY" in page)
    assert re.search(r"^\s*\d+\.\d+ ", last, re.MULTILINE)


def test_a_draft_says_so(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    made = renderer.render(sheet_of(LETTER, draft=True))
    assert len(re.findall(r"D\s*R\s*A\s*F\s*T", reader.text(made.pdf, "-raw"))) == made.pages
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert str(pdf.docinfo.Title).startswith("DRAFT ")


def test_markup_in_a_name_is_only_letters(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    name = '<img src="file:///etc/passwd"><b>Vask</b> & Co {{ 7 * 7 }}'
    persons = tuple(p.model_copy(update={"name": name}) if p.id == "p1" else p for p in draft().persons)
    case = dossier()
    changed = draft().model_copy(update={"persons": persons})
    case = case.model_copy(update={"request": case.request.model_copy(update={"draft": changed})})
    assert name in reader.words(renderer.render(sheet_of(LETTER, case)).pdf)


def test_a_short_request_leaves_no_empty_places(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    changed = read_draft(EXAMPLE.with_name("minimal-bank-records.yaml")).draft()
    case = dossier()
    case = case.model_copy(
        update={
            "request": case.request.model_copy(update={"draft": changed, "sealed_annex": None}),
            "instruments": case.instruments[:1],
            "assessment": assess(changed),
            "case": case.case.model_copy(update={"foreign_reference": None}),
        }
    )
    for document in (LETTER, DocumentType.REVIEW_MEMO, DocumentType.CHECKLIST_REPORT):
        text = reader.text(renderer.render(sheet_of(document, case)).pdf)
        assert slips(text) == []


def test_a_fact_the_template_asks_for_and_misses_is_named(renderer: WeasyPrintRenderer) -> None:
    page = sheet_of(LETTER)
    context = {name: value for name, value in page.context.items() if name != "signatory"}
    with pytest.raises(RenderError, match=r"letter_of_request.*signatory"):
        renderer.render(page.model_copy(update={"context": context}))


@pytest.mark.slow
def test_the_same_sheet_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from rogatory.adapters.pdf import WeasyPrintRenderer;"
        "from schemas.documents import DocumentType;"
        "from tests.documents.dossiers import sheet_of; made = WeasyPrintRenderer();"
        "[print(hashlib.sha256(made.render(sheet_of(each)).pdf).hexdigest()) for each in"
        " (DocumentType.LETTER_OF_REQUEST, DocumentType.REVIEW_MEMO, DocumentType.CHECKLIST_REPORT,"
        " DocumentType.EXTRADITION_REQUEST, DocumentType.DECISION_NOTICE, DocumentType.DEFICIENCY_LETTER)]"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("0", "UTC"), ("7", "Asia/Tokyo"))
    ]
    assert said[0] == said[1]
    assert len(said[0].split()) == 6


def test_no_template_says_admissible() -> None:
    # Whether evidence is admitted is for a court to say, never for a form.
    templates = list((ROOT / "templates").rglob("*.j2"))
    assert len(templates) > 15
    assert [path.name for path in templates if "admissible" in path.read_text().lower()] == []
