"""What people, and the other state, tell a case: one type per act, each signed, each with an id its sender chose.

`ACT` names the act in the signed statement; `WITHHELD` lists the fields that may hold words about persons: the
statement carries only their salted digests, so that a record can be shown, or a word erased, without breaking it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from schemas.identifiers import (
    CommandId,
    Digest,
    DocumentName,
    ItemId,
    LanguageTag,
    MeasureId,
    OfficialId,
    Record,
    Reference,
    Role,
    StateCode,
    Text,
)

Envelope = Annotated[str, StringConstraints(min_length=1, max_length=400_000)]
"""A DSSE envelope over canonical JSON, verbatim."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[\w .:/#()+-]+$")]


class Command(Record):
    """An act; the same id twice is the same act."""

    ACT: ClassVar[str]
    WITHHELD: ClassVar[frozenset[str]] = frozenset()

    command_id: CommandId
    by: OfficialId
    """Who acts: an official of ours, or the registered authority of the other state."""
    role: Role
    """In what role; the ledger's directory says whether rightly."""
    on_behalf_of: OfficialId | None = None
    """Who lent them the role, by a delegation on the ledger's directory; None: it is their own."""
    statement: Envelope = "unsigned"
    disclosures: tuple[str, ...] = ()
    """The withheld words, each base64url of [salt, name, value]; their digests are in the statement."""


class Verdict(StrEnum):
    """What a decision says."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


class Decide(Command):
    """A decision on one exact letter: a reviewer's, or the signatory's, who signs it."""

    ACT = "decide"
    WITHHELD = frozenset({"reason"})

    letter: Digest
    """The unsigned letter that was read."""
    verdict: Verdict
    reason: Text | None = None
    signed_letter: Digest | None = None
    """The same letter with the signatory's signature appended."""
    signature: Code | None = None
    """The level that signature reached, such as "B-LTA until 2036-11-19", or "B-B: " and why it is no more."""


class SubmitCorrection(Command):
    """The drafter answers a returned letter with a new version."""

    ACT = "correct"

    request: Digest
    """The vault's digest of the filed request."""


class Send(Command):
    """The signed letter is dispatched by a channel."""

    ACT = "send"
    WITHHELD = frozenset({"note"})

    letter: Digest
    """The signed letter."""
    channel: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,29}$")]
    dispatched_on: date | None = None
    """For a courier: the day it left."""
    tracking: Code | None = None
    seal: Code | None = None
    proof: Digest | None = None
    """A file that proves the dispatch, in the vault."""
    note: Text | None = None


class Acknowledge(Command):
    """The requested state has the letter, under its own reference."""

    ACT = "acknowledge"

    foreign_reference: Code
    received_on: date
    at_embassy: bool | None = None
    """Its embassy in our state took the letter in: some treaties count that as receipt."""
    proof: Digest | None = None


class AskInformation(Command):
    """The requested state asks for additional information (UNTOC 18(16))."""

    ACT = "ask"
    WITHHELD = frozenset({"question"})

    question: Text
    proof: Digest | None = None
    """The message it came in, in the vault."""


class Reply(Command):
    """The requesting state answers a question."""

    ACT = "reply"
    WITHHELD = frozenset({"answer"})

    question_id: CommandId
    """The command id of the question."""
    answer: Text


class EvidenceItem(Record):
    """One item of evidence as received; names of files stand in the delivery's manifest, not here."""

    item: ItemId
    digest: Digest
    """Measured by us while it streamed into the vault."""
    size: int
    declared: Digest | None = None
    """What the sender declared; None when nothing was."""
    measure: MeasureId | None = None
    """The measure that asked for it."""
    parent: ItemId | None = None
    """The physical item it was read from, such as a disk."""

    @property
    def discrepant(self) -> bool:
        """Whether what came is not what was declared."""
        return self.declared is not None and self.declared != self.digest


LARGEST_DELIVERY = 500
"""Items: with the acts of other deliveries they stay below the limit of one message (docs/adr/0012-history-anew.md)."""


class ReceiveEvidence(Command):
    """Evidence arrives, in one delivery or one of many."""

    ACT = "receive"

    manifest: Digest
    """The delivery's manifest in the vault: names, descriptions, sender, declared digests."""
    items: Annotated[tuple[EvidenceItem, ...], Field(max_length=LARGEST_DELIVERY)]
    complete: bool
    """No more is to come."""
    holder: OfficialId
    """Who holds the items now: our custodian, or the sender until our custodian accepts them."""


class OfferCustody(Command):
    """The holder offers an item to another official."""

    ACT = "offer"

    item: ItemId
    digest: Digest
    to: OfficialId


class AcceptCustody(Command):
    """The named recipient takes the item over, having measured its digest himself."""

    ACT = "accept"

    item: ItemId
    digest: Digest


class RefuseCustody(Command):
    """The named recipient does not take the item over."""

    ACT = "refuse-custody"
    WITHHELD = frozenset({"reason"})

    item: ItemId
    reason: Text


class ResolveDiscrepancy(Command):
    """A person decides what becomes of an item that is not what was declared."""

    ACT = "resolve"
    WITHHELD = frozenset({"reason"})

    item: ItemId
    keep: bool
    """True: it stays among the evidence with the discrepancy on record; False: it is excluded."""
    reason: Text


class SignOff(Command):
    """An official vouches that the items received are the items held."""

    ACT = "sign-off"

    items: Annotated[tuple[Digest, ...], Field(max_length=5000)]


class ConfirmLapse(Command):
    """A person confirms that a wait ended without an answer."""

    ACT = "confirm-lapse"
    WITHHELD = frozenset({"reason"})

    reason: Text | None = None


class Withdraw(Command):
    """The request is no longer needed (UNTOC 18(24))."""

    ACT = "withdraw"
    WITHHELD = frozenset({"reason"})

    reason: Text


class OrderDocument(Command):
    """A paper of the case is ordered: drawn up from the request, the ledger, and the facts given with the order."""

    ACT = "order-document"
    WITHHELD = frozenset({"given"})

    document: DocumentName
    language: LanguageTag = "en"
    given: Annotated[str, StringConstraints(min_length=2, max_length=120_000)]
    """The facts by name, as canonical JSON: they may hold words about persons."""


class Submit(Command):
    """The prosecutor files the request."""

    ACT = "submit"

    request: Digest
    requested_state: StateCode
    kind: Literal["mutual-assistance", "extradition", "preservation", "spontaneous-information"] | None = None
    """What is asked for; left out for mutual assistance, as in acts signed before there were other kinds."""
    supplements: Reference | None = None
    """Our reference of the request this one adds to."""


class Receipt(Record):
    """The place of an act in the case ledger."""

    command_id: str
    sequence: int
    recorded_at: datetime
    person: str = ""
    """The person behind the official, by the directory: four eyes are counted by person."""
