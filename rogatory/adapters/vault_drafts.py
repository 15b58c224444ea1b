"""Content on its way into the vault: sealed into a file of its own, which no reader looks for.

A draft is removed whatever happens to its writer; what a killed one left is swept later. The drafts of a vault in an S3
store lie on this machine's disk, encrypted like the rest.
"""

import contextlib
import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.vault_form import Sealed, seal
from rogatory.errors import UnreachableError
from rogatory.ports import Progress
from schemas.identifiers import Reference

LEFTOVER_AGE = 24 * 3600.0
"""Seconds after which an ownerless draft is removed."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Draft:
    """A whole sealed file, durable, not yet published."""

    path: Path
    sealed: Sealed
    sending: Path | None = None
    """Where is noted what a store has of it already; none: it is sent in one go."""


class Drafts:
    """The folder of drafts; any number of processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

    @contextlib.contextmanager
    def sealed(
        self, reference: Reference, case_key: bytes, source: BinaryIO, progress: Progress | None
    ) -> Iterator[Draft]:
        """The source, sealed and durable; the draft is gone when this ends.

        Raises:
            UnreachableError: the disk is full or cannot be written, or the source cannot be read; nothing was stored.
        """
        try:
            handle, name = tempfile.mkstemp(dir=self._folder)
            path = Path(name)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)  # says to `sweep` that its writer lives
                sealed = seal(lambda content: write_all(handle, content), reference, case_key, source, progress)
                os.fchmod(handle, 0o400)
                os.fsync(handle)
                yield Draft(path, sealed)
            finally:
                os.close(handle)
                path.unlink(missing_ok=True)
        except OSError as fault:
            raise cannot_write(fault, self._folder.parent) from fault

    def sweep(self, older_than: float = LEFTOVER_AGE) -> int:
        """Removes what killed writers left, once older than so many seconds; returns how many."""
        removed = 0
        for path in self._folder.iterdir():
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


def write_all(handle: int, content: memoryview) -> None:
    """Writes all of it, however little the system takes at a time."""
    while content:
        content = content[os.write(handle, content) :]


def cannot_write(fault: OSError, root: Path, *, keeps: bool = False) -> UnreachableError:
    """What is said when the vault's disk does not take content; `keeps`: what was written stays, to go on from."""
    what = "is full" if fault.errno in _FULL else f"cannot be written ({os.strerror(fault.errno or 0)})"
    said = "nothing is sealed, and what was written is kept to go on from" if keeps else "nothing was stored"
    then = "run the same command to go on" if keeps else "repeat"
    return UnreachableError(f"The vault's disk {what}; {said}.", f"Make room under {root}, then {then}.")
