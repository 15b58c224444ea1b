"""Envelopes and signed acts: one form only, bound to case, task and command; checked by other people's code too."""

import base64
import hashlib
import json
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pydantic import JsonValue
from securesystemslib.dsse import Envelope
from securesystemslib.signer._key import SSlibKey

from rogatory.adapters.keys import public_pem
from rogatory.custody.dsse import (
    GROUP_ORDER,
    IN_TOTO,
    LARGEST,
    canonical,
    key_id,
    open_envelope,
    pae,
    sign_envelope,
    verify_signature,
)
from rogatory.custody.instants import instant, moment
from rogatory.custody.statement import GROUPS, disclose, read_statement, sign_command, verify_command, words_of
from rogatory.errors import IntegrityError, RefusedError, UsageError
from schemas import (
    answers,
    break_glass,
    commands,
    directory,
    erasure,
    extradition_acts,
    items,
    reassigning,
    sole_letter,
    use,
)
from schemas.commands import Command, Decide, SignOff, Verdict, Withdraw
from schemas.custody import Official
from schemas.identifiers import Role

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REFERENCE, TASK = "XV-2026-0001", "XV-2026-0001.review-1"
LETTER = "sha256:" + "a" * 64


class Key:
    """A key in memory."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.pem = public_pem(self.private.public_key())
        self.keyid, self.certificate = key_id(self.pem), ""

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message, ec.ECDSA(hashes.SHA256()))


@cache
def key(name: str) -> Key:
    return Key()


def official(name: str = "reviewer-1") -> Official:
    return Official(
        official=name,
        person=f"p-{name}",
        name=name,
        post="",
        roles=(Role.REVIEWER,),
        keyid=key(name).keyid,
        public_key=key(name).pem,
        certificate="",
        state="XV",
    )


def decision(**changes: object) -> Decide:
    fields = {
        "command_id": "c1",
        "by": "reviewer-1",
        "role": Role.REVIEWER,
        "letter": LETTER,
        "verdict": Verdict.APPROVE,
        "reason": "Nothing to add.",
    }
    return Decide.model_validate(fields | changes)


def signed(command: Command | None = None, *, reference: str = REFERENCE, task: str = TASK) -> Command:
    return sign_command(command or decision(), reference=reference, task=task, signer=key("reviewer-1"), at=AT)


def refusal(command: Command, **where: str) -> str:
    place = {"reference": REFERENCE, "task": TASK} | where
    with pytest.raises(RefusedError) as refused:
        verify_command(command, **place, official=official())
    return refused.value.kind


def envelope(payload: JsonValue | None = None) -> dict[str, JsonValue]:
    text = sign_envelope(IN_TOTO, cast("dict[str, JsonValue]", payload or {"a": [1, "ü"]}), [key("reviewer-1")])
    return cast("dict[str, JsonValue]", json.loads(text))


def rewritten(change: dict[str, JsonValue], raw: bytes | None = None) -> str:
    made = envelope() | change
    if raw is not None:
        made["payload"] = base64.b64encode(raw).decode()
    return canonical(made).decode()


# envelopes


def test_an_envelope_verifies_with_securesystemslib() -> None:
    text = sign_envelope(IN_TOTO, {"b": 1, "a": ["ü", None]}, [key("one"), key("two")])
    made = json.loads(text)
    for name in ("one", "two"):
        theirs = SSlibKey(key(name).keyid, "ecdsa", "ecdsa-sha2-nistp256", {"public": key(name).pem})
        read = Envelope.from_dict(json.loads(text))
        assert read.pae() == pae(IN_TOTO, canonical({"b": 1, "a": ["ü", None]}))
        assert set(read.verify([theirs], 1)) == {key(name).keyid}
    made["payload"] = base64.b64encode(b'{"a":["u",null],"b":1}').decode()
    with pytest.raises(Exception, match="Found: 0, Expected 1"):
        Envelope.from_dict(made).verify([theirs], 1)


def test_an_envelope_verifies_with_openssl(tmp_path: Path) -> None:
    opened = open_envelope(sign_envelope(IN_TOTO, {"a": 1}, [key("one")]), IN_TOTO)
    (tmp_path / "message").write_bytes(opened.signed_bytes)
    (tmp_path / "signature").write_bytes(opened.signatures[0].value)
    (tmp_path / "key.pem").write_text(key("one").pem)
    order = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "message"]
    assert subprocess.run(order, cwd=tmp_path, capture_output=True, check=True).stdout == b"Verified OK\n"
    (tmp_path / "message").write_bytes(opened.signed_bytes + b" ")
    assert subprocess.run(order, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_openssl_agrees_on_the_key_id(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(key("one").pem)
    order = ["openssl", "pkey", "-pubin", "-in", "key.pem", "-outform", "DER"]
    der = subprocess.run(order, cwd=tmp_path, capture_output=True, check=True).stdout
    assert hashlib.sha256(der).hexdigest() == key("one").keyid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" " + rewritten({}), "not canonical"),
        (rewritten({"extra": 1}), "exactly payload"),
        (rewritten({"payloadType": "text/plain"}), "text/plain"),
        (rewritten({"signatures": []}), "1 to 16"),
        (rewritten({"payload": "e30"}), "base64"),
        (rewritten({}, b'{"a":1,"a":2}'), "given twice"),
        (rewritten({}, b'{"a":NaN}'), "NaN"),
        (rewritten({}, b'{"a":1e999}'), "canonical"),
        (rewritten({}, b'{"b":1,"a":2}'), "not canonical"),
        (rewritten({}, b'{"a":1.0}'), "not canonical"),
        (rewritten({}, b'{"a":"\\u00fc"}'), "not canonical"),
        (rewritten({}, b'{"a":"\\ud800"}'), "surrogates"),
        (rewritten({}, b"[1]"), "object"),
        (rewritten({}, b"[" * 20_000), "nested too deeply"),
        (rewritten({}, b"\xff\xfe"), "not JSON"),
        ('{"a":1,"a":1}', "given twice"),
        ("\ud800", "UTF-8"),
        ("x" * (LARGEST + 1), "characters"),
        ("unsigned", "not JSON"),
    ],
)
def test_an_envelope_has_one_form(text: str, words: str) -> None:
    with pytest.raises(IntegrityError, match=words):
        open_envelope(text, IN_TOTO)


def test_base64_that_means_the_same_is_refused() -> None:
    made = envelope({"a": 12})
    payload = str(made["payload"])
    assert payload.endswith("=")
    twin = payload[:-2] + chr(ord(payload[-2]) + 1) + "="
    assert base64.b64decode(twin) == base64.b64decode(payload)
    with pytest.raises(IntegrityError, match="one form"):
        open_envelope(canonical(made | {"payload": twin}).decode(), IN_TOTO)


def test_a_signature_that_means_the_same_is_refused() -> None:
    made = envelope()
    signature = cast("list[dict[str, str]]", made["signatures"])[0]
    r, s = decode_dss_signature(base64.b64decode(signature["sig"]))
    twin = encode_dss_signature(r, GROUP_ORDER - s)
    message = open_envelope(canonical(made).decode(), IN_TOTO).signed_bytes
    key("reviewer-1").private.public_key().verify(twin, message, ec.ECDSA(hashes.SHA256()))  # it does verify
    signature["sig"] = base64.b64encode(twin).decode()
    with pytest.raises(IntegrityError, match="one form"):
        open_envelope(canonical(made).decode(), IN_TOTO)


def test_signatures_are_sorted_and_of_different_keys() -> None:
    made = json.loads(sign_envelope(IN_TOTO, {}, [key("one"), key("two")]))
    made["signatures"].reverse()
    with pytest.raises(IntegrityError, match="sorted"):
        open_envelope(canonical(made).decode(), IN_TOTO)
    made["signatures"] = [made["signatures"][0]] * 2
    with pytest.raises(IntegrityError, match="sorted"):
        open_envelope(canonical(made).decode(), IN_TOTO)
    with pytest.raises(IntegrityError, match="each once"):
        sign_envelope(IN_TOTO, {}, [key("one"), key("one")])
    with pytest.raises(IntegrityError, match="one key or more"):
        sign_envelope(IN_TOTO, {}, [])


def test_a_signature_of_another_key_or_over_something_else_does_not_verify() -> None:
    opened = open_envelope(sign_envelope(IN_TOTO, {"a": 1}, [key("one")]), IN_TOTO)
    verify_signature(opened, key("one").pem)
    with pytest.raises(IntegrityError, match="did not sign"):
        verify_signature(opened, key("two").pem)
    other = json.loads(sign_envelope(IN_TOTO, {"a": 2}, [key("one")]))
    other["payload"] = base64.b64encode(opened.payload_bytes).decode()
    with pytest.raises(IntegrityError, match="does not verify"):
        verify_signature(open_envelope(canonical(other).decode(), IN_TOTO), key("one").pem)


def test_only_p256_keys_are_keys() -> None:
    wrong = public_pem(ec.generate_private_key(ec.SECP384R1()).public_key())
    for pem in (wrong, "", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(IntegrityError):
            key_id(pem)


def test_instants_have_one_spelling() -> None:
    east = datetime(2026, 3, 2, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=3)))
    assert instant(east) == "2026-03-02T09:30:00.000005Z"
    assert moment(instant(east)) == east
    for text in ("2026-03-02T09:30:00+00:00", "2026-03-02 09:30:00Z", "2026-03-02T09:30:00.500Z", "yesterday", ""):
        with pytest.raises(IntegrityError):
            moment(text)
    with pytest.raises(IntegrityError):
        instant(datetime(2026, 3, 2))  # noqa: DTZ001


# acts


def test_a_signed_act_is_accepted() -> None:
    command = signed()
    verify_command(command, reference=REFERENCE, task=TASK, official=official())
    statement = read_statement(command.statement)
    assert (statement.act, statement.case, statement.task, statement.command_id) == ("decide", REFERENCE, TASK, "c1")
    assert statement.opened.payload["predicateType"] == "urn:rogatory:act:decision:v1"
    assert statement.opened.payload["subject"] == [{"name": "letter", "digest": {"sha256": "a" * 64}}]
    assert statement.at == AT


def test_words_are_withheld_and_can_be_erased() -> None:
    command = signed()
    payload = open_envelope(command.statement, IN_TOTO).payload_bytes
    assert b"Nothing to add" not in payload
    assert b'"reason":"' in payload  # its digest
    assert words_of(command.disclosures, command.statement) == {"reason": "Nothing to add."}
    assert words_of((), command.statement) == {}
    with pytest.raises(IntegrityError, match="not the words signed"):
        words_of([disclose("reason", "Nothing to add.")], command.statement)
    salts = {signed().disclosures for _ in range(5)}
    assert len(salts) == 5


CHANGES: list[dict[str, object]] = [
    {"letter": "sha256:" + "c" * 64},
    {"verdict": "return"},
    {"reason": "Something else."},
    {"reason": None},
    {"signed_letter": LETTER},
    {"command_id": "c2"},
    {"by": "reviewer-2"},
    {"role": "signatory"},
    {"disclosures": ()},
    {"disclosures": (disclose("reason", "Nothing to add."),)},
    {"disclosures": ("%%%",)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_any_changed_field_is_forged(change: dict[str, object]) -> None:
    assert refusal(Decide.model_validate(signed().model_dump() | change)) == "Forged"


@pytest.mark.parametrize(
    "where", [{"reference": "XV-2026-0002"}, {"task": "XV-2026-0001.review-2"}, {"task": REFERENCE}]
)
def test_an_act_signed_for_another_case_or_task_is_forged(where: dict[str, str]) -> None:
    assert refusal(signed(None, **where)) == "Forged"
    assert refusal(signed(), **where) == "Forged"


def test_an_unsigned_act_is_not_signed() -> None:
    assert refusal(decision()) == "NotSigned"
    assert refusal(decision(statement="nonsense")) == "Forged"


def test_an_act_signed_by_another_key_is_forged() -> None:
    command = sign_command(decision(), reference=REFERENCE, task=TASK, signer=key("intruder"), at=AT)
    assert refusal(command) == "Forged"
    renamed = command.statement.replace(key("intruder").keyid, key("reviewer-1").keyid)
    assert refusal(command.model_copy(update={"statement": renamed})) == "Forged"


def test_an_act_with_a_second_signature_is_forged() -> None:
    command = signed()
    both = sign_envelope(IN_TOTO, open_envelope(command.statement, IN_TOTO).payload, [key("reviewer-1"), key("two")])
    assert refusal(command.model_copy(update={"statement": both})) == "Forged"


def test_a_withheld_field_told_twice_is_forged() -> None:
    command = signed()
    twice = (*command.disclosures, *command.disclosures)
    assert refusal(command.model_copy(update={"disclosures": twice})) == "Forged"


def test_an_act_of_one_kind_is_no_act_of_another() -> None:
    withdraw = Withdraw(command_id="c1", by="reviewer-1", role=Role.REVIEWER, reason="Over.")
    command = signed(withdraw)
    assert refusal(decision(statement=command.statement, disclosures=command.disclosures)) == "Forged"


def test_every_act_has_its_group() -> None:
    modules = (
        *(break_glass, commands, extradition_acts, sole_letter, items, answers, use, erasure, directory),
        reassigning,
    )
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    acts = {kind.ACT for kind in kinds if hasattr(kind, "ACT")}
    assert acts == set(GROUPS)


def test_an_act_too_large_to_be_told_is_refused_when_signed() -> None:
    sign_off = SignOff(command_id="c1", by="reviewer-1", role=Role.CUSTODIAN, items=(LETTER,) * 5000)
    with pytest.raises(UsageError, match="too many"):
        signed(sign_off)
