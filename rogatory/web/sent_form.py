"""A form as it was sent: whose it is, what it says, and with whose PIN its act is signed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.requests import Request

from rogatory.adapters.key_holders import asks_pin
from rogatory.errors import FindingsError, NotFoundError, RefusedError, RogatoryError, UnreachableError, UsageError
from rogatory.profile import Profile
from rogatory.web.guard import Limit, check_origin, check_token, form_of
from rogatory.web.people import Reader
from rogatory.web.signing_in import reader_at

COMMAND_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
PIN_FAULTS = frozenset({"WrongPin", "NoPin", "PinLocked"})


@dataclass(frozen=True)
class SentForm:
    """What a reader sent, having passed the guard."""

    reader: Reader
    fields: Mapping[str, str]
    command_id: str

    def said(self, name: str) -> str | None:
        """A field without the spaces around it; None when it is empty."""
        return self.fields.get(name, "").strip() or None


async def sent_form(request: Request) -> SentForm:
    """Reads a form of an act.

    Raises:
        RefusedError: another site sent it; the reader only reads. UsageError: it is no form of ours.
    """
    reader = reader_at(request)
    check_origin(request)
    request.app.state.limits["acts"].take(reader.session)
    fields = {name: str(value) for name, value in (await form_of(request)).items()}
    check_token(fields.get("token", ""), reader.form_token)
    if reader.reads_only:
        raise RefusedError("Forbidden", "An auditor reads, and does nothing.")
    command_id = fields.get("command_id", "")
    if not COMMAND_ID.fullmatch(command_id):
        raise UsageError("This is not a form of this inbox.", "Open the page again.")
    return SentForm(reader, fields, command_id)


def pin_of(request: Request, official: str, pin: str) -> Callable[[str], str]:
    """Gives the PIN that was typed, unless this official's was wrong too often."""
    limit: Limit = request.app.state.limits["pin"]

    def give(_: str) -> str:
        limit.check(official)
        return pin

    return give


def must_ask_pin(profile: Profile, official: str) -> None:
    """Refuses whoever signs at another's session with a key that asks for nothing: nobody could tell who signed.

    Raises RefusedError.
    """
    try:
        asked = asks_pin(profile.home, official)
    except NotFoundError as error:
        raise RefusedError("Forbidden", f"The key of {official} is not here.", "They sign where it is.") from error
    if not asked:
        raise RefusedError(
            "NoPin",
            f"The key of {official} asks for no PIN, so nobody could tell who signed.",
            f"They sign in themselves, or give it one: rogatory pin {official}",
        )


def fault_of(request: Request, error: Exception, official: str, pin_field: str) -> tuple[dict[str, str], int]:
    """What a refused act means for its form: words by field, and the status. Raises what is no refusal of the form."""
    if isinstance(error, ValidationError):
        return {"": "A field holds a character that cannot stand there, or is too long."}, 422
    if isinstance(error, RefusedError):
        if error.kind == "WrongPin":
            request.app.state.limits["pin"].count(official)
        return {pin_field if error.kind in PIN_FAULTS else "": _said(error)}, 403
    if isinstance(error, FindingsError | UsageError | NotFoundError):
        return {"": _said(error)}, 422
    if isinstance(error, UnreachableError):
        return {"": _said(error)}, 503
    raise error


def _said(error: RogatoryError) -> str:
    return f"{error} {error.hint}".strip()
