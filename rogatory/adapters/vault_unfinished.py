"""Content whose way into the vault was stopped half-way, and which goes on when the same command is given again.

    vault/unfinished/<reference>.<id>/draft              the stored form, as far as it came
    vault/unfinished/<reference>.<id>/about.json, parts  of an upload in parts: vault_uploads.py
    vault/unfinished/<reference>.<id>/sending.json       what an S3 store has of it: s3_sending.py

The id is a keyed digest of where the content comes from: the same source is found again, and no name of a file stands
here.

How it goes on: SHA-256 cannot be taken up half-way (hashlib gives its state to nobody), and neither date nor size prove
that a file is what it was. So the source is read from its start, sealed again in memory under the same key, and held
byte by byte against what lies here. What agrees is proven and not written again; where that ends, writing goes on. The
first byte that differs drops it all, since other content under the same key and nonces would betray both (the forbidden
attack on GCM, Joux 2006); what comes then has a new key.
"""

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

from rogatory.adapters.vault_drafts import Draft, cannot_write, write_all
from rogatory.adapters.vault_form import HEADER, Sealed, cipher_of, seal
from rogatory.adapters.vault_keys import VaultKeys, checked_reference
from rogatory.errors import IntegrityError, NotFoundError, UnreachableError
from rogatory.ports import Origin, Progress
from schemas.identifiers import Reference
from schemas.vault import Unfinished

UNFINISHED_AGE = 7 * 24 * 3600.0
"""Seconds after which what nobody goes on with is removed, counted from the last byte that came."""
DRAFT, SENDING = "draft", "sending.json"
_NAME = re.compile(r"(?P<reference>[A-Z]{2}-\d{4}-\d{4})\.(?P<id>[0-9a-f]{32})")


class _OtherBytesError(Exception):
    """The source is not what it was, or what was stored of it is damaged: the two cannot be told apart."""


