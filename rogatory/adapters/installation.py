"""Makes a home: payload, vault and package keys, officials, ledger."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rogatory.adapters.certificates import renew_list
from rogatory.adapters.codec import load_key_ring, make_key_ring
from rogatory.adapters.officials import found_authority
from rogatory.adapters.package_key import package_recipient
from rogatory.adapters.vault_keys import VaultKeys, replace_file
from rogatory.errors import UsageError

STATE, AUTHORITY = "XV", "Central Authority of the Republic of Xaveria"
"""Invented: ISO 3166-1 leaves XA to XZ to users."""


def found_home(home: Path) -> bool:
    """Makes what is missing of an installation, its configuration last; False where all was there.

    Two runs at once wait for each other. Where a run was killed half-way, the next one goes on, or names what to move
    away.

    Raises:
        UsageError: a part of an authority lies there, or another state's; a key is open to others or spoilt.
    """
    with _alone_in(home):
        configuration = home / "config.json"
        if configuration.is_file():
            _check_state(configuration)
        ring = home / "keys" / "codec.json"
        if ring.exists():
            load_key_ring(ring)
        else:
            make_key_ring(ring)
        if not (home / "keys" / "vault.json").exists():
            VaultKeys.create(home / "keys")
        now, recipient = datetime.now(UTC), package_recipient(home)
        found_authority(home, state=STATE, authority=AUTHORITY, now=now, package_recipient=recipient)
        if (home / "ca" / "root.key").exists():
            renew_list(home / "ca", now)
        if configuration.is_file():
            return False
        founded = {
            "state": STATE,
            "authority": AUTHORITY,
            "demo": True,
            "founded_at": now.isoformat(timespec="seconds"),
        }
        replace_file(configuration, (json.dumps(founded, indent=1) + "\n").encode())
        return True


def _check_state(configuration: Path) -> None:
    try:
        found = json.loads(configuration.read_bytes())["state"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{configuration} is spoilt.", "Put it back from your backup.") from None
    if found != STATE:
        raise UsageError(f"{configuration.parent} is a home of {found}, not of {STATE}.", "Name another folder.")


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / "init.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
