"""Documents in every language: they are made, written as the language is written, and run as its script runs."""

import re
from pathlib import Path

import pytest

import templates
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pages import Pages, as_written, term, titled
from rogatory.adapters.wording_catalogues import wording_of
from rogatory.documents.languages import LANGUAGES, filters_of
from rogatory.documents.state_names import names_of
from rogatory.documents.views import sheet
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType, Sheet
from tests.documents.dossiers import case_of, dossier, order
from tests.wording.extract import LOCALE

ROOT = Path(str(templates.__file__)).parent
OTHERS = LANGUAGES[1:]
CASE = (
    DocumentType.LETTER_OF_REQUEST,
    DocumentType.PROVISIONAL_ARREST_REQUEST,
    DocumentType.EXTRADITION_REQUEST,
    DocumentType.TRANSMITTAL_LETTER,
    DocumentType.ACKNOWLEDGEMENT,
    DocumentType.STATUS_QUERY,
    DocumentType.EVIDENCE_INVENTORY,
    DocumentType.CUSTODY_FORM,
    DocumentType.SIGN_OFF_CERTIFICATE,
)
LETTERS_OF = {"ar": "[\u0600-\u06ff]", "ru": "[а-яё]", "zh": "[\u4e00-\u9fff]"}


def sheet_in(language: str, document: DocumentType = DocumentType.LETTER_OF_REQUEST) -> Sheet:
    ordered = order(document).model_copy(update={"language": language})
    return sheet(ordered, case_of(document), load_catalogue())


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(ROOT)


def test_the_nine_are_made_in_six_languages() -> None:
    kinds = load_catalogue().documents
    assert all(set(kinds[document].languages) == set(LANGUAGES) for document in CASE)


@pytest.mark.parametrize("document", CASE)
@pytest.mark.parametrize("language", OTHERS)
def test_a_document_is_made_in_each_language(language: str, document: DocumentType, pages: Pages) -> None:
    page = pages.html(sheet_in(language, document))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    heading = re.search("<h1>(.*?)</h1>", page)
    assert heading is not None
    assert re.search(LETTERS_OF.get(language, "[a-z]"), heading[1])
    assert "%(" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["20 November 2026", "1 December 2026", "412,600.00", "1 year", "15 years", "2 years and 6 months"]),
        (
            "fr",
            ["20 novembre 2026", "1er décembre 2026", "412\u202f600,00", "1\u00a0an", "15 ans", "2 ans et 6\u00a0mois"],
        ),
        ("es", ["20 de noviembre de 2026", "1 de diciembre de 2026", "412.600,00", "1 año", "15 años"]),
        ("ar", ["٢٠ نوفمبر ٢٠٢٦", "١ ديسمبر ٢٠٢٦", "٤١٢٬٦٠٠٫٠٠", "سنة واحدة", "١٥ سنة", "سنتان و٦ أشهر"]),
        ("ru", ["20 ноября 2026 года", "1 декабря 2026 года", "412\u00a0600,00", "1 год", "15 лет"]),
        ("zh", ["2026年11月20日", "2026年12月1日", "412,600.00", "1年", "15年", "2年和6个月"]),
    ],
)
def test_dates_sums_and_terms_are_written_as_the_language_writes_them(language: str, said: list[str]) -> None:
    write = filters_of(language, str)
    given = [
        write["day"]("2026-11-20"),
        write["day"]("2026-12-01"),
        write["amount"]("412600.00"),
        write["years"](1),
        write["years"](15),
        write["months"](30),
    ]
    assert given[: len(said)] == said


@pytest.mark.parametrize("language", OTHERS)
def test_no_unit_is_left_in_english(language: str) -> None:
    write = filters_of(language, wording_of(language, LOCALE).gettext)
    units = ("hours", "days", "working-days", "weeks", "months", "years")
    said = [str(write["period"](count, unit)) for unit in units for count in (1, 2, 5, 18)]
    said += [str(write["size"](count)) for count in (1, 2, 1_204_518)]
    assert not [each for each in said if re.search(r"duration|digital|year|month|week|hour|-", each)]
    if letters := LETTERS_OF.get(language):
        assert all(re.search(letters, each) for each in said)


