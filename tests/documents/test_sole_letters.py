"""What letters of one kind of assistance alone say, and what the papers of their cases make of it."""

from collections.abc import Callable

import pytest

from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.dossier import Dossier
from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.register import ClockRow
from tests.documents.conftest import Reader
from tests.documents.dossiers import OPENED, REFERENCE, digest, dossier, sheet_of
from tests.documents.sole_letters import dossier_of, draft_of
from tests.documents.test_pdf_content import slips

DATA, TOLD = DocumentType.PRESERVATION_REQUEST, DocumentType.SPONTANEOUS_INFORMATION
Read = Callable[..., str]


@pytest.fixture
def read(renderer: WeasyPrintRenderer, reader: Reader) -> Read:
    """The words on the pages; no empty place is let through."""

    def words(document: DocumentType, of: Dossier, **facts: str) -> str:
        pdf = renderer.render(sheet_of(document, of, draft=False, **facts)).pdf
        assert slips(reader.text(pdf)) == []
        return " ".join(reader.text(pdf, "-raw").split())

    return words


def test_a_request_for_preservation_asks_for_no_disclosure(read: Read) -> None:
    words = read(DATA, dossier_of(DATA))
    for said in (
        "Request for the Preservation of Stored Data",
        "Convention on Cybercrime",
        "Article 29(2)(c)",
        "dispatch@fjordpost.example",
        "Their disclosure is not asked for now",
        "will be made by 15 January 2027",
        "since when and by whom the data are preserved",
    ):
        assert said in words


def test_information_is_given_and_nothing_asked_but_the_word_on_its_conditions(read: Read) -> None:
    words = read(TOLD, dossier_of(TOLD))
    for said in (
        "make known, without prior request, the information set out below, under Article 18 of the",
        "Article 18(4)-(5)",
        "whether the conditions stated above are accepted",
        "no use be made of the information",
    ):
        assert said in words
    assert "Nothing else is asked for" not in words


def test_information_without_conditions_asks_for_its_receipt(read: Read) -> None:
    draft = draft_of(TOLD)
    measure = draft.measures[0]
    free = measure.model_copy(update={"details": measure.details | {"conditions": []}})
    words = read(TOLD, dossier_of(TOLD, draft.model_copy(update={"measures": (free,)})))
    assert "Nothing else is asked for by it" in words
    assert "are accepted" not in words


@pytest.mark.parametrize("letter", [DATA, TOLD])
@pytest.mark.parametrize(
    ("result", "said"),
    [
        (CaseResult.PRESERVED_AND_FOLLOWED, "a request for assistance asked for them"),
        (CaseResult.INFORMED, "The information was received"),
        (CaseResult.CONDITIONS_DECLINED, "were not accepted"),
        (CaseResult.UNANSWERED, "no answer has reached"),
    ],
)
def test_the_end_is_told(letter: DocumentType, result: CaseResult, said: str, read: Read) -> None:
    assert said in read(DocumentType.CLOSING_LETTER, dossier_of(letter), result=result.value)


@pytest.mark.parametrize(
    ("letter", "asked"), [(DATA, "that the preservation be ended"), (TOLD, "no further use be made of the information")]
)
def test_a_withdrawal_asks_for_what_fits(letter: DocumentType, asked: str, read: Read) -> None:
    words = read(DocumentType.WITHDRAWAL_NOTICE, dossier_of(letter))
    assert asked in words
    assert "evidence" not in words


@pytest.mark.parametrize("of", [dossier_of(DATA), dossier_of(TOLD)], ids=["data", "information"])
def test_how_it_stands_is_asked_without_a_person(of: Dossier, read: Read) -> None:
    words = read(DocumentType.STATUS_QUERY, of, act="c02")
    assert "Is the account still in use?" in words
    assert "what has been done and what is still to be done" in words
    assert "detained" not in words


def test_a_period_that_ran_out_names_no_person(read: Read) -> None:
    name = f"{REFERENCE}.answer-1/coe-ets-185.preserved-1"
    row = ClockRow(
        clock=name,
        reference=REFERENCE,
        task=f"{REFERENCE}.answer-1",
        id="preserved",
        rule="BUD-12",
        what="preservation of the data",
        anchor="preservation",
        anchored_on=OPENED.date(),
        estimated=False,
        due=OPENED,
        effect="minimum",
        then="the data need no longer be kept",
        source="Budapest Convention art. 29(7)",
        url="",
        started_at=OPENED,
        state="ran-out",
    )
    of = dossier_of(DATA).model_copy(update={"clocks": (row,)})
    facts = {"clock": name, "rule": row.rule, "source": row.source, "effect": row.effect, "then": row.then}
    words = read(
        DocumentType.CLOCK_NOTICE, of, **facts, **{"from": row.anchor, "due": row.due.isoformat(), "task": row.task}
    )
    assert "The data were preserved" in words
    assert "Person sought" not in words


def test_the_transmittal_of_information_transmits_no_request(read: Read) -> None:
    letter = dossier().documents[0].model_copy(update={"type": TOLD})
    of = dossier_of(TOLD).model_copy(update={"documents": (letter,)})
    words = read(DocumentType.TRANSMITTAL_LETTER, of, letter=digest("signed letter"))
    assert (
        "has the honour to transmit the following: Information without Prior Request. It is made under Article 18"
        in words
    )


@pytest.mark.parametrize("letter", [DATA, TOLD])
@pytest.mark.parametrize("document", [DocumentType.REVIEW_MEMO, DocumentType.CHECKLIST_REPORT])
def test_its_reviewers_have_their_papers(letter: DocumentType, document: DocumentType, read: Read) -> None:
    assert read(document, dossier_of(letter))
