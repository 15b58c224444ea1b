"""Signing in at an OpenID Connect provider: it says who somebody is; the directory in the ledger, what they are.

    /sign-in          says where to sign in
    /sign-in/start    sends the browser to the provider
    /sign-in/answer   takes the provider's answer, and begins the session

No step is a form that leads to another site: the pages' policy lets forms go nowhere else, and it stays so.
"""

import hashlib
import hmac
import logging
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import RefusedError, RogatoryError
from rogatory.web.people import AUDITOR, reader_of
from rogatory.web.rendering import page
from rogatory.web.signing_in import begin_session, end_session, forget_session

if TYPE_CHECKING:
    from rogatory.adapters.sign_in_provider import Asked, Provider
    from rogatory.adapters.sign_in_settings import SignInSettings

LASTS = 600
"""Seconds for a password, and whatever else the provider asks for."""
MOST = 10_000
"""Sign-ins under way at once; the oldest give way."""
LONGEST = 4096
"""Characters of a code or a state."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Begun:
    asked: "Asked"
    browser: str
    """SHA-256 of what the browser holds: an answer carried into another browser signs nobody in."""
    at: float


class Begun:
    """The sign-ins under way, each good for one answer; in memory, since a restart only has people begin again."""

    def __init__(self) -> None:
        self._by_state: OrderedDict[str, _Begun] = OrderedDict()

    def keep(self, asked: "Asked") -> str:
        """Keeps it; returns what the browser is to hold."""
        browser = secrets.token_urlsafe(32)
        self._by_state[asked.state] = _Begun(asked, _digest(browser), time.monotonic())
        while len(self._by_state) > MOST:
            self._by_state.popitem(last=False)
        return browser

    def take(self, state: str, browser: str) -> "Asked":
        """What was asked, once. Raises RefusedError: no such sign-in, too late, or another browser's."""
        begun = self._by_state.get(state)
        if begun is None or not hmac.compare_digest(begun.browser, _digest(browser)):
            raise RefusedError("NotVouched.state", "This is no answer to a sign-in begun here.", "Begin it again.")
        del self._by_state[state]
        if time.monotonic() - begun.at > LASTS:
            raise RefusedError("NotVouched.late", "This sign-in took too long.", "Begin it again.")
        return begun.asked


def show(request: Request) -> Response:
    """Where to sign in."""
    return page(request, "sign_in_elsewhere.html", issuer=_settings(request).issuer)


async def start(request: Request) -> Response:
    """Sends the browser to the provider, if its own page asked for that."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return RedirectResponse("/sign-in", status_code=303)
    state = request.app.state
    state.limits["sign-in"].take(_client(request))
    asked = await _provider(request).ask()
    answer = RedirectResponse(asked.address, status_code=303)
    # lax: the provider's answer comes as a link of another site, and must find it.
    answer.set_cookie(
        state.cookies.beginning,
        state.begun.keep(asked),
        max_age=LASTS,
        httponly=True,
        secure=state.cookies.secure,
        samesite="lax",
        path="/",
    )
    return answer


async def answered(request: Request) -> Response:
    """Begins the session of whom the provider names, if the directory knows them."""
    state = request.app.state
    state.limits["answers"].take(_client(request))
    try:
        official = await _official(request)
        reader = reader_of(state.desk, official)
    except RogatoryError as error:
        log.warning("sign-in refused", extra={"kind": getattr(error, "kind", "Unreachable")})
        raise
    log.info("signed in", extra={"official": official})
    # A page, not a redirect: what another site began carries no strict cookie to its end, and this page begins anew.
    answer = begin_session(request, page(request, "onward.html", address="/", signed_in=True), reader)
    answer.delete_cookie(state.cookies.beginning, httponly=True, secure=state.cookies.secure, samesite="lax", path="/")
    return answer


async def sign_out(request: Request) -> Response:
    """Ends the session here, then at the provider where it offers that."""
    await end_session(request)
    address = await _provider(request).leaving()
    answer: Response = RedirectResponse("/sign-in", status_code=303)
    if address is not None:
        answer = page(request, "onward.html", address=address, signed_in=False)
    return forget_session(request, answer)


async def _official(request: Request) -> str:
    given, state = request.query_params, request.app.state
    if len(given.get("code", "")) > LONGEST or len(given.get("state", "")) > LONGEST:
        raise RefusedError("NotVouched.length", "This is no answer to a sign-in begun here.", "Begin it again.")
    asked = state.begun.take(given.get("state", ""), request.cookies.get(state.cookies.beginning, ""))
    code = given.get("code", "")
    if "error" in given or not code:
        raise RefusedError("NotVouched.error", "The provider did not sign you in.", "Begin it again.")
    value = await _provider(request).identity(code, given.get("iss"), asked)
    settings = _settings(request)
    if value in settings.auditors:
        return AUDITOR
    official = settings.officials.get(value, "") if settings.officials else value
    if official in {"", AUDITOR}:  # the provider does not say who audits: this installation does
        raise RefusedError("Forbidden", "The directory does not know you.", "Ask your registrars.")
    return official


def _client(request: Request) -> str:
    """Whom limits are kept for: the address, or the /64 of one of IPv6, since a household has that many."""
    host = request.client.host if request.client else ""
    return str(ip_network((host, 64), strict=False)) if ":" in host else host


def _provider(request: Request) -> "Provider":
    return cast("Provider", request.app.state.provider)


def _settings(request: Request) -> "SignInSettings":
    return cast("SignInSettings", request.app.state.sign_in)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
