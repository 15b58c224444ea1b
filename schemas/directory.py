"""What the directory of officials tells beside who they are: delegations, keys in wrong hands, and what mends them."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.commands import Command
from schemas.identifiers import OfficialId, Record, Reference, Role, Text

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256, in hex."""


class Suspicion(Record):
    """Keys that may have been in wrong hands from one place of the ledger on."""

    official: OfficialId
    keys: Annotated[tuple[Hex, ...], Field(min_length=1, max_length=50)]
    """Ids of their former keys: a key in use is first revoked or changed."""
    position: Annotated[int, Field(ge=0)]
    """The place in the tree of all lines, counted from 0."""
    lines: Annotated[tuple[Hex, ...], Field(max_length=10_000)]
    """Of each case's chain, the digest of the first line from there on that records an act by one of the keys.

    By digest, so that a reader of one case learns nothing of the others, and needs no tree to find the place.
    """


class Delegation(Record):
    """What one official lets another do in their stead, each act in the delegate's own name and by their own key."""

    delegator: Annotated[OfficialId, Field(alias="from")]
    delegate: Annotated[OfficialId, Field(alias="to")]
    persons: tuple[str, str]
    """Of both: a post that goes to somebody else takes no delegation with it."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=8)]
    """Roles that the delegator holds themselves."""
    cases: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=100)] | None
    """None: every case."""
    until: date | None
    """The last day; None only for a deputy."""
    deputy: bool
    """In force only while an absence of the delegator is on record."""


class ReAttest(Command):
    """An official vouches, having checked it, for an act that a suspect key signed."""

    ACT = "re-attest"
    WITHHELD = frozenset({"note"})

    line: Hex
    """The digest of the line that records the act."""
    number: Annotated[int, Field(ge=0)]
    """That line's number in the case, for a reader."""
    note: Text
    """What was checked, and how."""
