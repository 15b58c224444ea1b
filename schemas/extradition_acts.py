"""The acts of an extradition, each signed: what the requested state tells, what we ask and promise, what follows.

What the requested state does (an arrest, a decision, a surrender) is told by its sealed message, which the service
records, or by a letter, which an official of the central authority records. Places, reasons and words about persons
are withheld; dates, numbers, grounds and kinds stand in clear, since procedure and law look at them.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from schemas.commands import Code, Command
from schemas.extradition import AssuranceWord, DossierWord
from schemas.identifiers import CommandId, Digest, LanguageTag, Record, StateCode, Text

GroundWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,39}$")]
"""A ground of refusal by its word in the law data, e.g. nationality."""
OffenceNumber = Annotated[int, Field(ge=1, le=200)]
"""The place of an offence in the request, from 1."""
Days = Annotated[int, Field(ge=0, le=20_000)]

# before the formal request


class ReportArrest(Command):
    """The person sought was arrested; the periods of law run from here."""

    ACT = "report-arrest"
    WITHHELD = frozenset({"place"})

    arrested_on: date
    arrested_at: AwareDatetime | None = None
    """The moment, where it is known: a period in hours runs from it."""
    told_on: date
    """When we were told."""
    place: Text | None = None
    foreign_reference: Code | None = None
    estimated: bool = False
    """The day is not known for certain; every period counted from it is marked so."""
    proof: Digest | None = None


class ReportNotFound(Command):
    """The requested state has not found the person."""

    ACT = "report-not-found"
    WITHHELD = frozenset({"reason"})

    reason: Text
    proof: Digest | None = None


class SupplyItem(Command):
    """A paper of the dossier is ready."""

    ACT = "supply"
    WITHHELD = frozenset({"title"})

    item: DossierWord
    title: Text
    enclosure: Digest | None = None
    """The paper as PDF, in the vault; left out when it goes on paper only."""
    pages: Annotated[int, Field(ge=1, le=10_000)]
    language: LanguageTag = "en"


class FileFormal(Command):
    """The drafter closes the dossier: the formal request is drawn up from it."""

    ACT = "file-formal"

    request: Digest | None = None
    """The vault's digest of a new version of the filed request; left out when its words stay as they are."""
    missing: Annotated[tuple[DossierWord, ...], Field(max_length=100)] = ()
    """What is still missing and is to follow: named by whoever files without it."""


class AskStatus(Command):
    """We ask the requested state how the matter stands."""

    ACT = "ask-status"
    WITHHELD = frozenset({"note"})

    note: Text | None = None


# the decision


class ReportConsent(Command):
    """The person consented to surrender."""

    ACT = "report-consent"
    WITHHELD = frozenset({"before"})

    before: Text
    """The court or authority."""
    before_judge: bool
    counsel: bool
    interpreter: bool
    """Present, or not needed."""
    recorded: bool = True
    renounces_speciality: bool
    given_on: date
    proof: Digest | None = None


class RefusedOffence(Record):
    """An offence for which extradition is refused; the reasons stand in the act."""

    offence: OffenceNumber
    ground: GroundWord


class ReportDecision(Command):
    """The requested state decided, offence by offence; with demands, it decides again once they are answered."""

    ACT = "report-decision"
    WITHHELD = frozenset({"reasons", "conditions"})

    granted: Annotated[tuple[OffenceNumber, ...], Field(max_length=200)] = ()
    refused: Annotated[tuple[RefusedOffence, ...], Field(max_length=200)] = ()
    reasons: Text | None = None
    """For every refusal."""
    demanded: Annotated[tuple[AssuranceWord, ...], Field(max_length=20)] = ()
    """Assurances without which it will not grant; the decision is not final while there are any."""
    conditions: Text | None = None
    surrender: Literal["immediate", "postponed", "temporary"] = "immediate"
    decided_on: date
    notified_on: date | None = None
    """When we were notified of it."""
    final_on: date | None = None
    """When it became final."""
    committed_on: date | None = None
    """When the person was committed to await surrender."""
    days_detained: Days | None = None
    """So far; to be deducted from the sentence."""
    proof: Digest | None = None


class GiveAssurance(Command):
    """The central authority gives an assurance."""

    ACT = "give-assurance"
    WITHHELD = frozenset({"text"})

    kind: AssuranceWord
    text: Text


class RequestProsecution(Command):
    """We ask that a person who is not extradited for nationality be prosecuted there."""

    ACT = "request-prosecution"
    WITHHELD = frozenset({"note"})

    note: Text | None = None


# surrender


class AppointSurrender(Command):
    """The requested state appoints day and place of surrender, or says that the person is at our disposal."""

    ACT = "appoint"
    WITHHELD = frozenset({"place"})

    on: date
    at_disposal_on: date | None = None
    """From when the person is at our disposal, where the instrument counts from that notice."""
    place: Text
    proof: Digest | None = None


