"""Content that comes in parts of 8 MiB, in any order and in separate requests, as a browser sends it.

    about.json   {"size": bytes of the whole}; written last, so that an upload begun half counts as none
    draft        the stored form; each part at its place
    parts        per part: 0, 1 (announced) or 2 (stored), and the keyed BLAKE3 of its content (32)

A part is sealed at its own nonces, so it must never come with other content: what it will be is on the disk before its
first byte is sealed, and other bytes are refused. Neither hash of the whole can be built from parts in any order, so
`finish` reads the draft once more; that pass proves each part too.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3
from cryptography.exceptions import InvalidTag

from rogatory.adapters.vault_drafts import Draft, cannot_write
from rogatory.adapters.vault_form import (
    CHUNK,
    HEADER,
    TAG,
    TRAILER,
    Sealed,
    cipher_of,
    new_header,
    nonce,
    trailer_of,
)
from rogatory.adapters.vault_keys import VaultKeys, replace_file
from rogatory.adapters.vault_unfinished import DRAFT, SENDING, UnfinishedContent
from rogatory.errors import ChangedError, IntegrityError, NotFoundError, UsageError
from rogatory.ports import Progress
from schemas.identifiers import Digest, Reference
from schemas.vault import Upload

PART = 8 << 20
"""Bytes of each part but the last."""
LARGEST = 1 << 40
"""Bytes of the largest upload: what is announced costs memory before a byte of it came."""
_CHUNKS = PART // CHUNK
_ABOUT, _PARTS, _ENTRY = "about.json", "parts", 33
_NONE, _ANNOUNCED, _STORED = 0, 1, 2


class VaultUploads:
    """Implements `ports.Uploads`; a whole upload is handed to `publish`."""

    def __init__(
        self, unfinished: UnfinishedContent, keys: VaultKeys, publish: Callable[[Reference, Draft, Progress], None]
    ) -> None:
        self._unfinished, self._keys, self._publish = unfinished, keys, publish

    def begin(self, reference: Reference, origin: str, size: int) -> Upload:
        """Begins, or finds again what was begun. Raises UsageError, UnreachableError."""
        if not 0 <= size <= LARGEST:
            raise UsageError(f"No content of {size} bytes is taken in parts.", f"The largest has {LARGEST}.")
        name = self._unfinished.id_of(reference, f"upload:{origin}")
        with self._unfinished.held(reference, name, make=True, wait=True) as folder, _writing(folder):
            if _size(folder) != size:
                self._unfinished.clear(folder)
                replace_file(folder / DRAFT, new_header(self._keys.case_key(reference)))
                replace_file(folder / _PARTS, bytes(_count(size) * _ENTRY))
                replace_file(folder / _ABOUT, json.dumps({"size": size}).encode())
            states = (folder / _PARTS).read_bytes()[::_ENTRY]
            return Upload(
                reference=reference,
                id=name,
                size=size,
                part_size=PART,
                parts=_count(size),
                missing=_missing(states),
            )

    def put(self, reference: Reference, upload: str, part: int, content: bytes) -> None:
        """Stores a part. Raises UsageError, ChangedError, NotFoundError, UnreachableError."""
        with self._opened(reference, upload) as parts:
            parts.put(part, content)

    def finish(self, reference: Reference, upload: str, progress: Progress | None = None) -> tuple[Digest, int]:
        """Makes the parts the vault's content. Raises UsageError, IntegrityError, NotFoundError, UnreachableError."""
        count = progress or (lambda _: None)
        with self._opened(reference, upload) as parts:
            sealed = parts.closed(reference, count)
            self._publish(reference, Draft(parts.folder / DRAFT, sealed, parts.folder / SENDING), count)
            self._unfinished.remove(parts.folder)
            return sealed.digest, sealed.size

    def abandon(self, reference: Reference, upload: str) -> None:
        """Drops what came; no error where there is nothing."""
        with (
            contextlib.suppress(NotFoundError),
            self._unfinished.held(reference, upload, make=False, wait=True) as folder,
        ):
            self._unfinished.remove(folder)

    @contextlib.contextmanager
    def _opened(self, reference: Reference, upload: str) -> Iterator["_Parts"]:
        with self._unfinished.held(reference, upload, make=False, wait=True) as folder, _writing(folder):
            size = _size(folder)
            if size is None:
                raise NotFoundError(f"There is no upload {upload} in {reference}.", "Begin it.")
            yield _Parts(folder, size, self._keys.existing_case_key(reference))


