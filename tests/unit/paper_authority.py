"""A central authority that exists on paper only: a root, and certificates under it, made for one test."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from schemas.custody import TrustAnchors

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""When things are signed in these tests."""


class PaperSigner:
    """A key in memory; implements `ports.Signer`."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: str) -> None:
        self._key = key
        self._certificate = certificate

    @property
    def keyid(self) -> str:
        spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return sha256(spki).hexdigest()

    @property
    def certificate(self) -> str:
        return self._certificate

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))


class PaperAuthority:
    """Issues certificates, and says what to trust."""

    def __init__(self, name: str, state: str = "XV", demo: bool = True) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} root")])
        self._authority, self._state, self._demo = name, state, demo
        self.root = self._certificate(self._name, self._key.public_key(), ca=True)

    def signer(self, name: str) -> PaperSigner:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return PaperSigner(key, self._certificate(subject, key.public_key(), ca=False))

    @property
    def anchors(self) -> TrustAnchors:
        return TrustAnchors(
            authority=self._authority,
            state=self._state,
            demo=self._demo,
            registrars={},
            threshold=1,
            root_certificates=(self.root,),
        )

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool) -> str:
        usage = x509.KeyUsage(
            digital_signature=not ca,
            content_commitment=not ca,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=ca,
            crl_sign=ca,
            encipher_only=False,
            decipher_only=False,
        )
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(STARTED)
            .not_valid_after(STARTED + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return built.public_bytes(Encoding.PEM).decode()
