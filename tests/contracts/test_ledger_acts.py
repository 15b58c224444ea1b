"""What the ledger takes and what it refuses, on a real database with real keys."""

import threading
from pathlib import Path

import pytest

from rogatory.adapters.officials import appoint, revoke
from rogatory.custody.ledger import parse_line
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import NotFoundError
from schemas.commands import (
    ConfirmLapse,
    Send,
    Submit,
    SubmitCorrection,
    Withdraw,
)
from schemas.identifiers import Role
from schemas.tasks import LedgerEntry
from tests.properties.ledger_steps import LETTER, SIGNED, START, Bench, digest, refused


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_whole_case_is_recorded_and_verifies(bench: Bench) -> None:
    bench.completed()
    facts = verify_lines(bench.ledger.lines(bench.reference), bench.ledger.anchors, bench.ledger.head(bench.reference))
    assert facts.report.ok, [check for check in facts.report.checks if not check.ok]
    assert facts.report.demo
    assert {item.state for item in facts.items.values()} == {"signed-off"}
    assert facts.items[f"{bench.reference}-E01"].holder == "prosecutor"
    assert facts.items[f"{bench.reference}-E02"].discrepancy == "kept"
    assert facts.entries[0].event == "request-opened"
    assert facts.reference == bench.reference


# who may


