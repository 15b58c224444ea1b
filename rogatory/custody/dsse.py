"""Signed envelopes: DSSE v1 over canonical JSON (RFC 8785), ECDSA P-256 with SHA-256 only.

An envelope has exactly one form: canonical JSON outside and inside, canonical base64, signatures sorted by key id, the
lower of the two s values of each ECDSA signature. So nobody can change a byte of one, not even to something that means
the same, without it being noticed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pydantic import JsonValue

from rogatory.errors import IntegrityError
from rogatory.ports import Signer

IN_TOTO = "application/vnd.in-toto+json"
LARGEST = 2 * 1024 * 1024
"""Characters of an envelope; a ledger line with a delivery of 500 items has 0.4 million."""
GROUP_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n of P-256 (SEC 2): (r, s) and (r, n - s) are both valid; we write and accept only the lower."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an envelope."""

    keyid: str
    """SHA-256 of the signer's SubjectPublicKeyInfo, hex."""
    value: bytes
    """ECDSA, DER."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope whose form is canonical. Nothing is verified yet: see verify_signature."""

    payload_type: str
    payload: dict[str, JsonValue]
    payload_bytes: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed_bytes(self) -> bytes:
        """What the signatures are over."""
        return pae(self.payload_type, self.payload_bytes)


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding of DSSE v1, section "Signature definition"."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(public_key: str) -> str:
    """SHA-256 of the SubjectPublicKeyInfo (DER) of a PEM public key, hex. Raises IntegrityError: not a P-256 key."""
    return _loaded(public_key)[1]


