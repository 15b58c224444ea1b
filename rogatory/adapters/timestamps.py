"""Time stamps (RFC 3161) from the one authority this installation is configured for.

One host is contacted and no other: no proxy, no redirect, no address out of a certificate. Each answer is verified
before it is used: that it stamps what was asked, now asked, by a certificate the trust anchors lead to.
"""

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import cms, crl, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.certificates import read_list
from rogatory.adapters.cms import certificates, name_of, wait_for
from rogatory.adapters.signing_settings import TimestampSettings, read_settings
from rogatory.adapters.timestamp_authority import QUERY, REPLY, Response, running_at
from rogatory.custody.names import safe_name
from rogatory.errors import IntegrityError, UnreachableError
from schemas.custody import TrustAnchors

LARGEST_REPLY = 64 * 1024
"""Bytes; a token with its certificates has two to eight thousand."""
NOT_CONFIGURED = "no time-stamping authority is configured"
NOT_RUNNING = "the time-stamping authority of the demonstration is not running"
REPEAT = "Nothing was signed or sent. Repeat the command when it answers."


@dataclass(frozen=True)
class TimeAuthority:
    """Whom to ask for a time stamp, and whom to believe."""

    url: str
    roots: tuple[str, ...]
    """PEM; vouch for its certificate and for the signer's."""
    lists: tuple[Path, ...] = ()
    """Files of revocation lists; read at each signature, so that a list renewed counts at once."""
    timeout: float = 10.0

    @classmethod
    def of(cls, home: Path, settings: TimestampSettings, anchors: TrustAnchors) -> "TimeAuthority":
        """The authority those settings name."""
        roots = (*anchors.root_certificates, *anchors.timestamp_roots)
        return cls(settings.url, roots, tuple(home / name for name in settings.lists), settings.timeout)

    @property
    def host(self) -> str:
        """Its name, for messages."""
        return urlsplit(self.url).netloc

    def trust(self, others: Sequence[x509.Certificate] = ()) -> ValidationContext:
        """Trust in the roots now; every certificate below them must be shown not to be revoked.

        Raises:
            UnreachableError: a list is missing or out of date. IntegrityError: a file is no list.
        """
        return ValidationContext(
            trust_manager=SimpleTrustManager.build(trust_roots=certificates(self.roots)),
            other_certs=others,
            crls=self.revocation_lists(),
            allow_fetching=False,
            revocation_mode="require",
        )

    def revocation_lists(self) -> list[crl.CertificateList]:
        """The lists as they stand. Raises as `trust` does."""
        read = []
        for path in self.lists:
            found = read_list(path)
            if found is None:
                raise UnreachableError(f"There is no revocation list at {path}.", "Get it from its issuer.")
            ends = found.next_update_utc
            if ends is not None and ends < datetime.now(UTC):
                raise UnreachableError(
                    f"The revocation list {path} counted until {ends:%Y-%m-%d %H:%M} UTC.", "Get the present one."
                )
            read.append(crl.CertificateList.load(found.public_bytes(Encoding.DER)))
        return read


class AskingStamper(TimeStamper):  # type: ignore[misc]  # pyHanko is untyped to us
    """Asks one authority; for one signature, since it remembers the authority's certificate."""

    def __init__(self, authority: TimeAuthority, trust: ValidationContext) -> None:
        super().__init__()
        self._authority, self._trust = authority, trust
        self.tokens: list[tuple[datetime, x509.Certificate]] = []
        """When each token says it was made, and whose it is."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over the digest.

        Raises:
            UnreachableError: no answer, or none that is one. IntegrityError: an answer that does not verify.
        """
        nonce, query = self.request_cms(message_digest, md_algorithm)
        reply = await asyncio.to_thread(ask, self._authority, bytes(query.dump()))
        host = self._authority.host
        token = _granted(reply, host)
        try:
            signed = cms.ContentInfo.load(token)["content"]
            info = signed["encap_content_info"]["content"].parsed
            same = info["nonce"].native == nonce and signed["encap_content_info"]["content_type"].native == "tst_info"
            found = await validate_tst_signed_data(
                signed, self._trust, lambda algorithm: _expected(algorithm, md_algorithm, message_digest)
            )
            status = TimestampSignatureStatus(**found)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as fault:
            raise IntegrityError(f"The answer of {host} is no time stamp: {fault}.", REPEAT) from fault
        if not (same and status.intact and status.valid):
            raise IntegrityError(f"The time stamp of {host} is not for what was asked.", REPEAT)
        if not status.trusted:
            raise IntegrityError(
                f"The time stamp of {host} is by {name_of(status.signing_cert)}, whom no trust anchor vouches for, or "
                "whose certificate no list shows to be good.",
                "Enter its certificate and list with: rogatory timestamps",
            )
        self.tokens.append((status.timestamp, status.signing_cert))
        return cms.ContentInfo.load(token)  # unread: of what was read, pyHanko would copy every part many times


