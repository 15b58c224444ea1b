"""Judges lines of a ledger by themselves: form, signatures, and how each chain goes on from line to line.

Many at once, in a process of its own: nearly all of the time is elliptic curves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from awscrt.crypto import EC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pybase64 import b64decode, b64encode
from pydantic import JsonValue

from rogatory.custody.directory import is_service
from rogatory.custody.dsse import GROUP_ORDER, IN_TOTO, assertion_of, load_key, pae, parse_canonical
from rogatory.custody.ledger import DIRECTORY, ENTRY
from rogatory.custody.passkey import check_assertion
from rogatory.errors import IntegrityError
from schemas.custody import Official, Passkey

HEAD, MIDDLE, LATER, END = (
    b'{"payload":"',
    b'","payloadType":"application/vnd.rogatory.entry+json","signatures":[{"keyid":"',
    b'","sig":"',
    b'"}]}',
)
"""What stands around payload, key id and signature in a line as build_line writes it."""
KEY_ID = 64
"""Characters of a key id."""
HIGHEST = GROUP_ORDER // 2
NO_SUCCESSOR = "it does not follow the line before it in its chain"
Stands = list[dict[str, Official]]
"""The officials after each line of the directory."""


@dataclass(slots=True)
class Stretch:
    """What some lines in a row hold of one chain."""

    first: int
    """The place of its first line among them."""
    seq: int
    prev: str
    """What its first line says it follows."""
    size: int
    head: str
    """Its length, and the digest of its last line."""


@dataclass(slots=True)
class Judged:
    """What was found of lines in a row."""

    leaves: bytes
    """Their leaves in the tree, 32 bytes each."""
    stretches: dict[str, Stretch] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    """By place among them."""
    directory: list[int] = field(default_factory=list)
    """Places of the directory's lines: they are not judged here, but by the keys of the registrars."""


class Judge:
    """Knows the directory at each place."""

    def __init__(self, stands: Stands) -> None:
        self._stands = stands
        self._services = [{one.keyid: one for one in stand.values() if is_service(one)} for stand in stands]
        self._keys: dict[str, EC] = {}

    def judge(self, lines: Sequence[bytes]) -> Judged:
        """What is to be said of these lines; whether they go on from those before them is for who asks."""
        found = Judged(b"".join([sha256(b"\x00" + line).digest() for line in lines]))
        stretches, faults = found.stretches, found.faults
        for place, line in enumerate(lines):
            chain, seq, prev, fault = self._line(line)
            stretch = stretches.get(chain)
            if stretch is None:
                stretches[chain] = stretch = Stretch(place, seq, prev, seq, prev)
            elif (seq, prev) != (stretch.size, stretch.head):
                fault = fault or NO_SUCCESSOR
            stretch.size, stretch.head = seq + 1, sha256(line).hexdigest()
            if fault:
                faults[place] = fault
            if chain == DIRECTORY:
                found.directory.append(place)
        return found

    def _line(self, line: bytes) -> tuple[str, int, str, str]:
        """Chain, sequence, digest of the line before, and the fault."""
        chain, seq, prev = "", 0, ""
        try:
            body, keyid, signature = parts(line)
            content = unb64(body)
            payload = parse_canonical(content)
            if not isinstance(payload, dict):
                raise IntegrityError("its payload is no object")
            chain, seq, prev = str(payload["chain"]), _count(payload["seq"]), str(payload["prev"])
            if chain != DIRECTORY:
                size = self._size(payload["directory"])
                service = self._services[size].get(keyid)
                if service is None:
                    raise IntegrityError("it is not signed by a service key of its time")
                self._verify(service, unb64(signature), pae(ENTRY, content))
                if payload["act"] is not None:
                    self._act(payload, self._stands[size])
        except (IntegrityError, LookupError, ValueError, TypeError) as error:
            return chain, seq, prev, str(error).rstrip(".") or type(error).__name__
        return chain, seq, prev, ""

    def _size(self, mark: JsonValue) -> int:
        size = mark.get("size") if isinstance(mark, dict) else None
        if not isinstance(size, int) or not 0 <= size < len(self._stands):
            raise IntegrityError("it rests on a directory that is not there")
        return size

    def _act(self, payload: dict[str, JsonValue], stand: dict[str, Official]) -> None:
        """The official's signature on the act in a line; what it says is compared where the case is verified."""
        facts, act = payload["facts"], payload["act"]
        by = stand.get(str(facts.get("by"))) if isinstance(facts, dict) else None
        if by is None or not isinstance(act, dict) or act["payloadType"] != IN_TOTO:
            raise IntegrityError("the directory does not know who acted, or it is no act")
        signatures = act["signatures"]
        if not isinstance(signatures, list) or len(signatures) != 1 or not isinstance(signatures[0], dict):
            raise IntegrityError("an act has one signature")
        content = unb64(str(act["payload"]).encode())
        parse_canonical(content)
        keyid, value = signatures[0]["keyid"], unb64(str(signatures[0]["sig"]).encode())
        message, assertion = pae(IN_TOTO, content), assertion_of(signatures[0])
        if keyid == by.keyid and assertion is None:
            self._verify(by, value, message)
        elif by.passkey and keyid == by.passkey.keyid and assertion is not None:
            check_assertion(assertion, message, by.passkey.relying_party)
            self._verify(by.passkey, value, assertion.signed_bytes)
        else:
            raise IntegrityError("the act is not signed by the key registered for who acted")

    def _verify(self, official: Official | Passkey, signature: bytes, message: bytes) -> None:
        key = self._keys.get(official.keyid)
        if key is None:
            spki = load_key(official.public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            key = self._keys[official.keyid] = EC.new_key_from_der_data(spki)
        if int.from_bytes(signature[6 + signature[3] :], "big") > HIGHEST:
            raise IntegrityError("its signature is not in its one form (the lower s)")
        if not key.verify(sha256(message).digest(), signature):
            raise IntegrityError("its signature does not verify")


def parts(line: bytes) -> tuple[bytes, str, bytes]:
    """Payload, key id and signature: what stands around them makes the outside canonical. Raises IntegrityError."""
    later = line.rfind(LATER)
    keyed = later - KEY_ID
    middle = keyed - len(MIDDLE)
    if middle < len(HEAD) or not (line.startswith(HEAD) and line.startswith(MIDDLE, middle) and line.endswith(END)):
        raise IntegrityError("it is not in the one form of a line")
    return line[len(HEAD) : middle], line[keyed:later].decode("ascii", "replace"), line[later + len(LATER) : -len(END)]


def _count(value: JsonValue) -> int:
    if type(value) is not int or value < 0:
        raise IntegrityError("its place in its chain is no count")
    return value


def unb64(text: bytes) -> bytes:
    """Raises IntegrityError: it is not in its one form; ValueError: it is not base64."""
    raw = b64decode(text)
    if b64encode(raw) != text:
        raise IntegrityError("its base64 is not in its one form")
    return raw
