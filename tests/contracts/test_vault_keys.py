"""The vault's key files: private, made once, and named when they are damaged."""

import io
from pathlib import Path

import pytest

from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.errors import IntegrityError, NotFoundError, UsageError
from tests.contracts.vault_place import CASE, OTHER, Place


def test_key_files_are_private_and_never_made_twice(tmp_path: Path) -> None:
    Place(tmp_path).vault.keep(CASE, io.BytesIO(b""))
    for path in (tmp_path / "keys").rglob("*.json"):
        assert path.stat().st_mode & 0o077 == 0, path
    with pytest.raises(UsageError, match="already"):
        VaultKeys.create(tmp_path / "keys")


def test_stored_files_are_private_and_cannot_be_written(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.vault.keep(CASE, io.BytesIO(b"x"))
    ((path, _),) = place.stored().items()
    assert (tmp_path / "vault" / path).stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[]", b'{"master":"k9","wrapped":"AAAA"}', b"\xff"])
def test_a_damaged_key_file_is_named(tmp_path: Path, spoilt: bytes) -> None:
    vault = Place(tmp_path).vault
    vault.keep(CASE, io.BytesIO(b"x"))
    path = tmp_path / "keys" / "cases" / f"{CASE}.json"
    path.write_bytes(spoilt)
    with pytest.raises(IntegrityError, match="XV-2026-0001"):
        vault.keep(CASE, io.BytesIO(b"y"))
    with pytest.raises(IntegrityError, match="XV-2026-0001"):
        vault.key_held(CASE)
    (tmp_path / "keys" / "vault.json").write_bytes(spoilt)
    with pytest.raises(IntegrityError):
        vault.keep(OTHER, io.BytesIO(b"y"))


def test_a_home_without_keys_is_told_to_init(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    with pytest.raises(NotFoundError, match="no vault key ring") as caught:
        vault.keep(CASE, io.BytesIO(b"x"))
    assert "init" in caught.value.hint
    assert vault.key_held(CASE) is None
