"""Formal documents: what is ordered, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import JsonValue

from schemas.identifiers import Digest, DocumentName, LanguageTag, Record, Reference


class DocumentType(StrEnum):
    """The documents with a behaviour of their own: made at a step of the procedure, or shown by a view of their own.

    They are names like any other (a member equals its text). The catalogue describes each, and adds types that need no
    code: a template and the facts it is given.
    """

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
    CASE_BUNDLE = "case_bundle"
    EVIDENCE_SCHEDULE = "evidence_schedule"
    CUSTODY_SCHEDULE = "custody_schedule"
    TRANSLATION_CERTIFICATE = "translation_certificate"


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
SCHEDULES = frozenset({DocumentType.EVIDENCE_SCHEDULE, DocumentType.CUSTODY_SCHEDULE})
"""Tables in parts, set by an engine of their own (docs/adr/0016-two-engines.md)."""
DRAFTED = LETTERS | frozenset(ANNEXES)
"""Documents in the drafter's own words: what cannot be set goes back to the drafter."""


class DocumentOrder(Record):
    """An order for one document; what it shows is read from the request in the vault and from the ledger."""

    reference: Reference
    document: DocumentName
    language: LanguageTag | None = None
    """None: the request's language where the document is made in it, else the first the catalogue names."""
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


class StateNames(Record):
    """A state and its central authority as one language names them, in the forms a letter needs."""

    name: str
    the: str
    """As a subject: the Republic of Xaveria."""
    of: str
    """of the Republic of Xaveria."""
    to: str
    """to the Republic of Xaveria."""
    ministry: str
    ministry_the: str
    ministry_of: str
    ministry_to: str
    unit: str = ""
    addressee: str = ""


class PaperOrder(Record):
    """An official's order for a paper of the case, as it is given to the workflow that makes it."""

    reference: Reference
    command: str
    """The signed schemas.commands.OrderDocument, as JSON."""
    request: Digest
    """The FiledRequest in force."""
    version: int


class RenderedDocument(Record):
    """A document in the vault, by digest; its bytes never pass through Temporal."""

    document: DocumentName
    language: LanguageTag
    digest: Digest
    size: int
    pages: int
    version: int
    signed: bool = False
    signature: str | None = None
    """The level of the seal, as in `SignedPdf.note`."""


class Sheet(Record):
    """A document ready to be laid out: the renderer's whole input, so that the same sheet gives the same bytes."""

    document: DocumentName
    language: LanguageTag
    title: str
    context: dict[str, JsonValue]
    """What the template shows. Plain values only."""
    data: dict[str, JsonValue]
    """The case data embedded as case.json (PDF/A-3, AFRelationship Source)."""
    dated: datetime
    draft: bool = False
    """Marked DRAFT; never leaves the house."""
    translation: "Sheet | None" = None
    """The same document in another language, a part of this one; its data are this one's."""
    arrangement: Literal["after", "parallel"] = "after"
    """Where the translation stands: after the whole original, or beside it block by block."""
    letter: "Sheet | None" = None
    """Of a memorandum: the letter whose fixed clauses it sets beside the drafter's own words."""


class RenderedPdf(Record):
    """The renderer's answer."""

    pdf: bytes
    pages: int


class Part(Record):
    """Some rows of a schedule, counted from 1, both ends included."""

    number: int
    first: int
    last: int


class SignedPdf(Record):
    """What a signer of PDFs made, and at what level (ETSI EN 319 142-1)."""

    pdf: bytes
    level: str
    """B-B: its time is the signer's own word. B-LTA: time-stamped, with all that verifying needs, and stamped again."""
    note: str
    """The level for the record: with the day the archive time stamp's certificate ends, or why there is none."""
