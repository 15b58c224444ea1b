"""Acts on things that can be held in the hand, and on copies made of items: what a chain-of-custody record asks for.

Each is an act on the case itself: physical evidence moves while a case waits for something else, and long after its
end. Fields follow the minimum record of ISO/IEC 27037 practice: when (with zone), where, who, why, container and seal
before and after, condition, transport, witness, and a note for whatever does not agree with the record.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from schemas.commands import Code, Command
from schemas.identifiers import Digest, ItemId, MeasureId, OfficialId, Text


class Condition(StrEnum):
    """How a thing and its packing were found."""

    SOUND = "sound"
    DAMAGED = "damaged"
    PACKING_DAMAGED = "packing-damaged"
    INCOMPLETE = "incomplete"


class Difference(StrEnum):
    """What does not agree with the record; each needs a note in words, and a decision before the sign-off."""

    SEAL = "seal"
    CONTAINER = "container"
    HOLDER = "holder"
    TIME = "time"
    CONDITION = "condition"
    QUANTITY = "quantity"


class CopyKind(StrEnum):
    """What a copy is, as far as whoever made it vouches for."""

    TRUE_COPY = "true-copy"
    """The same bytes, or the same page; of a digital item only with the same digest."""
    IMAGE = "image"
    """A forensic image of a data carrier."""
    EXCERPT = "excerpt"
    SAMPLE = "sample"
    """A part split off for examination."""


Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class ItemAct(Command):
    """An event in the life of one item."""

    WITHHELD = frozenset({"reason", "note", "witness"})

    item: ItemId
    happened_at: AwareDatetime
    """Date and time with its zone, as whoever acts gives it; the line's own time says when it was recorded."""
    place: Code
    """Where the item is kept from now on."""
    container: Code | None = None
    """Number or kind of the bag, box or case it is in from now on."""
    seal_before: Code | None = None
    """Number of the seal as found; left out when there was none."""
    seal_after: Code | None = None
    """Number of the seal it leaves with; left out when there is none."""
    condition: Condition = Condition.SOUND
    differs: tuple[Difference, ...] = ()
    """What whoever acts found to differ from the record."""
    reason: Text | None = None
    note: Text | None = None
    """In words: what differs, and what is known of it."""
    witness: Words | None = None

    @model_validator(mode="after")
    def _differences_are_told(self) -> Self:
        if self.differs and self.note is None:
            raise ValueError("what differs from the record is told in a note")
        return self


class EnterItem(ItemAct):
    """A physical item comes on record: received by a custodian, or announced by the other state's authority.

    Announced, it is held by that authority until a custodian accepts it: disk by courier, manifest by wire, one line.
    """

    ACT = "enter-item"
    WITHHELD = ItemAct.WITHHELD | {"description", "source"}

    holder: OfficialId
    """The custodian who enters it, or the other state's authority that announced it."""
    description: Text
    """What it is: kind, make, model, serial number, capacity."""
    source: Words | None = None
    """Authority and person it came from."""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    parent: ItemId | None = None
    """The item it is a part of."""
    measure: MeasureId | None = None
    manifest: ItemId | None = None
    """The item, received by wire, that lists the files on it as sha256sum does."""
    transport: Code | None = None
    tracking: Code | None = None
    proof: Digest | None = None
    """The sealed message that announced it, in the vault."""


class SealItem(ItemAct):
    """The item is sealed, or its seal replaced."""

    ACT = "seal-item"


class OpenItem(ItemAct):
    """The seal is broken."""

    ACT = "open-item"


class StoreItem(ItemAct):
    """The item goes to another storage place, with the same holder and the same seal."""

    ACT = "store-item"


class ExamineItem(ItemAct):
    """The item is examined; what was found stands in a report, never here."""

    ACT = "examine-item"

    tool: Code
    """Program or instrument, with its version."""
    report: Digest | None = None
    """The examiner's report, in the vault."""


class CopyItem(ItemAct):
    """A copy or a part becomes an item of its own, held by who made it."""

    ACT = "copy-item"

    copy_item: ItemId
    """The number of the copy."""
    kind: CopyKind
    digest: Digest | None = None
    """Of a digital copy, in the vault, measured by us."""
    size: Annotated[int, Field(ge=0)] | None = None
    tool: Code | None = None


class OfferItem(ItemAct):
    """The holder offers an item to another official; until acceptance the giver stays responsible."""

    ACT = "offer-item"

    to: OfficialId
    transport: Code | None = None
    tracking: Code | None = None


class AcceptItem(ItemAct):
    """The named recipient takes the item over, as found."""

    ACT = "accept-item"

    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1


class DeclineItem(ItemAct):
    """The named recipient does not take the item over."""

    ACT = "decline-item"


class ReturnItem(ItemAct):
    """The item goes back to the state or person it came from."""

    ACT = "return-item"
    WITHHELD = ItemAct.WITHHELD | {"recipient"}

    recipient: Words
    transport: Code | None = None
    tracking: Code | None = None
    proof: Digest | None = None
    """The recipient's receipt, in the vault."""


class DestroyItem(ItemAct):
    """The item is destroyed, before a witness and under an order."""

    ACT = "destroy-item"

    method: Code
    witnessed_by: OfficialId
    """Another official, who saw it."""
    order: Digest
    """The order or consent it rests on, in the vault."""


class SettleItem(Command):
    """The prosecutor decides what becomes of an item that does not agree with its record."""

    ACT = "settle-item"
    WITHHELD = frozenset({"reason"})

    item: ItemId
    keep: bool
    reason: Text


CorrectedField = Literal[
    "place", "container", "seal_before", "seal_after", "condition", "happened_at", "tool", "tracking"
]


class CorrectItem(Command):
    """What a line about an item should have said, by another official than the one who signed it; both stay."""

    ACT = "correct-item"
    WITHHELD = frozenset({"reason"})

    item: ItemId
    line: Digest
    """SHA-256 of the line."""
    field: CorrectedField
    old: Code
    """What the line says."""
    new: Code
    reason: Text


class AttachScan(Command):
    """A scanned paper is joined to the item its label names."""

    ACT = "attach-scan"

    item: ItemId
    scan: Digest
    """The scan, in the vault."""
    label: Code
    """What the label said, verbatim."""


ITEM_ACTS: tuple[type[Command], ...] = (
    EnterItem,
    SealItem,
    OpenItem,
    StoreItem,
    ExamineItem,
    CopyItem,
    OfferItem,
    AcceptItem,
    DeclineItem,
    ReturnItem,
    DestroyItem,
    SettleItem,
    CorrectItem,
    AttachScan,
)
"""Acts on the case itself that change the record of an item."""