class ReportNotCollected(Command):
    """The person was not taken over on the day."""

    ACT = "report-not-collected"
    WITHHELD = frozenset({"reason"})

    reason: Text
    beyond_control: bool = False
    """By circumstances beyond the control of the state that was prevented."""


class AgreeNewDate(Command):
    """Both states agree on a new day."""

    ACT = "agree-date"
    WITHHELD = frozenset({"place"})

    on: date
    place: Text | None = None


class ReportPostponed(Command):
    """Surrender is postponed, or made for a time only."""

    ACT = "report-postponed"
    WITHHELD = frozenset({"reason"})

    kind: Literal["postponed", "temporary"]
    until: date | None = None
    """Of a postponement, where it is known."""
    return_by: date | None = None
    """Of a temporary surrender: the day by which the person goes back."""
    reason: Text
    proof: Digest | None = None


class ReportSurrender(Command):
    """The person was handed over to our officers."""

    ACT = "report-surrender"
    WITHHELD = frozenset({"place", "medical"})

    surrendered_at: AwareDatetime
    place: Text
    days_detained: Days
    """In the requested state for the extradition; to be deducted from the sentence."""
    medical: Text | None = None
    """State of health at the handover, medicines, papers."""
    temporary: bool = False
    property_announced: bool = False
    """Property is handed over with the person, or will follow."""
    proof: Digest | None = None


class ReportReturn(Command):
    """A person surrendered for a time was returned."""

    ACT = "report-return"

    returned_on: date


class RequestTransit(Command):
    """We ask a third state to let the person pass."""

    ACT = "request-transit"
    WITHHELD = frozenset({"route"})

    through: StateCode
    route: Text


# after the surrender


class ProposeCharge(Command):
    """The prosecutor wants to proceed for an offence; the rule of speciality is asked first."""

    ACT = "propose-charge"
    WITHHELD = frozenset({"title", "provision"})

    title: Text
    provision: Text
    offence: OffenceNumber | None = None
    """Its number in the request, when it is one of those asked for."""
    waiver: CommandId | None = None
    """The request for consent that covers it."""


class RequestWaiver(Command):
    """We ask for consent to proceed for another offence."""

    ACT = "request-waiver"
    WITHHELD = frozenset({"title", "provision", "facts"})

    title: Text
    provision: Text
    facts: Text
    statement_recorded: bool
    """The person's statement on it stands in a legal record."""
    statement_record: Digest | None = None
    """That record, in the vault."""


class ReportWaiver(Command):
    """The requested state answers a request for consent."""

    ACT = "report-waiver"
    WITHHELD = frozenset({"reasons"})

    waiver: CommandId
    granted: bool
    reasons: Text | None = None
    proof: Digest | None = None


class RequestReextradition(Command):
    """We ask for consent to send the person on to a third state."""

    ACT = "request-reextradition"
    WITHHELD = frozenset({"about"})

    to: StateCode
    about: Text


class ReportReextradition(Command):
    """The requested state answers a request for consent to re-extradition."""

    ACT = "report-reextradition"
    WITHHELD = frozenset({"reasons"})

    onward: CommandId
    """The command id of the request."""
    granted: bool
    reasons: Text | None = None
    proof: Digest | None = None


class ReportDischarge(Command):
    """The person was finally discharged and is free to leave our state."""

    ACT = "report-discharge"

    free_to_leave_on: date


class ReportDeparture(Command):
    """The discharged person left our state; coming back ends speciality."""

    ACT = "report-departure"

    left_on: date
    returned_on: date | None = None


class ReportOutcome(Command):
    """How the proceedings ended, here or, for a person who was not extradited, in the requested state."""

    ACT = "report-outcome"
    WITHHELD = frozenset({"note"})

    kind: Literal["convicted", "acquitted", "discontinued", "sentence-served"]
    decided_on: date
    final: bool
    sentence_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    life: bool = False
    death: bool = False
    obligations_done: bool
    """Nothing is owed to the requested state any more: no assurance to watch, nothing to return."""
    note: Text | None = None


EXTRADITION: tuple[type[Command], ...] = (
    ReportArrest,
    ReportNotFound,
    SupplyItem,
    FileFormal,
    AskStatus,
    ReportConsent,
    ReportDecision,
    GiveAssurance,
    RequestProsecution,
    AppointSurrender,
    ReportNotCollected,
    AgreeNewDate,
    ReportPostponed,
    ReportSurrender,
    ReportReturn,
    RequestTransit,
    ProposeCharge,
    RequestWaiver,
    ReportWaiver,
    RequestReextradition,
    ReportReextradition,
    ReportDischarge,
    ReportDeparture,
    ReportOutcome,
)
"""Every act of an extradition, in the order of the procedure."""
TOLD: tuple[type[Command], ...] = (
    ReportArrest,
    ReportNotFound,
    ReportConsent,
    ReportDecision,
    AppointSurrender,
    ReportNotCollected,
    ReportPostponed,
    ReportSurrender,
    ReportWaiver,
    ReportReextradition,
    ReportOutcome,
)
"""Those the requested state's own message may tell."""
