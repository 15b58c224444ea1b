"""What a passkey signs counts as its holder's act, for this installation, and nothing else does."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_audit import audit
from rogatory.adapters.officials import appoint, change_directory, revoke, rotate, signer_for
from rogatory.adapters.passkeys import enter_offered, offer, on_offer, remove, seen_on_offer
from rogatory.adapters.suspecting import suspect
from rogatory.custody import verify_standalone
from rogatory.custody.directory import ADDED, PASSKEY, sign_joining
from rogatory.custody.dsse import parse_canonical
from rogatory.custody.ledger import parse_line
from rogatory.custody.passkey import EXTENDED, PRESENT, VERIFIED
from rogatory.custody.statement import sign_command
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import IntegrityError, NotFoundError, RefusedError
from rogatory.ports import Asserting, Signer
from schemas.commands import Command
from schemas.identifiers import Role
from tests.conformance.forger import Files, Forger, files_of
from tests.contracts.software_passkey import AsKey, SoftwarePasskey
from tests.properties.ledger_steps import Bench, refused

FALSE: dict[str, Callable[[SoftwarePasskey], None]] = {
    "another site": lambda one: one.client.update(origin="https://inbox.example.evil.example"),
    "without TLS": lambda one: one.client.update(origin="http://inbox.example"),
    "in another's frame": lambda one: one.client.update(crossOrigin=True),
    "under another's page": lambda one: one.client.update(topOrigin="https://evil.example"),
    "made, not asked": lambda one: one.client.update(type="webauthn.create"),
    "another challenge": lambda one: one.client.update(challenge="AAAA"),
    "another relying party": lambda one: setattr(one, "rp_of_data", "evil.example"),
    "nobody present": lambda one: setattr(one, "flags", VERIFIED),
    "nobody verified": lambda one: setattr(one, "flags", PRESENT),
    "data too long": lambda one: setattr(one, "more", b"\0"),
    "extensions announced, none there": lambda one: setattr(one, "flags", PRESENT | VERIFIED | EXTENDED),
    "no object": lambda one: setattr(one, "text", '["CHALLENGE"]'),
}
"""What an authenticator or a browser says that must not count."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def passkey(bench: Bench) -> SoftwarePasskey:
    """Of reviewer-1, entered."""
    made = SoftwarePasskey()
    joined(bench, "reviewer-1", made)
    return made


def joined(bench: Bench, official: str, passkey: SoftwarePasskey) -> None:
    record = bench.ledger.officials()[official]
    offer(bench.home, record, passkey.record, signer_for(bench.home, official), passkey)
    assert on_offer(bench.home, official) == passkey.record
    enter_offered(bench.home, official, now=bench.now)
    assert on_offer(bench.home, official) is None


def signed(bench: Bench, task: str, command: Command, signer: Signer | Asserting) -> Command:
    return sign_command(command, reference=bench.reference, task=task, signer=signer, at=bench.now)


def act(bench: Bench, task: str, command: Command, signer: Signer | Asserting) -> None:
    bench.ledger.append_act(task, bench.reference, signed(bench, task, command, signer), bench.now)


def judged(bench: Bench, folder: Path, files: Files | None = None) -> set[str]:
    """The answers both verifiers deny; the audit of the whole ledger agrees where the ledger is as it was."""
    files = files or files_of(bench.ledger.record(bench.reference))
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    anchors = FileAnchors(bench.home).own()
    verify_standalone.verify(folder / "ledger.jsonl", [json.loads(anchors.model_dump_json())])  # type: ignore[no-untyped-call]
    small = {answer for answer in verify_standalone.NO if answer not in {"cosigned", "complete"}}
    text = files["ledger.jsonl"].decode().splitlines()
    report = verify_lines(text, anchors, files["head.json"].decode().strip()).report
    main = {answer for answer in ("intact", "signed", "trusted") if not getattr(report, answer)}
    assert bool(main) == bool(small), (report.checks, verify_standalone.NO)
    faults = audit([line.encode() for line in text], anchors).faults  # suspicion is judged case by case
    assert bool(faults) == bool(main - {"trusted"})
    return main


