"""A letter of one kind of assistance alone: its acts, and the wait for what the requested state does with it.

Two kinds: a request that stored data be preserved, which is followed by a request for assistance that asks for them;
and information given without a request, perhaps on conditions. Reasons, places and notes are withheld.
"""

from datetime import date
from enum import StrEnum

from schemas.commands import Code, Command
from schemas.extradition_tasks import ClockedOrder
from schemas.identifiers import Digest, Record, Reference, Text

# acts


class ReportPreserved(Command):
    """The requested state has the data preserved; the periods of law run from here."""

    ACT = "report-preserved"
    WITHHELD = frozenset({"place"})

    preserved_on: date
    foreign_reference: Code | None = None
    place: Text | None = None
    """Who keeps them, or where."""
    proof: Digest | None = None


class ReportNotPreserved(Command):
    """Preservation is refused, would not secure the data, or would endanger the case.

    Where the law leaves it to the requesting state whether to go on (Budapest Convention 29(6)), it decides: a person
    confirms that the matter ends here, or the wait goes on.
    """

    ACT = "report-not-preserved"
    WITHHELD = frozenset({"reason"})

    reason: Text
    proof: Digest | None = None


class AnswerConditions(Command):
    """The state that was given information accepts the conditions attached to it, or does not."""

    ACT = "answer-conditions"
    WITHHELD = frozenset({"note"})

    accepted: bool
    note: Text | None = None
    proof: Digest | None = None


class FollowUp(Command):
    """The request for assistance that asks for the preserved data is out."""

    ACT = "follow-up"

    request: Reference
    """Our reference of it."""
    sent_on: date


SOLE_LETTER: tuple[type[Command], ...] = (ReportPreserved, ReportNotPreserved, AnswerConditions, FollowUp)
"""Every act of such a letter, in the order of the procedure."""
TOLD: tuple[type[Command], ...] = (ReportPreserved, ReportNotPreserved, AnswerConditions)
"""Those the requested state's own message may tell."""

# the wait


class TermsOrder(Record):
    """An order to read from the filed request whether conditions are attached to what it tells."""

    reference: Reference
    request: Digest


class Terms(Record):
    """What the wait for an answer turns on; words stay in the vault."""

    preservation: bool
    """Data are to be preserved; else information is given."""
    conditions: bool
    """The information is given on conditions."""


class AnswerOrder(ClockedOrder):
    """The wait for what the requested state does."""

    terms: Terms


class AnswerResult(StrEnum):
    """How the wait for the answer ends."""

    PRESERVED_AND_FOLLOWED = "preserved-and-followed"
    PRESERVED = "preserved"
    NOT_PRESERVED = "not-preserved"
    INFORMED = "informed"
    CONDITIONS_DECLINED = "conditions-declined"
    UNANSWERED = "unanswered"


class AnswerOutcome(Record):
    """The end of the wait."""

    result: AnswerResult
