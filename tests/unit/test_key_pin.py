"""A PIN on an official's key file."""

from pathlib import Path

import pytest

from rogatory.adapters.key_holders import asks_pin, signer_for
from rogatory.adapters.keys import put_pin
from rogatory.errors import RefusedError, UsageError

PIN = "código 1"


@pytest.fixture
def key(home: Path) -> Path:
    path = home / "officials" / "signatory.key"
    before = signer_for(home, "signatory").keyid
    put_pin(path, PIN)
    assert signer_for(home, "signatory", lambda _: PIN).keyid == before, "the same key"
    return path


def test_the_key_signs_only_with_its_pin(home: Path, key: Path) -> None:
    assert asks_pin(home, "signatory")
    assert not asks_pin(home, "reviewer-1")
    assert b"ENCRYPTED" in key.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    for pin, kind in (("", "NoPin"), ("another", "WrongPin"), (PIN.upper(), "WrongPin")):
        with pytest.raises(RefusedError) as refused:
            signer_for(home, "signatory", lambda _, pin=pin: pin).sign(b"x")  # type: ignore[misc]
        assert refused.value.kind == kind
    with pytest.raises(RefusedError):
        signer_for(home, "signatory").sign(b"x")
    assert signer_for(home, "signatory", lambda _: PIN).sign(b"x")


def test_a_pin_is_changed_only_with_the_old_one(home: Path, key: Path) -> None:
    before = key.read_bytes()
    for old in ("", "wrong!"):
        with pytest.raises(RefusedError):
            put_pin(key, "another 1", old)
    assert key.read_bytes() == before
    put_pin(key, "another 1", PIN)
    assert signer_for(home, "signatory", lambda _: "another 1").sign(b"x")


@pytest.mark.parametrize("pin", ["", "12345", "x" * 65, "12345\n"])
def test_a_pin_that_is_none(home: Path, pin: str) -> None:
    path = home / "officials" / "custodian.key"
    before = path.read_bytes()
    with pytest.raises(UsageError):
        put_pin(path, pin)
    assert path.read_bytes() == before