def test_an_act_by_passkey_verifies_offline_and_its_holder_may_still_use_the_key(
    bench: Bench, passkey: SoftwarePasskey, tmp_path: Path
) -> None:
    review = bench.submitted_and_under_review()
    act(bench, review, bench.decision("reviewer-1"), passkey)
    bench.act(review, bench.decision("reviewer-2"))
    assert judged(bench, tmp_path / "whole") == set()
    line = next(line for line in bench.ledger.lines(bench.reference) if parse_line(line).event == "decide")
    signatures = json.loads(str(parse_line(line).act))["signatures"]
    assert [(one["keyid"], sorted(one)) for one in signatures] == [(passkey.keyid, ["keyid", "sig", "webauthn"])]


def test_extensions_and_a_counter_are_no_fault(bench: Bench, passkey: SoftwarePasskey, tmp_path: Path) -> None:
    review = bench.submitted_and_under_review()
    passkey.flags, passkey.more, passkey.counter = passkey.flags | EXTENDED, b"\xa0", 77
    passkey.client["origin"] = "https://inbox.example:8443"
    act(bench, review, bench.decision("reviewer-1"), passkey)
    assert judged(bench, tmp_path / "whole") == set()


@pytest.mark.parametrize("name", FALSE)
def test_a_false_assertion_is_refused_and_where_it_stands_no_verifier_accepts_it(
    name: str, bench: Bench, passkey: SoftwarePasskey, tmp_path: Path
) -> None:
    review = bench.submitted_and_under_review()
    honest = passkey.like()
    FALSE[name](passkey)
    command = bench.decision("reviewer-1")
    false = signed(bench, review, command, passkey)
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, false, bench.now)) == "Forged"
    act(bench, review, command, honest)
    files = files_of(bench.ledger.record(bench.reference))
    entry = parse_line(next(line for line in files["ledger.jsonl"].decode().splitlines() if is_decision(line)))
    statement = parse_canonical(false.statement.encode())
    forged = Forger(bench.home, files).forge("decide", act=statement, facts=entry.facts)
    assert judged(bench, tmp_path / "forged", forged) & {"signed", "trusted", "intact"}


def is_decision(line: str) -> bool:
    return parse_line(line).event == "decide"


def test_a_key_is_no_passkey_and_a_passkey_no_key(bench: Bench, passkey: SoftwarePasskey) -> None:
    review = bench.submitted_and_under_review()
    bare = signed(bench, review, bench.decision("reviewer-1"), AsKey(passkey))
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, bare, bench.now)) == "Forged"
    other = SoftwarePasskey()
    unknown = signed(bench, review, bench.decision("reviewer-1"), other)
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, unknown, bench.now)) == "Forged"
    for_another = signed(bench, review, bench.decision("reviewer-2"), passkey)
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, for_another, bench.now)) == "Forged"


def test_a_passkey_is_joined_by_the_words_of_key_and_passkey_and_registrars(bench: Bench) -> None:
    made, record = SoftwarePasskey(), bench.ledger.officials()["reviewer-1"]
    own, other = signer_for(bench.home, "reviewer-1"), signer_for(bench.home, "reviewer-2")

    def enter(official: str, passkey: SoftwarePasskey, words: str | None, command_id: str = "c-1") -> str:
        said = bench.ledger.officials()[official].model_copy(update={"passkey": passkey.record})
        facts: dict[str, JsonValue] = {"official": said.model_dump(mode="json")}
        facts |= {"possession": parse_canonical(words.encode())} if words else {}
        return refused(
            lambda: change_directory(bench.home, bench.ledger, PASSKEY, facts, bench.now, command_id=command_id)
        )

    assert enter("reviewer-1", made, None) == "Forbidden"
    assert enter("reviewer-1", made, sign_joining(record, "c-1", other, made)) == "Forbidden"
    assert enter("reviewer-1", made, sign_joining(record, "c-1", own, SoftwarePasskey())) == "Forbidden"
    assert enter("reviewer-1", made, sign_joining(record, "another", own, made)) == "Forbidden"
    assert enter("reviewer-2", made, sign_joining(record, "c-1", own, made)) == "Forbidden"
    registrar = bench.ledger.officials()["registrar-1"]
    key = signer_for(bench.home, "registrar-1")
    assert enter("registrar-1", made, sign_joining(registrar, "c-1", key, made)) == "Forbidden"
    joined(bench, "reviewer-1", made)
    offer(bench.home, bench.ledger.officials()["reviewer-2"], made.record, other, made)
    assert refused(lambda: enter_offered(bench.home, "reviewer-2", now=bench.now)) == "Forbidden"  # it is reviewer-1's
    new = appointed(bench, made)
    assert refused(lambda: change_directory(bench.home, bench.ledger, ADDED, new, bench.now)) == "Forbidden"


