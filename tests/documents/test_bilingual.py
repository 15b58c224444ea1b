"""A letter and its translation as one document: both whole, the same numbers, one place to sign."""

import io
import re

import pikepdf
import pytest

from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.pages import RenderError
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.cli.draft_preview import unfiled
from rogatory.cli.examples import folder
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.source_words import words_of
from rogatory.documents.translation import values_of
from rogatory.documents.views import sheet
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType, Sheet
from schemas.filed import AnyDraft
from tests.documents.conftest import Reader
from tests.documents.dossiers import OPENED
from tests.documents.translations import BODY, MARK, catalogue, shapes, templates, translated


def letter(into: str = "fr", arrangement: str = "after", example: str = "minimal-bank-records.yaml") -> Sheet:
    """The letter of an example with a translation of the tests' own."""
    draft, _ = split_sealed(read_draft(folder() / example).draft())
    order, dossier = unfiled(translated(draft, into, arrangement), load_lawbook(), OPENED)
    kind = DocumentType.EXTRADITION_REQUEST if draft.kind == "extradition" else DocumentType.LETTER_OF_REQUEST
    return sheet(order.model_copy(update={"document": kind}), dossier, catalogue(), draft=draft.kind == "extradition")


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> WeasyPrintRenderer:
    return WeasyPrintRenderer(templates(tmp_path_factory.mktemp("root")))


@pytest.fixture(scope="module")
def after(bilingual: WeasyPrintRenderer) -> bytes:
    return bilingual.render(letter()).pdf


@pytest.fixture(scope="module")
def parallel(bilingual: WeasyPrintRenderer) -> bytes:
    return bilingual.render(letter("fr", "parallel")).pdf


def fields(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [str(field.T) for field in opened.Root.AcroForm.Fields]


def test_the_translation_follows_the_whole_original(after: bytes, reader: Reader) -> None:
    text = reader.text(after)
    original, _, translation = text.partition(f"{MARK['fr']}Translation (français)")
    assert "heating fuel" in original
    assert BODY["fr"] not in original
    assert "avails itself" in original
    assert f"{BODY['fr']} From June 2023" in " ".join(translation.split())
    assert f"{MARK['fr']}Authority making the request" in translation
    assert "The original (anglais) precedes it" in translation


def test_paragraphs_have_the_same_numbers_in_both(after: bytes, reader: Reader) -> None:
    original, _, translation = reader.text(after).partition(f"{MARK['fr']}Translation")
    numbers = [re.findall(r"^ *(\d{1,2}\.\d*)(?= )", part, re.MULTILINE) for part in (original, translation)]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) > 20


