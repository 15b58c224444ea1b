"""The letter of a draft, before there is a case: laid out as it will be, and marked DRAFT."""

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from activities.cards import cards_of
from rogatory.documents.dossier import Dossier
from schemas.custody import Official
from schemas.documents import DocumentOrder, DocumentType, RenderedPdf
from schemas.identifiers import Role
from schemas.register import CaseRow
from schemas.request import Draft, FiledRequest

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook


def letter_of(draft: Draft, lawbook: "Lawbook") -> RenderedPdf:
    """The letter of request of a draft without sealed identities; its reference is the year's number 0000."""
    from rogatory.adapters.catalogue_data import load_catalogue
    from rogatory.adapters.pdf import WeasyPrintRenderer
    from rogatory.documents.views import sheet

    order, dossier = unfiled(draft, lawbook, datetime.now(UTC))
    page = sheet(order, dossier, load_catalogue())
    return WeasyPrintRenderer().render(page.model_copy(update={"draft": True}))


def unfiled(draft: Draft, lawbook: "Lawbook", at: datetime) -> tuple[DocumentOrder, Dossier]:
    """An order for the letter, and a dossier in which nothing has happened yet."""
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
        document=DocumentType.LETTER_OF_REQUEST,
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
        requesting=cards.states[draft.from_state],
        requested=cards.states[draft.to_state],
        instruments=tuple(cards.instruments[basis.instrument] for basis in draft.legal_basis),
        measures={each.type: cards.measures[each.type] for each in draft.measures},
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


def _nobody_yet(draft: Draft) -> list[Official]:
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
