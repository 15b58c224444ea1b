"""A case: its input, where it stands, and how it may end."""

from datetime import datetime
from enum import StrEnum

from schemas.commands import Submit
from schemas.documents import RenderedDocument
from schemas.identifiers import Digest, OfficialId, Record, Reference, StateCode


class OpenRequest(Record):
    """The input of a case; the request itself stands in the vault."""

    reference: Reference
    drafter: OfficialId
    requested_state: StateCode
    request: Digest
    """The vault's digest of the FiledRequest, version 1."""
    submit: Submit
    """The prosecutor's signed act."""
    kind: str = "mutual-assistance"
    indexed: bool = False
    """The server knows our search attributes (an unknown one would jam the case)."""
    longest_history: int = 4000
    """Events after which a long wait starts its history anew."""


class CaseResult(StrEnum):
    """How a case ends."""

    COMPLETED = "completed"
    REFUSED = "refused"
    """By our own central authority."""
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    """Returned, and not corrected in time."""
    NOT_TRANSMITTED = "not-transmitted"
    UNANSWERED = "unanswered"
    """Sent, and a person confirmed that no answer came."""
    UNSIGNED = "unsigned"
    """Evidence received; a person confirmed that custody was not signed off."""
    SURRENDERED = "surrendered"
    """The person was surrendered, and nothing more is owed."""
    NOT_FOUND = "not-found"
    """The person sought was not found in the requested state."""
    EXTRADITION_REFUSED = "extradition-refused"
    """By the requested state, for every offence."""
    PROSECUTED_ABROAD = "prosecuted-abroad"
    """Refused for nationality, and prosecuted in the requested state instead."""
    NOT_COLLECTED = "not-collected"
    """The period after which the instrument ends the surrender ran out, and a person confirmed it."""
    NOT_SURRENDERED = "not-surrendered"
    """Granted, and a person confirmed that no surrender took place."""
    PRESERVED_AND_FOLLOWED = "preserved-and-followed"
    """The data were preserved, and a request for assistance asked for them."""
    PRESERVED = "preserved"
    """The data were preserved; a person confirmed that nothing asked for them."""
    NOT_PRESERVED = "not-preserved"
    """The data were not preserved, and a person decided not to go on."""
    INFORMED = "informed"
    """The information was received, and the conditions, if there were any, were accepted."""
    CONDITIONS_DECLINED = "conditions-declined"
    CANCELLED = "cancelled"
    """By an operator's hand in Temporal."""


class CaseStanding(Record):
    """Where a case stands now."""

    reference: Reference
    open_task: str | None
    """The child workflow that waits, if one does."""
    version: int
    documents: tuple[RenderedDocument, ...]
    result: CaseResult | None
    busy_since: datetime | None = None
    """Set while the procedure itself is at work between two waits."""


class CaseOutcome(Record):
    """The end of a case."""

    reference: Reference
    result: CaseResult
    documents: tuple[RenderedDocument, ...]
    archive: Digest | None = None
    """The manifest of the export in the vault."""
