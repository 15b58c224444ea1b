"""Checkpoints of the tree: C2SP signed notes (tlog-checkpoint), cosigned by other states (cosignature/v1), Ed25519.

rogatory/xv/3f0c9a1b                 origin: which ledger
1734                                 size: how many lines
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2...  root, base64
                                     an empty line
— rogatory/xv/3f0c9a1b Az3grlgt...   signatures: key name, base64 of key id (4 bytes) and signature
— rogatory/xn/witness/77e01c42 jW... a cosignature, with its time (8 bytes) before it
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from rogatory.errors import IntegrityError

LOG, WITNESS = 0x01, 0x04
"""Signature types of signed notes: Ed25519, and Ed25519 cosignature/v1."""
LARGEST = 16 * 1024
"""Characters of a note; one with two cosignatures has about 500."""
DASH = "— "
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A verifier key: whose signatures of which kind."""

    name: str
    kind: int
    """LOG or WITNESS."""
    public: bytes
    """Ed25519, 32 bytes."""

    @property
    def keyid(self) -> bytes:
        """SHA-256 of name, line feed, type and public key: its first four bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The `vkey`: name+id+key."""
        return f"{self.name}+{self.keyid.hex()}+{_b64(bytes([self.kind]) + self.public)}"


class NoteSigner(Protocol):
    """Signs checkpoints, as log or as witness."""

    @property
    def key(self) -> NoteKey:
        """Its verifier key."""

    def sign(self, message: bytes) -> bytes:
        """Ed25519, 64 bytes."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line."""

    name: str
    keyid: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose form is right. Nothing is verified yet."""

    origin: str
    size: int
    root: bytes
    body: str
    """What is signed: the three lines, each with its line feed."""
    signatures: tuple[NoteSignature, ...]

    @property
    def text(self) -> str:
        """The whole note."""
        return f"{self.body}\n" + "".join(_line(one.name, one.keyid, one.value) for one in self.signatures)


def read_key(text: str, kind: int) -> NoteKey:
    """The verifier key in a `vkey`. Raises IntegrityError for any other form or kind."""
    name, _, rest = text.partition("+")
    encoded = rest.partition("+")[2]
    raw = _unb64(encoded)
    key = NoteKey(name, raw[0] if raw else 0, raw[1:])
    if not _NAME.fullmatch(name) or len(key.public) != 32 or key.kind != kind or key.text != text:
        raise IntegrityError(f"{text[:60]!r} is no verifier key of this kind (name+id+key, C2SP signed-note).")
    return key


def sign_checkpoint(size: int, root: bytes, signer: NoteSigner) -> str:
    """The log's own note over a tree; the key's name is the origin."""
    key = signer.key
    body = f"{key.name}\n{size}\n{_b64(root)}\n"
    return f"{body}\n" + _line(key.name, key.keyid, signer.sign(body.encode()))


def read_checkpoint(text: str) -> Checkpoint:
    """Reads a checkpoint without extension lines. Raises IntegrityError for any other form; verifies no signature."""
    body, separator, rest = text.partition("\n\n")
    lines = body.split("\n")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise IntegrityError("A checkpoint is UTF-8 text.") from error
    if len(text) > LARGEST or not separator or len(lines) != 3 or not rest.endswith("\n"):
        raise IntegrityError("A checkpoint has origin, size and root, an empty line, and signatures.")
    origin, size, root = lines
    signatures = tuple(_signature(line) for line in rest.removesuffix("\n").split("\n"))
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size) or not 1 <= len(signatures) <= 16:
        raise IntegrityError("A checkpoint's origin, size or number of signatures is malformed.")
    raw = _unb64(root)
    if len(raw) != 32:
        raise IntegrityError("A checkpoint's root is a SHA-256.")
    return Checkpoint(origin, int(size), raw, f"{body}\n", signatures)


def check_log(checkpoint: Checkpoint, key: NoteKey) -> None:
    """Returns when the log of that key signed the checkpoint as its own. Raises IntegrityError."""
    if checkpoint.origin != key.name:
        raise IntegrityError(f"the checkpoint is of {checkpoint.origin[:60]}, not of {key.name}")
    _check(key, _of(checkpoint, key), checkpoint.body.encode())


def cosign(checkpoint: Checkpoint, signer: NoteSigner, at: datetime) -> str:
    """The note with the witness's cosignature added; an older one of the same key gives way."""
    seconds = int(at.timestamp())
    value = seconds.to_bytes(8, "big") + signer.sign(_cosigned(checkpoint, seconds))
    key = signer.key
    others = tuple(one for one in checkpoint.signatures if (one.name, one.keyid) != (key.name, key.keyid))
    added = (*others, NoteSignature(key.name, key.keyid, value))
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.body, added).text


def merge(one: Checkpoint, other: Checkpoint) -> Checkpoint:
    """The same checkpoint with the signatures of both, those of the first where both have one of a key."""
    if one.body != other.body:
        raise IntegrityError(f"These are two checkpoints of {one.size} and {other.size} lines.")
    mine = {(each.name, each.keyid) for each in one.signatures}
    more = tuple(each for each in other.signatures if (each.name, each.keyid) not in mine)
    return Checkpoint(one.origin, one.size, one.root, one.body, (*one.signatures, *more))


def cosigned_at(checkpoint: Checkpoint, key: NoteKey) -> datetime | None:
    """When that witness cosigned; None when it did not. Raises IntegrityError for a cosignature that is not its own."""
    if not any((one.name, one.keyid) == (key.name, key.keyid) for one in checkpoint.signatures):
        return None
    value = _of(checkpoint, key)
    seconds = int.from_bytes(value[:8], "big")
    _check(key, value[8:], _cosigned(checkpoint, seconds))
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise IntegrityError("the time of a cosignature is none") from error


def witnesses_of(checkpoint: Checkpoint, keys: Sequence[NoteKey]) -> dict[str, datetime]:
    """The known witnesses that cosigned, and when. Raises IntegrityError for a cosignature that does not verify."""
    found = {key.name: cosigned_at(checkpoint, key) for key in keys}
    return {name: at for name, at in found.items() if at is not None}


def _cosigned(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()


def _of(checkpoint: Checkpoint, key: NoteKey) -> bytes:
    mine = [one.value for one in checkpoint.signatures if (one.name, one.keyid) == (key.name, key.keyid)]
    if len(mine) != 1:
        raise IntegrityError(f"the checkpoint carries {len(mine)} signatures of {key.name}, not one")
    return mine[0]


def _check(key: NoteKey, signature: bytes, message: bytes) -> None:
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise IntegrityError(f"the signature of {key.name} on the checkpoint does not verify") from error


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not _NAME.fullmatch(name):
        raise IntegrityError("A signature line of a checkpoint is malformed.")
    raw = _unb64(encoded)
    if len(raw) < 5:
        raise IntegrityError("A signature of a checkpoint is too short.")
    return NoteSignature(name, raw[:4], raw[4:])


def _line(name: str, keyid: bytes, value: bytes) -> str:
    return f"{DASH}{name} {_b64(keyid + value)}\n"


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError("This is not base64.") from error
    if _b64(raw) != text:
        raise IntegrityError("This base64 is not in its one form (RFC 4648 section 3.5).")
    return raw
