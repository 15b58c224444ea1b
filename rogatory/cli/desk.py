"""An official at the desk: acts that go straight onto the ledger, without a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rogatory.cli.acting import ask_pin, not_writable
from rogatory.cli.session import official, profile
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.desk_acts import DeskActs

D = TypeVar("D", bound="DeskActs")


@contextmanager
def at_desk(kind: type[D]) -> Iterator[D]:
    """The desk of the official named by --as."""
    who, where = official(), profile()
    from pydantic import ValidationError

    from rogatory.adapters.key_holders import signer_for

    try:
        yield kind(where, who, signer_for(where.home, who, ask_pin))
    except ValidationError as error:
        raise not_writable(error) from error


def moment_given(text: str | None) -> "object":
    """A date and time with its zone, as typed. Raises UsageError."""
    from datetime import datetime

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError(f'"{text}" is no date and time with its zone.', "Write it as 2026-11-20T14:30+01:00.")
    return at
