"""What is shown, before it is laid out: facts, decisions, reasons; and what is refused when something is missing."""

from datetime import timedelta

import pytest
from pydantic import JsonValue

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.sealed import find_parted, find_sealed, strings_in
from rogatory.documents.views import sheet
from schemas.case import CaseResult
from schemas.commands import Verdict
from schemas.documents import DocumentType
from schemas.identifiers import Role
from tests.documents.conftest import Reader
from tests.documents.dossiers import (
    LAPSED_REVIEW,
    OPENED,
    REVIEW,
    SEALED,
    assess,
    case_of,
    digest,
    dossier,
    draft,
    facts_of,
    order,
    sheet_of,
)
from tests.documents.law_cases import under_untoc
from tests.documents.people import PEOPLE

LETTER = DocumentType.LETTER_OF_REQUEST


def decision(by: str, verdict: Verdict, reason: str = "", task: str = LAPSED_REVIEW, number: int = 90) -> Act:
    role = PEOPLE[by][2]
    return Act(
        sequence=number,
        at=OPENED + timedelta(days=3),
        task=task,
        act="decide",
        by=by,
        role=role,
        command_id=f"d{number}",
        facts={"letter": digest("letter"), "verdict": verdict.value, "task": task, "by": by, "role": role.value},
        words={"reason": reason} if reason else {},
        statement=digest(f"decision {number}"),
        line=digest(f"decision line {number}"),
    )


def with_acts(*more: Act, without: str = "") -> Dossier:
    case = dossier()
    return case.model_copy(update={"acts": (*(a for a in case.acts if a.task != without), *more)})


NEEDS = [(kind, need) for kind in DocumentType for need in load_catalogue().of(kind).needs]


@pytest.mark.parametrize(("document", "need"), NEEDS)
def test_a_missing_fact_is_named(document: DocumentType, need: str) -> None:
    assert need in facts_of(document)
    facts = {name: value for name, value in facts_of(document).items() if name != need}
    with pytest.raises(MissingFactError, match=f"{document} lacks the fact {need}"):
        sheet(order(document).model_copy(update={"facts": facts}), case_of(document), load_catalogue())


@pytest.mark.parametrize("document", [DocumentType.CHECKLIST_REPORT, DocumentType.REVIEW_MEMO])
def test_without_an_assessment_there_is_none(document: DocumentType) -> None:
    with pytest.raises(MissingFactError, match=f"{document} lacks the assessment"):
        sheet_of(document, dossier().model_copy(update={"assessment": None}))


@pytest.mark.parametrize("document", DocumentType)
def test_no_sheet_holds_a_sealed_name(document: DocumentType) -> None:
    page = sheet_of(document)
    assert find_sealed("\n".join([*strings_in(page.context), *strings_in(page.data)]), SEALED) == 0


def test_the_sealed_names_would_be_found() -> None:
    assert find_sealed("a statement of XAMIRA  examplová", SEALED) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a statement of Xami-\nra Exam\nplova", True),
        ("by X a m i", True),
        ("elle est réexaminée", False),
        ("ex amiable", False),
        ("王小 明的陈述", True),
    ],
)
def test_a_name_with_its_letters_apart_is_found(text: str, found: bool) -> None:
    assert find_parted(text, [*SEALED, "王小明"]) is found


def test_the_checklist_counts_every_rule() -> None:
    context = sheet_of(DocumentType.CHECKLIST_REPORT).context
    counts, rows = context["counts"], context["rows"]
    assert isinstance(counts, dict)
    assert isinstance(rows, list)
    parts = [counts[name] for name in ("met", "not_met", "for_a_person", "not_applicable", "noted")]
    assert sum(part for part in parts if isinstance(part, int)) == counts["rules"] == len(rows)