def appointed(bench: Bench, passkey: SoftwarePasskey) -> dict[str, JsonValue]:
    made = appoint(
        bench.home,
        "reviewer-3",
        name="Uma Reed",
        post="Legal officer",
        roles=(Role.REVIEWER,),
        person="p",
        now=bench.now,
    )
    revoke(bench.home, "reviewer-3", now=bench.now)
    return {"official": made.model_copy(update={"passkey": passkey.record}).model_dump(mode="json")}


def test_what_it_signed_stays_when_it_is_taken_away_and_it_signs_no_more(
    bench: Bench, passkey: SoftwarePasskey, tmp_path: Path
) -> None:
    review = bench.submitted_and_under_review()
    act(bench, review, bench.decision("reviewer-1"), passkey)
    rotate(bench.home, "reviewer-1", now=bench.now)
    kept = bench.open_ledger().officials()["reviewer-1"].passkey
    assert kept == passkey.record  # a new key takes nothing from it
    remove(bench.home, "reviewer-1", now=bench.now)
    with pytest.raises(NotFoundError):
        remove(bench.home, "reviewer-1", now=bench.now)
    bench.ledger = bench.open_ledger()
    bench.reference = "XV-2026-0002"
    later = bench.submitted_and_under_review()
    late = signed(bench, later, bench.decision("reviewer-1"), passkey)
    assert refused(lambda: bench.ledger.append_act(later, bench.reference, late, bench.now)) == "Forged"
    bench.reference = "XV-2026-0001"
    assert judged(bench, tmp_path / "whole") == set()


def test_a_lost_passkey_makes_suspect_what_it_signed_and_not_what_the_key_signed(
    bench: Bench, passkey: SoftwarePasskey, tmp_path: Path
) -> None:
    review = bench.submitted_and_under_review()
    act(bench, review, bench.decision("reviewer-1"), passkey)
    remove(bench.home, "reviewer-1", now=bench.now)
    said = suspect(bench.home, "reviewer-1", ("directory", 0), now=bench.now)[0]
    assert said.keys == (passkey.keyid,)
    bench.ledger = bench.open_ledger()
    assert judged(bench, tmp_path / "whole") == {"trusted"}
    found = verify_lines(bench.ledger.lines(bench.reference), bench.ledger.anchors, None)
    assert [one.keyid for one in found.course.acts.suspect(found.directory)] == [passkey.keyid]


def test_an_offer_that_was_altered_is_not_entered(bench: Bench) -> None:
    made = SoftwarePasskey()
    offer(bench.home, bench.ledger.officials()["reviewer-1"], made.record, signer_for(bench.home, "reviewer-1"), made)
    path = bench.home / "passkeys" / "reviewer-1.json"
    assert path.parent.stat().st_mode & 0o077 == 0
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({**whole, "passkey": SoftwarePasskey().record.model_dump()}))
    with pytest.raises(RefusedError):
        enter_offered(bench.home, "reviewer-1", now=bench.now)
    path.write_text("{")
    with pytest.raises(IntegrityError, match="no offer"):
        enter_offered(bench.home, "reviewer-1", now=bench.now)
    assert seen_on_offer(bench.home, "reviewer-1") == (None, True)
    assert remove(bench.home, "reviewer-1", now=bench.now) is None  # nothing was in the directory
    assert seen_on_offer(bench.home, "reviewer-1") == (None, False)
    with pytest.raises(NotFoundError, match="offered no passkey"):
        enter_offered(bench.home, "reviewer-2", now=bench.now)
