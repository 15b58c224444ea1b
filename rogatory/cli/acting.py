"""An official at work: the desk to look from, the office to act from, and what all acts share on the command line."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, line, stamp, warn
from rogatory.cli.session import official, profile, session
from rogatory.cli.working import silence
from rogatory.errors import UnreachableError, UsageError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from rogatory.desk import Desk
    from rogatory.office import Office
    from schemas.commands import Receipt

CommandId = Annotated[
    str | None, Parameter(name="--command-id", help="Repeat a command safely: the same id is obeyed once.")
]
Reason = Annotated[str, Parameter(name="--reason", help="In words; it goes on record.")]
Yes = Annotated[bool, Parameter(name="--yes", negative="", help="Do not ask.")]

ACTS = {
    "AcceptCustody",
    "Acknowledge",
    "AskInformation",
    "BreakGlass",
    "ConfirmLapse",
    "Decide",
    "OfferCustody",
    "OrderDocument",
    "ReceiveEvidence",
    "RefuseCustody",
    "Reply",
    "ResolveDiscrepancy",
    "Send",
    "Withdraw",
}
"""The records that hold what a person typed."""


def desk() -> "Desk":
    """Register, ledger and vault, to look only; no server is needed."""
    from rogatory.desk import Desk

    return Desk(profile())


def ask_pin(token: str) -> str:
    """The PIN of a token, typed unseen; empty where nobody can be asked."""
    from getpass import getpass

    if not session().may_ask:
        return ""
    try:
        with silence():
            return getpass(f"PIN of the token {line(token)}: ")
    except EOFError:
        return ""


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
    from pydantic import ValidationError

    from rogatory.acting import new_command_id
    from rogatory.adapters.logs import quiet_temporal
    from rogatory.office import Office

    quiet_temporal()
    given = command_id or new_command_id()
    async with Office.open(where, who, ask_pin) as office:
        try:
            yield office, given
        except UnreachableError as error:
            error.hint = f"{error.hint} Repeat it safely with: --command-id {given}".strip()
            raise
        except asyncio.CancelledError:
            warn(f"It may yet be obeyed. Repeat it safely with: --command-id {given}")
            raise
        except ValidationError as error:
            if error.title in ACTS:
                raise not_writable(error) from error
            raise


def not_writable(error: "ValidationError") -> UsageError:
    """What the person wrote cannot stand in an act: which field, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    why = {
        "string_pattern_mismatch": "it holds a character that cannot stand there, or has the wrong form",
        "string_too_short": "it is empty",
        "string_too_long": f"it is longer than {first.get('ctx', {}).get('max_length')} characters",
    }.get(first["type"], first["msg"])
    return UsageError(f"{field}: {why}.", "Write it otherwise and repeat the command; nothing was sent.")


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
