"""The papers of an extradition say what the treaty asks of them, each from the act or the draft it speaks of."""

from collections.abc import Callable
from datetime import date

import pytest
from pydantic import JsonValue

from rogatory.adapters.pages import UnprintableError
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Dossier
from rogatory.documents.wording import months
from schemas.case import CaseResult
from schemas.documents import ANNEXES, DRAFTED, DocumentType
from schemas.extradition import Absence, Conviction, PersonStatus, Purpose
from tests.documents import dossiers
from tests.documents.conftest import Reader
from tests.documents.dossiers import digest, sheet_of
from tests.documents.extradition_case import FACTS, act, dossier
from tests.documents.extradition_law import draft
from tests.documents.test_pdf_content import slips

Read = Callable[..., str]


@pytest.fixture
def read(renderer: WeasyPrintRenderer, reader: Reader) -> Read:
    """The words on the pages of a document of the extradition, in the order they are drawn."""

    def words(document: DocumentType, of: Dossier | None = None, **facts: JsonValue) -> str:
        pdf = renderer.render(sheet_of(document, of or dossier(), draft=False, **facts)).pdf
        assert slips(reader.text(pdf)) == []
        return " ".join(reader.text(pdf, "-raw").split())

    return words


def drafted(**fields: object) -> Dossier:
    of = dossier()
    return of.model_copy(update={"request": of.request.model_copy(update={"draft": draft().model_copy(update=fields)})})


def test_the_request_for_arrest_states_what_article_16_2_asks_for(read: Read) -> None:
    words = read(DocumentType.PROVISIONAL_ARREST_REQUEST)
    for part in (
        "request, in urgency, the provisional arrest (Article 16(2))",
        "under Article 1 of the European Convention on Extradition (“the Convention”)",
        "It is stated that a warrant of arrest or an order of the same effect exists (Article 16(2)):",
        "Made on 16 October 2026",
        "A formal request for extradition, with the documents it must contain (Article 12(2)(a)), will follow.",
        "Committed between 3 March 2024 and 31 January 2026, at Saint Aubel, Xaveria.",
        "has given notice to end the lease",
        "Provisional arrest 18 days the person was arrested The person may be freed ETS 024 art. 16(4)",
        "Provisional arrest 40 days",
        "cash of more than 1,000 euros found with Ms Ostrand, as proceeds of the offence.",
        "consents to surrender (Article 4 of the Third Additional Protocol)",
        "Tomas Arendel",
    ):
        assert part in words
    assert "30 days" not in words  # runs from a later event


def test_what_is_not_stated_is_not_printed(read: Read) -> None:
    silent = draft().provisional_arrest.model_copy(update={"existence_of_warrant": False, "will_follow": False})
    words = read(DocumentType.PROVISIONAL_ARREST_REQUEST, drafted(provisional_arrest=silent))
    assert "It is stated that" not in words
    assert "A formal request for extradition" not in words


def test_the_formal_request_is_cover_and_index(read: Read) -> None:
    words = read(DocumentType.EXTRADITION_REQUEST)
    for part in (
        "request the extradition of Mirela Ostrand, for prosecution for the offences named below",
        "The person was arrested provisionally on 2 December 2026 at our request (Article 16(2))",
        "Each in full, with time, place and facts, in the Statement of the Offences (Article 12(2)(b))",
        "Human trafficking, aggravated Penal Code of Xenland, sections 257 and 258 10 years",
        "no proceedings for other earlier offences without consent (Article 14(1));",
        "so that it can be deducted (Article 18(3))",
        "it is requested that this authority be consulted before.",
        "submitted to the competent authorities (Article 6(2))",
        "handed over, even should the person not be surrendered (Article 20):",
        "Identity Dossier",
        "Description of Mirela Ostrand with photograph and fingerprints (English)",
        "Warrant of arrest IJ 77/2026 of 16 October 2026",
        "These papers will follow (Article 12(2)(a)): a statement of the offences.",
    ):
        assert part in words
    # the paper supplied since stands in place of the draft's
    assert "Criminal Code, sections 78, 78c, 184 and 261, with translation" in words
    assert "(English translation)" not in words
    assert all(digest(name) in {*_annexes()} for name in ("statement of offences", "identity dossier"))


