"""What is laid out of a draft before there is a case, marked DRAFT: its letter, and whether it would be returned."""

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import JsonValue

from activities.cards import cards_of
from rogatory.documents.dossier import Dossier
from schemas.assessment import LegalAssessment
from schemas.custody import Official
from schemas.documents import DocumentOrder, DocumentType, RenderedPdf, Sheet
from schemas.extradition import ExtraditionDraft
from schemas.filed import AnyDraft, FiledRequest
from schemas.identifiers import Role
from schemas.register import CaseRow

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook

LETTERS = {
    "preservation": DocumentType.PRESERVATION_REQUEST,
    "spontaneous-information": DocumentType.SPONTANEOUS_INFORMATION,
}
"""Kind of request to its letter; every other has a letter of request."""


def letter_of(draft: AnyDraft, lawbook: "Lawbook", *, formal: bool = False) -> RenderedPdf:
    """The letter of a draft without sealed identities; its reference is the year's number 0000.

    Args:
        draft: of any kind.
        lawbook: the law data in use.
        formal: of an extradition with provisional arrest the formal request, not the one for arrest before it.
    """
    from rogatory.adapters.render_guard import GuardedRenderer

    with GuardedRenderer(processes=1) as renderer:  # loads its libraries while the sheet is made
        return renderer.render(letter_sheet_of(draft, lawbook, formal=formal))


def letter_sheet_of(draft: AnyDraft, lawbook: "Lawbook", *, formal: bool = False) -> Sheet:
    """The sheet of that letter, from which the PDF is laid out and the Word document made."""
    order, dossier = unfiled(draft, lawbook, datetime.now(UTC))
    if isinstance(draft, ExtraditionDraft):
        first = draft.provisional_arrest.requested and not formal
        kind = DocumentType.PROVISIONAL_ARREST_REQUEST if first else DocumentType.EXTRADITION_REQUEST
        order = order.model_copy(update={"document": kind})
    return _sheet(order, dossier)


def deficiency_letter_of(draft: AnyDraft, lawbook: "Lawbook") -> tuple[RenderedPdf, LegalAssessment]:
    """What the requested state could write of a draft without sealed identities, and the assessment it rests on."""
    order, dossier = unfiled(draft, lawbook, datetime.now(UTC))
    assessment = dossier.assessment
    if assessment is None:
        raise AssertionError
    facts: dict[str, JsonValue] = {"law_digest": assessment.law_digest, "blocking": assessment.blocking}
    order = order.model_copy(update={"document": DocumentType.DEFICIENCY_LETTER, "language": "en", "facts": facts})
    return _drafted(order, dossier), assessment


def _drafted(order: DocumentOrder, dossier: Dossier) -> RenderedPdf:
    from rogatory.adapters.render_guard import GuardedRenderer

    with GuardedRenderer(processes=1) as renderer:
        return renderer.render(_sheet(order, dossier))


def _sheet(order: DocumentOrder, dossier: Dossier) -> Sheet:
    from rogatory.adapters.catalogue_data import load_catalogue
    from rogatory.documents.views import sheet

    return sheet(order, dossier, load_catalogue(), draft=True)


def unfiled(draft: AnyDraft, lawbook: "Lawbook", at: datetime) -> tuple[DocumentOrder, Dossier]:
    """An order for the letter, and a dossier in which nothing has happened yet but that the law was asked."""
    from rogatory.law.requirements import Requirements

    filed = FiledRequest(draft=draft)
    digest = f"sha256:{hashlib.sha256(filed.model_dump_json().encode()).hexdigest()}"
    reference = f"{draft.from_state}-{at.year}-0000"
    cards = cards_of(lawbook)
    case = CaseRow(
        reference=reference,
        kind=draft.kind,
        requested_state=draft.to_state,
        drafter="drafter",
        status="draft",
        version=1,
        request=digest,
        opened_at=at,
        changed_at=at,
    )
    order = DocumentOrder(
        reference=reference,
        document=LETTERS.get(draft.kind, DocumentType.LETTER_OF_REQUEST),
        language=draft.language,
        order_id=f"{reference}/draft",
        request=digest,
        version=1,
        at=at,
    )
    dossier = Dossier(
        reference=reference,
        case=case,
        request=filed,
        assessment=Requirements(lawbook).assess(draft.model_dump(mode="json", by_alias=True, exclude_none=True), at),
        requesting=cards.states[draft.from_state],
        requested=cards.states[draft.to_state],
        instruments=tuple(cards.instruments[basis.instrument] for basis in draft.legal_basis),
        measures={each.type: cards.measures[each.type] for each in draft.measures},
        words=cards.words,
        states=dict(cards.states),
        officials={each.official: each for each in _nobody_yet(draft)},
        acts=(),
        events=(),
        tasks=(),
        documents=(),
        items=(),
        manifests={},
        messages=(),
        transmissions=(),
        ledger_size=0,
        ledger_head="",
        demo=lawbook.states[draft.from_state].invented,
    )
    return order, dossier


def _nobody_yet(draft: AnyDraft) -> list[Official]:
    """Who a case would have: the drafter as the draft names the contact, and a signatory who is not known yet."""
    contact = draft.requesting_authority.contact
    drafter = (contact.name, contact.post) if contact else (draft.requesting_authority.name, "")
    people = {"drafter": (*drafter, Role.PROSECUTOR), "signatory": ("not signed", "draft", Role.SIGNATORY)}
    return [
        Official(
            official=id_,
            person=id_,
            name=name,
            post=post,
            roles=(role,),
            keyid="",
            public_key="",
            certificate="",
            state=draft.from_state,
        )
        for id_, (name, post, role) in people.items()
    ]
