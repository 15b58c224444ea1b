"""Use of what was returned: limits, consent, use, disclosure, and the duties that outlive the case.

Proceedings go by their file number, a code: titles of proceedings name persons.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.commands import Code, Command
from schemas.identifiers import Digest, ItemId, Text

MOST = 500
Items = Annotated[tuple[ItemId, ...], Field(min_length=1, max_length=MOST)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=160, pattern=r"^[\w .,:/#()+-]+$")]


class Limit(StrEnum):
    """Why use is limited."""

    AUTOMATIC = "automatic"
    """By the instrument itself, e.g. UNTOC 18(19)."""
    ATTACHED = "attached"
    """By a condition the requested state attached, e.g. Budapest 28(2)."""
    UNDERTAKEN = "undertaken"
    """By what the request promised."""
    NONE = "none"
    """The law data say that there is none unless attached, and none was."""
    UNKNOWN = "unknown"
    """The law data do not say: treated as limited until a person records which it is."""


class Duty(StrEnum):
    """What is owed for an item after use."""

    RETURN = "return"
    DESTROY = "destroy"
    RETAIN = "retain"
    """Kept until the day, not longer than the law of the requesting state asks."""


class LimitUse(Command):
    """For what items may be used, on what ground, and what is owed for them."""

    ACT = "limit-use"
    WITHHELD = frozenset({"conditions"})

    items: Items
    limit: Limit
    source: Source
    """The provision or letter it rests on, e.g. "un-untoc art. 18(19)"."""
    exculpatory: Literal["after-notice", "with-consent", "unknown"] = "unknown"
    """How what exculpates an accused person may be disclosed."""
    permitted: Annotated[tuple[Code, ...], Field(max_length=40)]
    """File numbers of the proceedings for which the items may be used."""
    conditions: Text | None = None
    proof: Digest | None = None
    """The letter that attached them, in the vault."""
    duty: Duty | None = None
    due: date | None = None


class NoteConsent(Command):
    """Consent of the requested state to another use: asked for, given or refused."""

    ACT = "note-consent"
    WITHHELD = frozenset({"note"})

    items: Items
    proceedings: Code
    outcome: Literal["requested", "granted", "refused"]
    on: date
    proof: Digest
    """The letter, in the vault."""
    note: Text | None = None


class NoteUse(Command):
    """An item is used in proceedings."""

    ACT = "note-use"
    WITHHELD = frozenset({"how"})

    item: ItemId
    proceedings: Code
    used_on: date
    how: Text


class Disclose(Command):
    """What exculpates an accused person is disclosed; the requested state has notice (UNTOC 18(19))."""

    ACT = "disclose"
    WITHHELD = frozenset({"why_after"})

    item: ItemId
    proceedings: Code
    disclosed_on: date
    notified_on: date
    notice: Digest
    """The notice, in the vault."""
    exceptional: bool | None = None
    """Notice was not possible in advance; it then follows without delay."""
    why_after: Text | None = None


class DischargeDuty(Command):
    """What was owed for an item is done; a certificate shows it."""

    ACT = "discharge-duty"

    item: ItemId
    duty: Duty
    on: date
    certificate: Digest
    """Receipt of the return, or record of the destruction, in the vault."""


USE_ACTS: tuple[type[Command], ...] = (LimitUse, NoteConsent, NoteUse, Disclose, DischargeDuty)
