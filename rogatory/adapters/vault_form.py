"""The form in which the vault stores content: encrypted in chunks, with a check sum anyone can verify without a key.

    EVB2 | nonce prefix (7) | key wrapped by the case's key (40) | chunks | trailer
    trailer: reference (12) | SHA-256 of the content (32) | its size in bytes (8) | BLAKE3 of all before (32)

Each chunk is 256 KiB of AES-256-GCM with nonce = prefix | 32-bit counter | last-chunk flag (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizar), the header as associated data. So no chunk can be changed, moved, dropped or
appended unseen, and memory stays flat whatever the size. The wrapped key is of this content alone, RFC 3394.

EVB1, of installations before: chunks of 1 MiB and no trailer; it is still read. Why BLAKE3: docs/adr/0017.
"""

import hashlib
import io
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from blake3 import blake3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from rogatory.errors import IntegrityError, UnreachableError
from rogatory.ports import Progress
from schemas.identifiers import Digest, Reference, hex_of

_MAGIC, _OLD_MAGIC = b"EVB2", b"EVB1"
_PREFIX, _WRAPPED, TAG = 7, 40, 16
HEADER = len(_MAGIC) + _PREFIX + _WRAPPED
"""Bytes of the header."""
CHUNK = 1 << 18
"""Bytes of content in a chunk: what is hashed, encrypted, summed and written stays in the processor's cache."""
_OLD_CHUNK = 1 << 20
_TRAILER = struct.Struct(">12s32sQ32s")
TRAILER = _TRAILER.size
"""Bytes of the trailer."""
_SUM = 32
_FILES = (io.FileIO, io.BufferedReader)
"""Sources that read into our own buffer; any other may give its bytes by `read` alone."""