def stamping(home: Path) -> TimeAuthority | str:
    """The authority this installation stamps with, or why there is none. Raises UsageError for spoilt settings."""
    settings = read_settings(home)
    if settings.timestamps is not None:
        return TimeAuthority.of(home, settings.timestamps, FileAnchors(home).own())
    if not settings.demo:
        return NOT_CONFIGURED
    url = running_at(home)
    if not url:
        return NOT_RUNNING
    return TimeAuthority.of(home, TimestampSettings(url=url, lists=("ca/root.crl",)), FileAnchors(home).own())


@dataclass(frozen=True)
class Tried:
    """What a stamp made for trial showed."""

    authority: str
    """Whom its certificate names."""
    at: datetime
    ends: datetime
    """When its certificate ends."""
    lists_end: datetime | None
    """When the first of the revocation lists ends."""


def tried(authority: TimeAuthority) -> Tried:
    """Has something stamped, and verifies it. Raises UnreachableError, IntegrityError."""
    lists = [read_list(path) for path in authority.lists]
    stamper = AskingStamper(authority, authority.trust())
    wait_for(stamper.async_timestamp(sha256(b"rogatory").digest(), "sha256"))
    at, certificate = stamper.tokens[0]
    ends = [one.next_update_utc for one in lists if one is not None and one.next_update_utc is not None]
    return Tried(name_of(certificate), at, certificate.not_valid_after, min(ends, default=None))


def ask(authority: TimeAuthority, query: bytes) -> bytes:
    """The authority's answer to one query, at most LARGEST_REPLY bytes, within its time. Raises UnreachableError."""
    host, parts = authority.host, urlsplit(authority.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=authority.timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = threading.Event()
    try:
        connection.connect()
        with _cut_off(connection.sock, authority.timeout, late):
            connection.request("POST", target, query, {"Content-Type": QUERY, "Accept": REPLY, "Connection": "close"})
            content = _answer(connection.getresponse(), host)
        if late.is_set():
            raise TimeoutError
        return content
    except ssl.SSLError as fault:
        words = f"The time-stamping authority {host} has no sound TLS: {fault.reason or type(fault).__name__}."
        raise UnreachableError(words, REPEAT) from fault
    except (OSError, http.client.HTTPException) as fault:
        if late.is_set() or isinstance(fault, TimeoutError):
            words = f"The time-stamping authority {host} did not answer within {authority.timeout:g} s."
        else:
            why = getattr(fault, "strerror", None) or type(fault).__name__
            words = f"The time-stamping authority {host} cannot be reached: {why}."
        raise UnreachableError(words, REPEAT) from fault
    finally:
        connection.close()


def _answer(answer: http.client.HTTPResponse, host: str) -> bytes:
    if answer.status != 200:  # a redirect too: nobody else is asked
        raise UnreachableError(f"The time-stamping authority {host} answered with status {answer.status}.", REPEAT)
    if answer.getheader("Content-Type", "").partition(";")[0].strip().lower() != REPLY:
        raise UnreachableError(f"{host} did not answer as a time-stamping authority does.", REPEAT)
    content = answer.read(LARGEST_REPLY + 1)
    if len(content) > LARGEST_REPLY:
        raise UnreachableError(f"The answer of {host} is longer than {LARGEST_REPLY} bytes.", REPEAT)
    return content


@contextmanager
def _cut_off(connection: socket.socket, seconds: float, late: threading.Event) -> Iterator[None]:
    """Ends the connection when the time is over: its own time-out begins anew with each byte that drips in."""

    def cut() -> None:
        late.set()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _granted(reply: bytes, host: str) -> bytes:
    """The token in the answer, DER."""
    try:
        response = Response.load(reply, strict=True)
        status = response["status"]
        granted = status["status"].native in ("granted", "granted_with_mods")
        words = "; ".join([*(status["status_string"].native or ()), *sorted(status["fail_info"].native or ())])
        token: bytes = response["time_stamp_token"].dump()
    except (ValueError, TypeError, KeyError) as fault:
        raise UnreachableError(f"The answer of {host} is none that RFC 3161 knows.", REPEAT) from fault
    if not granted:
        raise UnreachableError(f"{host} refused to stamp: {safe_name(words, 200) or 'no reason given'}.", REPEAT)
    if not token:
        raise UnreachableError(f"{host} granted a time stamp and sent none.", REPEAT)
    return token


def _expected(algorithm: str, asked: str, digest: bytes) -> bytes:
    """The imprint there must be; of another algorithm than the one asked there is none."""
    return digest if algorithm == asked else b""
