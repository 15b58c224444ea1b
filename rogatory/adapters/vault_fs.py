"""The evidence vault on a local disk: content under its own SHA-256, encrypted per case, written once.

    vault/<reference>/ab/<64 hex digits>     EVB1 | nonce prefix (7) | key wrapped by the case's key (40) | chunks
    vault/tmp/                               content on its way in; never seen by a reader

Each chunk is 1 MiB of AES-256-GCM with nonce = prefix | 32-bit counter | last-chunk flag (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizar), the header as associated data. So no chunk can be changed, moved, dropped or
appended unseen, and memory stays flat whatever the size.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from rogatory.adapters.vault_keys import VaultKeys, checked_reference, fsync_folder
from rogatory.errors import IntegrityError, NotFoundError, UnreachableError
from rogatory.ports import Progress
from schemas.identifiers import Digest, Reference, hex_of

_MAGIC = b"EVB1"
_PREFIX, _WRAPPED, _TAG = 7, 40, 16
_HEADER = len(_MAGIC) + _PREFIX + _WRAPPED
CHUNK = 1 << 20
"""Bytes of content in a chunk."""
LEFTOVER_AGE = 24 * 3600.0
"""Seconds after which an ownerless file in tmp/ is removed."""
_HEX = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DirectoryVault:
    """Implements `ports.EvidenceVault` in a folder; any number of processes may use it at once."""

    def __init__(self, root: Path, keys: VaultKeys) -> None:
        self._root = root
        self._keys = keys
        self._tmp = root / "tmp"
        self._tmp.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

    def keep(self, reference: Reference, source: BinaryIO, progress: Progress | None = None) -> tuple[Digest, int]:
        """Streams the bytes in; returns their digest and size in bytes. The same bytes twice are stored once.

        Raises:
            UnreachableError: the disk is full or cannot be written; nothing was stored.
            IntegrityError: the same content is already there, and damaged.
        """
        case_key = self._keys.case_key(reference)
        try:
            handle, name = tempfile.mkstemp(dir=self._tmp)
            draft = Path(name)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)  # says to `sweep` that its writer lives
                hex_digest, size = _seal(handle, case_key, source, progress)
                os.fchmod(handle, 0o400)
                os.fsync(handle)
                self._publish(reference, draft, hex_digest)
            finally:
                os.close(handle)
                draft.unlink(missing_ok=True)
        except OSError as fault:
            what = "is full" if fault.errno in _FULL else f"cannot be written ({os.strerror(fault.errno or 0)})"
            raise UnreachableError(
                f"The vault's disk {what}; nothing was stored.", f"Make room under {self._root}, then repeat."
            ) from fault
        return f"sha256:{hex_digest}", size

    def read(self, reference: Reference, digest: Digest) -> bytes:
        """The bytes, verified. Raises NotFoundError, IntegrityError."""
        return b"".join(self.stream(reference, digest))

    def stream(self, reference: Reference, digest: Digest) -> Iterator[bytes]:
        """The bytes in chunks of 1 MiB; raises IntegrityError no later than at the end, NotFoundError at once."""
        path = self._path(reference, digest)
        if not path.is_file():
            raise NotFoundError(f"The vault holds nothing under {digest} in {reference}.", "See `rogatory doctor`.")
        return _unseal(path, self._keys.existing_case_key(reference), digest)

    def has(self, reference: Reference, digest: Digest) -> bool:
        """Whether something is stored under the digest (not whether it is sound)."""
        return self._path(reference, digest).is_file()

    def digests(self, reference: Reference) -> Iterator[Digest]:
        """Everything the case holds, in order of digest."""
        for path in sorted((self._root / checked_reference(reference)).glob("??/*")):
            if _HEX.fullmatch(path.name):
                yield f"sha256:{path.name}"

    def damaged(self, reference: Reference) -> tuple[Digest, ...]:
        """Reads everything the case holds and returns what is not what its digest says."""
        found: list[Digest] = []
        for digest in self.digests(reference):
            try:
                for _ in self.stream(reference, digest):
                    pass
            except IntegrityError:
                found.append(digest)
        return tuple(found)

    def sweep(self, older_than: float = LEFTOVER_AGE) -> int:
        """Removes what killed writers left in tmp/, once older than so many seconds; returns how many."""
        removed = 0
        for path in self._tmp.iterdir():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                if time.time() - path.stat().st_mtime < older_than:
                    continue
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # its writer is alive: a slow source, not a leftover
                path.unlink()
                removed += 1
        return removed

    def _publish(self, reference: Reference, draft: Path, hex_digest: str) -> None:
        target = self._path(reference, f"sha256:{hex_digest}")
        case = target.parent.parent
        for folder in (case, target.parent):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True, mode=0o700)
                fsync_folder(folder.parent)
        try:
            target.hardlink_to(draft)  # atomic, and never overwrites
        except FileExistsError:
            # What is there must be sound before the sender may forget his copy.
            for _ in _unseal(target, self._keys.existing_case_key(reference), f"sha256:{hex_digest}"):
                pass
        fsync_folder(target.parent)

    def _path(self, reference: Reference, digest: Digest) -> Path:
        name = hex_of(digest)
        if not _HEX.fullmatch(name):
            raise NotFoundError(f"{digest[:80]!r} is not a digest.", "Write it as sha256: and 64 hexadecimal digits.")
        return self._root / checked_reference(reference) / name[:2] / name


def _seal(handle: int, case_key: bytes, source: BinaryIO, progress: Progress | None) -> tuple[str, int]:
    key, prefix = AESGCM.generate_key(256), os.urandom(_PREFIX)
    cipher, header = AESGCM(key), _MAGIC + prefix + aes_key_wrap(case_key, key)
    plain, size, counter = hashlib.sha256(), 0, 0
    _write(handle, header)
    chunk = _fill(source)
    while True:
        following = _fill(source) if len(chunk) == CHUNK else b""
        plain.update(chunk)
        size += len(chunk)
        _write(handle, cipher.encrypt(prefix + struct.pack(">IB", counter, not following), chunk, header))
        if progress is not None:
            progress(len(chunk))
        if not following:
            return plain.hexdigest(), size
        chunk, counter = following, counter + 1


def _unseal(path: Path, case_key: bytes, digest: Digest) -> Iterator[bytes]:
    fault = IntegrityError(
        f"What the vault holds under {digest} is damaged.", "Restore that file from a backup; it was never rewritten."
    )
    plain, counter = hashlib.sha256(), 0
    with path.open("rb") as file:
        header = file.read(_HEADER)
        if len(header) != _HEADER or not header.startswith(_MAGIC):
            raise fault
        prefix = header[len(_MAGIC) : len(_MAGIC) + _PREFIX]
        try:
            cipher = AESGCM(aes_key_unwrap(case_key, header[-_WRAPPED:]))
            sealed = file.read(CHUNK + _TAG)
            while True:
                following = file.read(CHUNK + _TAG) if len(sealed) == CHUNK + _TAG else b""
                chunk = cipher.decrypt(prefix + struct.pack(">IB", counter, not following), sealed, header)
                plain.update(chunk)
                yield chunk
                if not following:
                    break
                sealed, counter = following, counter + 1
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise fault from None
    if plain.hexdigest() != hex_of(digest):
        raise fault


def _fill(source: BinaryIO) -> bytes:
    """One full chunk, or what is left: a raw file or a socket may give less than asked before its end."""
    try:
        chunk = source.read(CHUNK)
        if not chunk or len(chunk) == CHUNK:
            return chunk or b""
        parts = bytearray(chunk)
        while len(parts) < CHUNK and (more := source.read(CHUNK - len(parts))):
            parts += more
    except OSError as fault:
        raise UnreachableError(
            f"The source cannot be read ({os.strerror(fault.errno or 0)}); nothing was stored.",
            "Check it, then repeat.",
        ) from fault
    return bytes(parts)


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def open_vault(home: Path) -> DirectoryVault:
    """The vault of an installation."""
    return DirectoryVault(home / "vault", VaultKeys(home / "keys"))
