"""Acts that wait for a passkey: each runs in a thread of its own, and stops there until the browser has answered.

What is signed is made in one place, by the act itself; so it is the act that waits, and not a copy of its words. A
restart of the inbox ends what waits: nothing was signed, and the form can be sent again.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.requests import Request
from starlette.responses import Response

from rogatory.custody.dsse import load_key
from rogatory.custody.passkey import Assertion, check_assertion
from rogatory.errors import IntegrityError, NotFoundError, RefusedError
from schemas.custody import Passkey

PATIENCE = 300.0
"""Seconds a person has to find their authenticator."""
MOST, MOST_OF_ONE = 200, 3
"""Acts that wait at a time: of all, and of one session."""
Shown = Callable[[Request, Any], Response]
"""What is shown of an act's outcome."""
Answered = tuple[bytes, bytes, bytes]
"""Signature, authenticator data, client data."""


class BrowserPasskey:
    """A passkey in somebody's browser, as a signer of acts; of PDFs it is none. Implements ports.Signer, Asserting."""

    def __init__(self, passkey: Passkey, ask: Callable[[bytes], Answered]) -> None:
        self._passkey, self._ask = passkey, ask

    @property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""
        return self._passkey.keyid

    @property
    def certificate(self) -> str:
        """Raises RefusedError: there is none."""
        raise _no_pdf()

    def sign(self, message: bytes) -> bytes:
        """Raises RefusedError: it signs no bytes as they are."""
        raise _no_pdf()

    def assertion(self, message: bytes) -> Answered:
        """The browser's answer. Raises RefusedError when it is no assertion of this passkey over the message."""
        value, data, client = self._ask(message)
        assertion = Assertion(data, client)
        try:
            check_assertion(assertion, message, self._passkey.relying_party)
            load_key(self._passkey.public_key).verify(value, assertion.signed_bytes, ec.ECDSA(hashes.SHA256()))
        except (IntegrityError, InvalidSignature, ValueError) as error:
            said = str(error) or "It was made by another passkey."
            raise RefusedError("WrongPasskey", f"Nothing was signed. {said}", "Try again with your passkey.") from error
        return value, data, client


def _no_pdf() -> RefusedError:
    return RefusedError(
        "PasskeySignsNoPdf",
        "A letter is signed with the key of its certificate, and a passkey has none.",
        "Sign this one with your PIN.",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act waits for."""

    message: bytes
    """To be signed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an act ended."""

    outcome: object
    """What it gave, or the error it raised."""


class WaitingAct:
    """One act under way. Made within a running event loop."""

    def __init__(self, session: str, passkey: Passkey, work: Callable[[BrowserPasskey], object], shown: Shown) -> None:
        self.id, self.session, self.passkey, self.shown = secrets.token_urlsafe(16), session, passkey, shown
        self.asks = self.over = False
        self._loop = asyncio.get_running_loop()
        self._events = asyncio.Queue[Asked | Ended]()
        self._answers = SimpleQueue[Answered]()
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    async def next(self) -> Asked | Ended:
        """What comes next of it."""
        event = await self._events.get()
        self.asks = isinstance(event, Asked)
        return event

    def answer(self, answered: Answered) -> None:
        """Lets it go on."""
        self.asks = False
        self._answers.put(answered)

    def _run(self, work: Callable[[BrowserPasskey], object]) -> None:
        try:
            outcome = work(BrowserPasskey(self.passkey, self._ask))
        except Exception as error:  # noqa: BLE001  (told to whoever asks next: see Ended)
            outcome = error
        self.over = True
        self._tell(Ended(outcome))

    def _ask(self, message: bytes) -> Answered:
        self._tell(Asked(message))
        try:
            return self._answers.get(timeout=PATIENCE)
        except Empty:
            raise RefusedError(
                "TooLate", "The passkey did not answer in five minutes. Nothing was signed.", "Send the form again."
            ) from None

    def _tell(self, event: Asked | Ended) -> None:
        try:
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)
        except RuntimeError:  # the inbox ended meanwhile
            self.over = True


class WaitingActs:
    """Those of all sessions."""

    def __init__(self) -> None:
        self._acts: dict[str, WaitingAct] = {}

    def begin(
        self, session: str, passkey: Passkey, work: Callable[[BrowserPasskey], object], shown: Shown
    ) -> WaitingAct:
        """Begins one. Raises RefusedError when too many wait."""
        self._acts = {each.id: each for each in self._acts.values() if not each.over}
        own = sum(each.session == session for each in self._acts.values())
        if own >= MOST_OF_ONE or len(self._acts) >= MOST:
            raise RefusedError("TooOften", "Too many acts wait for a passkey.", "Try again in five minutes.")
        act = WaitingAct(session, passkey, work, shown)
        self._acts[act.id] = act
        return act

    def of(self, number: str, session: str) -> WaitingAct:
        """The act of that number, of that session, that asks for a signature now. Raises NotFoundError."""
        act = self._acts.get(number)
        if act is None or act.session != session or not act.asks:  # a second click answers nothing
            raise NotFoundError("This signature is no longer awaited.", "Open the page, and send the form again.")
        return act

    def forget(self, act: WaitingAct) -> None:
        """It has ended, and that was told."""
        self._acts.pop(act.id, None)
