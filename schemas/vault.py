"""What the vault says of what it holds, and of what keeps it from being deleted."""

from datetime import datetime
from enum import StrEnum

from schemas.identifiers import Digest, Record, Reference


class Holding(Record):
    """Something stored, as the store lists it: nothing of it was read."""

    digest: Digest
    size: int
    """Bytes as stored: encrypted, with header and trailer."""
    stored_at: datetime


class Unfinished(Record):
    """Content whose way into the vault was stopped, and which can be gone on with."""

    reference: Reference
    id: str
    """32 hexadecimal digits; says nothing of the content or its name."""
    size: int
    """Bytes that lie there, encrypted."""
    changed_at: datetime
    removed_at: datetime
    """When it is removed if nobody goes on with it."""


class Upload(Record):
    """Content that comes in parts, in any order and in separate requests."""

    reference: Reference
    id: str
    """32 hexadecimal digits."""
    size: int
    """Bytes of the whole content, as announced."""
    part_size: int
    """Bytes of each part but the last."""
    parts: int
    """How many there are, counted from 0; content of no bytes is one part of none."""
    missing: tuple[int, ...]
    """Those not there yet."""


class LockState(StrEnum):
    """Whether what is stored can be deleted before its time."""

    NOT_PROMISED = "not-promised"
    """The store promises nothing: who administers it can delete."""
    ENFORCED = "enforced"
    """Promised, and tried: the store refused to delete a canary, and to shorten its retention."""
    NOT_ENFORCED = "not-enforced"
    """Promised, and not kept: the canary could be deleted or its retention shortened, or it got none."""
    UNKNOWN = "unknown"
    """The store could not be asked."""


class Protection(Record):
    """The answer of a probe."""

    state: LockState
    detail: str
    """One sentence for a person."""
    demanded: bool = False
    """The configuration demands that it be enforced."""

    @property
    def refused(self) -> bool:
        """Whether nothing may be stored here."""
        return self.demanded and self.state is not LockState.ENFORCED