def canonical(value: object) -> bytes:
    """The canonical JSON of a value (RFC 8785). Raises IntegrityError for what JSON has no one form for."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"There is no canonical JSON of this: {error}.") from error


def parse_canonical(raw: bytes) -> JsonValue:
    """The value of canonical JSON. Raises IntegrityError for any other spelling, a key given twice, NaN."""
    if raw.isascii():
        # Nothing that only RFC 8785 has rules for, such as reals and large integers: then the standard library writes
        # the one form, and what it reads another way (a key twice, -0) does not come back the same.
        try:
            quick: JsonValue = _QUICK.decode(raw.decode("ascii"))
            if _WRITE.encode(quick).encode() == raw:
                return quick
        except (ValueError, RecursionError):
            pass  # what is wrong is told below
    plain = _Plain()
    try:
        value: JsonValue = json.loads(
            raw,
            object_pairs_hook=plain.pairs,
            parse_int=plain.integer,
            parse_float=plain.real,
            parse_constant=_not_json,
        )
        # Where there are plain keys and small integers only, the standard library writes the same bytes in a tenth of
        # the time (tests/properties/test_ledger_canonical.py compares them).
        again = _WRITE.encode(value) if plain.holds else None
        spelled = again.encode() if again is not None else canonical(value)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"This is not JSON: {_brief(error)}.") from error
    if spelled != raw:
        raise IntegrityError("This JSON is not canonical (RFC 8785).")
    return value


def sign_envelope(payload_type: str, payload: Mapping[str, JsonValue], signers: Sequence[Signer]) -> str:
    """The canonical JSON of a DSSE envelope. Raises IntegrityError: no signer, one twice, or a payload too large."""
    content = canonical(dict(payload))
    message = pae(payload_type, content)
    signatures = sorted((signer.keyid, _lower(signer.sign(message))) for signer in signers)
    if not signatures or len({keyid for keyid, _ in signatures}) != len(signatures):
        raise IntegrityError("An envelope is signed by one key or more, by each once.")
    text = canonical(
        {
            "payload": _b64(content),
            "payloadType": payload_type,
            "signatures": [{"keyid": keyid, "sig": _b64(value)} for keyid, value in signatures],
        }
    ).decode()
    if len(text) > LARGEST:
        raise IntegrityError(f"An envelope has at most {LARGEST} characters, this one {len(text)}.")
    return text


def open_envelope(text: str, payload_type: str) -> Opened:
    """Reads an envelope in its one form. Raises IntegrityError; verifies no signature."""
    if len(text) > LARGEST:
        raise IntegrityError(f"An envelope has at most {LARGEST} characters, this one {len(text)}.")
    try:
        envelope = parse_canonical(text.encode())
    except UnicodeEncodeError as error:
        raise IntegrityError("An envelope is UTF-8 text.") from error
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise IntegrityError("An envelope has exactly payload, payloadType and signatures.")
    if envelope["payloadType"] != payload_type:
        raise IntegrityError(f"The envelope holds {str(envelope['payloadType'])[:80]!r}, not {payload_type!r}.")
    content = _unb64(envelope["payload"])
    payload = parse_canonical(content)
    if not isinstance(payload, dict):
        raise IntegrityError("The payload of an envelope is a JSON object.")
    return Opened(payload_type, payload, content, _signatures(envelope["signatures"]))


def verify_signature(opened: Opened, public_key: str) -> None:
    """Returns when the envelope carries a valid signature of that key (PEM); raises IntegrityError otherwise."""
    key, keyid = _loaded(public_key)
    for signature in opened.signatures:
        if signature.keyid == keyid:
            try:
                key.verify(signature.value, opened.signed_bytes, ec.ECDSA(hashes.SHA256()))
            except InvalidSignature as error:
                raise IntegrityError(f"The signature of key {keyid[:16]} does not verify.") from error
            return
    raise IntegrityError(f"Key {keyid[:16]} did not sign this.")


@lru_cache(maxsize=256)
def _loaded(public_key: str) -> tuple[ec.EllipticCurvePublicKey, str]:
    try:
        key = serialization.load_pem_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IntegrityError("This is not a public key in PEM.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise IntegrityError("This is not a P-256 public key.")
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, hashlib.sha256(spki).hexdigest()


def _signatures(value: JsonValue) -> tuple[Signature, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 16:
        raise IntegrityError("An envelope carries 1 to 16 signatures.")
    signatures = []
    for item in value:
        if not isinstance(item, dict) or set(item) != {"keyid", "sig"} or not isinstance(item["keyid"], str):
            raise IntegrityError("A signature has exactly keyid and sig.")
        raw = _unb64(item["sig"])
        try:
            if _lower(raw) != raw:
                raise IntegrityError("A signature is not in its one form (the lower s).")
        except ValueError as error:
            raise IntegrityError("A signature is not an ECDSA signature in DER.") from error
        signatures.append(Signature(item["keyid"], raw))
    keyids = [signature.keyid for signature in signatures]
    if keyids != sorted(set(keyids)):
        raise IntegrityError("Signatures are sorted by key id, each key once.")
    return tuple(signatures)


def _lower(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, GROUP_ORDER - s))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: JsonValue) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError) as error:
        raise IntegrityError("This is not base64.") from error
    if raw is None or _b64(raw) != text:
        raise IntegrityError("This base64 is not in its one form (RFC 4648 section 3.5).")
    return raw


class _Plain:
    """Watches a text being parsed for what only RFC 8785 has rules for: reals, large integers, keys beyond ASCII."""

    def __init__(self) -> None:
        self.holds = True

    def pairs(self, pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key is given twice")
        self.holds = self.holds and all(map(str.isascii, found))
        return found

    def integer(self, text: str) -> int:
        self.holds = self.holds and len(text) <= 15  # below 2**53
        return int(text)

    def real(self, text: str) -> float:
        self.holds = False
        return float(text)


def _plain(number: str) -> int:
    if len(number) > 15:  # beyond 2**53
        raise ValueError(number)
    return int(number)


def _not_plain(number: str) -> NoReturn:
    raise ValueError(number)


_QUICK = json.JSONDecoder(parse_int=_plain, parse_float=_not_plain, parse_constant=_not_plain)
_WRITE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
"""Made once: to make them takes a fifth of the time of a short line."""


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _brief(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
