"""The names things go by. Codes only: workflow ids and search attributes are never encrypted."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Record(BaseModel):
    """A value that does not change; unknown fields are ignored, so that an open case survives a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore")


StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, or a user-assigned code (XA to XZ) for an invented state."""
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{4}-\d{4}$")]
"""The requesting state's number of the case, such as XV-2026-0001; also the id of its workflow."""
OfficialId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{4}-\d{4}-E\d{2,4}$")]
"""An evidence item, such as XV-2026-0001-E01."""
MeasureId = Annotated[str, StringConstraints(pattern=r"^m\d{1,3}$")]
PersonId = Annotated[str, StringConstraints(pattern=r"^p\d{1,3}$")]
MeasureType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
DocumentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
"""A type of document, as the catalogue names it: one of DocumentType, or one the catalogue adds."""
TransmissionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Stage(StrEnum):
    """The waits of a case; each is one child workflow type."""

    REVIEW = "review"
    CORRECTION = "correction"
    TRANSMISSION = "transmission"
    EVIDENCE_RETURN = "evidence-return"
    CUSTODY_SIGN_OFF = "custody-sign-off"
    ARREST = "arrest"
    DOSSIER = "dossier"
    EXTRADITION_DECISION = "extradition-decision"
    SURRENDER = "surrender"
    SPECIALITY = "speciality"
    PROSECUTION_ABROAD = "prosecution-abroad"
    ANSWER = "answer"


class Role(StrEnum):
    """What an official may do; granted by registrars on the ledger."""

    PROSECUTOR = "prosecutor"
    REVIEWER = "reviewer"
    SIGNATORY = "signatory"
    CUSTODIAN = "custodian"
    REGISTRAR = "registrar"
    SYSTEM = "system"
    """The service's own key: it records, and can never approve."""
    FOREIGN_AUTHORITY = "foreign-authority"
    """The requested state's central authority."""


def task_id(reference: str, stage: Stage, round_: int) -> str:
    """Returns the id of a task and of the child workflow that waits for it, such as XV-2026-0007.review-1."""
    return f"{reference}.{stage}-{round_}"


def hex_of(digest: str) -> str:
    """Returns the 64 hexadecimal digits of a digest."""
    return digest.removeprefix("sha256:")
