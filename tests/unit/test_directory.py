"""The directory: registrars' signatures over each change, and who was an official at which place."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import JsonValue

from rogatory.adapters.keys import read_certificate
from rogatory.adapters.officials import authority_card, open_ledger, signer_for
from rogatory.custody.directory import ADDED, PEER, REVOKED, Directory, anchors_digest, faults_of, sign_change
from rogatory.custody.dsse import canonical
from rogatory.custody.ledger import DIRECTORY, Entry, build_line, parse_line
from rogatory.errors import IntegrityError
from rogatory.ports import Signer
from schemas.custody import Official, TrustAnchors
from schemas.identifiers import Role
from tests.properties.ledger_steps import START, template


@cache
def founded() -> tuple[TrustAnchors, tuple[Entry, ...], dict[str, Official]]:
    ledger = open_ledger(template() / "xv")
    entries = tuple(parse_line(line) for line in ledger.lines("XV-2026-0001"))
    return ledger.anchors, entries, dict(ledger.officials())


def signer(official: str) -> Signer:
    return signer_for(template() / "xv", official)


def change(
    event: str,
    facts: dict[str, JsonValue],
    *,
    by: tuple[str, ...] = ("registrar-1", "registrar-3"),
    command_id: str = "c1",
    act: str | None = None,
    line_by: str = "service",
) -> Entry:
    _, entries, _ = founded()
    at = START + timedelta(days=1)
    act = act or sign_change(event, facts, command_id, at, [signer(name) for name in by])
    line = build_line(
        DIRECTORY, len(entries), entries[-1].digest, f"directory/{command_id}", at, event, facts, act, signer(line_by)
    )
    return parse_line(line)


def record(name: str, /, **changes: object) -> dict[str, JsonValue]:
    return founded()[2][name].model_copy(update=changes).model_dump(mode="json")


def faults(entry: Entry) -> list[str]:
    anchors, entries, _ = founded()
    return Directory.of(entries, anchors).extend(entry)


def test_the_directory_knows_who_was_there_at_which_place() -> None:
    anchors, entries, _ = founded()
    directory = Directory.of(entries, anchors)
    assert not directory.officials(0)
    assert set(directory.officials(1)) == {"service"}
    assert "reviewer-1" not in directory.officials(2)
    assert "reviewer-1" in directory.officials(3)
    revoked = change(REVOKED, {"official": "reviewer-1"})
    assert directory.extend(revoked) == []
    assert "reviewer-1" not in directory.officials()
    assert "reviewer-1" in directory.officials(directory.size - 1)


def test_two_of_three_registrars_are_enough_whichever() -> None:
    for by in (
        ("registrar-1", "registrar-2"),
        ("registrar-2", "registrar-3"),
        ("registrar-1", "registrar-2", "registrar-3"),
    ):
        assert faults(change(REVOKED, {"official": "custodian"}, by=by)) == []


def test_one_registrar_is_too_few() -> None:
    assert "1 of 2 registrars" in faults(change(REVOKED, {"official": "custodian"}, by=("registrar-1",)))[0]


def test_the_service_and_other_officials_are_no_registrars() -> None:
    found = faults(change(REVOKED, {"official": "custodian"}, by=("registrar-1", "service", "reviewer-1")))
    assert sum("no registrar" in fault for fault in found) == 2
    assert "1 of 2" in found[-1]


def test_an_unsigned_change_is_refused() -> None:
    _, entries, _ = founded()
    line = build_line(
        DIRECTORY,
        len(entries),
        entries[-1].digest,
        "directory/c1",
        START,
        REVOKED,
        {"official": "custodian"},
        None,
        signer("service"),
    )
    assert faults(parse_line(line)) == ["no registrar signed it"]


def test_signatures_for_one_change_are_none_for_another() -> None:
    act = change(REVOKED, {"official": "custodian"}).act
    assert faults(change(REVOKED, {"official": "signatory"}, act=act)) == ["the registrars signed something else"]
    assert faults(change(REVOKED, {"official": "custodian"}, act=act, command_id="c2"))


def test_a_change_cannot_be_repeated() -> None:
    anchors, entries, _ = founded()
    directory = Directory.of(entries, anchors)
    first = change(REVOKED, {"official": "custodian"})
    assert directory.extend(first) == []
    again = change(ADDED, {"official": record("custodian")}, command_id="c2")
    assert directory.extend(again) == []
    assert any("repetition" in fault for fault in directory.extend(first))


def test_a_forged_registrars_signature_is_refused() -> None:
    entry = change(REVOKED, {"official": "custodian"})
    act = json.loads(entry.act or "")
    act["signatures"][0]["sig"], act["signatures"][1]["sig"] = act["signatures"][1]["sig"], act["signatures"][0]["sig"]
    found = faults(change(REVOKED, {"official": "custodian"}, act=canonical(act).decode()))
    assert "0 of 2 registrars" in found[-1]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (lambda: {"official": record("reviewer-1", official="reviewer-9")}, "belongs to reviewer-1"),
        (lambda: {"official": record("reviewer-1", keyid="0" * 64)}, "not the one its id names"),
        (
            lambda: {"official": record("reviewer-1", certificate=founded()[2]["reviewer-2"].certificate)},
            "for another key",
        ),
        (lambda: {"official": record("reviewer-1", certificate="none")}, "cannot be read"),
        (lambda: {"official": record("reviewer-1", roles=(Role.REVIEWER, Role.SYSTEM))}, "stands alone"),
        (lambda: {"official": record("reviewer-1", roles=())}, "no role"),
        (lambda: {"official": record("reviewer-1", roles=(Role.FOREIGN_AUTHORITY,))}, "foreign"),
        (lambda: {"official": record("reviewer-1", state="XN")}, "foreign"),
        (lambda: {"official": {"official": "x"}}, "malformed at"),
        (dict, "malformed at"),
    ],
)
def test_a_record_agrees_with_itself(facts: Callable[[], dict[str, JsonValue]], words: str) -> None:
    found = faults(change(ADDED, facts()))
    assert any(words in fault for fault in found)


def test_nobody_is_revoked_who_is_not_there() -> None:
    assert "not there" in faults(change(REVOKED, {"official": "nobody"}))[0]
    assert "no event" in faults(change("official-praised", {"official": "custodian"}))[0]


def test_a_line_not_signed_by_the_service_is_not_taken() -> None:
    anchors, entries, _ = founded()
    entry = change(REVOKED, {"official": "custodian"}, line_by="registrar-1")
    with pytest.raises(IntegrityError, match="not signed by the service"):
        Directory.of([*entries, entry], anchors)


def test_the_directory_of_other_registrars_is_not_ours() -> None:
    _, entries, _ = founded()
    anchors, _ = authority_card(template() / "xn")
    with pytest.raises(IntegrityError, match="no registrar"):
        Directory.of(entries, anchors)


def test_a_peer_is_known_by_the_digest_of_its_anchors() -> None:
    anchors, entries, officials = founded()
    theirs, card = authority_card(template() / "xn")
    directory = Directory.of(entries, anchors)
    assert directory.peers["XN"].anchors == anchors_digest(theirs)
    assert directory.peers["XN"].anchors != anchors_digest(theirs.model_copy(update={"threshold": 1}))
    assert officials["xn-authority"] == card
    assert card.keyid not in anchors.registrars


def test_a_peer_is_foreign() -> None:
    found = faults(change(PEER, {"state": "XV", "anchors": "sha256:" + "0" * 64, "official": record("reviewer-1")}))
    assert "foreign" in found[0]


def test_a_certificate_of_no_known_version_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    """One flipped bit does it: the library then raises an error of a kind of its own."""
    pem = founded()[2]["reviewer-1"].certificate
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    odd = der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x0a", 1)
    text = "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(odd).decode() + "-----END CERTIFICATE-----\n"
    official = founded()[2]["reviewer-1"].model_copy(update={"certificate": text})
    assert faults_of(official, "XV", peer=False) == ["the certificate of reviewer-1 cannot be read"]
    path = tmp_path / "odd.crt"
    path.write_text(text)
    with pytest.raises(IntegrityError):
        read_certificate(path)
