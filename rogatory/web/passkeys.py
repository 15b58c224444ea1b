"""An official's passkey: made in their browser, offered to the registrars, entered or taken away by them."""

import asyncio
import ipaddress
import secrets
from datetime import UTC, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.acting import new_command_id
from rogatory.adapters import passkeys
from rogatory.adapters.key_holders import asks_pin, signer_for
from rogatory.adapters.keys import public_pem
from rogatory.custody.dsse import key_id
from rogatory.custody.passkey import base64url
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from rogatory.web.asserting import BrowserPasskey
from rogatory.web.guard import SCRIPTED
from rogatory.web.pages import desk_of
from rogatory.web.people import Reader
from rogatory.web.rendering import page
from rogatory.web.sent_form import fault_of, pin_of, sent_form
from rogatory.web.signing_acts import asserted, raw
from rogatory.web.signing_in import reader_at
from schemas.custody import Official, Passkey
from schemas.identifiers import Role


def show(request: Request) -> Response:
    """Whether the reader has one, and the form to make one."""
    return _shown(request, reader_at(request))


async def make(request: Request) -> Response:
    """Takes a new passkey; key and passkey then sign that it is the official's."""
    form = await sent_form(request)
    reader, state = form.reader, request.app.state
    try:
        relying_party, official = relying_party_of(request), _official(request, reader)
        if relying_party is None or official is None:
            raise RefusedError("Forbidden", "No passkey can be made here.")
        passkey = _passkey(raw(form.fields, "credential"), raw(form.fields, "public_key"), relying_party)
        key = signer_for(
            state.profile.home,
            reader.official,
            pin_of(request, reader.official, form.fields.get("pin", "")),
            in_person=True,
        )
        await asyncio.to_thread(lambda: key.keyid)  # a wrong PIN is told before the passkey is asked
    except (RefusedError, UsageError, NotFoundError) as error:
        errors, status = fault_of(request, error, reader.official, "pin")
        return _shown(request, reader, errors, status)
    state.limits["pin"].forget(reader.official)

    def offered(signer: BrowserPasskey) -> None:
        passkeys.offer(state.profile.home, official, passkey, key, signer)

    def shown(request: Request, outcome: Exception | None) -> Response:
        if outcome is None:
            return RedirectResponse("/passkey?offered=yes", status_code=303)
        errors, status = fault_of(request, outcome, reader.official, "pin")
        return _shown(request, reader, errors, status)

    return await asserted(request, reader, passkey, offered, shown)


async def change(request: Request) -> Response:
    """A registrar enters what an official offered, or takes their passkey away."""
    form = await sent_form(request)
    act, official, home = request.path_params["act"], request.path_params["official"], request.app.state.profile.home
    if Role.REGISTRAR.value not in form.reader.roles:
        raise RefusedError("Forbidden", "Only registrars change the directory.", "Ask one of them.")
    if act not in CHANGES:
        raise NotFoundError("There is no such act.")
    await asyncio.to_thread(CHANGES[act], home, official, now=datetime.now(UTC))
    return RedirectResponse("/officials", status_code=303)


CHANGES = {"enter": passkeys.enter_offered, "remove": passkeys.remove}


def relying_party_of(request: Request) -> str | None:
    """The name of this inbox as passkeys know it; None where it was called by a number (WebAuthn, 5.1.2)."""
    host = request.url.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host or None
    return None


def _passkey(credential: bytes, spki: bytes, relying_party: str) -> Passkey:
    """Raises UsageError: the browser made no P-256 key."""
    try:
        key = load_der_public_key(spki)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise IntegrityError("It is no key of an elliptic curve.")
        pem = public_pem(key)
        return Passkey(keyid=key_id(pem), public_key=pem, credential=base64url(credential), relying_party=relying_party)
    except (IntegrityError, ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            "The browser made a passkey of another kind than P-256.", "Use another authenticator."
        ) from error


def _official(request: Request, reader: Reader) -> Official | None:
    known = desk_of(request).ledger.officials().get(reader.official)
    return None if known is None or Role.REGISTRAR in known.roles else known


def _shown(request: Request, reader: Reader, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    home, official = request.app.state.profile.home, _official(request, reader)
    try:
        pin, keyed = asks_pin(home, reader.official), official is not None
    except NotFoundError:
        pin = keyed = False
    offered, spoilt = passkeys.seen_on_offer(home, reader.official) if official else (None, False)
    answer = page(
        request,
        "passkey.html",
        reader,
        status=status,
        known=official.passkey if official else None,
        offered=offered,
        spoilt=spoilt,
        offered_now="offered" in request.query_params,
        keyed=keyed,
        asks_pin=pin,
        relying_party=relying_party_of(request),
        named=str(request.url.replace(hostname="localhost", query="")),
        challenge=base64url(secrets.token_bytes(32)),
        user=base64url(reader.official.encode()),
        command_id=new_command_id(),
        errors=errors or {},
    )
    answer.headers["Content-Security-Policy"] = SCRIPTED
    return answer
