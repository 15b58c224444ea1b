"""How an act that was sent as a form is signed: with the PIN in the form, or by the reader's passkey.

The act itself, and what is shown after it, are the caller's: with a passkey they come to pass in a later request.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from rogatory.adapters.key_holders import signer_for
from rogatory.custody.passkey import challenge_of
from rogatory.errors import RefusedError, RogatoryError, UsageError
from rogatory.ports import Signer
from rogatory.web.asserting import Asked, BrowserPasskey, WaitingAct, WaitingActs
from rogatory.web.guard import SCRIPTED, check_origin, check_token, form_of
from rogatory.web.people import Reader, passkey_at
from rogatory.web.rendering import page
from rogatory.web.sent_form import SentForm, pin_of
from rogatory.web.signing_in import reader_at
from schemas.custody import Passkey

T = TypeVar("T")
Work = Callable[[Signer], Awaitable[T]]
"""Does the act with that signer."""
Answer = Callable[[Request, T | Exception], Response]
"""What is shown of what the act gave, or of the error it raised; raises what is no refusal of the form."""
LARGEST = 4096
"""Characters of a field of an assertion."""


async def signed(
    request: Request, form: SentForm, work: Work[T], answer: Answer[T], *, official: str | None = None
) -> Response:
    """Does an act of the reader's, with their key or their passkey, as the form says.

    `official`: who signs at the reader's screen, where it is another; with their PIN, then.
    """
    state, official = request.app.state, official or form.reader.official
    if form.fields.get("with") == "passkey" and official == form.reader.official:
        passkey = passkey_at(state.desk, form.reader, request.url.hostname)
        if passkey is None:
            refused = RefusedError("Forbidden", "You have no passkey at this address.", "Sign with your PIN.")
            return answer(request, refused)
        return await asserted(request, form.reader, passkey, lambda signer: asyncio.run(_run(work, signer)), answer)
    try:
        pin = pin_of(request, official, form.fields.get("pin", ""))
        outcome: T | Exception = await work(signer_for(state.profile.home, official, pin, in_person=True))
        state.limits["pin"].forget(official)
    except (ValidationError, RogatoryError) as error:
        outcome = error
    return answer(request, outcome)


async def asserted(
    request: Request, reader: Reader, passkey: Passkey, work: Callable[[BrowserPasskey], T], answer: Answer[T]
) -> Response:
    """Begins what that passkey signs, and shows what the browser is to ask it."""
    waiting: WaitingActs = request.app.state.waiting
    act = waiting.begin(reader.session, passkey, work, answer)
    return await _onward(request, reader, act)


async def answered(request: Request) -> Response:
    """Takes the browser's answer; goes on to the next signature, or to how the act ended."""
    reader = reader_at(request)
    check_origin(request)
    request.app.state.limits["acts"].take(reader.session)
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    check_token(form.get("token", ""), reader.form_token)
    waiting: WaitingActs = request.app.state.waiting
    act = waiting.of(request.path_params["act"], reader.session)
    act.answer((raw(form, "signature"), raw(form, "authenticator_data"), raw(form, "client_data")))
    return await _onward(request, reader, act)


async def _onward(request: Request, reader: Reader, act: WaitingAct) -> Response:
    event = await act.next()
    if isinstance(event, Asked):
        shown = page(
            request,
            "assertion.html",
            reader,
            act=act,
            challenge=challenge_of(event.message),
            digest=sha256(event.message).hexdigest(),
            said=_said(event.message),
        )
        shown.headers["Content-Security-Policy"] = SCRIPTED
        return shown
    request.app.state.waiting.forget(act)
    outcome = event.outcome
    if isinstance(outcome, Exception) and not isinstance(outcome, ValidationError | RogatoryError):
        raise outcome
    return act.shown(request, outcome)


async def _run(work: Work[T], signer: Signer) -> T:
    return await work(signer)


def raw(form: Mapping[str, str], name: str) -> bytes:
    """A field that a script filled in as base64url. Raises UsageError where no script did."""
    text = form.get(name, "")
    try:
        if not text or len(text) > LARGEST:
            raise ValueError(name)
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise UsageError(
            "This page signs by a script, which did not run.", "Allow scripts of this site, or sign with your PIN."
        ) from error


def _said(message: bytes) -> dict[str, str]:
    """What is to be signed, in the words of its statement, as far as they fit a page."""
    payload = json.loads(message.split(b" ", 4)[4])
    predicate = payload.get("predicate", {})
    said = {name: str(predicate[name]) for name in ("act", "case", "task") if name in predicate}
    facts = predicate.get("facts", {})
    said |= {name: str(facts[name]) for name in ("verdict", "letter", "item") if name in facts}
    return said or {name: str(payload[name]) for name in ("official", "keyid") if name in payload}
