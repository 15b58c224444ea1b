"""The demonstration's certificate authority: X.509 that PAdES and CAdES validators accept, and that says DEMO.

Officials: keyUsage digitalSignature and nonRepudiation (ETSI EN 319 412-2); the service's key is an organisation's seal
(EN 319 412-3); the time-stamping unit's key serves nothing else (RFC 3161, 2.3). Beside them a list of what was revoked
(RFC 5280, 5). Real authorities bring certificates and lists of their own public-key infrastructure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rogatory.adapters.keys import write_key
from rogatory.adapters.vault_keys import replace_file
from rogatory.errors import IntegrityError, NotFoundError

ROOT_YEARS, YEARS = 20, 10
LIST = "root.crl"
LIST_HOLDS = timedelta(days=365)
"""How long a revocation list counts. A real authority's counts for days; a demonstration lies unused for months."""
LIST_RENEWED = timedelta(days=90)
"""A list that counts for less than this is issued anew when the home is opened for work."""
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
        made.issue_list(folder, now)
        return made

    @classmethod
    def load(cls, folder: Path) -> "DemoAuthority":
        """The authority founded in the folder. Raises NotFoundError."""
        try:
            key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), password=None)
            certificate = x509.load_pem_x509_certificate((folder / "root.crt").read_bytes())
        except (OSError, ValueError, x509.InvalidVersion) as error:
            raise NotFoundError(f"The demonstration's root key is not in {folder}.") from error
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key, certificate)

    @property
    def root(self) -> str:
        """The root's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def state_and_name(self) -> tuple[str, str]:
        """For whom it was founded: the state's code and the authority's name."""
        subject = self._certificate.subject
        kinds = (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME)
        state, name = (str(subject.get_attributes_for_oid(kind)[0].value) for kind in kinds)
        return state, name

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

    def certify_time_stamps(
        self, key: ec.EllipticCurvePublicKey, now: datetime, *, state: str, authority: str
    ) -> x509.Certificate:
        """The certificate of a time-stamping unit: extended key usage timeStamping, critical and alone."""
        subject = _name(state, authority, "Time stamping (demonstration)", "DEMO time-stamping authority")
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        issuer = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        return (
            _builder(subject, self._certificate.subject, key, now, YEARS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
            .sign(self._key, hashes.SHA384())
        )

    def issue_list(self, folder: Path, now: datetime, revoked: Sequence[str] = ()) -> None:
        """Writes root.crl (DER) anew: all that the list before named, and these certificates (PEM)."""
        before = read_list(folder / LIST)
        named = {one.serial_number: one.revocation_date_utc for one in (before if before is not None else ())}
        named |= {x509.load_pem_x509_certificate(pem.encode()).serial_number: now for pem in revoked}
        number = (
            before.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number + 1 if before is not None else 1
        )
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        building = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now)
            .next_update(now + LIST_HOLDS)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(issuer, critical=False)
        )
        for serial, since in named.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            building = building.add_revoked_certificate(entry)
        made = building.sign(self._key, hashes.SHA384())
        replace_file(folder / LIST, made.public_bytes(serialization.Encoding.DER))


def renew_list(folder: Path, now: datetime) -> None:
    """Issues the demonstration's revocation list anew where it is missing or counts for less than LIST_RENEWED."""
    found = read_list(folder / LIST)
    ends = found.next_update_utc if found is not None else None  # an empty list is false
    if ends is None or ends - now < LIST_RENEWED:
        DemoAuthority.load(folder).issue_list(folder, now)


def read_list(path: Path) -> x509.CertificateRevocationList | None:
    """The revocation list in a file, DER or PEM; None where there is no such file. Raises IntegrityError."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        read = x509.load_pem_x509_crl if raw.lstrip().startswith(b"-----") else x509.load_der_x509_crl
        return read(raw)
    except (ValueError, x509.InvalidVersion) as error:
        raise IntegrityError(f"{path} is not a revocation list (X.509 CRL).", "Get it anew from its issuer.") from error


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
