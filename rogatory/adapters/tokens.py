"""A key on a PKCS#11 token: it never leaves the token, and its PIN is kept nowhere but in the memory of one process.

Each signature logs in anew and out again: PKCS#11 knows one login for the whole process (v2.40, 5.6), and two officials
at one token must not sign under each other's PIN.
"""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11.util.ec import encode_ecdsa_signature

from rogatory.adapters.keys import public_pem, read_certificate
from rogatory.adapters.signing_settings import TokenSettings
from rogatory.custody.dsse import key_id
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, RogatoryError, UnreachableError, UsageError
from rogatory.ports import AskPin

PIN_VARIABLE = "ROGATORY_PIN"
LONGEST_PIN = 255
"""Bytes; tokens take far fewer."""
_ONE_AT_A_TIME = threading.RLock()


class TokenSigner:
    """Implements ports.Signer. Library, token and PIN are first needed at a signature; the certificate is a file."""

    def __init__(
        self,
        settings: TokenSettings,
        certificate: Path,
        pin_file: Path | None,
        ask: AskPin | None,
        *,
        in_person: bool = False,
    ) -> None:
        self._settings, self._path, self._pin_file, self._ask = settings, certificate, pin_file, ask
        self._in_person = in_person
        self._pin = ""  # once it was right: one command may sign twice, and asks once

    @cached_property
    def certificate(self) -> str:
        """X.509, PEM. Raises NotFoundError, IntegrityError."""
        return read_certificate(self._path)

    @cached_property
    def public_key(self) -> str:
        """SubjectPublicKeyInfo, PEM, by the certificate. Raises IntegrityError when it is no P-256 key."""
        return public_pem(self._public)

    @cached_property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""
        return key_id(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """ECDSA P-256 over SHA-256, DER.

        Raises:
            UsageError: nobody gives the PIN.
            RefusedError: WrongPin, PinLocked; KeyExposed when others may read the PIN's file.
            NotFoundError: no such library, or no such key on the token.
            UnreachableError: the token is not there, or fails.
            IntegrityError: the key is not the certificate's.
        """
        public = self._public
        with _ONE_AT_A_TIME, self._key() as key:
            try:
                # The bare mechanism: not every token hashes by itself (SoftHSM 2.6.1 has no CKM_ECDSA_SHA256).
                plain = key.sign(sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)
            except pkcs11.PKCS11Error as error:
                raise self._explained(error) from error
        signature: bytes = encode_ecdsa_signature(plain)
        try:
            public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise IntegrityError(
                f"The key {self._settings.key} on the token {self._settings.token} is not that of {self._path}.",
                "Name the certificate that was issued for it.",
            ) from error
        return signature

    @cached_property
    def _public(self) -> ec.EllipticCurvePublicKey:
        key = x509.load_pem_x509_certificate(self.certificate.encode()).public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise IntegrityError(f"{self._path} is not for a P-256 key.")
        return key

    @contextmanager
    def _key(self) -> Iterator[Any]:
        """The private key, while logged in."""
        token = find_token(self._settings)
        pin = self._pin or self._given_pin()
        try:
            session = token.open(user_pin=pin)
        except pkcs11.PKCS11Error as error:
            raise self._explained(error) from error
        self._pin = pin
        try:
            wanted = {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
                pkcs11.Attribute.LABEL: self._settings.key,
            }
            found = list(session.get_objects(wanted))
            if len(found) != 1:
                some = f"{len(found)} private keys" if found else "no private key"
                raise NotFoundError(
                    f"The token {self._settings.token} holds {some} named {self._settings.key}.",
                    f"See its labels with: pkcs11-tool --module {self._settings.module} --login --list-objects",
                )
            yield found[0]
        except pkcs11.PKCS11Error as error:
            raise self._explained(error) from error
        finally:
            session.close()

    def _given_pin(self) -> str:
        settings = self._settings
        if self._in_person:
            if typed := self._ask(settings.token) if self._ask is not None else "":
                return typed
            raise RefusedError("NoPin", f"The token {settings.token} needs its PIN, and none was given.")
        if self._pin_file is not None:
            return _pin_in(self._pin_file)
        if pin := os.environ.get(settings.pin_variable or PIN_VARIABLE):
            return pin
        if self._ask is not None and (pin := self._ask(settings.token)):
            return pin
        raise UsageError(
            f"The token {settings.token} needs its PIN.",
            f"Run the command at a terminal, set {settings.pin_variable or PIN_VARIABLE}, or name a pin_file.",
        )

    def _explained(self, error: pkcs11.PKCS11Error) -> RogatoryError:
        return explained(error, self._settings.token)


def find_token(settings: TokenSettings) -> Any:
    """The token, nobody logged in. Raises NotFoundError, UnreachableError, UsageError as `TokenSigner.sign` does."""
    if not Path(settings.module).is_file():
        raise NotFoundError(f"There is no PKCS#11 library at {settings.module}.", "Install the token's driver.")
    try:
        library = pkcs11.lib(settings.module)
        try:
            return library.get_token(token_label=settings.token)
        except pkcs11.PKCS11Error:  # put in since, or the library was set up by a process we are a fork of
            library.reinitialize()
            return library.get_token(token_label=settings.token)
    except pkcs11.NoSuchToken as error:
        raise UnreachableError(f"The token {settings.token} is not there.", "Put the card in.") from error
    except pkcs11.MultipleTokensReturned as error:
        raise UsageError(f"Two tokens are labelled {settings.token}.", "Take one out.") from error
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise UnreachableError(
            f"The PKCS#11 library {settings.module} cannot be used: {str(error) or type(error).__name__}.",
            "See its own log, and: pkcs11-tool --list-slots",
        ) from error


def explained(error: pkcs11.PKCS11Error, token: str) -> RogatoryError:
    """What a token's refusal means for a person."""
    if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinInvalid | pkcs11.PinLenRange):
        return RefusedError(
            "WrongPin", f"That is not the PIN of the token {token}.", "Tokens lock after a few wrong ones."
        )
    if isinstance(error, pkcs11.PinLocked):
        return RefusedError("PinLocked", f"The token {token} is locked.", "Its issuer unlocks it, with the PUK.")
    if isinstance(error, pkcs11.PinExpired | pkcs11.UserPinNotInitialized):
        return RefusedError(
            "PinNotSet", f"The token {token} has no PIN in force.", "Set one with the token's own tool."
        )
    why = str(error) or type(error).__name__
    return UnreachableError(f"The token {token} did not sign: {why}.", "Put the card in again, and repeat the command.")


def _pin_in(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe would wait for ever
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & 0o077:
                raise RefusedError(
                    "KeyExposed", f"The PIN in {path} can be read by others; it is not used.", f"Run: chmod 600 {path}"
                )
            raw = file.read(LONGEST_PIN + 2)
        pin = raw.decode().removesuffix("\n").removesuffix("\r")
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no {path}.", "It must hold the token's PIN.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} holds no PIN.", "Write the PIN into it, and nothing else.") from error
    if not 0 < len(pin) <= LONGEST_PIN or "\n" in pin:
        raise UsageError(f"{path} holds no PIN.", "Write the PIN into it, and nothing else.")
    return pin