class UnfinishedContent:
    """The folder of what was stopped; any number of processes may use it, and one at a time goes on with a content."""

    def __init__(self, folder: Path, keys: VaultKeys, dropped: Callable[[Path], None] = lambda _: None) -> None:
        """`dropped` is told of each folder before it is removed."""
        self._folder, self._keys, self._dropped = folder, keys, dropped
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

    def id_of(self, reference: Reference, origin: str) -> str:
        """Under which id content from there lies: 32 hexadecimal digits."""
        material = self._keys.case_key(reference) + origin.encode(errors="surrogatepass")
        return blake3(material, derive_key_context="rogatory vault unfinished 1").hexdigest(length=16)

    @contextlib.contextmanager
    def sealed(
        self, reference: Reference, source: BinaryIO, origin: Origin, progress: Progress | None
    ) -> Iterator[Draft]:
        """The source, sealed and durable; stopped before its end it lies here until it is gone on with.

        Raises:
            UnreachableError: the disk is full or cannot be written, the source cannot be read, or another process is
                at it.
        """
        case_key, done = self._keys.case_key(reference), 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if progress is not None:
                progress(more)

        with self.held(reference, self.id_of(reference, f"file:{origin.name}"), make=True, wait=False) as folder:
            try:
                try:
                    sealed = _go_on(folder / DRAFT, reference, case_key, source, count)
                except _OtherBytesError:
                    self.clear(folder)
                    origin.changed()
                    count(-done)
                    source.seek(0)
                    sealed = _go_on(folder / DRAFT, reference, case_key, source, count)
                yield Draft(folder / DRAFT, sealed, folder / SENDING)
            except OSError as fault:
                raise cannot_write(fault, self._folder.parent, keeps=True) from fault
            self.remove(folder)

    @contextlib.contextmanager
    def held(self, reference: Reference, name: str, *, make: bool, wait: bool) -> Iterator[Path]:
        """The content's folder, this process alone being at it; `make` makes it where there is none.

        Raises:
            NotFoundError: there is none. UnreachableError: another process is at it, and this one would not wait.
        """
        path = self._folder / f"{checked_reference(reference)}.{name}"
        if not _NAME.fullmatch(path.name):
            raise NotFoundError(f"{name[:40]!r} is not the id of an upload.")
        while True:
            if make:
                path.mkdir(exist_ok=True, mode=0o700)
            try:
                handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            except FileNotFoundError:
                if make:
                    continue
                raise NotFoundError(
                    f"There is no upload {name} in {reference}.", "It was finished, abandoned, or left for too long."
                ) from None
            try:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                except BlockingIOError:
                    raise UnreachableError(
                        "Another process is taking in the same content.", "Wait for it, or stop it."
                    ) from None
                if _is(handle, path):  # else it was removed while this process waited
                    yield path
                    return
            finally:
                os.close(handle)

    def all(self) -> Iterator[Unfinished]:
        """What was stopped and lies here, by case."""
        for path, found in self._folders():
            with contextlib.suppress(FileNotFoundError):
                stat, changed = (path / DRAFT).stat(), _changed(path)
                yield Unfinished(
                    reference=found["reference"],
                    id=found["id"],
                    size=min(stat.st_size, stat.st_blocks * 512),
                    changed_at=datetime.fromtimestamp(changed, UTC),
                    removed_at=datetime.fromtimestamp(changed, UTC) + timedelta(seconds=UNFINISHED_AGE),
                )

    def sweep(self, older_than: float = UNFINISHED_AGE, reference: Reference | None = None) -> int:
        """Removes what nobody went on with for so many seconds, of all cases or one; returns how many."""
        removed = 0
        for path, found in self._folders():
            if reference not in (None, found["reference"]):
                continue
            with contextlib.suppress(NotFoundError, FileNotFoundError, UnreachableError):  # someone is at it
                if time.time() - _changed(path) < older_than:
                    continue
                with self.held(found["reference"], found["id"], make=False, wait=False) as folder:
                    self.remove(folder)
                    removed += 1
        return removed

    def remove(self, folder: Path) -> None:
        """Removes a content whose folder is held."""
        self._dropped(folder)
        shutil.rmtree(folder)

    def clear(self, folder: Path) -> None:
        """Removes what lies of it; the folder stays, and is held on."""
        self._dropped(folder)
        for path in folder.iterdir():
            path.unlink()

    def _folders(self) -> Iterator[tuple[Path, re.Match[str]]]:
        for path in sorted(self._folder.iterdir()):
            if found := _NAME.fullmatch(path.name):
                yield path, found


class _Continued:
    """Holds what would be written against what is there, and writes from its end on."""

    def __init__(self, handle: int, there: int) -> None:
        self._handle, self.left = handle, there

    def __call__(self, content: memoryview) -> None:
        if self.left:
            found = os.read(self._handle, min(len(content), self.left))
            if bytes(content[: len(found)]) != found:
                raise _OtherBytesError
            self.left -= len(found)
            content = content[len(found) :]
        write_all(self._handle, content)


def _go_on(path: Path, reference: Reference, case_key: bytes, source: BinaryIO, progress: Progress) -> Sealed:
    handle = _opened(path)
    try:
        there = os.fstat(handle).st_size
        header = os.read(handle, HEADER)
        try:
            cipher_of(header, case_key)
        except IntegrityError:  # stopped before anything was written
            os.ftruncate(handle, 0)
            header, there = b"", 0
        os.lseek(handle, 0, os.SEEK_SET)
        write = _Continued(handle, there)
        sealed = seal(write, reference, case_key, source, progress, header)
        if write.left:
            raise _OtherBytesError
        os.fchmod(handle, 0o400)
        os.fsync(handle)
    finally:
        os.close(handle)
    return sealed


def _opened(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_nlink > 1:  # killed just after it was published: that file is never written again
            path.unlink()
        else:
            path.chmod(0o600)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _is(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _changed(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
