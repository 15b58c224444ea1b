"""Threat 2: delegations and deputies lend a role at its place, to one more key, and never a second pair of eyes."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.delegating import delegate, end, note_absence
from rogatory.adapters.officials import appoint, change_directory, revoke, signer_for
from rogatory.custody import verify_standalone
from rogatory.custody.dsse import parse_canonical
from rogatory.custody.ledger import act_facts, parse_line
from rogatory.custody.powers import DELEGATED, sign_word
from rogatory.custody.statement import read_statement
from rogatory.errors import NotFoundError, RefusedError, UsageError
from schemas.commands import Decide, Receipt
from schemas.identifiers import Role
from tests.conformance.forger import files_of
from tests.properties.ledger_steps import LETTER, SIGNED, START, Bench, refused

LAST = START.date() + timedelta(days=30)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def lend(bench: Bench, giver: str, to: str, *roles: Role, **changes: object) -> str:
    given: dict[str, object] = {"cases": (), "until": LAST, "deputy": False, "reason": "On leave."}
    signer = signer_for(bench.home, giver)
    return delegate(bench.home, signer, giver, to, roles=roles, now=bench.now, **given | changes)[0]  # type: ignore[arg-type]


def decide(bench: Bench, task: str, by: str, giver: str | None, role: Role = Role.REVIEWER) -> Receipt:
    command = Decide.model_validate(
        {
            "command_id": f"{by}-for-{giver}",
            "by": by,
            "role": role,
            "on_behalf_of": giver,
            "letter": LETTER,
            "verdict": "approve",
            "signed_letter": SIGNED if role is Role.SIGNATORY else None,
        }
    )
    return bench.act(task, command)


def both_hold(bench: Bench, folder: Path) -> bool:
    record = bench.ledger.record(bench.reference)
    folder.mkdir()
    for name, content in files_of(record).items():
        (folder / name).write_bytes(content)
    anchors = json.loads(FileAnchors(bench.home).own().model_dump_json())
    verify_standalone.verify(folder / "ledger.jsonl", [anchors])  # type: ignore[no-untyped-call]
    small = not {"intact", "signed", "trusted"} & set(verify_standalone.NO)
    assert small == bench.holds(), verify_standalone.NO
    return small


def test_a_delegate_signs_as_himself_on_behalf_of_the_delegator(bench: Bench, tmp_path: Path) -> None:
    review = bench.submitted_and_under_review()
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-1")) == "Forbidden"
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER)
    assert refused(lambda: decide(bench, review, "custodian", None)) == "Forbidden"  # not in his own right
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-2")) == "Forbidden"
    decide(bench, review, "custodian", "reviewer-1")
    facts = parse_line(bench.ledger.lines(bench.reference)[-1]).facts
    officials = bench.ledger.officials()
    assert (facts["by"], facts["on_behalf_of"]) == ("custodian", "reviewer-1")
    assert (facts["person"], facts["principal"]) == (officials["custodian"].person, officials["reviewer-1"].person)
    assert both_hold(bench, tmp_path / "out")


def test_threat_02_a_delegation_makes_no_second_pair_of_eyes(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    lend(bench, "reviewer-1", "reviewer-2", Role.REVIEWER)
    lend(bench, "signatory", "reviewer-2", Role.SIGNATORY)
    lend(bench, "reviewer-1", "prosecutor", Role.REVIEWER)
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER)
    assert refused(lambda: decide(bench, review, "prosecutor", "reviewer-1")) == "FourEyes"  # the drafter
    bench.act(review, bench.decision("reviewer-2"))
    assert refused(lambda: decide(bench, review, "reviewer-2", "reviewer-1")) == "FourEyes"
    decide(bench, review, "custodian", "reviewer-1")
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1"))) == "FourEyes"  # decided through another
    assert refused(lambda: decide(bench, review, "reviewer-2", "signatory", Role.SIGNATORY)) == "FourEyes"
    bench.act(review, bench.decision("signatory"))
    assert bench.holds()


def test_the_principal_who_drafted_does_not_decide_through_another(bench: Bench) -> None:
    person = bench.ledger.officials()["prosecutor"].person
    given = {"name": "Ada Quill", "post": "Reviewer too", "roles": (Role.REVIEWER,)}
    appoint(bench.home, "prosecutor-2", **given, person=person, now=bench.now)  # type: ignore[arg-type]
    review = bench.submitted_and_under_review()
    lend(bench, "prosecutor-2", "custodian", Role.REVIEWER)
    assert refused(lambda: decide(bench, review, "custodian", "prosecutor-2")) == "FourEyes"


def test_no_chains_and_nothing_that_is_not_ones_own(bench: Bench) -> None:
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER)
    for giver, to, role in (
        ("custodian", "reviewer-2", Role.REVIEWER),  # lent, not his own
        ("reviewer-1", "custodian", Role.SIGNATORY),
        ("reviewer-1", "reviewer-1", Role.REVIEWER),
        ("registrar-1", "custodian", Role.REGISTRAR),
        ("reviewer-1", "registrar-1", Role.REVIEWER),
    ):
        assert refused(partial(lend, bench, giver, to, role)) == "Forbidden"
    assert refused(lambda: lend(bench, "reviewer-1", "custodian", Role.REVIEWER, until=None)) == "Forbidden"
    with pytest.raises(UsageError):
        lend(bench, "reviewer-1", "custodian", Role.REVIEWER, until=date(2020, 1, 1))
    for unknown in ("nobody", "../service"):
        with pytest.raises(NotFoundError):
            delegate_to(bench, unknown)


def delegate_to(bench: Bench, unknown: str) -> None:
    lend(bench, "reviewer-1", unknown, Role.REVIEWER)


def test_the_delegator_signs_it_and_the_registrars_do(bench: Bench) -> None:
    officials = bench.ledger.officials()
    facts: dict[str, JsonValue] = {
        "from": "signatory",
        "to": "custodian",
        "persons": [officials["signatory"].person, officials["custodian"].person],
        "roles": ["signatory"],
        "cases": None,
        "until": LAST.isoformat(),
        "deputy": False,
        "_sd": {"reason": "x"},
    }

    def entered(by: str, command: str = "c-1", said: dict[str, JsonValue] | None = None) -> None:
        word = parse_canonical(sign_word(said or facts, command, signer_for(bench.home, by)).encode())
        change_directory(bench.home, bench.ledger, DELEGATED, facts | {"word": word}, bench.now, command_id="c-1")

    assert refused(lambda: entered("custodian")) == "Forbidden"
    assert refused(lambda: entered("signatory", "another")) == "Forbidden"
    assert refused(lambda: entered("signatory", said=facts | {"to": "reviewer-1"})) == "Forbidden"
    entered("signatory")


def test_it_ends_by_its_day_by_an_act_and_with_the_delegator(bench: Bench, tmp_path: Path) -> None:
    review = bench.submitted_and_under_review()
    first = lend(bench, "reviewer-1", "custodian", Role.REVIEWER)
    end(bench.home, first, now=bench.now)
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-1")) == "Forbidden"
    with pytest.raises(NotFoundError):
        end(bench.home, first, now=bench.now)
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER)
    bench.minutes += 60 * 24 * 31
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-1")) == "Forbidden"
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER, until=LAST + timedelta(days=30))
    lend(bench, "reviewer-2", "custodian", Role.REVIEWER, until=LAST + timedelta(days=30))
    revoke(bench.home, "reviewer-1", now=bench.now)
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-1")) == "Forbidden"
    decide(bench, review, "custodian", "reviewer-2")
    end(bench.home, bench.ledger.directory().powers().grants.popitem()[0].partition("/")[2], now=bench.now)  # type: ignore[attr-defined]
    assert both_hold(bench, tmp_path / "out")  # what was done while it was in force stays


def test_it_holds_in_its_cases_only(bench: Bench) -> None:
    bench.submit()
    lend(bench, "signatory", "custodian", Role.SIGNATORY, cases=("XV-2026-0001",))
    powers, officials = bench.ledger.directory().powers(), bench.ledger.officials()
    now = datetime(2026, 3, 3, tzinfo=UTC)
    assert powers.givers("custodian", officials, "signatory", "XV-2026-0001", now) == ["signatory"]
    assert powers.givers("custodian", officials, "signatory", "XV-2026-0002", now) == []
    with pytest.raises(NotFoundError):
        lend(bench, "signatory", "custodian", Role.SIGNATORY, cases=("XV-2026-0009",))


def test_a_deputy_acts_only_while_an_absence_is_on_record(bench: Bench, tmp_path: Path) -> None:
    review = bench.submitted_and_under_review()
    lend(bench, "reviewer-1", "custodian", Role.REVIEWER, deputy=True, until=None)
    assert refused(lambda: decide(bench, review, "custodian", "reviewer-1")) == "Forbidden"
    note_absence(bench.home, "reviewer-1", now=bench.now)
    with pytest.raises(RefusedError):
        note_absence(bench.home, "reviewer-1", now=bench.now)
    decide(bench, review, "custodian", "reviewer-1")
    end(bench.home, "reviewer-1", now=bench.now)
    again = bench.open_review(2)
    assert refused(lambda: decide(bench, again, "custodian", "reviewer-1")) == "Forbidden"
    assert both_hold(bench, tmp_path / "out")


def test_nobody_drafts_for_another_and_the_reason_is_no_word_of_the_directory(bench: Bench) -> None:
    from schemas.commands import Submit

    lend(bench, "prosecutor", "custodian", Role.PROSECUTOR, reason="Zyxomarker is ill.")
    command = Submit(
        command_id="s",
        by="custodian",
        role=Role.PROSECUTOR,
        on_behalf_of="prosecutor",
        request="sha256:" + "1" * 64,
        requested_state="XN",
    )
    assert refused(lambda: bench.act(bench.reference, command)) == "Forbidden"
    lines = "".join(str(parse_line(line).facts) for line in bench.ledger.lines(bench.reference))
    assert "Zyxomarker" not in lines  # a short word comes to stand in some key's base64 by chance
    kept = bench.ledger.disclosures("directory")
    assert len(kept) == 1


def written_unasked(bench: Bench, task: str, giver: str = "reviewer-1") -> None:
    """A delegated act as a service would record it that asks nobody."""

    def unasked(connection: Any, _: str, reference: str, command: Any, at: Any) -> Any:
        directory = bench.ledger._directory(connection)
        officials = directory.officials()
        facts = act_facts(read_statement(command.statement), officials["custodian"].person, officials[giver].person)
        return directory, bench.ledger._course(connection, reference, directory), facts

    bench.ledger._admitted = unasked  # type: ignore[method-assign, assignment]
    decide(bench, task, "custodian", giver)


@pytest.mark.parametrize("fault", ["none", "never", "ended", "past", "other-case", "other-role", "not-absent", "back"])
def test_both_verifiers_judge_a_delegated_act_at_its_place(bench: Bench, tmp_path: Path, fault: str) -> None:
    review = bench.submitted_and_under_review()
    given: dict[str, object] = {}
    if fault in {"not-absent", "back"}:
        given = {"deputy": True, "until": None}
    if fault == "past":
        given = {"until": START.date()}
    giver = "signatory" if fault == "other-role" else "reviewer-1"
    lent = Role.SIGNATORY if fault == "other-role" else Role.REVIEWER
    if fault == "other-case":
        bench.reference = "XV-2026-0002"
        bench.submit()
        bench.reference = "XV-2026-0001"
        given = {"cases": ("XV-2026-0002",)}
    name = lend(bench, giver, "custodian", lent, **given) if fault != "never" else ""
    if fault == "ended":
        end(bench.home, name, now=bench.now)
    if fault == "back":
        note_absence(bench.home, giver, now=bench.now)
        end(bench.home, giver, now=bench.now)
    if fault == "past":
        bench.minutes += 60 * 24
    written_unasked(bench, review, giver)
    if fault == "none":
        end(bench.home, name, now=bench.now)  # later: what was done at its place stays
    assert both_hold(bench, tmp_path / "out") == (fault == "none")