@dataclass(frozen=True)
class _Parts:
    """The parts of one upload, whose folder is held."""

    folder: Path
    size: int
    case_key: bytes

    def put(self, part: int, content: bytes) -> None:
        if not 0 <= part < _count(self.size):
            raise UsageError(f"There is no part {part}.", f"The parts are 0 to {_count(self.size) - 1}.")
        wanted = min(PART, self.size - part * PART)
        if len(content) != wanted:
            raise UsageError(f"Part {part} has {len(content)} bytes and must have {wanted}.")
        with _open(self.folder / _PARTS) as marks:
            mark = blake3(content, key=self._mark_key()).digest()
            state, known = _entry(marks, part)
            if state != _NONE and known != mark:
                raise ChangedError(
                    f"Part {part} came before with other bytes: the file was changed meanwhile.",
                    "Abandon the upload, then begin it anew.",
                )
            if state == _STORED:
                return
            os.pwrite(marks, bytes([_ANNOUNCED]) + mark, part * _ENTRY)
            os.fdatasync(marks)
            with _open(self.folder / DRAFT) as draft:
                _pwrite(draft, self._sealed(part, content), HEADER + part * _CHUNKS * (CHUNK + TAG))
                os.fdatasync(draft)
            os.pwrite(marks, bytes([_STORED]), part * _ENTRY)

    def closed(self, reference: Reference, progress: Progress) -> Sealed:
        """Proves every part, and writes the trailer. Raises UsageError, IntegrityError."""
        if missing := _missing((self.folder / _PARTS).read_bytes()[::_ENTRY]):
            raise UsageError(
                f"{len(missing)} of {_count(self.size)} parts are missing, the first is part {missing[0]}.",
                "Send them, then finish.",
            )
        path = self.folder / DRAFT
        cipher, prefix = cipher_of(self._header(), self.case_key)
        with path.open("rb") as draft:
            header = draft.read(HEADER)
            plain, stored, last = hashlib.sha256(), blake3(header), _chunks(self.size) - 1
            for counter in range(last + 1):
                length = min(CHUNK, self.size - counter * CHUNK)
                sealed = draft.read(length + TAG)
                try:
                    plain.update(cipher.decrypt(nonce(prefix, counter, last=counter == last), sealed, header))
                except (InvalidTag, ValueError):  # ValueError: the file is cut
                    self._lost(counter // _CHUNKS)
                    raise IntegrityError(
                        f"Part {counter // _CHUNKS} is not as it came.", "Send it again, then finish."
                    ) from None
                stored.update(sealed)
                progress(length)
        if path.stat().st_nlink == 1:  # else it was published before a crash: that file is never written again
            path.chmod(0o600)
            with _open(path) as handle:
                end = HEADER + self.size + (last + 1) * TAG
                _pwrite(handle, trailer_of(reference, plain.digest(), self.size, stored), end)
                os.ftruncate(handle, end + TRAILER)
                os.fchmod(handle, 0o400)
                os.fsync(handle)
        return Sealed(f"sha256:{plain.hexdigest()}", self.size)

    def _sealed(self, part: int, content: bytes) -> bytes:
        header = self._header()
        cipher, prefix = cipher_of(header, self.case_key)
        first, last, view = part * _CHUNKS, _chunks(self.size) - 1, memoryview(content)
        return b"".join(
            cipher.encrypt(
                nonce(prefix, counter, last=counter == last),
                view[(counter - first) * CHUNK : (counter - first + 1) * CHUNK],
                header,
            )
            for counter in range(first, min(first + _CHUNKS, last + 1))
        )

    def _header(self) -> bytes:
        with (self.folder / DRAFT).open("rb") as draft:
            return draft.read(HEADER)

    def _mark_key(self) -> bytes:
        return blake3(self.case_key + self._header(), derive_key_context="rogatory vault upload part 1").digest()

    def _lost(self, part: int) -> None:
        with _open(self.folder / _PARTS) as marks:
            os.pwrite(marks, bytes([_ANNOUNCED]), part * _ENTRY)
        if (self.folder / DRAFT).stat().st_nlink == 1:
            (self.folder / DRAFT).chmod(0o600)


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


def _count(size: int) -> int:
    return max(1, -(-size // PART))


def _missing(states: bytes) -> tuple[int, ...]:
    return tuple(part for part, state in enumerate(states) if state != _STORED)


def _size(folder: Path) -> int | None:
    """What was announced; None where no upload was begun to the end, or its parts were damaged."""
    try:
        size = int(json.loads((folder / _ABOUT).read_bytes())["size"])
        whole = (folder / DRAFT).stat().st_size >= HEADER
        return size if whole and (folder / _PARTS).stat().st_size == _count(size) * _ENTRY else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _entry(marks: int, part: int) -> tuple[int, bytes]:
    entry = os.pread(marks, _ENTRY, part * _ENTRY)
    return entry[0], entry[1:]


@contextlib.contextmanager
def _open(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _pwrite(handle: int, content: bytes, at: int) -> None:
    left = memoryview(content)
    while left:
        done = os.pwrite(handle, left, at)
        left, at = left[done:], at + done


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise cannot_write(fault, folder.parent.parent, keeps=True) from fault
