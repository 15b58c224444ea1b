"""The vault's keys: one ring of master keys, and per case a key of its own that the master key wraps.

    keys/vault.json          {"current": "k1", "keys": {"k1": base64 of 32 bytes}}, mode 0600
    keys/cases/<ref>.json    {"master": "k1", "wrapped": base64 of 40 bytes}       AES key wrap, RFC 3394

A key per case makes erasure possible: destroying that one key destroys every copy of the case's content.
"""

import base64
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from rogatory.errors import IntegrityError, NotFoundError, UsageError
from schemas.identifiers import Reference

REFERENCE = re.compile(r"[A-Z]{2}-\d{4}-\d{4}")
"""A case reference, safe as the name of a file or folder."""
_KEY_BYTES = 32


class VaultKeys:
    """The keys under one `keys` folder; read at each use, so that a rotated ring needs no restart."""

    def __init__(self, folder: Path) -> None:
        self._ring = folder / "vault.json"
        self._cases = folder / "cases"

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Makes the ring with its first master key. Raises UsageError if there is one: its loss is the vault's loss."""
        keys = cls(folder)
        keys._cases.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _write_once(keys._ring, _ring("k1", {"k1": os.urandom(_KEY_BYTES)})):
            raise UsageError(f"There is already a key ring at {keys._ring}.", "Choose another home, or keep this one.")
        return keys

    def case_key(self, reference: Reference) -> bytes:
        """The case's key, 32 bytes, made when the case keeps its first content."""
        path = self._path(reference)
        if not path.exists():
            current, masters = self._masters()
            wrapped = aes_key_wrap(masters[current], os.urandom(_KEY_BYTES))
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(path, _wrapped(current, wrapped))  # another process may have been faster: its key counts
        return self.existing_case_key(reference)

    def existing_case_key(self, reference: Reference) -> bytes:
        """The case's key. Raises NotFoundError if the case has none, IntegrityError if it cannot be unwrapped."""
        path = self._path(reference)
        try:
            record = json.loads(path.read_bytes())
            master, wrapped = str(record["master"]), base64.b64decode(record["wrapped"], validate=True)
        except FileNotFoundError:
            raise NotFoundError(
                f"The vault has no key for {reference}.", "Either it kept nothing, or its key was destroyed."
            ) from None
        except (ValueError, KeyError, TypeError) as fault:
            raise IntegrityError(f"Key file {path.name} is damaged.", "Restore keys/cases from a backup.") from fault
        _, masters = self._masters()
        if master not in masters:
            raise IntegrityError(
                f"The ring has no master key {master}, which wraps the key of {reference}.", f"Restore {self._ring}."
            )
        try:
            return aes_key_unwrap(masters[master], wrapped)
        except InvalidUnwrap as fault:
            raise IntegrityError(
                f"The key of {reference} does not unwrap.", "Restore keys/vault.json and keys/cases from one backup."
            ) from fault

    def held(self, reference: Reference) -> bool | None:
        """Whether the case's key is here and unwraps; None where there is no ring: a machine that holds no keys.

        Raises IntegrityError if it is damaged.
        """
        if not self._ring.exists():
            return None
        try:
            self.existing_case_key(reference)
        except NotFoundError:
            return False
        return True

    def rotate(self) -> int:
        """Adds a new master key and wraps every case's key anew; returns their number. No content is rewritten."""
        _, masters = self._masters()
        newest = f"k{max(int(name[1:]) for name in masters) + 1}"
        masters[newest] = os.urandom(_KEY_BYTES)
        replace_file(self._ring, _ring(newest, masters))  # the old keys stay in the ring: backups are wrapped with them
        count = 0
        for path in sorted(self._cases.glob("*.json")):
            key = self.existing_case_key(path.stem)
            replace_file(path, _wrapped(newest, aes_key_wrap(masters[newest], key)))
            count += 1
        return count

    def destroy(self, reference: Reference) -> None:
        """Erases the case's key, and with it every copy of its content; backups of keys/cases must follow."""
        path = self._path(reference)
        path.unlink(missing_ok=True)
        fsync_folder(path.parent)

    def _masters(self) -> tuple[str, dict[str, bytes]]:
        try:
            record: dict[str, Any] = json.loads(self._ring.read_bytes())
            masters = {str(name): base64.b64decode(key, validate=True) for name, key in record["keys"].items()}
            current = str(record["current"])
            if current not in masters or any(len(key) != _KEY_BYTES for key in masters.values()):
                raise ValueError("incomplete")
        except FileNotFoundError:
            raise NotFoundError(f"There is no vault key ring at {self._ring}.", "Run `rogatory init` first.") from None
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise IntegrityError(f"The vault key ring {self._ring} is damaged.", "Restore it from a backup.") from fault
        return current, masters

    def _path(self, reference: Reference) -> Path:
        return self._cases / f"{checked_reference(reference)}.json"


def checked_reference(reference: str) -> str:
    """The reference, once it is sure that it is safe as a file name. Raises NotFoundError."""
    if not REFERENCE.fullmatch(reference):
        raise NotFoundError(f"{reference[:40]!r} is not a case reference.", "Write it like XV-2026-0001.")
    return reference


def fsync_folder(folder: Path) -> None:
    """Makes the folder's entries durable: a renamed or linked file survives a power cut only after this."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ring(current: str, masters: dict[str, bytes]) -> bytes:
    keys = {name: base64.b64encode(key).decode() for name, key in masters.items()}
    return json.dumps({"current": current, "keys": keys}, indent=1).encode()


def _wrapped(master: str, wrapped: bytes) -> bytes:
    return json.dumps({"master": master, "wrapped": base64.b64encode(wrapped).decode()}).encode()


def _durable_draft(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # mkstemp gives mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _write_once(path: Path, content: bytes) -> bool:
    draft = _durable_draft(path, content)
    try:
        path.hardlink_to(draft)  # atomic, and unlike rename never overwrites
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    fsync_folder(path.parent)
    return True


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file of mode 0600 by rename, durably: a reader sees the old content or the new, never a part."""
    _durable_draft(path, content).replace(path)
    fsync_folder(path.parent)