def test_only_the_original_has_a_place_to_sign(after: bytes, parallel: bytes) -> None:
    assert fields(after) == ["sig-central-authority"]
    assert fields(parallel) == ["sig-central-authority"]
    with pikepdf.open(io.BytesIO(after)) as opened:
        pages = [number for number, page in enumerate(opened.pages) if "/Annots" in page.obj]
        assert pages == [len(opened.pages) // 2 - 1]


def test_side_by_side_both_are_whole(parallel: bytes, reader: Reader) -> None:
    text = " ".join(reader.text(parallel, "-raw").split())
    for source in words_of(values_of(_draft()), shapes()).values():
        assert source.split()[0] in text
    assert text.count("heating fuel") == 2
    assert text.count(f"{BODY['fr']} ") > 20
    assert text.count("avails itself") == 2
    assert text.count("Treaty Series") == 2  # a note in each column


def test_a_column_numbers_by_itself(parallel: bytes, reader: Reader) -> None:
    text = reader.text(parallel)
    pairs = re.findall(r"^ *(\d+\.\d+) .*? (\d+\.\d+) ", text, re.MULTILINE)
    assert len(pairs) > 10
    assert all(left == right for left, right in pairs), pairs


def test_the_languages_of_both_parts_are_marked(bilingual: WeasyPrintRenderer) -> None:
    page = bilingual._pages.html(letter("ar", "parallel"))
    assert page.startswith('\n<!DOCTYPE html>\n<html lang="en"') or '<html lang="en"' in page
    assert '<td lang="ar" dir="rtl" class="two">' in page
    assert page.count('class="sigbox"') == 1
    assert "stands beside it, bears the signature" in page


def test_a_letter_for_a_person_is_bilingual_too(bilingual: WeasyPrintRenderer) -> None:
    page = bilingual._pages.html(letter(example="extradition.yaml"))
    _, _, translation = page.partition('<section class="translation"')
    assert f"{MARK['fr']}Person sought" in translation
    assert translation.count(f"{BODY['fr']} ") > 10


def test_both_parts_show_one_digest(bilingual: WeasyPrintRenderer) -> None:
    page = letter()
    assert page.translation is not None
    assert page.translation.data == page.data
    binding = page.data["translation"]
    assert isinstance(binding, dict)
    assert binding["into"] == "fr"
    assert binding["source"] != binding["digest"]


def test_parts_that_differ_are_refused(bilingual: WeasyPrintRenderer) -> None:
    page = letter(arrangement="parallel")
    assert page.translation is not None
    request = page.translation.context["request"]
    assert isinstance(request, dict)
    longer = page.translation.context | {"request": request | {"facts": "Un.\n\nDeux."}}
    torn = page.model_copy(update={"translation": page.translation.model_copy(update={"context": longer})})
    with pytest.raises(RenderError, match="not made of the same blocks in en and fr"):
        bilingual.render(torn)


@pytest.mark.parametrize("fault", ["missing", "stale"])
def test_half_a_translation_makes_no_letter(fault: str) -> None:
    draft = translated(_draft())
    assert draft.translation is not None
    texts = dict(draft.translation.texts)
    if fault == "missing":
        del texts["purpose"]
        change: dict[str, object] = {"texts": texts}
    else:
        change = {"of": f"sha256:{'0' * 64}"}
    draft = draft.model_copy(update={"translation": draft.translation.model_copy(update=change)})
    order, dossier = unfiled(draft, load_lawbook(), OPENED)
    with pytest.raises(MissingFactError, match=r"lacks purpose|have changed"):
        sheet(order, dossier, catalogue())


def test_what_is_not_of_the_letter_never_enters_it() -> None:
    """A path that names no text of the letter: here the birth of a protected person, and a seal."""
    draft, _ = split_sealed(read_draft(folder() / "trafficking.yaml").draft())
    draft = translated(draft)
    assert draft.translation is not None
    texts = {**draft.translation.texts, "persons/2/born": "1 January 1990", "persons/2/sealed/name": "Somebody"}
    draft = draft.model_copy(update={"translation": draft.translation.model_copy(update={"texts": texts})})
    order, dossier = unfiled(draft, load_lawbook(), OPENED)
    page = sheet(order, dossier, catalogue())
    assert page.translation is not None
    assert "Somebody" not in str(page.translation.context["persons"])


def test_the_certificate_is_bound_to_both_texts(bilingual: WeasyPrintRenderer, reader: Reader) -> None:
    order, dossier = unfiled(translated(_draft()), load_lawbook(), OPENED)
    order = order.model_copy(
        update={
            "document": DocumentType.TRANSLATION_CERTIFICATE,
            "language": "fr",
            "facts": {"letter": "letter_of_request"},
        }
    )
    page = sheet(order, dossier, catalogue())
    pdf = bilingual.render(page).pdf
    binding = page.data["translation"]
    assert isinstance(binding, dict)
    text = reader.words(pdf).replace(" ", "")
    for name in ("source", "digest"):
        assert str(binding[name]).removeprefix("sha256:") in text
    assert "OdileVarenne" in text
    assert "T-2019-0417" in text
    assert fields(pdf) == ["sig-translator"]


def test_a_certificate_without_a_translation_is_not_made() -> None:
    order, dossier = unfiled(_draft(), load_lawbook(), OPENED)
    order = order.model_copy(update={"document": DocumentType.TRANSLATION_CERTIFICATE, "facts": {"letter": "x"}})
    with pytest.raises(MissingFactError, match="lacks a translation"):
        sheet(order, dossier, catalogue())


def _draft() -> AnyDraft:
    return split_sealed(read_draft(folder() / "minimal-bank-records.yaml").draft())[0]
