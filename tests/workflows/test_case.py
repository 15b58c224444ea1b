"""The procedure, its lapses, withdrawals and refusals, with months passing in moments."""

from datetime import timedelta

import pytest

from rogatory.client import CaseClient
from rogatory.custody.ledger import parse_line
from rogatory.errors import ChangedError, FindingsError, RefusedError, UsageError
from schemas.case import CaseResult
from schemas.documents import DocumentType
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse
from tests.workflows.steps import STAGES, brought_to

ALL = list(DocumentType)
ASSISTANCE = set(ALL[: ALL.index(DocumentType.CLOSING_LETTER) + 1])
"""What follows in the list belongs to extradition."""


async def test_a_case_runs_from_draft_to_sign_off(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    await house.reviewer_1.decide(task, "return", "Name the account-opening papers.")
    await house.task(reference, "correction")
    await house.prosecutor.correct(reference, house.draft(change=steps.corrected))
    for step in (steps.approved, steps.sent, steps.acknowledged, steps.asked_and_answered, steps.received):
        await step(house, reference)
    await steps.signed_off(house, reference)
    outcome = await house.prosecutor.client.outcome(reference)
    assert outcome.result is CaseResult.COMPLETED
    assert outcome.archive
    made = {row.type for row in house.desk.register.documents(reference)}
    left_out = {DocumentType.DISCREPANCY_REPORT, DocumentType.WITHDRAWAL_NOTICE}
    assert made == ASSISTANCE - left_out | {DocumentType.TRANSLATION_CERTIFICATE}
    signed = [parse_line(line).facts.get("signature") for line in house.desk.ledger.lines(reference)]
    assert set(signed) == {None, "B-B: the time-stamping authority of the demonstration is not running"}
    assert house.events(reference)[-1] == "request-closed"
    assert house.desk.register.case(reference).version == 2


async def test_the_drafter_does_not_approve(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    with pytest.raises(RefusedError) as refused:
        await house.prosecutor.decide(await house.task(reference, "review"), "approve")
    assert refused.value.kind == "FourEyes"
    assert "decide" not in house.events(reference)


async def test_one_person_does_not_approve_twice(house: SkippingHouse) -> None:
    task = await house.task(await steps.submitted(house), "review")
    await house.reviewer_1.decide(task, "approve")
    with pytest.raises(RefusedError) as refused:
        await house.reviewer_1.decide(task, "approve")
    assert refused.value.kind == "FourEyes"


async def test_the_signature_comes_last(house: SkippingHouse) -> None:
    task = await house.task(await steps.submitted(house), "review")
    with pytest.raises((ChangedError, RefusedError)):
        await house.signatory.decide(task, "approve")


async def test_a_repeated_act_is_one_act(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    first = await house.reviewer_1.decide(task, "approve", command_id="once")
    again = await house.reviewer_1.decide(task, "approve", command_id="once")
    assert first == again
    assert house.events(reference).count("decide") == 1


async def test_a_repeated_act_is_answered_after_its_stage_has_moved_on(house: SkippingHouse) -> None:
    reference = await brought_to(house, "transmission")
    await steps.sent(house, reference)
    first = await house.reviewer_1.acknowledge(reference, "XN-1", steps.RECEIVED, command_id="ack")
    await house.task(reference, "evidence-return")
    again = await house.reviewer_1.acknowledge(reference, "XN-1", steps.RECEIVED, command_id="ack")
    assert again == first


async def test_a_decided_task_takes_no_second_decision(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    await house.reviewer_1.decide(task, "refuse", "No legal basis between the two states.")
    assert (await house.prosecutor.client.outcome(reference)).result is CaseResult.REFUSED
    with pytest.raises(ChangedError):
        await house.reviewer_2.decide(task, "approve")


async def test_a_return_needs_reasons(house: SkippingHouse) -> None:
    task = await house.task(await steps.submitted(house), "review")
    with pytest.raises(UsageError):
        await house.reviewer_1.decide(task, "return")


@pytest.mark.parametrize(
    ("stage", "result"),
    [
        ("review", CaseResult.ABANDONED),
        ("transmission", CaseResult.NOT_TRANSMITTED),
        ("acknowledgement", CaseResult.UNANSWERED),
        ("evidence-return", CaseResult.UNANSWERED),
        ("custody-sign-off", CaseResult.UNSIGNED),
    ],
)
async def test_silence_has_a_named_end(house: SkippingHouse, stage: str, result: CaseResult) -> None:
    """Review and correction end by themselves; where the other state or the evidence is at stake, a person confirms."""
    reference = await brought_to(house, stage)
    await house.env.sleep(timedelta(days=700))
    if stage != "review":
        lapsed = [t for t in house.desk.register.tasks(reference=reference) if t.state == "lapsed"]
        assert len(lapsed) == 1
        await house.signatory.confirm_lapse(lapsed[0].id, "No answer to five reminders.")
    assert (await house.prosecutor.client.outcome(reference)).result is result
    events = house.events(reference)
    assert events.count("reminded") >= 3
    if stage == "review":
        assert "escalated" in events


async def test_evidence_that_comes_after_the_lapse_still_counts(house: SkippingHouse) -> None:
    reference = await brought_to(house, "evidence-return")
    await house.env.sleep(timedelta(days=500))
    await steps.received(house, reference)
    await steps.signed_off(house, reference)
    assert (await house.prosecutor.client.outcome(reference)).result is CaseResult.COMPLETED


@pytest.mark.parametrize("stage", STAGES)
async def test_a_withdrawal_ends_the_case_at_any_stage(house: SkippingHouse, stage: str) -> None:
    reference = await brought_to(house, stage)
    first = await house.prosecutor.withdraw(reference, "The accused was convicted at home.", command_id="w")
    assert (await house.prosecutor.client.outcome(reference)).result is CaseResult.WITHDRAWN
    assert house.events(reference)[-2:] == ["withdraw", "request-closed"]
    assert await house.prosecutor.withdraw(reference, "The accused was convicted at home.", command_id="w") == first
    with pytest.raises(ChangedError):
        await house.prosecutor.withdraw(reference, "Again.", command_id="other")
    told = [row for row in house.desk.register.transmissions(reference) if row.kind == "withdrawal"]
    assert len(told) == (1 if stage in {"acknowledgement", "evidence-return", "custody-sign-off"} else 0)


async def test_a_case_withdrawn_before_its_letter_is_sent_tells_nobody_abroad(house: SkippingHouse) -> None:
    reference = await brought_to(house, "transmission")
    await house.prosecutor.withdraw(reference, "No longer needed.")
    types = {row.type for row in house.desk.register.documents(reference)}
    assert DocumentType.WITHDRAWAL_NOTICE not in types


async def test_a_case_cancelled_by_an_operator_closes_with_a_named_result(house: SkippingHouse) -> None:
    reference = await brought_to(house, "transmission")
    await house.temporal.get_workflow_handle(reference).cancel()
    assert (await house.prosecutor.client.outcome(reference)).result is CaseResult.CANCELLED
    assert house.events(reference)[-1] == "request-closed"
    assert house.desk.register.case(reference).status == "cancelled"


async def test_a_wait_cancelled_by_an_operator_opens_anew_as_the_next_round(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    await house.temporal.get_workflow_handle(task).cancel()
    again = await house.until(
        lambda: [t.id for t in house.desk.register.tasks(reference=reference) if t.id != task and t.state == "open"]
    )
    assert again == [f"{reference}.review-2"]
    with pytest.raises(ChangedError):
        await house.reviewer_1.decide(task, "approve")
    await steps.approved(house, reference)


async def test_a_discrepancy_blocks_the_sign_off_until_a_person_decides(house: SkippingHouse) -> None:
    reference = await brought_to(house, "evidence-return")
    files = house.files(a_csv=b"one", b_csv=b"two")
    declared = files[0].parent / "SHA256SUMS"
    declared.write_text(f"{'0' * 64}  a.csv\n")
    await house.custodian.add_evidence(reference, files, declared=declared, complete=True)
    await house.task(reference, "custody-sign-off")
    with pytest.raises((ChangedError, RefusedError)):
        await house.custodian.sign_off(reference)
    item = house.desk.register.items(reference)[0]
    assert item.discrepancy == "open"
    await house.prosecutor.resolve(item.item, keep=False, reason="The bank will send the file again.")
    await steps.signed_off(house, reference)
    await house.prosecutor.client.outcome(reference)
    assert house.desk.register.item(item.item).state == "excluded"
    types = [row.type for row in house.desk.register.documents(reference)]
    assert types.count(DocumentType.DISCREPANCY_REPORT) == 1


async def test_custody_changes_hands_only_by_offer_and_acceptance(house: SkippingHouse) -> None:
    reference = await brought_to(house, "custody-sign-off")
    item = house.desk.register.items(reference)[0].item
    with pytest.raises(RefusedError):
        await house.prosecutor.offer(item, "reviewer-1")  # does not hold it
    with pytest.raises((ChangedError, RefusedError)):
        await house.prosecutor.accept(item)  # was not offered
    await house.custodian.offer(item, "prosecutor")
    with pytest.raises(RefusedError):
        await house.reviewer_1.accept(item)  # offered to another
    with pytest.raises((ChangedError, RefusedError)):
        await house.custodian.sign_off(reference)  # on its way
    await house.prosecutor.refuse_custody(item, "The seal number is missing.")
    await house.custodian.offer(item, "prosecutor")
    await house.prosecutor.accept(item)
    assert house.desk.register.item(item).holder == "prosecutor"
    await steps.signed_off(house, reference)


async def test_words_that_name_a_protected_person_are_not_sent(house: SkippingHouse) -> None:
    reference = await brought_to(house, "evidence-return")
    from rogatory.documents.sealed import sealed_names

    filed = house.desk.request(reference)
    assert filed.sealed_annex
    name = sealed_names(house.desk.vault.read(reference, filed.sealed_annex))[0]
    with pytest.raises(FindingsError):
        await house.reviewer_1.ask(reference, f"Where does {name.upper()} live now?")


async def test_a_message_over_the_limit_does_not_reach_the_server(house: SkippingHouse) -> None:
    from rogatory.client import LARGEST_MESSAGE
    from schemas.commands import Withdraw
    from schemas.identifiers import Role

    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    large = Withdraw.model_construct(
        command_id="w",
        by="prosecutor",
        role=Role.PROSECUTOR,
        reason="x" * LARGEST_MESSAGE,
        statement="",
        disclosures=(),
    )
    with pytest.raises(UsageError):
        await house.prosecutor.client.tell_task(reference, large)
    await house.reviewer_1.decide(task, "approve")  # the case is not jammed


async def test_a_channel_that_does_not_exist_is_refused_and_the_case_goes_on(house: SkippingHouse) -> None:
    reference = await brought_to(house, "transmission")
    with pytest.raises(UsageError, match="no channel pigeon to XN; there is: courier, folder"):
        await house.signatory.transmit(reference, "pigeon")
    assert "send" not in house.events(reference)
    await steps.sent(house, reference)


async def test_long_waits_start_their_history_anew_and_forget_nothing(
    house: SkippingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = CaseClient.submit
    monkeypatch.setattr(
        CaseClient, "submit", lambda self, request: submit(self, request.model_copy(update={"longest_history": 150}))
    )
    reference = await brought_to(house, "evidence-return")
    task = await house.task(reference, "evidence-return")
    first_run = (await house.temporal.get_workflow_handle(task).describe()).run_id
    first = await house.reviewer_1.ask(reference, "Question 0?", command_id="q0")
    for number in range(1, 40):
        await house.reviewer_1.ask(reference, f"Question {number}?", command_id=f"q{number}")
    run = (await house.temporal.get_workflow_handle(task).describe()).run_id
    assert run != first_run, "the history did not start anew"
    assert await house.reviewer_1.ask(reference, "Question 0?", command_id="q0") == first
    assert len(house.desk.register.messages(reference)) == 40
    await steps.received(house, reference)
    await steps.signed_off(house, reference)
    assert (await house.prosecutor.client.outcome(reference)).result is CaseResult.COMPLETED