def _annexes() -> list[str]:
    annexes = FACTS[DocumentType.EXTRADITION_REQUEST]["annexes"]
    return [str(each) for each in annexes] if isinstance(annexes, list) else []


@pytest.mark.parametrize("document", [DocumentType.PROVISIONAL_ARREST_REQUEST, *ANNEXES[:3]])
def test_markup_in_a_name_is_only_letters(read: Read, document: DocumentType) -> None:
    name = '<img src="file:///etc/passwd"><b>O</b> & Co'
    person = draft().person_sought.model_copy(update={"name": name})
    words = read(document, drafted(person_sought=person))
    assert "".join(name.split()) in "".join(words.split())


@pytest.mark.parametrize("document", sorted(DRAFTED & {*FACTS}))
def test_what_cannot_be_printed_goes_back_to_the_drafter(document: DocumentType, renderer: WeasyPrintRenderer) -> None:
    person = draft().person_sought.model_copy(update={"name": "Mirela \u202e Ostrand"})
    with pytest.raises(UnprintableError, match=r"U\+202E"):
        renderer.render(sheet_of(document, drafted(person_sought=person)))


def test_what_cannot_be_printed_of_an_answer_halts_no_case(read: Read) -> None:
    of = dossier()
    acts = tuple(
        each.model_copy(update={"words": {"reasons": "\U0001f600 no"}}) if each.act == "report-decision" else each
        for each in of.acts
    )
    assert "[U+1F600] no" in read(DocumentType.DECISION_NOTICE, of.model_copy(update={"acts": acts}))


def test_a_bundle_whose_annex_is_not_on_record_is_not_made() -> None:
    with pytest.raises(MissingFactError, match="lacks the annex sha256:"):
        sheet_of(DocumentType.EXTRADITION_REQUEST, dossier().model_copy(update={"documents": ()}))
    with pytest.raises(MissingFactError, match="lacks the act that supplied description"):
        sheet_of(DocumentType.EXTRADITION_REQUEST, dossier().model_copy(update={"acts": ()}))


def test_a_convicted_person_is_sought_on_the_judgment(read: Read) -> None:
    judgment = Conviction(
        court="Regional Court of Saint Aubel",
        decided_on=date(2026, 3, 9),
        file_number="RC 12/2026",
        sentence_months=66,
        remaining_months=60,
        final=True,
        enforceable=True,
        in_absentia=True,
        summoned="in person on 3 March 2026",
        absence=Absence(statement="to-be-served", retrial_days=30, explanation="She may ask for a new trial."),
    )
    person = draft().person_sought.model_copy(update={"status": PersonStatus.IN_ABSENTIA})
    of = drafted(warrant=None, conviction=judgment, purpose=Purpose.SENTENCE, person_sought=person)
    words = read(DocumentType.EXTRADITION_REQUEST, of)
    for part in (
        "for the execution of the sentence or detention order described below",
        "convicted in their absence",
        "Sentence 5 years and 6 months Still to be served 5 years",
        "Summons. in person on 3 March 2026.",
        "The person is to be served with the decision after surrender.",
        "may be asked for within 30 days of service under the law of the requesting State.",
        "She may ask for a new trial.",
    ):
        assert part in words
    assert "presumed innocent" not in words


def test_terms_in_months() -> None:
    assert [months(value) for value in (66, 12, 1, 0)] == ["5 years and 6 months", "1 year", "1 month", "no time"]


def test_an_assurance_given_since_stands_alone(read: Read) -> None:
    with_request = read(DocumentType.ASSURANCE_LETTER)
    assert "Detention served abroad will be deducted" in with_request
    since = read(DocumentType.ASSURANCE_LETTER, act=act("give-assurance"), kind="speciality")
    assert "No proceedings are brought." in since
    assert "deducted" not in since
    assert "Given by Tomas Arendel, Director, International Cooperation in Criminal Matters" in since


