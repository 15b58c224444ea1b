"""Payloads leave this process encrypted (AES-256-GCM); the key id travels beside them and is bound to them.

The key ring is a JSON file, readable by its owner only:
    {"current": "k1", "keys": {"k1": "<32 bytes, base64>"}}
`current` encrypts, every key of the ring decrypts. `rogatory init` makes it; nothing here makes a key in silence,
since a second key made by mistake would leave the histories written under the first unreadable.
Ids, types, task queues and search attributes are not payloads and stay clear: codes only go there.
"""

import base64
import dataclasses
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from rogatory.errors import IntegrityError, UsageError

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE = 12  # bytes; NIST SP 800-38D 5.2.1.1
TAG = 16
KEY = 32
OTHERS = 0o077


class EncryptionCodec(PayloadCodec):
    """Encrypts under the current key; decrypts under any key of the ring."""

    def __init__(self, ring: dict[str, bytes], current: str) -> None:
        self._ring = {key_id: AESGCM(key) for key_id, key in ring.items()}
        self._current = current

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload as ciphertext."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload in clear; one that was never encrypted passes, and what it says must prove itself by signature.

        Refusing those would let anyone who reaches the server jam a case with one clear signal.
        Raises IntegrityError for a key that is not in the ring, and for changed bytes.
        """
        return [self._decrypt(each) if each.metadata.get("encoding") == ENCODING else each for each in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce, key_id = os.urandom(NONCE), self._current.encode()
        sealed = self._ring[self._current].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: key_id}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        bound = payload.metadata.get(KEY_ID, b"")
        key_id = bound.decode("ascii", errors="replace")
        cipher = self._ring.get(key_id)
        if cipher is None:
            raise IntegrityError(
                f"This case was encrypted under key {key_id!r}, which is not in the key ring.",
                "Put that key back into keys/codec.json (from your backup), then repeat the command.",
            )
        if len(payload.data) < NONCE + TAG:
            raise IntegrityError(f"A payload under key {key_id!r} is cut short.", "The Temporal server changed it.")
        try:
            clear = cipher.decrypt(payload.data[:NONCE], payload.data[NONCE:], bound)
        except InvalidTag:
            raise IntegrityError(
                f"A payload does not open under key {key_id!r}: it was changed, or that key is not the one it was "
                "written with.",
                "Compare keys/codec.json with your backup.",
            ) from None
        return Payload.FromString(clear)


def encrypted_converter(key_ring_file: Path) -> DataConverter:
    """The converter of client, worker and replayer alike: pydantic JSON, encrypted, failures too.

    Raises UsageError where the key ring is missing, unreadable, open to others or malformed.
    """
    ring, current = load_key_ring(key_ring_file)
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(ring, current),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def make_key_ring(file: Path) -> str:
    """Makes a ring of one fresh key, mode 0600, and returns the key's id; raises UsageError where one exists."""
    if file.exists():
        raise UsageError(f"{file} exists already.", "It opens the cases you have: keep it. To rotate, add a key.")
    key_id = "k1"
    _write(file, {key_id: AESGCM.generate_key(bit_length=KEY * 8)}, key_id, fresh=True)
    return key_id


def add_key(file: Path) -> str:
    """Adds a fresh key, makes it the current one and returns its id; the older keys go on opening older payloads."""
    ring, _ = load_key_ring(file)
    number = 1 + max((int(key_id[1:]) for key_id in ring if key_id[1:].isdigit()), default=0)
    key_id = f"k{number}"
    _write(file, {**ring, key_id: AESGCM.generate_key(bit_length=KEY * 8)}, key_id, fresh=False)
    return key_id


def load_key_ring(file: Path) -> tuple[dict[str, bytes], str]:
    """The keys by id (32 bytes each), and the id of the current one; raises UsageError with what to do."""
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"There is no key ring {file}.", "Make one with: rogatory init") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The key ring {file} cannot be read: {error}.", "Put it back from your backup.") from None
    if mode & OTHERS:
        raise UsageError(f"The key ring {file} is open to other users.", f"Close it with: chmod 600 {file}")
    try:
        written = json.loads(text)
        current, keys = str(written["current"]), dict(written["keys"])
        ring = {str(key_id): base64.b64decode(key, validate=True) for key_id, key in keys.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file} is not a key ring.", "Put it back from your backup.") from None
    wrong = [key_id for key_id, key in ring.items() if len(key) != KEY or not key_id.isascii()]
    if wrong or current not in ring:
        raise UsageError(f"{file} is not a key ring: {wrong[0] if wrong else current!r}.", "Put back your backup.")
    return ring, current


def _write(file: Path, ring: dict[str, bytes], current: str, *, fresh: bool) -> None:
    """Writes the ring beside its place and moves it there, so that a crash leaves the old ring or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = {key_id: base64.b64encode(key).decode("ascii") for key_id, key in ring.items()}
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".codec-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump({"current": current, "keys": keys}, out, indent=2)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        if fresh:
            os.link(name, file)  # fails where another init was faster: never overwrite a key
        else:
            Path(name).replace(file)
    except FileExistsError:
        raise UsageError(f"{file} exists already.", "It opens the cases you have: keep it.") from None
    finally:
        Path(name).unlink(missing_ok=True)
