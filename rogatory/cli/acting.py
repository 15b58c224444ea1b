"""An official at work: the desk to look from, the office to act from, and what all acts share on the command line."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, stamp
from rogatory.cli.session import official, profile, session
from rogatory.errors import UnreachableError, UsageError

if TYPE_CHECKING:
    from rogatory.desk import Desk
    from rogatory.office import Office
    from schemas.commands import Receipt

CommandId = Annotated[
    str | None, Parameter(name="--command-id", help="Repeat a command safely: the same id is obeyed once.")
]
Reason = Annotated[str, Parameter(name="--reason", help="In words; it goes on record.")]
Yes = Annotated[bool, Parameter(name="--yes", negative="", help="Do not ask.")]


def desk() -> "Desk":
    """Register, ledger and vault, to look only; no server is needed."""
    from rogatory.desk import Desk

    return Desk(profile())


@asynccontextmanager
async def acting(command_id: str | None) -> "AsyncIterator[tuple[Office, str]]":
    """The office of the official named by --as, and the id of the one command about to be given.

    Where the service does not answer, or the person stops waiting, the command may yet be obeyed: its id is told, so
    that repeating it is safe.
    """
    who = official()
    where = profile()
    if command_id is not None and not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", command_id):
        raise UsageError("A command id has 1 to 64 letters, digits, dots, dashes and underscores.")
    from rogatory.adapters.logs import quiet_temporal
    from rogatory.office import Office, new_command_id

    quiet_temporal()
    given = command_id or new_command_id()
    given_out = False
    try:
        async with Office.open(where, who) as office:
            given_out = True
            yield office, given
    except UnreachableError as error:
        if given_out:
            error.hint = f"{error.hint} Repeat it safely with: --command-id {given}".strip()
        raise


def receipt_shown(receipt: "Receipt", **more: object) -> bool:
    """Writes the receipt as the JSON document where JSON is asked, and says whether it did."""
    return emit(
        {
            **more,
            "command_id": receipt.command_id,
            "sequence": receipt.sequence,
            "recorded_at": stamp(receipt.recorded_at),
            "person": receipt.person,
            "by": session().official,
        }
    )