def test_without_an_assurance_there_is_no_letter() -> None:
    with pytest.raises(MissingFactError, match="lacks an assurance"):
        sheet_of(DocumentType.ASSURANCE_LETTER, drafted(assurances=()))


def test_the_dossier_shows_what_is_missing_and_what_runs(read: Read) -> None:
    words = read(DocumentType.DOSSIER_STATUS)
    assert "1 paper is missing." in words
    assert "A statement of the offences ETS 024 art. 12(2)(b) Missing" in words
    assert "The person must be freed ETS 024 art. 16(4)" in words
    done = read(DocumentType.DOSSIER_STATUS, missing=[])
    assert "Every paper is there." in done


def test_a_period_that_ran_out_closes_nothing(read: Read) -> None:
    words = read(DocumentType.CLOCK_NOTICE)
    assert "Provisional arrest: the period ran out on 20 December 2026" in words
    assert "By ETS 024 art. 16(4), this may now happen: the person may be freed." in words
    assert "This notice closes nothing" in words
    assert "day not certain" in read(DocumentType.CLOCK_NOTICE, estimated=True)


def test_a_decision_is_told_offence_by_offence(read: Read) -> None:
    words = read(DocumentType.DECISION_NOTICE)
    assert "Extradition is granted in part." in words
    assert "2 Laundering of the proceeds of crime Refused Committed in the requested State" in words
    assert "The second offence was committed in Norholm." in words
    assert "Detained so far 40 days" in words
    demanded = read(DocumentType.DECISION_NOTICE, granted=[1, 2], refused=[], demanded=["death_penalty"], final=False)
    assert "granted only if an assurance is given: the death penalty will not be sought" in demanded
    refused = [{"offence": 1, "ground": "nationality"}, {"offence": 2, "ground": "nationality"}]
    assert "can be asked to prosecute (art. 6(2))" in read(DocumentType.DECISION_NOTICE, granted=[], refused=refused)


@pytest.mark.parametrize(
    ("notice", "verb", "facts", "says", "abroad"),
    [
        ("not-collected", "report-not-collected", {"beyond_control": True}, "beyond the control of the Republic", True),
        ("not-collected", "report-not-collected", {"beyond_control": False}, "a new day be appointed, where", True),
        ("new-date", "agree-date", {"on": "2027-02-01"}, "New day 1 February 2027 Place Norholm airport", True),
        ("postponed", "report-postponed", {"until": "2027-06-01"}, "postponed until 1 June 2027 (art. 19).", False),
        ("temporary", "report-postponed", {"return_by": "2027-03-01"}, "and goes back by 1 March 2027", False),
    ],
)
def test_each_notice_on_the_surrender(
    read: Read, notice: str, verb: str, facts: dict[str, JsonValue], says: str, abroad: bool
) -> None:
    words = read(DocumentType.SURRENDER_NOTICE, act=act(verb), notice=notice, **facts)
    assert says in words
    assert ("presents its compliments" in words) is abroad
    assert ("Not to be sent" in words) is not abroad


def test_the_handover_tells_person_place_health_and_property(read: Read) -> None:
    words = read(DocumentType.HANDOVER_PROTOCOL)
    for part in (
        "the authorities of the Kingdom of Xenland to officers of the Republic of Xaveria on 1 February 2027",
        "61 days",
        "Healthy; takes no medicines.",
        "to be deducted from the sentence (Article 18(3) of the Convention)",
        "bank cards, vouchers and notebooks",
    ):
        assert part in words


