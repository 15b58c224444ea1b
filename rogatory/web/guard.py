"""What every request passes: where it comes from, how often, who is signed in, and what a page may load."""

import hmac
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from starlette.datastructures import FormData, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rogatory.errors import RefusedError, UsageError

LARGEST_FORM = 64 * 1024
"""Bytes: a decision is a few sentences."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""No script at all, nothing from elsewhere, in nobody's frame."""
SCRIPTED = f"{HEADERS['Content-Security-Policy']}; script-src 'self'; connect-src 'self'"
"""Of the pages that have a script: a file of ours."""
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""A year, for this host alone: whether its neighbours speak TLS is not ours to say (RFC 6797)."""
MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies' names. Over TLS they take a prefix that no other host and no page in clear can give to its own."""

    secure: bool
    """Browsers speak TLS to the inbox."""

    @property
    def session(self) -> str:
        """Holds the token of a session."""
        return f"{'__Host-' if self.secure else ''}rogatory_session"

    @property
    def beginning(self) -> str:
        """Ties a sign-in under way to the browser it began in."""
        return f"{'__Host-' if self.secure else ''}rogatory_sign_in"


class TooOftenError(RefusedError):
    """Asked too often; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("TooOften", "Too many attempts.", f"Try again in {wait} seconds.")
        self.wait = wait


class Headers:
    """ASGI: puts the security headers on every answer; only the style sheet may be kept by the browser."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | TLS_ONLY if secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope.get("path", "").startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


class Limit:
    """So many times in so many seconds for each key; kept in memory, since a restart ends no attack worth the name."""

    def __init__(self, times: int, seconds: float) -> None:
        self._times, self._seconds = times, seconds
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._alone = Lock()

    def check(self, key: str) -> None:
        """Raises TooOftenError when the key has used up its times."""
        with self._alone:
            seen = self._recent(key)
            if len(seen) >= self._times:
                raise TooOftenError(max(1, int(seen[0] + self._seconds - time.monotonic())))

    def count(self, key: str) -> None:
        """Counts one."""
        with self._alone:
            self._recent(key).append(time.monotonic())

    def take(self, key: str) -> None:
        """Checks, and counts one."""
        self.check(key)
        self.count(key)

    def forget(self, key: str) -> None:
        """Begins again at none."""
        with self._alone:
            self._seen.pop(key, None)

    def _recent(self, key: str) -> deque[float]:
        if len(self._seen) > MOST_KEYS:  # keys that made no attempt lately, lest addresses fill the memory
            since = time.monotonic() - self._seconds
            self._seen = defaultdict(deque, {each: at for each, at in self._seen.items() if at and at[-1] >= since})
        seen, oldest = self._seen[key], time.monotonic() - self._seconds
        while seen and seen[0] < oldest:
            seen.popleft()
        return seen


def check_origin(request: Request) -> None:
    """Refuses a form that another site sent. Raises RefusedError."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if site not in {"same-origin", "none"} or foreign:
        raise RefusedError("Forged", "This form was sent from another site.", "Open the page here, and send it again.")


async def form_of(request: Request) -> FormData:
    """The fields of a form. Raises UsageError when it is too large to be one of ours."""
    length = request.headers.get("content-length", "")
    kind = request.headers.get("content-type", "").split(";")[0]
    if not length.isdigit() or int(length) > LARGEST_FORM or kind != "application/x-www-form-urlencoded":
        raise UsageError("This is not a form of this inbox.", "Open the page again.")
    return await request.form(max_fields=50)


def check_token(given: str, expected: str) -> None:
    """Refuses a form without the token of its session. Raises RefusedError."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise RefusedError("Forged", "This form does not belong to your session.", "Open the page again and repeat it.")
