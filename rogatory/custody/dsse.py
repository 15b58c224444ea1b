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
from typing import Annotated, Any, NoReturn

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pydantic import JsonValue

from rogatory.custody.passkey import Assertion, check_assertion
from rogatory.errors import IntegrityError
from rogatory.ports import Asserting, Signer
from schemas.custody import Official, Passkey

ASSERTION = "webauthn"
"""The member of a signature that holds a passkey's assertion."""
IN_TOTO = "application/vnd.in-toto+json"
LARGEST = 2 * 1024 * 1024
"""Characters of an envelope; a ledger line with a delivery of 500 items has 0.4 million."""
FIRST_BEYOND = 0xEE
"""UTF-8 below this byte holds only characters below U+E000: so far keys sort the same by code point and by UTF-16 unit,
which RFC 8785 asks for."""
GROUP_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n of P-256 (SEC 2): (r, s) and (r, n - s) are both valid; we write and accept only the lower."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an envelope."""

    keyid: str
    """SHA-256 of the signer's SubjectPublicKeyInfo, hex."""
    value: bytes
    """ECDSA, DER."""
    assertion: Assertion | None = None
    """Of a passkey: then the signature is over it, and it is over the envelope."""


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
        why = str(error.__cause__ or error).rstrip(".")  # the codec names the character, and what is wrong with it
        raise IntegrityError(f"There is no canonical JSON of this: {why}.") from error


def parse_canonical(raw: bytes) -> JsonValue:
    """The value of canonical JSON. Raises IntegrityError for any other spelling, a key given twice, NaN."""
    if raw.isascii() or max(raw) < FIRST_BEYOND:
        try:
            quick: JsonValue = _READ.decode(raw)
            if _WRITE.encode(quick) == raw:
                return quick
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass  # a real or a large integer, or what is wrong is told below
    try:
        value: JsonValue = json.loads(raw, object_pairs_hook=_each_once, parse_constant=_not_json)
        spelled = canonical(value)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"This is not JSON: {_brief(error)}.") from error
    if spelled != raw:
        raise IntegrityError("This JSON is not canonical (RFC 8785).")
    return value


