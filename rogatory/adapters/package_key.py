"""The key packages for this authority are encrypted to: one age identity in the home, `keys/package.age`, mode 0600."""

import os
from pathlib import Path

import pyrage

from rogatory.errors import IntegrityError, NotFoundError


def package_recipient(home: Path) -> str:
    """The recipient (age1...) that others encrypt to; makes the identity when the home has none.

    Raises IntegrityError when the file is damaged: packages on their way would be lost with it.
    """
    path = home / "keys" / "package.age"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return str(_identity(package_identity(home)).to_public())
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{pyrage.x25519.Identity.generate()}\n")
        file.flush()
        os.fsync(file.fileno())
    return str(_identity(package_identity(home)).to_public())


def package_identity(home: Path) -> str:
    """The identity (AGE-SECRET-KEY-1...) that opens them. Raises NotFoundError before `rogatory init`."""
    path = home / "keys" / "package.age"
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise NotFoundError(f"{path} cannot be read: {fault.strerror}.", "Run `rogatory init` first.") from fault
    except UnicodeDecodeError as fault:
        raise IntegrityError(f"{path} is damaged.", "Restore it from a backup.") from fault


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as fault:
        raise IntegrityError("keys/package.age is damaged.", "Restore it from a backup.") from fault
