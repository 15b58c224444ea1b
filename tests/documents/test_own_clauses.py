"""A clause in the drafter's own words: printed in place of the fixed one, and shown to the reviewers beside it."""

import pytest

from rogatory.adapters.bilingual_pages import BilingualPages
from rogatory.adapters.pages import Pages
from rogatory.documents.dossier import Dossier
from schemas.documents import DocumentType
from tests.documents import extradition_case
from tests.documents.dossiers import dossier, sheet_of
from tests.documents.translations import TEMPLATES

OWN = "This authority undertakes that what is furnished will be used for the proceedings stated in section 2 alone."
PAGES = BilingualPages(Pages(TEMPLATES), TEMPLATES)


def worded(case: Dossier, **clauses: str) -> Dossier:
    draft = case.request.draft.model_copy(update={"clauses": clauses})
    return case.model_copy(update={"request": case.request.model_copy(update={"draft": draft})})


def words(page: str) -> str:
    return " ".join(page.split())


def test_the_letter_prints_the_drafters_words_instead() -> None:
    fixed = words(PAGES.html(sheet_of(DocumentType.LETTER_OF_REQUEST)))
    own = words(PAGES.html(sheet_of(DocumentType.LETTER_OF_REQUEST, worded(dossier(), use_limitation=OWN))))
    assert "transmitted and used for the proceedings stated in section 2 only" in fixed
    assert "transmitted and used" not in own
    assert f'<p class="n">{OWN}</p>' in own
    assert own.count('class="n"') == fixed.count('class="n"')


def test_a_clause_the_case_would_not_have_is_printed_all_the_same() -> None:
    draft = dossier().request.draft
    undertakings = draft.undertakings.model_copy(update={"reciprocity": False})
    silent = dossier().model_copy(
        update={
            "request": dossier().request.model_copy(
                update={"draft": draft.model_copy(update={"undertakings": undertakings})}
            )
        }
    )
    page = PAGES.html(sheet_of(DocumentType.LETTER_OF_REQUEST, worded(silent, reciprocity="We shall do likewise.")))
    assert "We shall do likewise." in page


def test_the_courtesies_keep_their_place() -> None:
    case = worded(dossier(), greeting="We request assistance.", farewell="With our thanks.")
    page = words(PAGES.html(sheet_of(DocumentType.LETTER_OF_REQUEST, case)))
    assert '<div class="basis"><p><!--clause greeting-->We request assistance.<!--/clause-->' in page
    assert '<div class="close"><!--clause farewell--><p>With our thanks.</p>' in page


def test_the_reviewers_see_what_differs() -> None:
    memo = sheet_of(DocumentType.REVIEW_MEMO, worded(dossier(), use_limitation=OWN, costs="Each bears its own."))
    page = words(PAGES.html(memo))
    assert "Clauses in the drafter&#39;s own words" in page or "Clauses in the drafter's own words" in page
    assert "<del>[−transmitted and−]</del> used for the proceedings stated in section 2" in page
    assert "<ins>[+alone.+]</ins>" in page
    assert "The letter cannot do without it:" in page
    assert "<ins>[+Each bears its own.+]</ins>" in page


def test_of_an_extradition_the_letter_under_review_is_compared() -> None:
    case = worded(extradition_case.dossier(), speciality="Nobody is tried for more.", arrest="Hold the person.")
    memo = sheet_of(DocumentType.REVIEW_MEMO, case)
    assert memo.letter is not None
    page = words(PAGES.html(memo))
    assert "[+Nobody+]" in page
    assert "[+Hold the person.+]" in page
    assert page.count("The letter does not print this clause.") == 1


def test_fixed_clauses_are_not_spoken_of() -> None:
    memo = sheet_of(DocumentType.REVIEW_MEMO)
    assert memo.letter is None
    assert "own words" not in PAGES.html(memo)


@pytest.mark.parametrize("document", [DocumentType.CHECKLIST_REPORT, DocumentType.TRANSMITTAL_LETTER])
def test_other_documents_hold_no_letter(document: DocumentType) -> None:
    assert sheet_of(document, worded(dossier(), costs="Each bears its own.")).letter is None
