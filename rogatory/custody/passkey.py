"""Assertions of passkeys (WebAuthn Level 3, sections 5.8.1, 6.1 and 7.2) as signatures over an envelope.

1. The challenge is the SHA-256 of what the envelope signs, so the assertion is over that and nothing else.
2. The authenticator signs its own data and the SHA-256 of the client's data; both travel with the signature.
3. Only an assertion made for the installation's own name (relying party), with the person present and verified by the
   authenticator (PIN, finger, face), counts. Its counter is not judged: passkeys that are kept in several devices have
   none (section 6.1.1), and the ledger refuses a repetition by the command id that is signed.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import JsonValue

from rogatory.errors import IntegrityError

PRESENT, VERIFIED, ATTESTED, EXTENDED = 0x01, 0x04, 0x40, 0x80
"""Flags of authenticator data (section 6.1)."""
SHORTEST, LONGEST = 37, 1024
"""Bytes of authenticator data without extensions, and the most we read of it or of client data."""
KIND = "webauthn.get"


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator and its client said beside the signature."""

    authenticator_data: bytes
    client_data: bytes
    """JSON as the client wrote it (CollectedClientData)."""

    @property
    def signed_bytes(self) -> bytes:
        """What the authenticator's signature is over."""
        return self.authenticator_data + hashlib.sha256(self.client_data).digest()


def challenge_of(message: bytes) -> str:
    """The challenge for a message: base64url of its SHA-256."""
    return base64url(hashlib.sha256(message).digest())


def base64url(raw: bytes) -> str:
    """Without padding, as WebAuthn writes it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def check_assertion(assertion: Assertion, message: bytes, relying_party: str) -> None:
    """Returns when the assertion is of this message, for that relying party; the signature itself is not looked at.

    Raises IntegrityError naming what is wrong.
    """
    data, client = assertion.authenticator_data, _client(assertion.client_data)
    if client.get("type") != KIND:
        raise IntegrityError("The passkey was asked for something else than a signature.")
    if client.get("challenge") != challenge_of(message):
        raise IntegrityError("The passkey signed something else.")
    if client.get("crossOrigin", False) is not False or "topOrigin" in client or not _ours(client, relying_party):
        raise IntegrityError(f"The passkey signed at another place than {relying_party}.")
    if not SHORTEST <= len(data) <= LONGEST or data[:32] != hashlib.sha256(relying_party.encode()).digest():
        raise IntegrityError(f"The passkey signed for another place than {relying_party}.")
    flags = data[32]
    if flags & ATTESTED or (len(data) == SHORTEST) != (not flags & EXTENDED):
        raise IntegrityError("The authenticator's data have another form than they should.")
    if not flags & PRESENT or not flags & VERIFIED:
        raise IntegrityError("The authenticator did not verify who was there.")


def _client(raw: bytes) -> dict[str, JsonValue]:
    try:
        if len(raw) > LONGEST:
            raise ValueError("too long")
        said = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise IntegrityError("What the browser said beside the passkey's signature cannot be read.") from error
    return said if isinstance(said, dict) else {}


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _ours(client: dict[str, JsonValue], relying_party: str) -> bool:
    """Over TLS, or on the machine itself (section 5.1.3: a potentially trustworthy origin)."""
    try:
        parts = urlsplit(str(client.get("origin")))
        return parts.hostname == relying_party and parts.scheme == ("http" if relying_party == LOCAL else "https")
    except ValueError:
        return False


LOCAL = "localhost"
"""The one name that browsers trust without TLS; RP ids are names, never numbers (section 5.1.2)."""