def test_the_drafter_does_not_decide_under_another_post(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    appoint(
        bench.home,
        "second-post",
        name="Ada Quill",
        post="Reviewer",
        roles=(Role.REVIEWER,),
        person="xv-person-1",
        now=START,
    )
    assert refused(lambda: bench.act(review, bench.decision("second-post"))) == "FourEyes"
    as_reviewer = bench.decision("prosecutor", role=Role.REVIEWER)
    assert refused(lambda: bench.act(review, as_reviewer)) == "Forbidden"


def test_one_person_with_two_keys_is_one_pair_of_eyes(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    appoint(
        bench.home,
        "second-key",
        name="Ines Vale",
        post="Reviewer",
        roles=(Role.REVIEWER,),
        person="xv-person-2",
        now=START,
    )
    bench.act(review, bench.decision("reviewer-1"))
    assert refused(lambda: bench.act(review, bench.decision("second-key"))) == "FourEyes"
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1", "another-id"))) == "FourEyes"
    assert bench.act(review, bench.decision("reviewer-2")).person == "xv-person-3"


def test_the_service_decides_nothing(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    for role in (Role.SYSTEM, Role.REVIEWER):
        assert refused(lambda role=role: bench.act(review, bench.decision("service", role=role))) == "Forbidden"  # type: ignore[misc]
    withdraw = Withdraw(command_id="w", by="service", role=Role.SYSTEM, reason="No.")
    assert refused(lambda: bench.act(bench.reference, withdraw)) == "Forbidden"


def test_an_unknown_or_revoked_official_is_refused(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    stranger = bench.sign(review, bench.decision("nobody"), key="reviewer-1")
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, stranger, bench.now)) == "Forbidden"
    bench.act(review, bench.decision("reviewer-1"))
    revoke(bench.home, "reviewer-2", now=bench.now)
    assert refused(lambda: bench.act(review, bench.decision("reviewer-2"))) == "Forbidden"
    revoke(bench.home, "reviewer-1", now=bench.now)
    assert bench.holds()  # what was decided before the revocation stays decided


def test_an_act_with_another_officials_key_is_forged(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1"), key="reviewer-2")) == "Forged"
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1"), key="service")) == "Forged"


def test_an_unsigned_act_is_refused(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    command = bench.decision("reviewer-1")
    assert refused(lambda: bench.ledger.append_act(review, bench.reference, command, bench.now)) == "NotSigned"


def test_an_act_is_not_replayed_in_another_round_or_case(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    second = bench.open_review(2)
    command = bench.sign(review, bench.decision("reviewer-1"))
    assert refused(lambda: bench.ledger.append_act(second, bench.reference, command, bench.now)) == "Forged"
    assert refused(lambda: bench.ledger.append_act(review, "XV-2026-0002", command, bench.now)) == "Forged"
    bench.ledger.append_act(review, bench.reference, command, bench.now)


def test_the_service_cannot_record_an_act_without_its_official(bench: Bench) -> None:
    bench.submitted_and_under_review()
    for event in ("decide", "request-opened", "send", "sign-off"):
        assert refused(lambda event=event: bench.fact("x", event, verdict="approve")) == "NotSigned"  # type: ignore[misc]


# when and on what


def test_the_letter_decided_on_is_the_letter_of_the_task(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1", letter=digest("f")))) == "Superseded"


def test_the_signatory_comes_last_and_signs(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    assert refused(lambda: bench.act(review, bench.decision("signatory"))) == "WrongStage"
    bench.act(review, bench.decision("reviewer-2"))
    assert refused(lambda: bench.act(review, bench.decision("signatory", "c", signed_letter=None))) == "NotSigned"
    bench.act(review, bench.decision("signatory"))


def test_a_closed_task_takes_no_act(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.fact("closed-review", "task-closed", task=review, outcome="lapsed")
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1"))) == "WrongStage"


def test_an_act_belongs_to_its_stage_and_to_a_task_there_is(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    send = Send(command_id="s", by="reviewer-1", role=Role.REVIEWER, letter=SIGNED, channel="folder")
    assert refused(lambda: bench.act(review, send)) == "WrongStage"
    assert refused(lambda: bench.act(bench.task("transmission"), send)) == "WrongStage"
    withdraw = Withdraw(command_id="w", by="prosecutor", role=Role.PROSECUTOR, reason="Settled.")
    assert refused(lambda: bench.act(review, withdraw)) == "WrongStage"


def test_an_act_waits_for_the_line_that_opens_its_task(tmp_path: Path) -> None:
    bench = Bench(tmp_path, patience=20.0)
    bench.submit()
    command = bench.sign(bench.task("review"), bench.decision("reviewer-1"))
    opening = threading.Timer(0.3, bench.open_review)
    opening.start()
    receipt = bench.ledger.append_act(bench.task("review"), bench.reference, command, bench.now)
    opening.join()
    assert receipt.sequence == 2


def test_nothing_follows_the_close(bench: Bench) -> None:
    bench.submitted_and_under_review()
    bench.fact("closed", "request-closed", result="cancelled")
    assert refused(lambda: bench.act(bench.task("review"), bench.decision("reviewer-1"))) == "WrongStage"
    assert refused(lambda: bench.fact("late", "document-made", digest=LETTER)) == "WrongStage"
    assert bench.fact("closed", "request-closed", result="cancelled").sequence == 4  # a repeat is answered


def test_a_case_begins_with_its_submission_and_only_once(bench: Bench) -> None:
    assert refused(lambda: bench.fact("early", "assessed")) == "NotFound"
    bench.submit()
    again = Submit(
        command_id="submit-2", by="prosecutor", role=Role.PROSECUTOR, request=digest("1"), requested_state="XN"
    )
    assert refused(lambda: bench.act(bench.reference, again)) == "DuplicateReference"
    assert bench.register.reserve_reference("XV", 2026, "next") == "XV-2026-0002"


def test_a_case_of_another_state_is_not_ours(bench: Bench) -> None:
    bench.reference = "XN-2026-0001"
    assert refused(bench.submit) == "Invalid"


def test_only_the_drafter_corrects_and_withdraws(bench: Bench) -> None:
    bench.submit()
    appoint(
        bench.home,
        "prosecutor-2",
        name="Nils Moor",
        post="Prosecutor",
        roles=(Role.PROSECUTOR,),
        person="xv-person-20",
        now=START,
    )
    task = bench.open("correction", "prosecutor")
    for by, expected in (("prosecutor-2", "Forbidden"), ("prosecutor", "")):
        correct = SubmitCorrection(command_id=f"c-{by}", by=by, role=Role.PROSECUTOR, request=digest("9"))
        withdraw = Withdraw(command_id=f"w-{by}", by=by, role=Role.PROSECUTOR, reason="Settled.")
        if expected:
            assert refused(lambda act=correct: bench.act(task, act)) == expected  # type: ignore[misc]
            assert refused(lambda act=withdraw: bench.act(bench.reference, act)) == expected  # type: ignore[misc]
        else:
            bench.act(task, correct)
            bench.act(bench.reference, withdraw)


def test_a_signatory_withdraws_any_request(bench: Bench) -> None:
    bench.submit()
    withdraw = Withdraw(command_id="w", by="signatory", role=Role.SIGNATORY, reason="Settled.")
    bench.ledger.check_act(bench.reference, bench.reference, bench.sign(bench.reference, withdraw))
    assert [event.event for event in bench.register.timeline(bench.reference)] == ["request-opened"]
    bench.act(bench.reference, withdraw)
    assert bench.register.timeline(bench.reference)[-1].event == "withdraw"


def test_checking_refuses_what_appending_refuses_and_records_nothing(bench: Bench) -> None:
    bench.submit()
    forged = bench.sign(
        bench.reference, Withdraw(command_id="w", by="signatory", role=Role.SIGNATORY, reason="x"), key="custodian"
    )
    assert refused(lambda: bench.ledger.check_act(bench.reference, bench.reference, forged)) == "Forged"
    assert [entry.kind for entry in bench.ledger.refusals(bench.reference)] == ["Forged"]


# once


def test_the_same_act_twice_is_one_line_even_signed_anew(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    first = bench.act(review, bench.decision("reviewer-1"))
    again = bench.act(review, bench.decision("reviewer-1"))
    assert again == first
    assert bench.ledger.receipt(review, "decide-reviewer-1") == first
    assert bench.ledger.receipt(review, "other") is None
    bench.fact("closed-review", "task-closed", task=review, outcome="lapsed")
    revoke(bench.home, "reviewer-1", now=bench.now)
    assert bench.act(review, bench.decision("reviewer-1")) == first


@pytest.mark.parametrize("change", [{"verdict": "return"}, {"reason": "Another reason."}, {"letter": digest("e")}])
def test_the_same_id_with_other_content_is_refused(bench: Bench, change: dict[str, str]) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    assert refused(lambda: bench.act(review, bench.decision("reviewer-1", **change))) == "DuplicateCommand"
    other = bench.decision("reviewer-2", "decide-reviewer-1")
    assert refused(lambda: bench.act(review, other)) == "DuplicateCommand"


def test_a_fact_is_recorded_once(bench: Bench) -> None:
    bench.submit()
    first = bench.fact("assessed-1", "assessed", met=3)
    assert bench.fact("assessed-1", "assessed", met=3) == first  # at another time: the first counts
    assert refused(lambda: bench.fact("assessed-1", "assessed", met=4)) == "DuplicateCommand"
    assert refused(lambda: bench.fact("assessed-1", "lapsed", met=3)) == "DuplicateCommand"
    assert bench.ledger.recorded(f"{bench.reference}/assessed-1") == {"met": 3}
    assert bench.ledger.recorded("nothing") is None


def test_nobody_blocks_the_procedure_by_choosing_its_entry_id(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1", "closed-review"))
    entry = LedgerEntry(
        entry_id=f"{review}/closed-review",
        reference=bench.reference,
        at=bench.now,
        event="task-closed",
        facts={"task": review, "outcome": "approved"},
    )
    bench.ledger.append(entry)
    assert bench.register.task(review).state == "closed"
    assert bench.holds()


def test_time_never_goes_back(bench: Bench) -> None:
    bench.submit()
    late = bench.ledger.append(
        LedgerEntry(entry_id="a", reference=bench.reference, at=START.replace(year=2027), event="assessed")
    )
    early = bench.ledger.append(LedgerEntry(entry_id="b", reference=bench.reference, at=START, event="assessed"))
    assert early.recorded_at == late.recorded_at == START.replace(year=2027)
    revoke(bench.home, "custodian", now=START)
    assert bench.holds()


def test_what_cannot_be_read_back_is_not_written(bench: Bench) -> None:
    bench.submit()
    naive = LedgerEntry(entry_id="a", reference=bench.reference, at=START.replace(tzinfo=None), event="assessed")
    assert refused(lambda: bench.ledger.append(naive)) == "Invalid"
    assert refused(lambda: bench.fact("a", "Assessed!")) == "Invalid"
    size = len(bench.ledger.lines(bench.reference))
    with pytest.raises(Exception, match="canonical"):
        bench.fact("a", "assessed", met=2**60)
    assert len(bench.ledger.lines(bench.reference)) == size


# refusals


def test_refusals_are_logged_by_code_only(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    secret = "Wilhelmina Protected"
    refused(lambda: bench.act(review, bench.decision("reviewer-1", letter=digest("f"), reason=secret)))
    bench.ledger.refuse(bench.reference, review, "re viewer\n; drop table", "Forbidden", "x" * 500)
    first, second = bench.ledger.refusals(bench.reference)
    assert (first.by, first.act, first.kind, first.task) == ("reviewer-1", "decide", "Superseded", review)
    assert second.by == "re?viewer???drop?table"
    assert len(second.act) == 40
    assert bench.ledger.refusals("XV-2026-0009") == []
    assert secret.encode() not in (bench.home / "ledger.sqlite").read_bytes()


def test_withheld_words_stand_beside_the_ledger_only(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    secret = "Wilhelmina Protected"
    bench.act(review, bench.decision("reviewer-1", reason=secret))
    entry_id = f"{review}/decide-reviewer-1"
    assert set(bench.ledger.disclosures(bench.reference)) == {entry_id}
    assert all(secret not in str(parse_line(line).facts) for line in bench.ledger.lines(bench.reference))
    assert secret not in bench.ledger.lines(bench.reference)[-1]
    assert secret not in "".join(event.detail for event in bench.register.timeline(bench.reference))


def test_a_head_of_no_case_is_not_given(bench: Bench) -> None:
    with pytest.raises(NotFoundError):
        bench.ledger.head(bench.reference)


def test_a_lapse_is_confirmed_by_a_person(bench: Bench) -> None:
    task = bench.awaiting_evidence()
    bench.fact("lapsed", "lapsed", task=task)
    assert bench.register.task(task).state == "lapsed"
    confirm = ConfirmLapse(command_id="c", by="service", role=Role.SYSTEM)
    assert refused(lambda: bench.act(task, confirm)) == "Forbidden"
    bench.act(task, ConfirmLapse(command_id="c", by="prosecutor", role=Role.PROSECUTOR))
