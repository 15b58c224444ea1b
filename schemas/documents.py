"""Formal documents: what is ordered, and what came of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from schemas.identifiers import Digest, LanguageTag, Record, Reference


class DocumentType(StrEnum):
    """The documents of a request for assistance; rogatory/documents/catalogue.yaml describes each."""

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
