"""The demonstration's certificate authority: X.509 that PAdES and CAdES validators accept, and that says DEMO.

Officials: keyUsage digitalSignature and nonRepudiation (ETSI EN 319 412-2); the service's key is an organisation's seal
(EN 319 412-3). Real authorities bring certificates of their own public-key infrastructure.
"""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rogatory.adapters.keys import write_key
from rogatory.errors import NotFoundError

ROOT_YEARS, YEARS = 20, 10
BEFORE = timedelta(days=1)
"""Certificates begin a day early, so that clocks that differ do not matter."""


class DemoAuthority:
    """A root that signs certificates; its key lies in the home, as only a demonstration's may."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key, self._certificate = key, certificate

    @classmethod
    def found(cls, folder: Path, *, state: str, authority: str, now: datetime) -> "DemoAuthority":
        """Makes root.key (P-384) and root.crt in the folder."""
        key = ec.generate_private_key(ec.SECP384R1())
        name = _name(state, authority, "Certification (demonstration)", "DEMO root, not for real use")
        certificate = (
            _builder(name, name, key.public_key(), now, ROOT_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA384())
        )
        write_key(folder / "root.key", key)
        made = cls(key, certificate)
        write_certificate(folder / "root.crt", made.root)
        return made

    @classmethod
    def load(cls, folder: Path) -> "DemoAuthority":
        """The authority founded in the folder. Raises NotFoundError."""
        try:
            key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), password=None)
            certificate = x509.load_pem_x509_certificate((folder / "root.crt").read_bytes())
        except (OSError, ValueError) as error:
            raise NotFoundError(f"The demonstration's root key is not in {folder}.") from error
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key, certificate)

    @property
    def root(self) -> str:
        """The root's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def certify(
        self,
        key: ec.EllipticCurvePublicKey,
        now: datetime,
        *,
        state: str,
        authority: str,
        post: str,
        name: str,
        seal: bool = False,
    ) -> str:
        """A certificate for one key, PEM; `seal` for the organisation itself."""
        subject = _name(state, authority, post, f"DEMO {name}"[:64], seal=seal)
        issuer = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        certificate = (
            _builder(subject, self._certificate.subject, key, now, YEARS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
            .sign(self._key, hashes.SHA384())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


def write_certificate(path: Path, pem: str) -> None:
    """Writes a new certificate file; never over another."""
    with path.open("x", encoding="ascii") as file:
        file.write(pem)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(state: str, authority: str, post: str, common: str, *, seal: bool = False) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, state),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, authority),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, post),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if seal:  # a legal person's identifier, ETSI EN 319 412-1, 5.1.4
        parts.insert(2, x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTR{state}-DEMO"))
    return x509.Name(parts)
