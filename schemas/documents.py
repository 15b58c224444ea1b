"""Formal documents: what is ordered, and what came of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from schemas.identifiers import Digest, LanguageTag, Record, Reference


class DocumentType(StrEnum):
    """The documents of a case; rogatory/documents/catalogue.yaml describes each."""

    CHECKLIST_REPORT = "checklist_report"
    LETTER_OF_REQUEST = "letter_of_request"
    REVIEW_MEMO = "review_memo"
    RETURN_NOTE = "return_note"
    APPROVAL_RECORD = "approval_record"
    TRANSMITTAL_LETTER = "transmittal_letter"
    ACKNOWLEDGEMENT = "acknowledgement"
    INFORMATION_REPLY = "information_reply"
    EVIDENCE_INVENTORY = "evidence_inventory"
    EVIDENCE_RECEIPT = "evidence_receipt"
    DISCREPANCY_REPORT = "discrepancy_report"
    CUSTODY_FORM = "custody_form"
    SIGN_OFF_CERTIFICATE = "sign_off_certificate"
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    CLOSING_LETTER = "closing_letter"
    DEFICIENCY_LETTER = "deficiency_letter"
    PROVISIONAL_ARREST_REQUEST = "provisional_arrest_request"
    EXTRADITION_REQUEST = "extradition_request"
    STATEMENT_OF_OFFENCES = "statement_of_offences"
    LAW_CERTIFICATE = "law_certificate"
    IDENTITY_DOSSIER = "identity_dossier"
    ASSURANCE_LETTER = "assurance_letter"
    DOSSIER_STATUS = "dossier_status"
    CLOCK_NOTICE = "clock_notice"
    CONSENT_RECORD = "consent_record"
    DECISION_NOTICE = "decision_notice"
    HANDOVER_PROTOCOL = "handover_protocol"
    SURRENDER_NOTICE = "surrender_notice"
    TRANSIT_REQUEST = "transit_request"
    SPECIALITY_WAIVER_REQUEST = "speciality_waiver_request"
    REEXTRADITION_REQUEST = "reextradition_request"
    PROSECUTION_REQUEST = "prosecution_request"
    STATUS_QUERY = "status_query"
    PRESERVATION_REQUEST = "preservation_request"
    SPONTANEOUS_INFORMATION = "spontaneous_information"


LETTERS = frozenset(
    {
        DocumentType.LETTER_OF_REQUEST,
        DocumentType.PROVISIONAL_ARREST_REQUEST,
        DocumentType.EXTRADITION_REQUEST,
        DocumentType.PRESERVATION_REQUEST,
        DocumentType.SPONTANEOUS_INFORMATION,
    }
)
"""What is reviewed by two, signed by the signatory, and passes the last gate."""
ANNEXES = (
    DocumentType.STATEMENT_OF_OFFENCES,
    DocumentType.LAW_CERTIFICATE,
    DocumentType.IDENTITY_DOSSIER,
    DocumentType.ASSURANCE_LETTER,
)
"""What goes with a formal request for extradition; the last only where an assurance is given."""
DRAFTED = LETTERS | frozenset(ANNEXES)
"""Documents in the drafter's own words: what cannot be set goes back to the drafter."""


class DocumentOrder(Record):
    """An order for one document; what it shows is read from the request in the vault and from the ledger."""

    reference: Reference
    document: DocumentType
    language: LanguageTag = "en"
    order_id: str
    """Unique in the case: the same order twice is the same document."""
    request: Digest
    """The FiledRequest it speaks of."""
    previous_request: Digest | None = None
    """For a version 2 and later: what it replaces, so that the difference can be shown."""
    version: int
    at: datetime
    """Its date: workflow time, so that a retry renders the same bytes."""
    facts: dict[str, JsonValue] = {}
    """Codes, digests and numbers this document needs beyond request and ledger; no names."""


class RenderedDocument(Record):
    """A document in the vault, by digest; its bytes never pass through Temporal."""

    document: DocumentType
    language: LanguageTag
    digest: Digest
    size: int
    pages: int
    version: int
    signed: bool = False


class Sheet(Record):
    """A document ready to be laid out: the renderer's whole input, so that the same sheet gives the same bytes."""

    document: DocumentType
    language: LanguageTag
    title: str
    context: dict[str, JsonValue]
    """What the template shows. Plain values only."""
    data: dict[str, JsonValue]
    """The case data embedded as case.json (PDF/A-3, AFRelationship Source)."""
    dated: datetime
    draft: bool = False
    """Marked DRAFT; never leaves the house."""


class RenderedPdf(Record):
    """The renderer's answer."""

    pdf: bytes
    pages: int