class Incoming(Protocol):
    """Stored bytes on their way in."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


@dataclass(frozen=True)
class Sealed:
    """What was sealed."""

    digest: Digest
    size: int
    """Bytes of content."""


def seal(
    write: Callable[[memoryview], None],
    reference: Reference,
    case_key: bytes,
    source: BinaryIO,
    progress: Progress | None = None,
    header: bytes = b"",
) -> Sealed:
    """Reads the source to its end and writes it in the stored form: one pass, each byte read and copied once.

    Args:
        header: that of a sealing that was stopped; with it the same source gives the same stored bytes.

    Raises:
        UnreachableError: the source cannot be read.
        IntegrityError: the header is not one of this case.
    """
    header = header or new_header(case_key)
    cipher, prefix = cipher_of(header, case_key)
    plain, stored, size, counter = hashlib.sha256(), blake3(header), 0, 0
    write(memoryview(header))
    chunk, following = memoryview(bytearray(CHUNK)), memoryview(bytearray(CHUNK))
    box = memoryview(bytearray(CHUNK + TAG))
    filled = _fill(source, chunk)
    while True:
        ahead = _fill(source, following) if filled == CHUNK else 0
        content = chunk[:filled]
        plain.update(content)
        size += filled
        sealed = box[: filled + TAG]
        cipher.encrypt_into(nonce(prefix, counter, last=not ahead), content, header, sealed)
        stored.update(sealed)
        write(sealed)
        if progress is not None:
            progress(filled)
        if not ahead:
            break
        chunk, following, filled, counter = following, chunk, ahead, counter + 1
    write(memoryview(trailer_of(reference, plain.digest(), size, stored)))
    return Sealed(f"sha256:{plain.hexdigest()}", size)


def new_header(case_key: bytes) -> bytes:
    """The header of content that nobody sealed yet: a key and a nonce prefix of its own."""
    return _MAGIC + os.urandom(_PREFIX) + aes_key_wrap(case_key, AESGCM.generate_key(256))


def cipher_of(header: bytes, case_key: bytes) -> tuple[AESGCM, bytes]:
    """The cipher of the content under this header, and its nonce prefix.

    Raises:
        IntegrityError: it is no header, or of another case.
    """
    try:
        if len(header) != HEADER or not header.startswith(_MAGIC):
            raise ValueError("not a header")
        cipher = AESGCM(aes_key_unwrap(case_key, header[-_WRAPPED:]))
    except (InvalidUnwrap, ValueError):
        raise IntegrityError("This is not the beginning of sealed content of this case.") from None
    return cipher, header[len(_MAGIC) : len(_MAGIC) + _PREFIX]


def trailer_of(reference: Reference, plain: bytes, size: int, stored: Any) -> bytes:
    """The trailer; `stored` is the BLAKE3 of all before it, and is carried on."""
    trailer = _TRAILER.pack(reference.encode(), plain, size, bytes(_SUM))[:-_SUM]
    stored.update(trailer)
    return bytes(trailer + stored.digest())


def unseal(
    source: Incoming, length: int, case_key: bytes, reference: Reference, digest: Digest, blamed: str = ""
) -> Iterator[bytes]:
    """The content in chunks, verified; `length` is the stored length in bytes.

    Raises:
        IntegrityError: no later than at the end, if a single bit is not as it was written.
    """
    fault = _damage(reference, digest, blamed)
    header = _exactly(source, HEADER)
    old = header.startswith(_OLD_MAGIC)
    if len(header) != HEADER or not (old or header.startswith(_MAGIC)):
        raise fault
    whole, body = (_OLD_CHUNK if old else CHUNK) + TAG, length - HEADER - (0 if old else TRAILER)
    if body < TAG or 0 < body % whole < TAG:
        raise fault
    prefix, count = header[len(_MAGIC) : len(_MAGIC) + _PREFIX], -(-body // whole)
    plain, stored, size = hashlib.sha256(), blake3(header), 0
    try:
        cipher = AESGCM(aes_key_unwrap(case_key, header[-_WRAPPED:]))
        for counter in range(count):
            sealed = _exactly(source, min(whole, body - counter * whole))
            if not old:
                stored.update(sealed)
            chunk = cipher.decrypt(nonce(prefix, counter, last=counter == count - 1), sealed, header)
            plain.update(chunk)
            size += len(chunk)
            yield chunk
    except (InvalidTag, InvalidUnwrap, ValueError):
        raise fault from None
    if plain.hexdigest() != hex_of(digest):
        raise fault
    if not old and not _ends_well(_exactly(source, TRAILER), stored, reference, digest, size):
        raise fault
    if source.read(1):
        raise fault


def check(source: Incoming, length: int, reference: Reference, digest: Digest, blamed: str = "") -> bool:
    """Without a key: whether what is stored is as it was written, in the place it was written for.

    Returns:
        False where it has no check sum (EVB1): only its key can tell.

    Raises:
        IntegrityError: it is damaged, cut, or stands in another's place.
    """
    fault = _damage(reference, digest, blamed)
    header = _exactly(source, HEADER)
    if len(header) != HEADER:
        raise fault
    if header.startswith(_OLD_MAGIC):
        return False
    left = length - HEADER - TRAILER
    whole = CHUNK + TAG
    if not header.startswith(_MAGIC) or left < TAG or 0 < left % whole < TAG:
        raise fault
    size, stored = left - -(-left // whole) * TAG, blake3(header)
    while left:
        part = source.read(min(_OLD_CHUNK, left))
        if not part:
            raise fault
        stored.update(part)
        left -= len(part)
    if not _ends_well(_exactly(source, TRAILER), stored, reference, digest, size) or source.read(1):
        raise fault
    return True


def _ends_well(trailer: bytes, stored: Any, reference: Reference, digest: Digest, size: int) -> bool:
    stored.update(trailer[:-_SUM])
    expected = _TRAILER.pack(reference.encode(), bytes.fromhex(hex_of(digest)), size, stored.digest())
    return trailer == expected


def _damage(reference: Reference, digest: Digest, blamed: str) -> IntegrityError:
    return IntegrityError(
        f"What the vault holds under {digest} is damaged.",
        f"Restore it from a backup{f': {blamed}' if blamed else f' of {reference}'}; it was never rewritten.",
    )


def nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    """The nonce of a chunk."""
    return prefix + struct.pack(">IB", counter, last)


def _exactly(source: Incoming, size: int) -> bytes:
    """So many bytes, or what is left."""
    content = source.read(size)
    if len(content) == size or not content:
        return content
    parts = bytearray(content)
    while len(parts) < size and (more := source.read(size - len(parts))):
        parts += more
    return bytes(parts)


def _fill(source: BinaryIO, buffer: memoryview) -> int:
    """Fills the buffer, or gives what is left: a raw file or a socket may give less than asked before its end."""
    filled = 0
    try:
        while filled < len(buffer):
            if type(source) in _FILES:
                got = source.readinto(buffer[filled:]) or 0  # type: ignore[attr-defined]
            else:
                content = source.read(len(buffer) - filled)
                got = len(content)
                buffer[filled : filled + got] = content
            if not got:
                break
            filled += got
    except OSError as fault:
        raise UnreachableError(
            f"The source cannot be read ({os.strerror(fault.errno or 0)}); it was not taken in.",
            "Check it, then repeat.",
        ) from fault
    return filled
