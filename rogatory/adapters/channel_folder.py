"""A channel made of two folders: we write into one, the other state into the other (a mount, SFTP, a shared disk).

A file appears under its final name only when it is whole: written as `.<name>.part`, made durable, then renamed.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.vault_keys import fsync_folder
from rogatory.errors import ChangedError, IntegrityError, NotFoundError, UnreachableError
from schemas.identifiers import hex_of
from schemas.tasks import DeliveryReceipt, Package

ENDING = ".asice.age"
_NAME = re.compile(r"[0-9a-f-]{36}\.asice\.age")
MAX_MESSAGE = 8 << 30
"""Bytes: a larger message is set aside unread."""
AT_ONCE = 50


class FolderChannel:
    """Implements `ports.Channel` and `ports.Courier`."""

    name = "folder"

    def __init__(self, outbox: Path, inbox: Path) -> None:
        self._outbox, self._inbox = outbox, inbox

    def send(self, package: Package, content: Iterator[bytes]) -> DeliveryReceipt:
        """Puts the package into the outbox. The same transmission id again changes nothing.

        Raises:
            UnreachableError: the folder cannot be written; nothing appeared in it.
            ChangedError: other content went out under this transmission id.
        """
        path, at = put_once(self._outbox, f"{package.transmission}{ENDING}", package, content)
        return DeliveryReceipt(channel=self.name, accepted_at=at, place=path.name)

    def waiting(self) -> list[tuple[str, BinaryIO]]:
        """Messages not yet taken in, by name, oldest first; at most 50 at once, since each is an open file."""
        found = []
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self._inbox):
                if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(FileNotFoundError):
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name, entry.stat().st_size))
        messages: list[tuple[str, BinaryIO]] = []
        for _, name, size in sorted(found):
            if size > MAX_MESSAGE:
                self.set_aside(name)
                continue
            with contextlib.suppress(FileNotFoundError):
                messages.append((name, (self._inbox / name).open("rb")))
            if len(messages) == AT_ONCE:
                break
        return messages

    def done(self, name: str) -> None:
        """Moves a message to `done/`; a second time changes nothing."""
        self._move(name, "done")

    def set_aside(self, name: str) -> None:
        """Moves a message to `quarantine/`, where no one uses it by mistake."""
        self._move(name, "quarantine")

    def _move(self, name: str, folder: str) -> None:
        if not _NAME.fullmatch(name):
            raise NotFoundError(f"{name[:60]!r} is not the name of a message.")
        target = self._inbox / folder
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):  # taken away before: done
            (self._inbox / name).replace(target / name)
            fsync_folder(self._inbox)
            fsync_folder(target)


@contextlib.contextmanager
def publish(path: Path) -> Iterator[BinaryIO]:
    """A file to write that appears under its path, durable, when the block ends well, and leaves nothing otherwise.

    Raises UnreachableError when the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        fsync_folder(path.parent)
    except OSError as fault:
        raise UnreachableError(
            f"The folder {path.parent} cannot be written ({os.strerror(fault.errno or 0)}).", "Check the disk."
        ) from fault


def put_once(folder: Path, name: str, package: Package, content: Iterator[bytes]) -> tuple[Path, datetime]:
    """Writes the package under its name unless it is there; returns the path and when it came there.

    Raises:
        IntegrityError: the content is not the package's.
        ChangedError: something else lies there under this name.
        UnreachableError: the folder cannot be written.
    """
    path = folder / name
    try:
        if path.exists():
            return _found(path, package)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = folder / f".{name}.{os.getpid()}.part"
        try:
            _write_part(part, package, content)
            try:
                path.hardlink_to(part)  # like rename, but never overwrites
            except FileExistsError:
                return _found(path, package)
        finally:
            part.unlink(missing_ok=True)
        fsync_folder(folder)
    except OSError as fault:
        raise UnreachableError(
            f"The folder {folder} cannot be written ({os.strerror(fault.errno or 0)}); nothing was sent.",
            "Check the disk or the mount; the same command sends nothing twice.",
        ) from fault
    return path, _moment(path)


def _write_part(part: Path, package: Package, content: Iterator[bytes]) -> None:
    measured, size = sha256(), 0
    with part.open("wb") as file:
        for chunk in content:
            measured.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if measured.hexdigest() != hex_of(package.digest) or size != package.size:
        raise IntegrityError(f"The package {package.transmission} is not what the ledger says; nothing was sent.")


def _found(path: Path, package: Package) -> tuple[Path, datetime]:
    with path.open("rb") as file:
        measured = sha256()
        while chunk := file.read(1 << 20):
            measured.update(chunk)
    if measured.hexdigest() != hex_of(package.digest):
        raise ChangedError(
            f"Other content went out as {package.transmission} before.", "Transmit anew, under a new transmission."
        )
    return path, _moment(path)


def _moment(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
