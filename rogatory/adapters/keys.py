"""An official's key in a file: P-256, PKCS#8 PEM, readable by its owner only; with a PIN where one was put on it."""

import os
import stat
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.dsse import key_id
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from rogatory.ports import AskPin

ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
SHORTEST_PIN, LONGEST_PIN = 6, 64
LARGEST_FILE = 64 * 1024
"""Bytes of a key or certificate file; both have about one thousand."""


class FileSigner:
    """Implements ports.Signer. The files are read when first needed."""

    def __init__(self, key_path: Path, cert_path: Path, ask: AskPin | None = None) -> None:
        self._key_path, self._cert_path, self._ask = key_path, cert_path, ask

    @cached_property
    def private_key(self) -> ec.EllipticCurvePrivateKey:
        """The key itself, for signatures in PDFs and packages.

        Raises:
            NotFoundError: no such file. IntegrityError: it is no P-256 key.
            RefusedError: others may read it (KeyExposed), or its PIN was not given (NoPin) or is wrong (WrongPin).
        """
        raw = read_file(self._key_path, private=True)
        pin = self._pin() if ENCRYPTED in raw else None
        try:
            key = serialization.load_pem_private_key(raw, password=pin)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            if pin is not None:
                raise RefusedError("WrongPin", f"That is not the PIN of the key {self._key_path.stem}.") from error
            raise IntegrityError(f"{self._key_path} is not a PKCS#8 key in PEM.") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise IntegrityError(f"{self._key_path} is not a P-256 key.")
        return key

    def _pin(self) -> bytes:
        given = self._ask(self._key_path.stem) if self._ask else ""
        if not given:
            raise RefusedError("NoPin", f"The key {self._key_path.stem} has a PIN, and none was given.")
        return given.encode()

    @cached_property
    def public_key(self) -> str:
        """SubjectPublicKeyInfo, PEM."""
        return public_pem(self.private_key.public_key())

    @cached_property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""
        return key_id(self.public_key)

    @cached_property
    def certificate(self) -> str:
        """X.509, PEM. Raises IntegrityError when it is not for this key."""
        text = read_certificate(self._cert_path)
        certified = x509.load_pem_x509_certificate(text.encode()).public_key()
        if certified != self.private_key.public_key():
            raise IntegrityError(f"{self._cert_path} is not the certificate of {self._key_path}.")
        return text

    def sign(self, message: bytes) -> bytes:
        """ECDSA P-256 over SHA-256, DER."""
        return self.private_key.sign(message, ec.ECDSA(hashes.SHA256()))


def read_certificate(path: Path) -> str:
    """The certificate in a file, PEM. Raises NotFoundError; IntegrityError when it holds none."""
    text = read_file(path, private=False).decode("ascii", "replace")
    try:
        x509.load_pem_x509_certificate(text.encode())
    except (ValueError, x509.InvalidVersion) as error:
        raise IntegrityError(f"{path} is not a certificate in PEM.") from error
    return text


def public_pem(key: ec.EllipticCurvePublicKey) -> str:
    """SubjectPublicKeyInfo, PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Writes a new key file, for its owner only; never over another."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def has_pin(path: Path) -> bool:
    """Whether the key file asks for a PIN. Raises NotFoundError."""
    return ENCRYPTED in read_file(path, private=True)


def put_pin(path: Path, pin: str, old: str = "") -> None:
    """Encrypts the key file under a PIN, or under a new one; the file is replaced whole or not at all.

    Raises:
        UsageError: the PIN has not 6 to 64 characters. RefusedError: the old PIN is wrong or missing.
    """
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN or not pin.isprintable():
        raise UsageError(f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} characters.", "Choose another; nothing changed.")
    key = FileSigner(path, path, lambda _: old).private_key
    encryption = serialization.BestAvailableEncryption(pin.encode())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    replace_file(path, pem)


def read_file(path: Path, *, private: bool) -> bytes:
    """The bytes of a small file; a private one must be its owner's only. Raises NotFoundError, RefusedError."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe would wait for ever
            mode = os.fstat(file.fileno()).st_mode
            if private and (not stat.S_ISREG(mode) or mode & 0o077):
                raise RefusedError(
                    "KeyExposed", f"The key {path} can be read by others; it is not used.", f"Run: chmod 600 {path}"
                )
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no {path}.", "The official's key must be on this machine.") from error
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > LARGEST_FILE:
        raise IntegrityError(f"{path} is too large to be a key or a certificate.")
    return raw