def test_transit_is_asked_of_the_third_state(read: Read) -> None:
    words = read(DocumentType.TRANSIT_REQUEST)
    assert "By road through the north" in words
    assert "Granted on 11 January 2027 Day of surrender 1 February 2027" in words
    third = sheet_of(DocumentType.TRANSIT_REQUEST).context["third"]
    assert isinstance(third, dict)
    assert str(third["the"]) in words
    unknown = read(DocumentType.TRANSIT_REQUEST, through="QM")
    assert "TO The Central Authority QM" in unknown


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (DocumentType.STATUS_QUERY, "Formal request sent on 10 December 2026"),
        (DocumentType.CONSENT_RECORD, "Look at this before relying on it: no interpreter was present."),
        (DocumentType.SPECIALITY_WAIVER_REQUEST, "Bribery Provision Criminal Code, section 299"),
        (DocumentType.SPECIALITY_WAIVER_REQUEST, "request its consent (Article 14(1) of the Convention)"),
        (DocumentType.REEXTRADITION_REQUEST, "request its consent (Article 15 of the Convention)"),
        (DocumentType.PROSECUTION_REQUEST, "for prosecution (Article 6(2) of the Convention)"),
        (DocumentType.LAW_CERTIFICATE, "liable to imprisonment for three to twelve years"),
        (DocumentType.IDENTITY_DOSSIER, "a scar of 3 cm on the left forearm"),
        (DocumentType.STATEMENT_OF_OFFENCES, "Laundering of the proceeds of crime, article 6, UNTOC"),
    ],
)
def test_each_paper_says_its_own(read: Read, document: DocumentType, says: str) -> None:
    assert says in read(document)


@pytest.mark.parametrize("document", sorted({document for document in FACTS if "act" in FACTS[document]}))
def test_a_paper_without_its_act_is_not_made(document: DocumentType) -> None:
    with pytest.raises(MissingFactError, match="lacks the act"):
        sheet_of(document, dossier().model_copy(update={"acts": ()}))


@pytest.mark.parametrize("document", sorted({*FACTS} - {DocumentType.CLOCK_NOTICE, DocumentType.STATUS_QUERY}))
def test_a_request_for_assistance_has_no_papers_of_an_extradition(document: DocumentType) -> None:
    with pytest.raises(MissingFactError):
        sheet_of(document, dossiers.dossier())


def test_the_letter_of_an_extradition_travels_with_its_papers(read: Read) -> None:
    words = read(
        DocumentType.TRANSMITTAL_LETTER,
        letter=digest("signed formal request"),
        annexes=_annexes(),
        enclosed={digest("description"): "description"},
    )
    assert "has the honour to transmit the following: Request for Extradition. It is made under Article 1" in words
    assert "1 Request for Extradition XV-2026-0001, signed" in words
    assert "Statement of offences" in words
    assert "Description of Mirela Ostrand with photograph and fingerprints" in words


def test_a_withdrawn_extradition_ends_search_and_detention(read: Read) -> None:
    words = read(DocumentType.WITHDRAWAL_NOTICE, letter=digest("signed formal request"))
    assert "the extradition of Mirela Ostrand is no longer requested" in words
    assert "search for the person be ended" in words


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (CaseResult.SURRENDERED, "the person having been surrendered"),
        (CaseResult.PROSECUTED_ABROAD, "the outcome of the proceedings there having been made known"),
        (CaseResult.NOT_FOUND, "The person sought was not found"),
        (CaseResult.NOT_COLLECTED, "before the period ran out that ends the surrender"),
    ],
)
def test_an_extradition_is_closed(read: Read, result: CaseResult, says: str) -> None:
    assert says in read(DocumentType.CLOSING_LETTER, result=result.value)


@pytest.mark.parametrize("document", [DocumentType.REVIEW_MEMO, DocumentType.CHECKLIST_REPORT])
def test_the_house_reads_an_extradition_too(read: Read, document: DocumentType) -> None:
    words = read(document)
    if document is DocumentType.REVIEW_MEMO:
        for part in (
            "Mirela Ostrand, for prosecution. Provisional arrest is asked for.",
            "The person is not a national of the requested State, as far as the request says.",
            "A description of the person Not yet ETS 024 art. 12(2)(c)",
            "Always Yes ETS 024 art. 14(1)",
        ):
            assert part in words
