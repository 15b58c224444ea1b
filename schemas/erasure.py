"""Acts that erase: words withheld from the ledger, and the content of a closed case. The lines themselves stay."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.commands import Code, Command
from schemas.identifiers import Digest


class EraseWords(Command):
    """Words that a line disclosed are erased; its salted digests stay, and it verifies as before."""

    ACT = "erase-words"

    line: Digest
    """SHA-256 of the line."""
    fields: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)]
    basis: Code
    """The provision or order it rests on; no names."""


class OrderErasure(Command):
    """The signatory orders that all content of a closed case be erased."""

    ACT = "order-erasure"

    what: Literal["content"] = "content"
    basis: Code


class EraseContent(Command):
    """A custodian carries the order out: the case's key is destroyed, and with it every copy of its content."""

    ACT = "erase-content"

    what: Literal["content"] = "content"
    basis: Code


ERASURE_ACTS: tuple[type[Command], ...] = (EraseWords, OrderErasure, EraseContent)
"""Acts on the case itself that erase."""
