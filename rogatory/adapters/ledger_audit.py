"""Verifies all lines of an installation's ledger at once, over every core, and after that only what is new.

Of each line: its one form, the service's signature, the official's signature on the act in it, by the keys of the
directory at its place, and its place in its chain; of all: the tree's root. What belongs to one case alone (procedure,
persons, custody) is rogatory/custody/verify_ledger.py. Nearly all of the time is elliptic curves.
"""

import json
import os
from base64 import b64decode, b64encode
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import JsonValue

from rogatory.custody.directory import Directory, is_service
from rogatory.custody.dsse import GROUP_ORDER, IN_TOTO, assertion_of, pae, parse_canonical
from rogatory.custody.ledger import DIRECTORY, ENTRY, ZERO, parse_line
from rogatory.custody.passkey import check_assertion
from rogatory.custody.tree import Frontier
from rogatory.errors import IntegrityError
from schemas.custody import Official, Passkey, TrustAnchors

CHUNK = 1000
"""Lines a process takes at once."""
HEAD, MIDDLE, LATER, END = (
    b'{"payload":"',
    b'","payloadType":"application/vnd.rogatory.entry+json","signatures":[{"keyid":"',
    b'","sig":"',
    b'"}]}',
)
"""What stands around payload, key id and signature in a line as build_line writes it."""
Stands = list[dict[str, Official]]


class Hashing(Protocol):
    """What hashlib gives."""

    def update(self, content: bytes, /) -> None:
        """Takes in more."""


_KEYS: dict[str, ec.EllipticCurvePublicKey] = {}


@dataclass
class Audit:
    """What was verified, and enough of it to go on from there. It is as trustworthy as where it is kept."""

    size: int = 0
    root: str = ""
    """Of the tree, hex."""
    digest: str = ""
    """SHA-256 over the lines, each with its line feed: a change of what was verified before is seen at full speed."""
    faults: list[str] = field(default_factory=list)
    tree: Frontier = field(default_factory=Frontier)
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each chain: its number of lines, and the digest of the last."""
    changes: list[int] = field(default_factory=list)
    """Places of the directory's lines."""


def audit(lines: Sequence[bytes], anchors: TrustAnchors, before: Audit | None = None, *, cores: int = 0) -> Audit:
    """Verifies the lines (in ledger order, without line feeds); those that `before` covers are only hashed.

    Faults are collected in words; at the first audit with a fault nothing may be built upon it.
    """
    found, whole = Audit(), sha256()
    if before is not None and before.size <= len(lines) and not before.faults:
        _take_in(whole, lines[: before.size])
        if whole.hexdigest() == before.digest:
            found = Audit(before.size, before.root, before.digest, [], before.tree, before.chains, before.changes)
        else:
            found.faults.append("lines that were verified before have changed since")
            whole = sha256()
    start = found.size
    found.changes = [*found.changes, *_changes(lines, start)]
    directory = Directory(anchors)
    for place in found.changes:
        try:
            entry = parse_line(lines[place].decode("utf-8", "surrogateescape"))
            found.faults += [f"line {place + 1}: {fault}" for fault in directory.extend(entry)]
            if place >= start and not directory.service(entry):
                found.faults.append(f"line {place + 1} is not signed by a service key of its time")
        except IntegrityError as error:
            found.faults.append(f"line {place + 1}: {error}")
    stands: Stands = [dict(directory.officials(size)) for size in range(directory.size + 1)]
    chains = dict(found.chains)
    for place, (leaf, chain, seq, prev, digest, fault) in enumerate(_judged(lines, start, stands, cores), start):
        size, head = chains.get(chain, (0, ZERO))
        if fault or (seq, prev) != (size, head):
            found.faults.append(f"line {place + 1}: {fault or 'it does not follow the line before it in its chain'}")
        chains[chain] = (seq + 1, digest)
        found.tree.append(leaf)
    found.chains, found.size, found.root = chains, len(lines), found.tree.root.hex()
    _take_in(whole, lines[start:])
    found.digest = whole.hexdigest()
    return found


Judged = tuple[bytes, str, int, str, str, str]
"""Leaf, chain, sequence, previous digest, digest, fault."""


def _judged(lines: Sequence[bytes], start: int, stands: Stands, cores: int) -> Iterator[Judged]:
    chunks = [lines[place : place + CHUNK] for place in range(start, len(lines), CHUNK)]
    cores = min(cores or os.cpu_count() or 1, len(chunks))
    judge = _Judge(stands)
    if cores <= 1:
        for chunk in chunks:
            yield from judge.judged(chunk)
        return
    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(stands,)) as pool:
        for judged in pool.map(_go_on, chunks):
            yield from judged


