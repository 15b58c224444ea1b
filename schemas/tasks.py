"""One wait for a person or for the other state: what opens it, what limits it, how it ends."""

from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from schemas.commands import EvidenceItem
from schemas.identifiers import (
    CommandId,
    Digest,
    ItemId,
    OfficialId,
    Record,
    Reference,
    Role,
    Stage,
    StateCode,
    TransmissionId,
    task_id,
)

REQUESTS = ("request", "provisional-arrest")
"""Kinds of packages by which something is asked for: once one is made, the other state may have it."""


class LedgerEntry(Record):
    """A fact the procedure itself records; the same id is the same fact."""

    entry_id: str
    reference: Reference
    at: datetime
    event: str
    """E.g. task-opened, document-made; rogatory/custody/ledger.py lists them."""
    facts: dict[str, JsonValue] = {}
    """Codes, digests, numbers. No words about persons."""


class TaskOrder(Record):
    """What every child workflow is given."""

    reference: Reference
    stage: Stage
    round: int = 1
    request: Digest
    """The FiledRequest in force."""
    version: int = 1
    requested_state: StateCode
    drafter: OfficialId

    @property
    def task(self) -> str:
        """The task's id, which is the child workflow's id."""
        return task_id(self.reference, self.stage, self.round)


class Deadline(Record):
    """When a wait lapses, when to remind, and on whose authority."""

    due_at: datetime
    reminders: tuple[datetime, ...]
    source: str
    escalate_to: datetime | None = None
    """After `due_at` the wait is escalated once and lapses only then."""
    repeat_days: int = 30
    """After the lapse, how often a person is asked to confirm it."""


class OpenTask(Record):
    """An order to open a task: on the ledger, with its deadline."""

    stage: Stage
    entry: LedgerEntry
    roles: tuple[Role, ...]


class ReviewOrder(TaskOrder):
    """The review of one exact letter."""

    letter: Digest
    approvals: int = 2
    """How many persons must approve before the signatory signs."""


class ReviewResult(StrEnum):
    """How a review ends."""

    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    LAPSED = "lapsed"


class ReviewOutcome(Record):
    """The end of a review."""

    result: ReviewResult
    signed_letter: Digest | None = None


class CorrectionOutcome(Record):
    """The corrected request, or None when the time to correct lapsed."""

    request: Digest | None


class TransmissionOrder(TaskOrder):
    """The dispatch of one signed letter."""

    letter: Digest
    unsigned_letter: Digest
    review_task: str
    """The review whose approvals the last gate re-verifies."""
    approvals: int = 2
    kind: str = "request"
    """request | provisional-arrest"""
    annexes: tuple[Digest, ...] = ()
    """Documents of the case that go with the letter."""
    enclosed: dict[Digest, str] = {}
    """Papers in the vault that go with it, each by its word."""
    awaits_acknowledgement: bool = True
    """False where an arrest or a decision may come first: then the next wait takes the acknowledgement in."""


class TransmissionResult(StrEnum):
    """How a dispatch ends."""

    ACKNOWLEDGED = "acknowledged"
    SENT = "sent"
    """Its acknowledgement is for the next wait to take in."""
    UNACKNOWLEDGED = "unacknowledged"
    NOT_SENT = "not-sent"


class TransmissionOutcome(Record):
    """The end of a dispatch."""

    result: TransmissionResult
    foreign_reference: str | None = None
    transmission: TransmissionId | None = None
    channel: str | None = None


class AbroadOrder(TaskOrder):
    """A wait in which something may go out to the requested state."""

    letter: Digest
    """The signed letter the wait follows from."""
    channel: str


class EvidenceOrder(AbroadOrder):
    """The wait for evidence; carries its state when its history starts anew."""

    foreign_reference: str | None = None
    carried: "EvidenceState | None" = None
    longest_history: int = 4000
    """Events after which the history starts anew; the server suggests it earlier or later."""


class EvidenceState(Record):
    """What an EvidenceReturn knows, handed on when its history starts anew."""

    opened: Deadline
    items: tuple[EvidenceItem, ...]
    holders: dict[ItemId, OfficialId]
    offers: dict[ItemId, OfficialId]
    questions: dict[CommandId, bool]
    """Command id of each question; whether it was answered."""
    deliveries: int
    acknowledged: bool
    obeyed: dict[str, tuple[str, str]]
    """Command id: digest of the command, receipt as JSON. Bounded by the wait's own length."""
    reminded: int
    lapsed: bool


class EvidenceOutcome(Record):
    """The end of the wait for evidence."""

    items: tuple[EvidenceItem, ...]
    holders: dict[ItemId, OfficialId]
    offers: dict[ItemId, OfficialId]
    complete: bool


class SignOffOrder(TaskOrder):
    """Custody of the items received, until it is signed off."""

    items: tuple[EvidenceItem, ...]
    holders: dict[ItemId, OfficialId]
    offers: dict[ItemId, OfficialId] = {}


class SignOffOutcome(Record):
    """The end of custody in this case."""

    signed: bool
    signed_by: tuple[OfficialId, ...]
    kept: tuple[ItemId, ...]


class AssessOrder(Record):
    """An order to assess a filed request under the law of today."""

    reference: Reference
    request: Digest
    version: int
    at: datetime


class ActOrder(Record):
    """A command to be verified against the ledger's directory and appended."""

    reference: Reference
    task: str
    kind: str
    """The command's type, e.g. Decide."""
    command: str
    """The command as JSON."""
    at: datetime
    drafter: OfficialId


class GateOrder(Record):
    """The last gate: what is about to be sent, and on which review it rests."""

    reference: Reference
    review_task: str
    unsigned_letter: Digest
    letter: Digest
    approvals: int
    drafter: OfficialId
    channel: str
    requested_state: StateCode


class PackageOrder(Record):
    """An order to make the one package of a transmission, or of a later message to the requested state."""

    reference: Reference
    transmission: TransmissionId
    """Chosen by the workflow before the first attempt."""
    kind: str
    """request | reply | withdrawal; of an extradition also those of schemas/extradition_tasks.py"""
    requested_state: StateCode
    documents: tuple[Digest, ...]
    """Letter first."""
    enclosed: dict[Digest, str] = {}
    """Papers in the vault that are no documents of the case, each by its word."""
    facts: dict[str, JsonValue] = {}
    at: datetime


class Package(Record):
    """A package in the vault: never rebuilt, so that a repeat sends the same bytes."""

    transmission: TransmissionId
    digest: Digest
    size: int


class DeliveryOrder(Record):
    """An order to hand a package to a channel; idempotent on the transmission id."""

    reference: Reference
    channel: str
    requested_state: StateCode
    package: Package


class DeliveryReceipt(Record):
    """What the channel itself proves."""

    channel: str
    accepted_at: datetime
    place: str
    """Where it lies or how it went: a file name, a tracking number."""


class CustodyCheck(Record):
    """An order to measure again all items in the vault and verify the case's ledger."""

    reference: Reference
    items: tuple[EvidenceItem, ...]


class ArchiveOrder(Record):
    """An order to export a closed case to the vault."""

    reference: Reference
    result: str
    at: datetime
