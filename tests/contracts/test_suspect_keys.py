"""Threat 8: what a stolen key signed is told as suspect from its place on, until another person vouches for it."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.officials import appoint, change_directory, revoke, rotate
from rogatory.adapters.suspecting import check_place, suspect
from rogatory.custody import verify_standalone
from rogatory.custody.directory import ADDED, SUSPECTED
from rogatory.custody.ledger import parse_line
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import NotFoundError, RefusedError, UsageError
from schemas.commands import OrderDocument, Send, Withdraw
from schemas.directory import ReAttest, Suspicion
from schemas.identifiers import Role
from tests.conformance.forger import files_of
from tests.properties.ledger_steps import ROLES, SIGNED, Bench, refused

LONG_AGO = ("directory", 0)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def doubts(bench: Bench, folder: Path) -> list[str]:
    """The lines that are suspect, by their events; both verifiers must agree whether there are any."""
    record = bench.ledger.record(bench.reference)
    found = verify_lines(record.lines, bench.ledger.anchors, record.head)
    acts = found.course.acts.suspect(found.directory)
    assert found.report.trusted == (not acts), found.report.checks
    folder = folder / f"copy-{bench.now:%d%H%M}"
    folder.mkdir()
    for name, content in files_of(record).items():
        (folder / name).write_bytes(content)
    anchors = json.loads(FileAnchors(bench.home).own().model_dump_json())
    verify_standalone.verify(folder / "ledger.jsonl", [anchors])  # type: ignore[no-untyped-call]
    assert ("trusted" in verify_standalone.NO) == bool(acts), verify_standalone.NO
    assert "intact" not in verify_standalone.NO
    return [act.event for act in acts]


def at(bench: Bench, event: str, by: str) -> int:
    lines = map(parse_line, bench.ledger.lines(bench.reference))
    return next(one.seq for one in lines if one.event == event and one.facts.get("by") == by)


def stolen(bench: Bench, official: str, number: int) -> Suspicion:
    revoke(bench.home, official, now=bench.now)
    return suspect(bench.home, official, (bench.reference, number), now=bench.now)[0]


def vouch(bench: Bench, number: int, by: str, role: Role | None = None) -> None:
    line = next(one for one in bench.ledger.lines(bench.reference) if parse_line(one).seq == number and is_case(one))
    command = ReAttest(
        command_id=f"vouch-{by}-{number}",
        by=by,
        role=role or ROLES.get(by, Role.REVIEWER),
        line=parse_line(line).digest,
        number=number,
        note="Asked her by telephone; she did decide so.",
    )
    bench.act(bench.reference, command)


def is_case(line: str) -> bool:
    return parse_line(line).chain != "directory"


def third_reviewer(bench: Bench, person: str = "xv-person-30") -> None:
    appoint(
        bench.home,
        "reviewer-3",
        name="Uma Reed",
        post="Legal officer",
        roles=(Role.REVIEWER,),
        person=person,
        now=bench.now,
    )


def test_threat_08_a_stolen_key_is_suspect_from_its_place_and_not_before(bench: Bench, tmp_path: Path) -> None:
    bench.reviewed()
    bench.act(
        bench.open("transmission", "reviewer", "signatory", letter=SIGNED),
        Send(command_id="send-9", by="reviewer-1", role=Role.REVIEWER, letter=SIGNED, channel="folder"),
    )
    assert doubts(bench, tmp_path) == []
    said = stolen(bench, "reviewer-1", at(bench, "send", "reviewer-1"))
    assert len(said.lines) == 1
    assert doubts(bench, tmp_path) == ["send"]
    suspect(bench.home, "reviewer-1", LONG_AGO, now=bench.now)
    assert doubts(bench, tmp_path) == ["decide", "send"]


def test_another_person_clears_it_but_none_who_shares_in_the_act(bench: Bench, tmp_path: Path) -> None:
    bench.reviewed()
    line = at(bench, "decide", "reviewer-1")
    assert refused(lambda: vouch(bench, line, "signatory")) == "AlreadyDecided"
    stolen(bench, "reviewer-1", line)
    assert doubts(bench, tmp_path) == ["decide"]
    assert refused(lambda: vouch(bench, line, "reviewer-2")) == "FourEyes"
    assert refused(lambda: vouch(bench, line, "signatory")) == "FourEyes"
    assert refused(lambda: vouch(bench, line, "custodian")) == "Forbidden"
    assert refused(lambda: vouch(bench, line, "prosecutor")) == "Forbidden"
    third_reviewer(bench)
    vouch(bench, line, "reviewer-3")
    assert doubts(bench, tmp_path) == []
    third = at(bench, "re-attest", "reviewer-3")
    revoke(bench.home, "reviewer-3", now=bench.now)
    suspect(bench.home, "reviewer-3", (bench.reference, third), now=bench.now)
    assert doubts(bench, tmp_path) == ["decide", "re-attest"]  # what a suspect key clears is not cleared
    vouch(bench, third, "signatory")
    assert doubts(bench, tmp_path) == []


def test_nobody_vouches_for_themselves_under_another_name(bench: Bench) -> None:
    bench.reviewed()
    third_reviewer(bench, bench.ledger.officials()["reviewer-1"].person)
    line = at(bench, "decide", "reviewer-1")
    stolen(bench, "reviewer-1", line)
    assert refused(lambda: vouch(bench, line, "reviewer-3")) == "FourEyes"


def test_nothing_is_signed_off_or_certified_while_an_act_is_suspect(bench: Bench, tmp_path: Path) -> None:
    task = bench.held()
    bench.resolve(task)
    line = at(bench, "send", "reviewer-1")
    stolen(bench, "reviewer-1", line)
    assert refused(lambda: bench.sign_off(task, "custodian")) == "SuspectKey"
    certificate = OrderDocument(
        command_id="paper-9", by="custodian", role=Role.CUSTODIAN, document="custody_certificate", given="{}"
    )
    assert refused(lambda: bench.act(bench.reference, certificate)) == "SuspectKey"
    vouch(bench, line, "signatory")
    assert doubts(bench, tmp_path) == []
    bench.act(bench.reference, certificate)
    bench.sign_off(task, "custodian")


def test_a_changed_key_may_be_suspect_and_the_new_one_is_not(bench: Bench, tmp_path: Path) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    rotate(bench.home, "reviewer-1", now=bench.now)
    suspect(bench.home, "reviewer-1", LONG_AGO, now=bench.now)
    bench.act(review, bench.decision("reviewer-2"))
    assert doubts(bench, tmp_path) == ["decide"]
    bench.act(bench.reference, Withdraw(command_id="w", by="signatory", role=Role.SIGNATORY, reason="Over."))
    assert doubts(bench, tmp_path) == ["decide"]


def test_a_key_in_use_or_of_somebody_else_is_not_called_suspect(bench: Bench) -> None:
    bench.submitted_and_under_review()
    with pytest.raises(NotFoundError):
        suspect(bench.home, "reviewer-1", LONG_AGO, now=bench.now)
    old = bench.ledger.officials()["reviewer-1"]
    key = old.keyid
    for official in ("reviewer-1", "signatory"):
        facts: dict[str, JsonValue] = {"official": official, "keys": [key], "position": 0, "lines": []}
        with pytest.raises(RefusedError):
            change_directory(bench.home, bench.ledger, SUSPECTED, facts, bench.now)
    stolen(bench, "reviewer-1", 0)
    again: dict[str, JsonValue] = {"official": old.model_dump(mode="json")}
    with pytest.raises(RefusedError, match="suspect"):  # it never comes back
        change_directory(bench.home, bench.ledger, ADDED, again, bench.now)


def test_a_suspicion_that_leaves_out_an_act_is_refused(bench: Bench) -> None:
    bench.reviewed()
    said = bench.ledger.officials()["reviewer-1"]
    revoke(bench.home, "reviewer-1", now=bench.now)
    facts: dict[str, JsonValue] = {"official": "reviewer-1", "keys": [said.keyid], "position": 0, "lines": []}
    with pytest.raises(RefusedError) as error:
        change_directory(bench.home, bench.ledger, SUSPECTED, facts, bench.now)
    assert error.value.kind == "Superseded"


def test_a_place_is_a_line_that_is_there(bench: Bench) -> None:
    bench.submit()
    assert check_place(bench.home, "XV-2026-0001/0") == ("XV-2026-0001", 0)
    with pytest.raises(NotFoundError):
        check_place(bench.home, "XV-2026-0001/99")
    for typed in ("yesterday", "XV-2026-0001", "../0", "XV-2026-0001/-1"):
        with pytest.raises(UsageError, match="no place"):
            check_place(bench.home, typed)
