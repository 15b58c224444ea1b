"""Threats 7, 8 and 10: the directory changes only by its registrars; a lost key ends at its place; rotation."""

import shutil
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.officials import open_ledger, revoke, rotate, signer_for
from rogatory.custody.directory import ROTATED, sign_change, sign_possession
from rogatory.custody.dsse import parse_canonical
from rogatory.errors import NotFoundError, RefusedError
from schemas.custody import Official
from tests.properties.ledger_steps import START, Bench, refused, template


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def change(bench: Bench, facts: dict[str, JsonValue], signers: list[str], command: str = "c-1") -> str:
    envelope = sign_change(ROTATED, facts, command, START, [signer_for(bench.home, one) for one in signers])
    return refused(lambda: bench.ledger.append_change(ROTATED, facts, command, envelope, bench.now))


def rotated(bench: Bench, command: str = "c-1", **changes: object) -> dict[str, JsonValue]:
    """What would give the custodian the key of another home's custodian."""
    theirs = signer_for(template() / "xn", "custodian")
    old = bench.ledger.officials()["custodian"]
    made = open_ledger(template() / "xn").officials()["custodian"]
    keys = {"keyid": made.keyid, "public_key": made.public_key, "certificate": made.certificate}
    record = Official.model_validate(old.model_dump() | keys | changes)
    possession = parse_canonical(sign_possession(record, command, theirs).encode())
    return {"official": record.model_dump(mode="json"), "possession": possession}


def test_threat_07_no_registrar_no_change(bench: Bench) -> None:
    assert change(bench, rotated(bench), ["custodian", "reviewer-1"]) == "Forbidden"
    assert change(bench, rotated(bench), ["service"]) == "Forbidden"


def test_threat_10_one_registrar_alone_changes_nothing(bench: Bench) -> None:
    assert change(bench, rotated(bench), ["registrar-1"]) == "Forbidden"
    assert bench.ledger.officials()["custodian"].keyid == signer_for(bench.home, "custodian").keyid


def test_threat_08_what_a_lost_key_signs_later_is_refused_and_what_it_signed_stays(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    made = rotate(bench.home, "reviewer-1", now=bench.now)
    lost = bench.home / "officials"
    old = next(lost.glob("reviewer-1.key.old-*")).name.removeprefix("reviewer-1.key")
    for ending in ("key", "crt"):
        shutil.copyfile(lost / f"reviewer-1.{ending}{old}", lost / f"thief.{ending}")
    (lost / "thief.key").chmod(0o600)
    revoke(bench.home, "reviewer-2", now=bench.now)
    assert refused(lambda: bench.act(review, bench.decision("reviewer-2"))) == "Forbidden"
    late = bench.decision("reviewer-1", "late")
    assert refused(lambda: bench.act(review, late, key="thief")) == "Forged"
    assert bench.holds()
    assert bench.ledger.officials()["reviewer-1"] == made
    assert signer_for(bench.home, "reviewer-1").keyid == made.keyid


def test_a_new_key_does_not_make_a_second_pair_of_eyes(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    rotate(bench.home, "reviewer-1", now=bench.now)
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1", "again"))) == "FourEyes"
    bench.act(review, bench.decision("reviewer-2"))
    assert bench.holds()


def test_a_key_changes_only_with_proof_of_possession_and_nothing_else_with_it(bench: Bench) -> None:
    registrars = ["registrar-1", "registrar-2"]
    good = rotated(bench)
    other = rotated(bench, "another-command")
    assert change(bench, good | {"possession": other["possession"]}, registrars) == "Forbidden"
    assert change(bench, good | {"possession": None}, registrars) == "Forbidden"
    assert change(bench, rotated(bench, roles=("custodian", "signatory")), registrars) == "Forbidden"
    assert change(bench, rotated(bench, person="somebody-else"), registrars) == "Forbidden"
    assert change(bench, rotated(bench, official="nobody"), registrars) == "Forbidden"
    envelope = sign_change(ROTATED, good, "c-1", START, [signer_for(bench.home, one) for one in registrars])
    bench.ledger.append_change(ROTATED, good, "c-1", envelope, bench.now)
    assert bench.ledger.officials()["custodian"].keyid == signer_for(template() / "xn", "custodian").keyid
    with pytest.raises(RefusedError):
        bench.ledger.append_change(ROTATED, good, "c-2", envelope, bench.now)


def test_nobody_unknown_gets_a_key(bench: Bench) -> None:
    for name in ("nobody", "service", "../service"):
        with pytest.raises(NotFoundError):
            rotate(bench.home, name, now=bench.now)
