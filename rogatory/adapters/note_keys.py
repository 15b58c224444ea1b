"""Keys that sign checkpoints: Ed25519 in a file (`keys/log.key`, `keys/witness.key`), its name in a file beside it."""

import os
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from rogatory.adapters.keys import read_file
from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.note import LOG, WITNESS, NoteKey, read_key
from rogatory.errors import IntegrityError

FILES = {LOG: "log", WITNESS: "witness"}
NOTE_KEYS = tuple(f"{name}.{ending}" for name in FILES.values() for ending in ("key", "vkey"))
PATHS = {LOG: "{state}/{id}", WITNESS: "{state}/witness/{id}"}


class FileNoteSigner:
    """Implements rogatory.custody.note.NoteSigner. The files are read when first needed."""

    def __init__(self, home: Path, kind: int) -> None:
        self._key_path = home / "keys" / f"{FILES[kind]}.key"
        self._name_path = home / "keys" / f"{FILES[kind]}.vkey"
        self._kind = kind

    @cached_property
    def _private(self) -> ed25519.Ed25519PrivateKey:
        raw = read_file(self._key_path, private=True)
        try:
            key = serialization.load_pem_private_key(raw, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise IntegrityError(f"{self._key_path} is not an unencrypted PKCS#8 key in PEM.") from error
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise IntegrityError(f"{self._key_path} is not an Ed25519 key.")
        return key

    @cached_property
    def key(self) -> NoteKey:
        """Its verifier key. Raises IntegrityError when the two files do not belong together."""
        text = read_file(self._name_path, private=False).decode("ascii", "replace").strip()
        key = read_key(text, self._kind)
        if key.public != self._private.public_key().public_bytes_raw():
            raise IntegrityError(f"{self._name_path} is not of the key in {self._key_path}.")
        return key

    def sign(self, message: bytes) -> bytes:
        """Ed25519, 64 bytes."""
        return self._private.sign(message)


def note_signer(home: Path, kind: int) -> FileNoteSigner | None:
    """The home's signer of that kind; None where it has no such key."""
    return FileNoteSigner(home, kind) if (home / "keys" / f"{FILES[kind]}.vkey").is_file() else None


def make_note_key(folder: Path, kind: int, state: str) -> NoteKey:
    """Makes a key in the folder and names it after the state and itself; never over another."""
    private = ed25519.Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name = "rogatory/" + PATHS[kind].format(state=state.lower(), id=public[:4].hex())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(folder / f"{FILES[kind]}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    key = NoteKey(name, kind, public)
    replace_file(folder / f"{FILES[kind]}.vkey", f"{key.text}\n".encode())
    return key
