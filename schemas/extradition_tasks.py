"""The waits of an extradition: what opens each, how each ends, and the periods of law that run beside them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from schemas.assessment import Clock
from schemas.documents import DocumentType
from schemas.extradition_acts import OffenceNumber
from schemas.identifiers import CommandId, Digest, Record, Reference, StateCode
from schemas.tasks import AbroadOrder, TaskOrder

# periods of law


class ClockOrder(Record):
    """An event happened: start the periods that run from it."""

    reference: Reference
    task: str
    """Where the periods run: a task, or the case itself."""
    requested_state: StateCode
    clocks: tuple[Clock, ...]
    """Of the assessment in force."""
    anchor: str
    """The event, a word of the law data, e.g. arrest."""
    on: date
    """Its day in the state where it happened."""
    moment: datetime | None = None
    """Its moment, where it is known: for periods in hours."""
    estimated: bool = False
    instead: str = ""
    """The anchor whose periods run anew from the event, where the law has none of the event's own."""
    run: int = 1
    """How many times periods were started in that task: a new date starts them again."""
    at: datetime


class RunningClock(Record):
    """A period of law that runs."""

    key: str
    """Unique in the case, e.g. XV-2026-0001/coe-ets-024.release-must-1."""
    id: str
    rule: str
    anchor: str
    due_at: datetime
    effect: Literal["may", "must", "ends", "minimum"]
    then: str
    source: str
    until: tuple[str, ...]
    """The events that meet it, e.g. receipt."""
    run: int = 1
    estimated: bool = False


class Happening(Record):
    """What a wait tells its case: an event from which periods run, or which they wait for."""

    event: str
    """A word of the law data's anchors, e.g. arrest, receipt, embassy-filing, decision, surrender."""
    on: date
    moment: datetime | None = None
    estimated: bool = False


# what the procedure must know of the request


class BriefOrder(Record):
    """An order to read from the filed request and its assessment what the procedure turns on."""

    reference: Reference
    request: Digest
    assessment: Digest


class Brief(Record):
    """Codes and numbers of a request for extradition; words stay in the vault."""

    provisional: bool
    """Provisional arrest is asked for."""
    offences: int
    required: tuple[str, ...]
    """Papers the law asks for with the formal request, by their words."""
    present: tuple[str, ...]
    """Papers the draft lists as ready."""
    assurances: tuple[str, ...]
    """Assurances given with the request, by their words."""
    annexes: tuple[DocumentType, ...]
    """The documents that go with the formal request of a person of this status."""


class SuppliedItem(Record):
    """A paper of the dossier that was supplied after the request was filed."""

    item: str
    enclosure: Digest | None
    pages: int
    language: str
    command_id: CommandId
    """The act that supplied it: its words say the title."""


# orders and outcomes


class ClockedOrder(AbroadOrder):
    """A wait beside which periods of law run."""

    clocks: tuple[Clock, ...] = ()
    """Of the assessment in force."""


class DossierState(Record):
    """How far the dossier is."""

    required: tuple[str, ...]
    present: tuple[str, ...]
    supplied: tuple[SuppliedItem, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What the law asks for and nobody has supplied, in the law's order."""
        there = {*self.present, *(each.item for each in self.supplied)}
        return tuple(item for item in self.required if item not in there)


class ArrestOrder(AbroadOrder):
    """The wait for the report of an arrest."""

    dossier: DossierState


class ArrestOutcome(Record):
    """The person was arrested, or was not found."""

    arrested: Happening | None
    told_on: date | None = None
    found: bool | None
    """False: the requested state says that it has not found the person; None: it said nothing."""
    dossier: DossierState


class DossierOrder(TaskOrder):
    """The wait until the drafter files the formal request."""

    dossier: DossierState


class DossierOutcome(Record):
    """The dossier as the formal request takes it up."""

    filed: bool
    request: Digest | None
    dossier: DossierState
    to_follow: tuple[str, ...] = ()


class DecisionOrder(AbroadOrder):
    """The wait for the requested state's decision."""

    offences: int
    arrested: bool
    acknowledged: bool


class DecisionResult(StrEnum):
    """How the wait for the decision ends."""

    GRANTED = "granted"
    """For one offence at least."""
    REFUSED = "refused"
    UNANSWERED = "unanswered"


class DecisionOutcome(Record):
    """What was decided."""

    result: DecisionResult
    granted: tuple[OffenceNumber, ...] = ()
    nationality: bool = False
    """Every offence is refused, one at least because the person is a national."""
    renounced: bool = False
    """The person renounced the rule of speciality."""
    assurances: tuple[str, ...] = ()
    """Given while the decision was awaited."""
    happened: tuple[Happening, ...] = ()
    """The decision and what goes with it, from which periods run."""


class SurrenderOrder(ClockedOrder):
    """The wait for the surrender."""

    happened: tuple[Happening, ...] = ()


class SurrenderResult(StrEnum):
    """How the wait for the surrender ends."""

    SURRENDERED = "surrendered"
    NOT_COLLECTED = "not-collected"
    NOT_SURRENDERED = "not-surrendered"


class SurrenderOutcome(Record):
    """Whether the person was handed over."""

    result: SurrenderResult
    surrendered_on: date | None = None
    days_detained: int = 0
    property_announced: bool = False


class SpecialityOrder(ClockedOrder):
    """What is owed to the state that surrendered the person, until nothing is owed any more."""

    granted: tuple[OffenceNumber, ...]
    renounced: bool
    assurances: tuple[str, ...]


class SpecialityOutcome(Record):
    """The end of the obligations, or a person's word that nothing more is heard of them."""

    done: bool


class ProsecutionOrder(AbroadOrder):
    """The wait for a prosecution in the requested state."""


class ProsecutionOutcome(Record):
    """What became of a person who was not extradited."""

    requested: bool
    reported: bool
