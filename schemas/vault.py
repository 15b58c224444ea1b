"""What the vault says of what it holds, and of what keeps it from being deleted."""

from datetime import datetime
from enum import StrEnum

from schemas.identifiers import Digest, Record


class Holding(Record):
    """Something stored, as the store lists it: nothing of it was read."""

    digest: Digest
    size: int
    """Bytes as stored: encrypted, with header and trailer."""
    stored_at: datetime


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