class _Judge:
    """Knows the directory at each place."""

    def __init__(self, stands: Stands) -> None:
        self._stands = stands
        self._services = [{one.keyid: one for one in stand.values() if is_service(one)} for stand in stands]

    def judged(self, lines: Sequence[bytes]) -> list[Judged]:
        """What is to be said of each line."""
        return [self._line(line) for line in lines]

    def _line(self, line: bytes) -> Judged:
        leaf, digest = sha256(b"\x00" + line).digest(), sha256(line).hexdigest()
        chain, seq, prev = "", 0, ""
        try:
            body, keyid, signature = _parts(line)
            content = _unb64(body)
            payload = parse_canonical(content)
            if not isinstance(payload, dict):
                raise IntegrityError("its payload is no object")
            chain, seq, prev = str(payload["chain"]), int(str(payload["seq"])), str(payload["prev"])
            if chain != DIRECTORY:  # the directory's own lines were judged by the registrars' keys
                size = self._size(payload["directory"])
                service = self._services[size].get(keyid)
                if service is None:
                    raise IntegrityError("it is not signed by a service key of its time")
                _verify(service, _unb64(signature), pae(ENTRY, content))
                if payload["act"] is not None:
                    _act(payload, self._stands[size])
        except (IntegrityError, InvalidSignature, KeyError, ValueError, TypeError) as error:
            return leaf, chain, seq, prev, digest, str(error).rstrip(".") or type(error).__name__
        return leaf, chain, seq, prev, digest, ""

    def _size(self, mark: JsonValue) -> int:
        size = mark.get("size") if isinstance(mark, dict) else None
        if not isinstance(size, int) or not 0 <= size < len(self._stands):
            raise IntegrityError("it rests on a directory that is not there")
        return size


_OWN: list[_Judge] = []
"""Of a process of the pool: it is told the directory once, and the lines piece by piece."""


def _begin(stands: Stands) -> None:
    _OWN[:] = [_Judge(stands)]


def _go_on(lines: Sequence[bytes]) -> list[Judged]:
    return _OWN[0].judged(lines)


def _parts(line: bytes) -> tuple[bytes, str, bytes]:
    """Payload, key id and signature: what stands around them makes the outside canonical. Raises IntegrityError."""
    body, middle, rest = line.partition(MIDDLE)
    keyid, later, signature = rest.partition(LATER)
    if not (body.startswith(HEAD) and middle and later and signature.endswith(END)):
        raise IntegrityError("it is not in the one form of a line")
    return body[len(HEAD) :], keyid.decode("ascii", "replace"), signature[: -len(END)]


def _act(payload: dict[str, JsonValue], stand: dict[str, Official]) -> None:
    """The official's signature on the act in a line; what it says is compared where the case is verified."""
    facts, act = payload["facts"], payload["act"]
    by = stand.get(str(facts.get("by"))) if isinstance(facts, dict) else None
    if by is None or not isinstance(act, dict) or act["payloadType"] != IN_TOTO:
        raise IntegrityError("the directory does not know who acted, or it is no act")
    signatures = act["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1 or not isinstance(signatures[0], dict):
        raise IntegrityError("an act has one signature")
    content = _unb64(str(act["payload"]).encode())
    parse_canonical(content)
    keyid, value = signatures[0]["keyid"], _unb64(str(signatures[0]["sig"]).encode())
    message, assertion = pae(IN_TOTO, content), assertion_of(signatures[0])
    if keyid == by.keyid and assertion is None:
        _verify(by, value, message)
    elif by.passkey and keyid == by.passkey.keyid and assertion is not None:
        check_assertion(assertion, message, by.passkey.relying_party)
        _verify(by.passkey, value, assertion.signed_bytes)
    else:
        raise IntegrityError("the act is not signed by the key registered for who acted")


def _verify(official: Official | Passkey, signature: bytes, message: bytes) -> None:
    key = _KEYS.get(official.keyid)
    if key is None:
        loaded = serialization.load_pem_public_key(official.public_key.encode())
        if not isinstance(loaded, ec.EllipticCurvePublicKey):
            raise IntegrityError("its key is no P-256 key")
        key = _KEYS[official.keyid] = loaded
    if int.from_bytes(signature[6 + signature[3] :], "big") > GROUP_ORDER // 2:
        raise IntegrityError("its signature is not in its one form (the lower s)")
    key.verify(signature, message, _P256)


_P256 = ec.ECDSA(hashes.SHA256())
_SPELLED = [b64encode(b"x" * shift + b'"chain":"directory"')[4 if shift else 0 : 24] for shift in range(3)]


def _unb64(text: bytes) -> bytes:
    raw = a2b_base64(text)
    if b2a_base64(raw, newline=False) != text:
        raise IntegrityError("its base64 is not in its one form")
    return raw


def _changes(lines: Sequence[bytes], start: int) -> Iterator[int]:
    """Places of the directory's lines from `start` on: base64 has three ways to spell what only they hold."""
    for place in range(start, len(lines)):
        line = lines[place]
        if any(spelled in line for spelled in _SPELLED):
            try:
                if json.loads(b64decode(_parts(line)[0]))["chain"] == DIRECTORY:
                    yield place
            except (IntegrityError, ValueError, KeyError, TypeError):
                continue


def _take_in(whole: Hashing, lines: Sequence[bytes]) -> None:
    for place in range(0, len(lines), CHUNK):
        whole.update(b"\n".join([*lines[place : place + CHUNK], b""]))
