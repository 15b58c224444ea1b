"""Decisions that must not count: unsigned, forged, replayed, one's own, twice by one person: refused and logged."""

from datetime import UTC, datetime

import pytest

from rogatory.adapters.officials import appoint, signer_for
from rogatory.custody.statement import sign_command
from rogatory.errors import IntegrityError, RefusedError
from schemas.commands import Decide, Verdict
from schemas.identifiers import Role, hex_of
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