def test_a_blocking_fault_is_shown_with_its_place(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    changed = draft().model_copy(update={"facts": None})
    case = dossier()
    case = case.model_copy(
        update={"request": case.request.model_copy(update={"draft": changed}), "assessment": assess(changed)}
    )
    page = sheet_of(DocumentType.CHECKLIST_REPORT, case)
    errors = page.context["errors"]
    assert isinstance(errors, list)
    assert [each["place"] for each in errors if isinstance(each, dict)] == ["Facts"]
    words = reader.words(renderer.render(page).pdf)
    assert "The request cannot go on as it stands" in words
    assert "UNTOC art. 18(15)(c)" in words


def test_the_memo_shows_each_ground_of_refusal_and_the_victim() -> None:
    context = sheet_of(DocumentType.REVIEW_MEMO, dossier().model_copy(update={"assessment": under_untoc()})).context
    grounds, victims = context["grounds"], context["victims"]
    assert isinstance(grounds, list)
    assert [each["source"] for each in grounds if isinstance(each, dict)] == [
        *(f"UNTOC art. 18(21)({letter})" for letter in "abcd"),
        "UNTOC art. 18(9)",
    ]
    assert all(each["answer"] for each in grounds if isinstance(each, dict))
    assert victims == [
        {
            "name": "V1",
            "role": "victim",
            "protected": True,
            "age": "adult",
            "measures": ["m2 (Statement by video link)"],
        }
    ]
    assert context["sealed_annex"]
    assert context["approvals"] == 2


def test_the_memo_of_a_second_version_shows_what_changed(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    case = dossier()
    changed = draft().model_copy(update={"subject": "Another subject"})
    case = case.model_copy(
        update={"previous": case.request, "request": case.request.model_copy(update={"draft": changed, "version": 2})}
    )
    page = sheet_of(DocumentType.REVIEW_MEMO, case)
    assert page.context["changes"] == [["Subject", draft().subject, "Another subject"]]
    assert "What changed since the previous version" in reader.words(renderer.render(page).pdf)


def test_a_return_note_gives_the_reasons(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    approved = decision("reviewer-1", Verdict.APPROVE, number=90)
    returned = decision("reviewer-2", Verdict.RETURN, "The period begins too early.\n\nSay why.", number=91)
    page = sheet_of(DocumentType.RETURN_NOTE, with_acts(approved, returned))
    assert page.context["cause"] == "reasons"
    words = reader.words(renderer.render(page).pdf)
    for part in ("Oda Ferreng returned it", "The period begins too early.", "Say why.", "Bastian Quill had approved"):
        assert part in words


def test_a_return_note_says_when_nobody_decided() -> None:
    assert sheet_of(DocumentType.RETURN_NOTE).context["cause"] == "lapsed"


def test_a_return_note_without_its_reasons_is_not_made() -> None:
    with pytest.raises(MissingFactError, match="lacks the reasons of reviewer-2"):
        sheet_of(DocumentType.RETURN_NOTE, with_acts(decision("reviewer-2", Verdict.RETURN)))


def test_a_return_note_of_an_approved_review_is_not_made() -> None:
    with pytest.raises(MissingFactError, match="lacks the decision that returned the letter"):
        sheet_of(DocumentType.RETURN_NOTE, task=REVIEW)


def test_the_approval_record_names_four_eyes() -> None:
    context = sheet_of(DocumentType.APPROVAL_RECORD).context
    decisions = context["decisions"]
    assert isinstance(decisions, list)
    assert context["persons"] == 3
    assert [each["role"] for each in decisions if isinstance(each, dict)] == ["reviewer", "reviewer", "signatory"]


@pytest.mark.parametrize(
    ("two", "post"), [("reviewer-2", "reviewer-1"), ("reviewer-1", "prosecutor")], ids=["same person", "the drafter"]
)
def test_one_person_in_two_posts_is_not_four_eyes(two: str, post: str) -> None:
    case = dossier()
    officials = dict(case.officials)
    officials[two] = officials[two].model_copy(update={"person": officials[post].person})
    with pytest.raises(MissingFactError, match="distinct persons"):
        sheet_of(DocumentType.APPROVAL_RECORD, case.model_copy(update={"officials": officials}))


def test_without_a_signature_there_is_no_approval_record() -> None:
    case = dossier()
    acts = tuple(act for act in case.acts if act.role is not Role.SIGNATORY)
    with pytest.raises(MissingFactError, match="signatory's decision"):
        sheet_of(DocumentType.APPROVAL_RECORD, case.model_copy(update={"acts": acts}))


SENT = {CaseResult.COMPLETED, CaseResult.UNANSWERED, CaseResult.UNSIGNED, CaseResult.WITHDRAWN}


@pytest.mark.parametrize("result", [each for each in CaseResult if each is not CaseResult.CANCELLED])
def test_a_case_is_closed_by_letter_or_by_note(
    result: CaseResult, renderer: WeasyPrintRenderer, reader: Reader
) -> None:
    case = dossier()
    update: dict[str, object] = {} if result in SENT else {"transmissions": (), "items": (), "manifests": {}}
    if result is CaseResult.REFUSED:
        update["acts"] = (decision("signatory", Verdict.REFUSE, "The measure is out of proportion."),)
    page = sheet_of(DocumentType.CLOSING_LETTER, case.model_copy(update=update), result=result.value)
    words = reader.words(renderer.render(page).pdf)
    abroad = result in {CaseResult.COMPLETED, CaseResult.UNANSWERED}
    assert ("presents its compliments" in words) is abroad
    assert ("Not to be sent" in words) is not abroad
    assert ("Nothing was sent to the Kingdom of Xenland" in words) is (result not in SENT)
    assert ("out of proportion" in words) is (result is CaseResult.REFUSED)


def test_details_left_out_are_none_for_the_template() -> None:
    measures = sheet_of(LETTER).context["measures"]
    assert isinstance(measures, list)
    details: list[JsonValue] = [each["details"] for each in measures if isinstance(each, dict)]
    assert all(isinstance(each, dict) for each in details)
    video = details[1]
    assert isinstance(video, dict)
    assert "oath" in video


def test_a_measure_without_a_wording_of_its_own_is_set_by_its_labels(
    renderer: WeasyPrintRenderer, reader: Reader
) -> None:
    case = dossier()
    first = draft().measures[0]
    other = first.model_copy(update={"type": "search", "details": {"place": "Harbour Road 88", "at_night": False}})
    card = case.measures["bank_records"].model_copy(
        update={"type": "search", "title": "Search", "labels": {"place": "Place", "at_night": "At night"}}
    )
    changed = draft().model_copy(update={"measures": (other,)})
    case = case.model_copy(
        update={"request": case.request.model_copy(update={"draft": changed}), "measures": {"search": card}}
    )
    words = reader.words(renderer.render(sheet_of(LETTER, case)).pdf)
    assert "Search (measure m1)" in words
    assert "Place Harbour Road 88" in words
    assert "At night No" in words


def test_the_embedded_data_withhold_what_the_page_withholds_of_a_protected_person() -> None:
    of = dossier()
    asked = of.request.draft
    marked = tuple(
        person.model_copy(update={"born": "7 May 1999", "identifiers": "passport XN 4711"})
        if person.protected
        else person
        for person in asked.persons
    )
    assert any(person.protected for person in marked)
    of = of.model_copy(
        update={"request": of.request.model_copy(update={"draft": asked.model_copy(update={"persons": marked})})}
    )
    data = str(sheet_of(DocumentType.LETTER_OF_REQUEST, of).data)
    assert "7 May 1999" not in data
    assert "4711" not in data
    assert all(person.shown_as in data for person in marked)