def test_a_text_ends_in_the_marks_of_its_own_script() -> None:
    arabic, chinese = filters_of("ar", str), filters_of("zh", str)
    assert arabic["point"]("كشوف الحساب") == "كشوف الحساب؛"
    assert arabic["point"]("statements of the account") == "statements of the account;"
    assert chinese["sentence"]("账户记录") == "账户记录。"
    assert chinese["sentence"]("records of the account") == "records of the account."
    assert filters_of("fr", str)["point"]("les relevés") == "les relevés\u202f;"


def test_references_and_addresses_run_from_left_to_right_in_arabic(pages: Pages) -> None:
    page = pages.html(sheet_in("ar"))
    assert '<bdi dir="ltr" class="ref">XV-2026-0001</bdi>' in page
    assert '<bdi dir="ltr">18(17)</bdi>' in page
    assert '<bdi dir="ltr">Assize Court Square 12</bdi>' in page
    assert as_written("ar", "وزارة العدل") == "وزارة العدل"
    assert as_written("fr", "17 Assize Street") == "17 Assize Street"
    assert as_written("fr", "شارع المحكمة 12") == '<bdi dir="rtl">شارع المحكمة 12</bdi>'


def test_the_drafters_words_are_marked_with_their_language(pages: Pages) -> None:
    untranslated = sheet_in("ar").model_copy(update={"translation": None})
    page = pages.html(untranslated)
    assert '<p class="n told ltr"><span lang="en" dir="ltr">A criminal investigation' in page
    assert "told ltr" not in pages.html(sheet_in("fr"))


def test_an_instrument_has_its_authentic_title_or_its_english_one_marked() -> None:
    french, russian = wording_of("fr", LOCALE), wording_of("ru", LOCALE)
    title = "European Convention on Extradition"
    assert titled(french, title) == "Convention européenne d’extradition"
    assert titled(russian, title) == f'<span lang="en" dir="ltr">{title}</span>'
    assert titled(french, "the Convention") == "la Convention"


def test_a_label_is_translated_or_marked_as_english() -> None:
    chinese = wording_of("zh", LOCALE)
    assert term(chinese, "witness") == "证人"
    assert term(chinese, "A label of an overlay") == '<span lang="en" dir="ltr">A label of an overlay</span>'
    assert term(chinese, "Location: Desk") == '所在地：<span lang="en" dir="ltr">Desk</span>'
    assert term(wording_of("en", LOCALE), "A label: of an overlay") == "A label: of an overlay"


@pytest.mark.parametrize(("draft_in", "made_in"), [("en", "en"), ("ar", "ar"), ("nb", "en")])
def test_an_order_without_a_language_takes_that_of_the_request(draft_in: str, made_in: str) -> None:
    of = dossier()
    draft = of.request.draft.model_copy(update={"language": draft_in, "translation": None})
    of = of.model_copy(update={"request": of.request.model_copy(update={"draft": draft})})
    made = sheet(order(DocumentType.LETTER_OF_REQUEST), of, load_catalogue())
    assert (made.language, made.data["language"]) == (made_in, made_in)
    memo = sheet(order(DocumentType.APPROVAL_RECORD), of, load_catalogue())
    assert memo.language == "en"


@pytest.mark.parametrize("language", OTHERS)
def test_every_state_is_named_in_each_language(language: str) -> None:
    from activities.cards import state_card

    for state in load_lawbook().states.values():
        names = names_of(state_card(state), language, "requested")
        assert all((names.name, names.the, names.of, names.to, names.ministry, names.ministry_of, names.ministry_to))
        if state.invented:
            assert names == state.names[language]
        else:
            assert names.name in names.of


def test_french_letters_have_spaces_that_do_not_break_before_their_marks(pages: Pages) -> None:
    page = pages.html(sheet_in("fr"))
    text = re.sub("<[^>]*>", "", re.sub('<span lang="en".*?</span>', "", page.partition("<body")[2]))
    assert "suivant\u00a0:" in text
    assert not re.search(r"[a-zé] [:;!?»]", text)
