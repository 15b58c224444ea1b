"""Decisions that must not count: unsigned, forged, replayed, one's own, twice by one person: refused and logged."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

from rogatory.adapters.officials import appoint, signer_for
from rogatory.custody.ledger import parse_line
from rogatory.custody.statement import sign_command
from rogatory.errors import IntegrityError, RefusedError
from schemas.commands import Decide, Verdict
from schemas.identifiers import Role, hex_of
from schemas.tasks import LedgerEntry, PackageOrder
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse


async def a_review(house: SkippingHouse) -> tuple[str, str, Decide]:
    """A case under review, its task, and a reviewer's approval that is not signed yet."""
    reference = await steps.submitted(house)
    task = await house.task(reference, "review")
    letter = house.desk.register.task(task).letter
    assert letter
    decision = Decide(command_id="forged", by="reviewer-1", role=Role.REVIEWER, letter=letter, verdict=Verdict.APPROVE)
    return reference, task, decision


def refusals(house: SkippingHouse, reference: str) -> list[str]:
    return [refusal.kind for refusal in house.desk.ledger.refusals(reference)]


async def test_an_unsigned_decision(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    with pytest.raises(RefusedError) as refused:
        await house.reviewer_1.client.tell_task(task, decision)
    assert refused.value.kind == "NotSigned"
    assert "NotSigned" in refusals(house, reference)
    assert "decide" not in house.events(reference)


async def test_a_decision_signed_with_another_key(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    other = signer_for(house.profile.home, "custodian")
    forged = sign_command(decision, reference=reference, task=task, signer=other, at=datetime.now(UTC))
    with pytest.raises(RefusedError) as refused:
        await house.reviewer_1.client.tell_task(task, forged)
    assert refused.value.kind == "Forged"
    assert "Forged" in refusals(house, reference)


async def test_a_decision_altered_after_it_was_signed(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    signer = signer_for(house.profile.home, "reviewer-1")
    returned = decision.model_copy(update={"verdict": Verdict.RETURN, "reason": "Add the period."})
    signed = sign_command(returned, reference=reference, task=task, signer=signer, at=datetime.now(UTC))
    with pytest.raises(RefusedError) as refused:
        await house.reviewer_1.client.tell_task(
            task, signed.model_copy(update={"verdict": Verdict.APPROVE, "reason": None, "disclosures": ()})
        )
    assert refused.value.kind == "Forged"


async def test_a_decision_replayed_in_the_next_round(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    signer = signer_for(house.profile.home, "reviewer-1")
    signed = sign_command(decision, reference=reference, task=task, signer=signer, at=datetime.now(UTC))
    await house.temporal.get_workflow_handle(task).cancel()  # the same letter comes up again, as the next round
    again = await house.until(
        lambda: [t.id for t in house.desk.register.tasks(reference=reference) if t.id != task and t.state == "open"]
    )
    with pytest.raises(RefusedError) as refused:
        await house.reviewer_1.client.tell_task(again[0], signed)
    assert refused.value.kind == "Forged"


async def test_one_person_under_two_posts(house: SkippingHouse) -> None:
    reference, task, _ = await a_review(house)
    person = house.desk.ledger.officials()["reviewer-1"].person
    appoint(
        house.profile.home,
        "reviewer-9",
        name="DEMO Second Post",
        post="Reviewer",
        roles=(Role.REVIEWER,),
        person=person,
        now=datetime.now(UTC),
    )
    await house.reviewer_1.decide(task, "approve")
    with pytest.raises(RefusedError) as refused:
        await house.office("reviewer-9").decide(task, "approve")
    assert refused.value.kind == "FourEyes"
    assert "FourEyes" in refusals(house, reference)


async def test_the_drafter_under_a_second_post(house: SkippingHouse) -> None:
    _, task, _ = await a_review(house)
    appoint(
        house.profile.home,
        "reviewer-8",
        name="DEMO Second Post",
        post="Reviewer",
        roles=(Role.REVIEWER,),
        person=house.desk.ledger.officials()["prosecutor"].person,
        now=datetime.now(UTC),
    )
    with pytest.raises(RefusedError) as refused:
        await house.office("reviewer-8").decide(task, "approve")
    assert refused.value.kind == "FourEyes"


async def test_a_role_that_was_never_granted(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    signer = signer_for(house.profile.home, "custodian")
    pretended = decision.model_copy(update={"by": "custodian"})
    signed = sign_command(pretended, reference=reference, task=task, signer=signer, at=datetime.now(UTC))
    with pytest.raises(RefusedError) as refused:
        await house.custodian.client.tell_task(task, signed)
    assert refused.value.kind == "Forbidden"


async def test_the_service_key_decides_nothing(house: SkippingHouse) -> None:
    reference, task, decision = await a_review(house)
    signer = signer_for(house.profile.home, "service")
    pretended = decision.model_copy(update={"by": "service", "role": Role.SYSTEM})
    signed = sign_command(pretended, reference=reference, task=task, signer=signer, at=datetime.now(UTC))
    with pytest.raises(RefusedError) as refused:
        await house.custodian.client.tell_task(task, signed)
    assert refused.value.kind == "Forbidden"


async def test_the_last_gate_stops_a_letter_altered_after_approval(house: SkippingHouse) -> None:
    """One byte of the signed letter's ciphertext is flipped in the vault: nothing leaves."""
    reference = await steps.brought_to(house, "transmission")
    letter = house.desk.register.documents(reference)
    signed = next(row.signed_digest for row in letter if row.signed_digest)
    stored = next(house.profile.home.glob(f"vault/{reference}/*/{hex_of(signed)}"))
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.chmod(0o600)
    stored.write_bytes(content)
    with pytest.raises(IntegrityError):
        await steps.sent(house, reference)
    assert not list((house.profile.home / "outbox").rglob("*.age"))
    assert "send" not in house.events(reference)


async def activity_alone(name: str, order: object) -> None:
    await workflow.execute_activity(
        name,
        order,
        task_queue="test",
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(maximum_attempts=1),
    )


@workflow.defn(sandboxed=False)
class HostilePackage:
    """Whoever reaches the server can order our activities one by one, without the procedure before them."""

    @workflow.run
    async def run(self, order: PackageOrder) -> None:
        await activity_alone("make_package", order)


@workflow.defn(sandboxed=False)
class HostileEntry:
    """The same, for a line of the ledger."""

    @workflow.run
    async def run(self, entry: LedgerEntry) -> None:
        await activity_alone("append_to_ledger", entry)


async def ordered(house: SkippingHouse, order: PackageOrder | LedgerEntry) -> str:
    """What becomes of that order, given past the procedure: the words it is refused with."""
    kind = HostilePackage if isinstance(order, PackageOrder) else HostileEntry
    async with Worker(house.env.client, task_queue="hostile", workflows=[HostilePackage, HostileEntry]):
        with pytest.raises(WorkflowFailureError) as failed:
            await house.env.client.execute_workflow(kind.__name__, order, id=f"hostile-{uuid4()}", task_queue="hostile")
    cause = failed.value.cause
    while cause is not None and cause.__cause__ is not None:
        cause = cause.__cause__
    return str(cause)


async def test_threat_06_a_package_ordered_past_the_procedure_is_not_made(house: SkippingHouse) -> None:
    reference = await steps.brought_to(house, "transmission")
    rows = {row.type: row for row in house.desk.register.documents(reference)}
    letter, memo = rows["letter_of_request"], rows["review_memo"]
    assert letter.signed_digest
    order = PackageOrder(
        reference=reference,
        transmission=str(uuid4()),
        kind="request",
        requested_state="XN",
        documents=(letter.signed_digest,),
        facts={"channel": "folder"},
        at=datetime.now(UTC),
    )
    assert "Nobody sent the letter" in await ordered(house, order)  # approved and signed, and not sent
    submitted = next(
        e.entry_id for e in map(parse_line, house.desk.ledger.lines(reference)) if e.event == "request-opened"
    )
    act = {"act": submitted.rpartition("/")[2]}
    for change, words in (
        ({"requested_state": "XB"}, "asks another state"),
        ({"documents": (memo.digest,), "facts": act}, "no document"),  # internal
        ({"documents": (letter.digest,), "facts": {}}, "No act"),
        ({"documents": (letter.digest,), "facts": act, "enclosed": {f"sha256:{'7' * 64}": "annex"}}, "encloses"),
    ):
        assert words in await ordered(house, order.model_copy(update=change))
    entry = LedgerEntry(
        entry_id=f"{reference}/x",
        reference=reference,
        at=datetime.now(UTC),
        event="document-made",
        facts={"type": "information_reply", "digest": memo.digest},
    )
    assert "recorded by who makes it" in await ordered(house, entry)
    assert "package-made" not in house.events(reference)
    await steps.sent(house, reference)  # by the procedure it goes
