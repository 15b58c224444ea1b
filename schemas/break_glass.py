"""Break-glass: two officials stand in for reviewers who cannot be reached, and answer for it in a later review."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from schemas.commands import Command
from schemas.identifiers import Digest, Record, Text

TaskId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{4}-\d{4}\.review-\d{1,4}$")]
Unit = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
"""A unit of the authority, as a code of the house."""


class BreakGlassRule(Record):
    """Which letters may do without their reviewers, and when somebody has to look at it afterwards: data."""

    review_within_hours: int


class BreakGlass(Command):
    """One of two officials of different units lets one exact letter go without the approvals of its reviewers."""

    ACT = "break-glass"
    WITHHELD = frozenset({"reason"})

    letter: Digest
    """The unsigned letter that was read."""
    unit: Unit
    """That of whoever acts, as the directory has it."""
    reason: Text
    """Why it cannot wait, and who was not reached."""


class ReviewBreakGlass(Command):
    """An official who had no part in it says afterwards whether it was right to break the glass."""

    ACT = "review-break-glass"
    WITHHELD = frozenset({"note"})

    review: TaskId
    """The review in which the glass was broken."""
    letter: Digest
    verdict: Literal["upheld", "not-upheld"]
    note: Text


class GoOn(Command):
    """The case goes on although it was not upheld that the glass was broken; the other way is to withdraw."""

    ACT = "go-on"
    WITHHELD = frozenset({"reason"})

    review: TaskId
    letter: Digest
    reason: Text


BREAK_GLASS_ACTS: tuple[type[Command], ...] = (ReviewBreakGlass, GoOn)
"""Acts on the case itself, at the desk."""
