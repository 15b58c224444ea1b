"""Keys on tokens: sign as keys in files do, and say clearly why they do not."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.officials import appoint, open_ledger
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.adapters.tokens import TokenSigner, explained
from rogatory.custody.dsse import open_envelope, sign_envelope, verify_signature
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, RogatoryError, UnreachableError, UsageError
from schemas.identifiers import Role
from tests.unit import soft_token
from tests.unit.soft_token import PIN, SoftTokens
from tests.unit.stamping_house import FIELD, StampingHouse, letter

pytestmark = pytest.mark.skipif(bool(soft_token.missing()), reason=soft_token.missing())
Configure = Callable[..., None]


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> SoftTokens:
    made = SoftTokens(tmp_path_factory.mktemp("softhsm"), patch)
    made.make("mla")
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, tokens: SoftTokens) -> StampingHouse:
    """The keys of the signatory and of the service are on the token, and nowhere else."""
    made = StampingHouse(tmp_path_factory.mktemp("tokens") / "home")
    tokens.take("mla", made.home / "officials" / "signatory.key", "signatory", "01")
    tokens.take("mla", made.home / "keys" / "service.key", "service", "03")
    tokens.generate("mla", "stranger")
    return made


@pytest.fixture
def configure(house: StampingHouse, monkeypatch: pytest.MonkeyPatch) -> Configure:
    def write(official: str = "signatory", **changes: str) -> None:
        entry = {"module": soft_token.module(), "token": "mla", "key": official} | changes
        (house.home / "config.json").write_text(json.dumps({"signers": {official: entry}}))

    monkeypatch.delenv("ROGATORY_PIN", raising=False)
    write()
    return write


def signer(house: StampingHouse, official: str = "signatory") -> TokenSigner:
    found = signer_for(house.home, official)
    assert isinstance(found, TokenSigner)
    return found


def test_it_signs_what_the_certificate_verifies(
    house: StampingHouse, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    key = signer(house)
    certified = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    assert isinstance(certified, ec.EllipticCurvePublicKey)
    for message in (b"", b"words", bytes(100_000)):
        certified.verify(key.sign(message), message, ec.ECDSA(hashes.SHA256()))
    envelope = sign_envelope("application/vnd.in-toto+json", {"act": "decide"}, [key])
    verify_signature(open_envelope(envelope, "application/vnd.in-toto+json"), key.public_key)
    pdf = PadesSigner(key, house.anchors.root_certificates).sign(letter(), FIELD, "Letter", datetime.now(UTC))
    assert verify_pdf(pdf, house.anchors).ok


def test_the_services_key_may_be_on_a_token(
    house: StampingHouse, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("service")
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    now = datetime.now(UTC)
    record = appoint(house.home, "clerk", name="Una Reed", post="Clerk", roles=(Role.REVIEWER,), person="xv-9", now=now)
    assert open_ledger(house.home).officials()["clerk"] == record  # a line the service signed, and a chain that holds
    monkeypatch.setenv("ROGATORY_PIN", "999999")
    with pytest.raises(RefusedError, match="not the PIN"):
        appoint(house.home, "usher", name="Ned Ash", post="Clerk", roles=(Role.REVIEWER,), person="xv-10", now=now)


def test_the_pin_is_asked_once_and_only_where_there_is_a_person(house: StampingHouse, configure: Configure) -> None:
    asked: list[str] = []

    def ask(token: str) -> str:
        asked.append(token)
        return PIN

    key = signer_for(house.home, "signatory", ask)
    key.sign(b"first")
    key.sign(b"second")
    assert asked == ["mla"]
    with pytest.raises(UsageError, match="needs its PIN") as refused:
        signer(house).sign(b"x")
    assert "ROGATORY_PIN" in refused.value.hint
    with pytest.raises(UsageError, match="needs its PIN"):
        signer_for(house.home, "signatory", lambda _: "").sign(b"x")


def test_a_wrong_pin_is_not_remembered(house: StampingHouse, configure: Configure) -> None:
    given = iter(["000000", PIN])
    key = signer_for(house.home, "signatory", lambda _: next(given))
    with pytest.raises(RefusedError, match="not the PIN") as refused:
        key.sign(b"x")
    assert (refused.value.kind, refused.value.exit_code) == ("WrongPin", 4)
    assert key.sign(b"x")


def test_the_pin_may_be_in_a_file_of_its_owner(house: StampingHouse, configure: Configure, tmp_path: Path) -> None:
    file = tmp_path / "pin"
    configure(pin_file=str(file))
    with pytest.raises(NotFoundError, match="There is no"):
        signer(house).sign(b"x")
    file.write_text(f"{PIN}\n")
    file.chmod(0o644)
    with pytest.raises(RefusedError, match="can be read by others") as refused:
        signer(house).sign(b"x")
    assert refused.value.kind == "KeyExposed"
    file.chmod(0o600)
    assert signer(house).sign(b"x")
    for content in (b"", b"\n", b"two\nlines\n", b"\xff\xfe", bytes(300)):
        file.write_bytes(content)
        with pytest.raises((UsageError, RefusedError)):
            signer(house).sign(b"x")


def test_two_officials_at_one_token_each_give_the_pin(
    house: StampingHouse, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PKCS#11 knows one login a process: it must not outlast the signature it was for."""
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    assert signer(house).sign(b"x")
    monkeypatch.setenv("ROGATORY_PIN", "999999")
    with pytest.raises(RefusedError, match="not the PIN"):
        signer(house).sign(b"x")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"module": "/nowhere/driver.so"}, NotFoundError, "There is no PKCS#11 library at /nowhere/driver.so"),
        ({"module": "/bin/ls"}, UnreachableError, "cannot be used"),
        ({"module": "driver.so"}, UsageError, "absolute path"),
        ({"token": "elsewhere"}, UnreachableError, "The token elsewhere is not there"),
        ({"key": "nobody"}, NotFoundError, "holds no private key named nobody"),
        ({"key": "stranger"}, IntegrityError, "is not that of"),
        ({"certificate": "officials/none.crt"}, NotFoundError, "There is no"),
        ({"certificate": "ca/root.key"}, IntegrityError, "is not a certificate"),
        ({"certificate": "ca/root.crt"}, IntegrityError, "is not for a P-256 key"),
        ({"pin": PIN}, UsageError, "signers.signatory.pin"),
    ],
)
def test_what_is_wrong_is_named(
    house: StampingHouse,
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    error: type[RogatoryError],
    words: str,
) -> None:
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    configure(**changes)
    with pytest.raises(error, match=words) as refused:
        signer_for(house.home, "signatory").sign(b"x")
    assert PIN not in str(refused.value) + refused.value.hint


def test_a_token_whose_holder_has_no_pin(
    house: StampingHouse, tokens: SoftTokens, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.without_pin("fresh")
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    configure(token="fresh")
    with pytest.raises(RefusedError, match="has no PIN in force") as refused:
        signer(house).sign(b"x")
    assert (refused.value.kind, refused.value.exit_code) == ("PinNotSet", 4)


def test_a_locked_token_is_said_to_be_locked() -> None:
    """SoftHSM never locks, so the library's own answer is explained without it."""
    refused = explained(pkcs11.PinLocked(), "mla")
    assert isinstance(refused, RefusedError)
    assert (refused.kind, refused.exit_code, str(refused)) == ("PinLocked", 4, "The token mla is locked.")
    assert isinstance(explained(pkcs11.DeviceRemoved(), "mla"), UnreachableError)


def test_the_pin_is_in_no_log(
    house: StampingHouse, configure: Configure, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    with caplog.at_level(logging.DEBUG):
        signer(house).sign(b"x")
    assert PIN not in caplog.text
    assert PIN not in repr(vars(signer(house)))
