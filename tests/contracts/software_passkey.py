"""A passkey in software: what an authenticator and a browser give, and what they should not."""

import base64
import copy
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rogatory.custody.dsse import key_id
from rogatory.custody.passkey import PRESENT, VERIFIED
from schemas.custody import Passkey


class SoftwarePasskey:
    """Implements ports.Asserting. Its attributes are what it says; a test changes them."""

    def __init__(self, relying_party: str = "inbox.example") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public_key = self._key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
        self.keyid = key_id(self.public_key)
        self.relying_party, self.rp_of_data = relying_party, relying_party
        self.flags, self.more, self.counter = PRESENT | VERIFIED, b"", 0
        self.client = {"type": "webauthn.get", "origin": f"https://{relying_party}", "crossOrigin": False}
        self.text = ""
        """The client data in place of its own, with CHALLENGE for the challenge."""

    @property
    def record(self) -> Passkey:
        """As the directory holds it."""
        credential = base64.urlsafe_b64encode(bytes.fromhex(self.keyid)).rstrip(b"=").decode()
        return Passkey(
            keyid=self.keyid, public_key=self.public_key, credential=credential, relying_party=self.relying_party
        )

    def like(self) -> "SoftwarePasskey":
        """The same passkey, saying other things from now on."""
        made = copy.copy(self)
        made.client = dict(self.client)
        return made

    def assertion(self, message: bytes) -> tuple[bytes, bytes, bytes]:
        """The signature, authenticator data, client data."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(message).digest()).rstrip(b"=").decode()
        said = (self.text or json.dumps({"challenge": challenge, **self.client})).replace("CHALLENGE", challenge)
        data = hashlib.sha256(self.rp_of_data.encode()).digest()
        data += bytes([self.flags]) + struct.pack(">I", self.counter) + self.more
        signed = self._key.sign(data + hashlib.sha256(said.encode()).digest(), ec.ECDSA(hashes.SHA256()))
        return signed, data, said.encode()

    def sign(self, message: bytes) -> bytes:
        """What a key would do: a bare signature."""
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))


class AsKey:
    """The passkey's key used as if it were an official's key."""

    def __init__(self, passkey: SoftwarePasskey) -> None:
        self.keyid, self.certificate, self.sign = passkey.keyid, "", passkey.sign