def sign_envelope(payload_type: str, payload: Mapping[str, JsonValue], signers: Sequence[Signer | Asserting]) -> str:
    """The canonical JSON of a DSSE envelope. Raises IntegrityError: no signer, one twice, or a payload too large."""
    content = canonical(dict(payload))
    message = pae(payload_type, content)
    if not signers or len({signer.keyid for signer in signers}) != len(signers):
        raise IntegrityError("An envelope is signed by one key or more, by each once.")
    signatures = [_signature(signer, message) for signer in sorted(signers, key=lambda one: one.keyid)]
    text = canonical(
        {
            "payload": _b64(content),
            "payloadType": payload_type,
            "signatures": signatures,
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


def signer_of(envelope: str) -> str:
    """The key id of the first signature of an envelope in its one form, unread otherwise; empty for what is none."""
    return envelope.partition(_FIRST)[2][:64]  # base64 holds no such words, so they stand there once


def verify_signature(opened: Opened, public_key: str) -> None:
    """Returns when the envelope carries a valid signature of that key (PEM); raises IntegrityError otherwise."""
    key, keyid = _loaded(public_key)
    signature = _by(opened, keyid)
    if signature.assertion is not None:
        raise IntegrityError(f"Key {keyid[:16]} is no passkey.")
    _verify(key, keyid, signature.value, opened.signed_bytes)


def verify_assertion(opened: Opened, passkey: Passkey) -> None:
    """Returns when the envelope carries a valid assertion of that passkey; raises IntegrityError otherwise."""
    key, keyid = _loaded(passkey.public_key)
    if keyid != passkey.keyid:
        raise IntegrityError("the passkey is not the one its id names")
    signature = _by(opened, keyid)
    if signature.assertion is None:
        raise IntegrityError(f"Key {keyid[:16]} is a passkey, and there is no assertion of it.")
    check_assertion(signature.assertion, opened.signed_bytes, passkey.relying_party)
    _verify(key, keyid, signature.value, signature.assertion.signed_bytes)


def verify_official(opened: Opened, official: Official) -> None:
    """Returns when that official alone signed it, with their key or their passkey; raises IntegrityError otherwise."""
    if len(opened.signatures) != 1 or opened.signatures[0].keyid not in official.key_ids():
        raise IntegrityError(f"it is not signed by the key registered for {official.official}")
    if key_id(official.public_key) != official.keyid:
        raise IntegrityError(f"the key registered for {official.official} is not the one its id names")
    if official.passkey and opened.signatures[0].keyid == official.passkey.keyid:
        verify_assertion(opened, official.passkey)
    else:
        verify_signature(opened, official.public_key)


def _by(opened: Opened, keyid: str) -> Signature:
    found = next((one for one in opened.signatures if one.keyid == keyid), None)
    if found is None:
        raise IntegrityError(f"Key {keyid[:16]} did not sign this.")
    return found


def _verify(key: ec.EllipticCurvePublicKey, keyid: str, value: bytes, message: bytes) -> None:
    try:
        key.verify(value, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise IntegrityError(f"The signature of key {keyid[:16]} does not verify.") from error


def load_key(public_key: str) -> ec.EllipticCurvePublicKey:
    """A public key from PEM. Raises IntegrityError: not a P-256 key."""
    return _loaded(public_key)[0]


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
        if not isinstance(item, dict) or set(item) - {ASSERTION} != {"keyid", "sig"}:
            raise IntegrityError("A signature has exactly keyid and sig, that of a passkey its assertion too.")
        if not isinstance(item["keyid"], str):
            raise IntegrityError("A key id is a text.")
        raw = _unb64(item["sig"])
        try:
            if _lower(raw) != raw:
                raise IntegrityError("A signature is not in its one form (the lower s).")
        except ValueError as error:
            raise IntegrityError("A signature is not an ECDSA signature in DER.") from error
        signatures.append(Signature(item["keyid"], raw, assertion_of(item)))
    keyids = [signature.keyid for signature in signatures]
    if keyids != sorted(set(keyids)):
        raise IntegrityError("Signatures are sorted by key id, each key once.")
    return tuple(signatures)


def assertion_of(signature: Mapping[str, JsonValue]) -> Assertion | None:
    """What stands beside the signature of a passkey; None for another. Raises IntegrityError for another form."""
    said = signature.get(ASSERTION)
    if ASSERTION not in signature:
        return None
    if not isinstance(said, dict) or set(said) != {"authenticatorData", "clientDataJSON"}:
        raise IntegrityError("An assertion has exactly authenticatorData and clientDataJSON.")
    return Assertion(_unb64(said["authenticatorData"]), _unb64(said["clientDataJSON"]))


def _signature(signer: Signer | Asserting, message: bytes) -> dict[str, JsonValue]:
    if not isinstance(signer, Asserting):
        return {"keyid": signer.keyid, "sig": _b64(_lower(signer.sign(message)))}
    value, data, client = signer.assertion(message)
    said: dict[str, JsonValue] = {"authenticatorData": _b64(data), "clientDataJSON": _b64(client)}
    return {"keyid": signer.keyid, "sig": _b64(_lower(value)), ASSERTION: said}


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


def _each_once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _plain(depth: int) -> object:
    """The type of values without reals and integers that RFC 8785 has no one form for."""
    whole = Annotated[int, msgspec.Meta(ge=1 - 2**53, le=2**53 - 1)]
    if not depth:
        return None | bool | whole | str
    inner = _plain(depth - 1)
    return None | bool | whole | str | list[inner] | dict[str, inner]  # type: ignore[valid-type]


_FIRST = '"signatures":[{"keyid":"'
_READ: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_plain(7))
_WRITE = msgspec.json.Encoder(order="sorted")
"""For such values the same bytes as RFC 8785, in a fifth of the time (tests/properties/test_ledger_canonical.py)."""


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _brief(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
