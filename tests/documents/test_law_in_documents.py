"""The law a document speaks of comes from the assessment: its instrument, its articles, its limits; or nothing."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.dossier import Dossier, InstrumentCard, StateFact
from rogatory.documents.law_view import bound_since, law_of, rows_of, unknown_of
from schemas.assessment import (
    AssuranceDue,
    Citation,
    DossierItem,
    LegalAssessment,
    RuleOutcome,
    RuleResult,
    Severity,
    Standing,
    UseLimit,
)
from schemas.documents import DocumentType
from schemas.request import Assertion, LegalBasis, OralRequest
from tests.documents.conftest import Reader
from tests.documents.dossiers import assess, case_of, dossier, draft, sheet_of
from tests.documents.law_cases import MLA_1959, UNTOC, assessed, cited, mla_1959, unbinding, under_untoc, untoc
from tests.documents.test_pdf_content import slips

TEMPLATES = Path(__file__).parents[2] / "templates"
LETTER = DocumentType.LETTER_OF_REQUEST
MEMO = DocumentType.REVIEW_MEMO
Read = Callable[..., str]


def case(law: LegalAssessment, **fields: object) -> Dossier:
    """The example under this law, with other words in its draft, and without their translation."""
    of = dossier()
    changed = draft().model_copy(update={"translation": None, **fields})
    filed = of.request.model_copy(update={"draft": changed})
    return of.model_copy(update={"assessment": law, "request": filed})


@pytest.fixture
def read(renderer: WeasyPrintRenderer, reader: Reader) -> Read:
    """The words on the pages of a document of a case; no template lets an empty place through."""

    def words(of: Dossier, document: DocumentType = LETTER) -> str:
        pdf = renderer.render(sheet_of(document, of)).pdf
        assert slips(reader.text(pdf)) == []
        return " ".join(reader.text(pdf, "-raw").split())

    return words


def test_no_template_names_an_instrument_or_an_article() -> None:
    law = re.compile(
        r"\d\(\d|\bUNTOC\b|(?<!\w)Convention\b|Protocol (to|on|against)\b|\b[Aa]rt(icles?|\.)\s*(&nbsp;)?\d"
    )
    found = {
        path.relative_to(TEMPLATES).as_posix(): match.group()
        for path in TEMPLATES.rglob("*.j2")
        if (match := law.search(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)))
    }
    assert found == {}


def test_a_request_under_untoc_reads_as_its_article_18_asks(read: Read) -> None:
    words = read(case(under_untoc()))
    for part in (
        "has the honour to request mutual legal assistance in criminal matters. The request rests on the following.",
        "It is made under Article 18 of the United Nations Convention against Transnational Organized Crime.",
        "In force: for Xaveria since 16 June 2004 (invented for this example); for Xenland since 29 September 2003 (",
        "Transmitted under Article 18(13) of the Convention, central authority to central authority.",
        "Transnational character (Article 3(2) of the Convention).",
        "Dual criminality (Article 18(9)).",
        "Purpose (Article 18(15)(f)).",
        "be observed (Articles 18(15)(d) and 18(17)):",
        "Reasons (Article 18(24)).",
        (
            "consents beforehand (Article 18(19)). Information that exculpates an accused person may be disclosed to "
            "that person after notice to you."
        ),
        "Bank secrecy is no ground for declining assistance (Article 18(8));",
        "legitimate owners (Article 14(2)).",
        "asks to be consulted beforehand (Article 18(28)).",
        "by video link from V1 (Article 18(18)), on",
        "Protection of the witness (Article 24(2) of the Convention).",
        "be confiscated (Article 13(2)), up to",
    ):
        assert part in words


@pytest.mark.parametrize("document", [each for each in DocumentType if not each.endswith("_schedule")])
def test_where_no_rule_gives_an_article_none_is_printed(
    document: DocumentType, renderer: WeasyPrintRenderer, reader: Reader
) -> None:
    silent = untoc().model_copy(update={"article": ""})
    law = assessed(silent, checklist=(), findings=())
    page = sheet_of(document, case_of(document).model_copy(update={"assessment": law}))
    text = reader.text(renderer.render(page).pdf)
    said = str(page.context["request"])
    assert slips(text) == []
    assert [each for each in re.findall(r"\bArticles? \d[\w()]*", text) if each not in said] == []


def test_another_treaty_brings_its_own_articles_and_its_own_silence(read: Read) -> None:
    citations = (*cited(mla_1959(), MLA_1959), *cited(untoc(governing=False), {"bank_secrecy": "18(8)"}))
    words = read(case(assessed(mla_1959(), untoc(governing=False), citations=citations)))
    for part in (
        "under Article 3 of the European Convention on Mutual Assistance in Criminal Matters (“the Convention”).",
        "It is also made under Article 18 of the United Nations Convention against Transnational Organized Crime.",
        (
            "In force: for Xaveria since 1 January 1990 (list of parties, as known on 1 March 2025); "
            "for Xenland since a day the source does not give (list of parties, as known on 1 March 2025)."
        ),
        "Transmitted under Article 15(1) of the Convention, central authority to central authority.",
        (
            "Bank secrecy is no ground for declining assistance (Article 18(8) of the United Nations Convention "
            "against Transnational Organized Crime);"
        ),
        "be observed (Article 3(1)):",
    ):
        assert part in words
    assert "exculpates" not in words
    assert "legitimate owners" not in words


def test_what_the_data_do_not_show_is_printed_as_asserted(read: Read) -> None:
    official = Assertion(
        official="Oda Ferreng, Senior Legal Officer",
        on=date(2026, 11, 18),
        source="the depositary's page, read that day",
    )
    basis = LegalBasis(instrument="coe-ets-030", asserted=official)
    law = assessed(mla_1959(Standing.ASSERTED), citations=cited(mla_1959(), MLA_1959))
    asserted = (
        "That it binds both States is asserted by Oda Ferreng, Senior Legal Officer on 18 November 2026, "
        "resting on the following: the depositary's page, read that day."
    )
    of = case(law, legal_basis=(basis,))
    assert asserted in read(of)
    assert asserted in read(of, MEMO)
    assert "In force: for Xaveria" not in read(of)


@pytest.mark.parametrize("promised", [True, False])
def test_what_binds_nobody_says_so_and_names_the_undertaking(read: Read, promised: bool) -> None:
    undertakings = draft().undertakings.model_copy(update={"reciprocity": promised})
    scheme = unbinding("scheme", "Scheme of Xanadu on Mutual Assistance", "the Scheme", "paragraph 12")
    words = read(case(assessed(scheme), undertakings=undertakings))
    assert "under Paragraph 12 of the Scheme of Xanadu on Mutual Assistance. The instrument (the Scheme) binds" in words
    assert ("The Republic of Xaveria undertakes to give like assistance" in words) is promised
    words = read(case(assessed(unbinding("reciprocity", "Reciprocity", "reciprocity")), undertakings=undertakings))
    assert "It is made on the basis of reciprocity." in words
    assert ("on the basis of reciprocity. The Republic of Xaveria undertakes" in words) is promised


def test_what_an_instrument_asks_for_besides_is_a_table(read: Read) -> None:
    card = InstrumentCard(
        id="un-untoc",
        title="T",
        short="UNTOC",
        called="the Convention",
        kind="convention",
        citation="",
        carries={},
        url="",
        labels={"desk": "Desk in charge", "window": "Window", "window/from": "First day"},
    )
    given = {"desk": "Desk 4", "window": {"from": "2026-12-01", "open": True}, "left": None}
    of = case(under_untoc(), legal_basis=(LegalBasis(instrument="un-untoc", particulars=given),))
    words = read(of.model_copy(update={"instruments": (card,)}))
    assert "Particulars the instruments ask for" in words
    assert "Desk in charge Desk 4 Window: First day 1 December 2026 Window: Open Yes" in words
    assert rows_of({"a": ["x", "y"]}, {}) == [["A", "x; y"]]


def test_a_supplement_and_an_oral_request_are_named(read: Read) -> None:
    oral = OralRequest(made_on=date(2026, 11, 17), to="the duty officer of the Office")
    words = read(case(under_untoc(), supplements="XV-2026-0007", oral_request=oral))
    assert "Supplementary Letter of Request" in words
    assert "It supplements the request XV-2026-0007;" in words
    assert "made orally on 17 November 2026 (to: the duty officer of the Office) (Article 18(14))." in words


@pytest.mark.parametrize(
    ("limit", "exculpatory", "promised", "says", "silent"),
    [
        ("automatic", "after-notice", False, "What is furnished is transmitted and used for", "undertakes that what"),
        ("if-attached", "with-consent", True, "A limit on use that the requested State attaches", "beforehand (Art"),
        ("if-attached", "with-consent", False, "disclosed to that person with your consent", "Use limited to"),
        ("none", "after-notice", True, "undertakes that what is furnished", "exculpates"),
        ("none", "after-notice", False, "Reciprocity.", "is furnished"),
    ],
)
def test_use_is_limited_as_the_law_says(
    read: Read, limit: str, exculpatory: str, promised: bool, says: str, silent: str
) -> None:
    use = UseLimit.model_validate({"limit": limit, "exculpatory": exculpatory, "rule": "X-17", "source": "X art. 9"})
    undertakings = draft().undertakings.model_copy(update={"use_limitation": promised})
    law = assessed(untoc(), citations=cited(untoc(), {"use_limitation": "9"}), use=use)
    words = read(case(law, undertakings=undertakings))
    assert says in words
    assert silent not in words


def test_a_state_of_which_little_is_known_is_named_without_an_empty_line(
    read: Read,
) -> None:
    of = case(under_untoc())
    blank = of.requested.model_copy(
        update={"ministry": "", "unit": "", "addressee": "", "address": (), "contact": (), "languages": ()}
    )
    of = of.model_copy(update={"requested": blank})
    assert "TO The Central Authority Kingdom of Xenland Our reference" in read(of)
    assert "presents its compliments to the Central Authority of the Kingdom of Xenland" in read(of)
    memo = read(of, MEMO)
    assert "The address of the central authority of the Kingdom of Xenland: the letter names it without one." in memo
    assert "In which languages the Kingdom of Xenland accepts this request" in memo
    own = of.model_copy(update={"requesting": blank.model_copy(update={"code": "XV", "name": "Xaveria"})})
    assert "This authority undertakes that what is furnished" in read(own)
    assert ", as central authority," not in read(own)


def test_what_sources_say_of_a_state_is_for_the_memo_alone(read: Read) -> None:
    said = StateFact(
        field="central_authority",
        value="Office of Somewhere",
        scope="",
        source="https://example.org/",
        age="2019",
        trust="reprint",
    )
    of = case(under_untoc())
    of = of.model_copy(update={"requested": of.requested.model_copy(update={"facts": (said,)})})
    assert "Central authority Office of Somewhere https://example.org/ 2019; reprint" in read(of, MEMO)
    assert "Office of Somewhere" not in read(of)


def test_how_a_source_was_read_is_not_for_a_letter(read: Read) -> None:
    basis = mla_1959()
    states = tuple(
        each.model_copy(update={"source": "https://example.org/parties (table; read in a copy)"})
        for each in basis.states
    )
    law = assessed(basis.model_copy(update={"states": states}), citations=cited(mla_1959(), MLA_1959))
    assert "since 1 January 1990 (https://example.org/parties, as known on 1 March 2025); for" in read(case(law))
    assert "read in a copy" in read(case(law), MEMO)


def test_an_offence_that_no_basis_covers_stands_out(read: Read) -> None:
    minor = draft().offences[0].model_copy(update={"max_penalty_years": 1, "convention_offence": None})
    words = read(case(under_untoc(), offences=(minor,)), MEMO)
    assert "No instrument named covers it, as far as the law data say" in words


def test_the_memo_shows_what_the_law_holds(read: Read) -> None:
    law = under_untoc().model_copy(
        update={
            "assurances": (
                AssuranceDue(kind="costs", title="costs", why="they are high", given=False, rule="X-1", source="X 1"),
            ),
            "dossier": (DossierItem(item="order", title="the order", present=False, rule="X-2", source="X art. 2"),),
        }
    )
    words = read(case(law), MEMO)
    for part in (
        "Since 16 June 2004 invented for this example Since 29 September 2003",
        "UNTOC art. 18(21)(a)",
        "Assistance may not be declined on these grounds: bank secrecy (UNTOC art. 18(8)); fiscal (UNTOC art. 18(22)).",
        "Reasons must be given for a refusal (art. 18(23)).",
        "Before the requested State refuses, it consults; before it postpones, likewise (UNTOC art. 18(26)).",
        "Safe conduct 15 days",
        "UNTOC art. 18(27)",
        "Laundering of the proceeds of crime, article 6 (UNTOC)",
        "Costs They are high No",
        "The order Not yet",
    ):
        assert part in words


def test_what_is_unknown_is_told_to_the_reviewer_and_not_to_the_other_state(read: Read) -> None:
    unknown = mla_1959(Standing.UNKNOWN)
    of = case(assessed(unknown))
    said = unknown_of(of)
    assert any("is in force for Xaveria and Xenland today" in str(each) for each in said)
    assert "Not in the law data" in read(of, MEMO)
    assert bound_since(unknown, {}) == []
    assert "In force: for Xaveria" not in read(of)


def test_an_assessment_from_before_bases_were_recorded_still_names_its_instruments() -> None:
    of = dossier().model_copy(update={"assessment": None})
    law = law_of(of)
    governing = law["governing"]
    assert isinstance(governing, dict)
    assert governing["under"] == ["Article 18"]
    assert law["cite"] == {}


def test_a_citation_of_an_instrument_that_is_no_basis_is_named_in_short() -> None:
    stray = Citation(topic="costs", article="20", instrument="other", short="Other Treaty", rule="O-1")
    cite = law_of(case(assessed(untoc(), citations=(stray, *cited(untoc(), UNTOC)))))["cite"]
    assert isinstance(cite, dict)
    costs = cite["costs"]
    assert isinstance(costs, dict)
    assert costs["called"] == "the Other Treaty"


def test_the_checklist_tells_what_is_only_noted(read: Read) -> None:
    noted = RuleResult(
        rule="UNTOC-17",
        title="Limitation of use",
        source="UNTOC art. 18(19)",
        url="",
        severity=Severity.WARNING,
        outcome=RuleOutcome.NOTED,
        note="what is furnished is used for the stated proceedings",
    )
    law = under_untoc()
    words = read(case(law.model_copy(update={"checklist": (*law.checklist, noted)})), DocumentType.CHECKLIST_REPORT)
    assert "To be borne in mind" in words
    assert "What is furnished is used for the stated proceedings. UNTOC art. 18(19)" in words
    assert "Noted" in words


def test_a_rehearsed_letter_says_what_would_be_returned(read: Read) -> None:
    changed = draft().model_copy(update={"facts": None})
    found = assess(changed)
    law = under_untoc().model_copy(update={"findings": found.findings, "checklist": found.checklist})
    words = read(case(law, facts=None), DocumentType.DEFICIENCY_LETTER)
    for part in (
        "The request would be returned: 1 point has to be supplied",
        "would have the honour to state what follows",
        "The summary of the relevant facts is missing.",
        "UNTOC art. 18(15)(c)",
        "Write facts: who, what, when, where",
        "Grounds on which it could be refused",
        "What would be consulted about first",
        "What is in order",
        "not to be sent",
    ):
        assert part in words


def test_a_rehearsed_letter_of_a_whole_draft_says_so(read: Read) -> None:
    assert "Nothing known would have it returned:" in read(case(under_untoc()), DocumentType.DEFICIENCY_LETTER)
