"""The register, projected from the ledger: what lists show. Rebuildable at any time; never the record itself."""

from datetime import date, datetime
from enum import StrEnum

from schemas.identifiers import Digest, DocumentName, ItemId, OfficialId, Record, Reference, Role, Stage, StateCode


class CaseRow(Record):
    """One case."""

    reference: Reference
    kind: str
    requested_state: StateCode
    drafter: OfficialId
    status: str
    """drafting stages by name, then the result."""
    version: int
    request: Digest
    foreign_reference: str | None = None
    channel: str | None = None
    supplements: Reference | None = None
    """The request it adds to."""
    opened_at: datetime
    changed_at: datetime
    archive: Digest | None = None


class TaskRow(Record):
    """One open or closed task."""

    id: str
    reference: Reference
    stage: Stage
    title: str
    roles: tuple[Role, ...]
    """Who may act on it now."""
    due: datetime
    source: str
    opened_at: datetime
    state: str
    """open | lapsed | closed"""
    letter: Digest | None = None
    approvals: int = 0
    approvals_needed: int = 0
    outcome: str | None = None


class DocumentRow(Record):
    """One document of a case, in order of making."""

    number: int
    reference: Reference
    type: DocumentName
    language: str
    version: int
    digest: Digest
    pages: int
    size: int
    signatures: tuple[str, ...]
    """Who signed it, by official id."""
    made_at: datetime
    task: str | None = None
    signed_digest: Digest | None = None
    """Of a letter: the same with the signatory's signature, from the decision that signed it."""


class ItemRow(Record):
    """One evidence item and who holds it."""

    item: ItemId
    reference: Reference
    digest: Digest
    size: int
    declared: Digest | None
    measure: str | None
    manifest: Digest
    holder: OfficialId
    offered_to: OfficialId | None
    state: str
    """held | offered | excluded | signed-off"""
    discrepancy: str | None
    """open | kept | excluded"""
    received_at: datetime


class ExhibitRow(Record):
    """A physical item, or a copy made of an item: where it is, and under which seal."""

    item: ItemId
    reference: Reference
    form: str
    """physical | digital"""
    parent: ItemId | None
    """What it is a part or a copy of."""
    measure: str | None
    manifest: ItemId | None
    """The item that lists the files on it."""
    kind: str | None
    """Of a copy: true-copy | image | excerpt | sample."""
    digest: Digest | None
    size: int | None
    quantity: int
    seal: str | None
    container: str | None
    condition: str
    """sound | damaged | packing-damaged | incomplete"""
    place: str
    holder: OfficialId
    offered_to: OfficialId | None
    state: str
    """announced | held | offered | excluded | returned | destroyed"""
    discrepancy: str | None
    """open | kept | excluded"""
    differences: tuple[str, ...]
    """All that ever did not agree with the record, in order: seal, container, holder, time, condition, quantity."""
    scans: int
    entered_at: datetime
    happened_at: str
    """Of its last event, as given, with its zone."""


class DutyRow(Record):
    """What is still owed for an item."""

    item: ItemId
    reference: Reference
    duty: str
    """return | destroy | retain"""
    due: date
    source: str
    """The provision or letter its limits rest on."""


class MessageRow(Record):
    """A question of the requested state, and whether it was answered."""

    question_id: str
    reference: Reference
    asked_at: datetime
    answered_at: datetime | None


class TransmissionRow(Record):
    """Something sent to the requested state."""

    transmission: str
    reference: Reference
    kind: str
    channel: str
    package: Digest | None
    prepared_at: datetime
    dispatched_at: datetime | None
    place: str | None


class Direction(StrEnum):
    """Which way a piece went."""

    IN = "in"
    OUT = "out"


class Standing(StrEnum):
    """How it stands with a piece."""

    PREPARED = "prepared"
    """Ordered to be sent, and not yet taken by its channel."""
    DRAWN_UP = "drawn-up"
    """A letter that goes by hand; that it went is not on record."""
    SENT = "sent"
    ANNOUNCED = "announced"
    """A thing that a courier carries."""
    RECEIVED = "received"
    TO_ANSWER = "to-answer"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    """The case was closed first."""


class CorrespondenceRow(Record):
    """A piece that came in or went out, of any case."""

    year: int
    number: int
    """Runs from 1 each year, over all cases, in the order of the ledger."""
    at: datetime
    """When its channel took it, or when its coming or going was recorded."""
    direction: Direction
    standing: Standing
    kind: str
    """Of a package its kind, of a letter on paper its type, else the event it was recorded as."""
    reference: Reference
    foreign_reference: str | None
    """Of the case, as it is known now; None of what went to a third state."""
    requested_state: StateCode
    """With which state: of a request for transit, the third one."""
    channel: str | None
    """Of what came in sealed, by wire: "message"."""
    mark: str | None
    """A tracking number."""
    piece: str | None
    """The id of its transmission, message or act, or the number of the thing."""
    digest: Digest | None
    """What came or went, in the vault."""
    sequence: int
    """The line of the case that tells of it."""


class ClockRow(Record):
    """A period of law that runs, or has run, in a case."""

    clock: str
    """Unique, e.g. XV-2026-0001/coe-ets-024.release-must-1."""
    reference: Reference
    task: str
    """Where it runs: a task, or the case itself."""
    id: str
    rule: str
    what: str
    """What the period is for, e.g. "provisional arrest without the request"."""
    anchor: str
    """The event it runs from, a word of the law data."""
    anchored_on: date
    estimated: bool
    """The day of that event is not known for certain."""
    due: datetime
    effect: str
    """may | must | ends | minimum"""
    then: str
    """What may or must happen when it has run."""
    source: str
    url: str
    started_at: datetime
    state: str
    """running | ran-out | met | stopped; running out closes nothing."""
    ran_out_at: datetime | None = None
    met_by: str | None = None
    """The event that met it, e.g. receipt."""
    met_on: date | None = None
    in_time: bool | None = None


class TimelineEvent(Record):
    """One line of the case's history, for people."""

    at: datetime
    sequence: int
    event: str
    by: str
    detail: str
    documents: tuple[Digest, ...] = ()
