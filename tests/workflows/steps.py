"""A case, step by step, as its people take it."""

from collections.abc import Awaitable, Callable
from datetime import date

from tests.stage import ANSWER, House

Step = Callable[[House, str], Awaitable[object]]
RECEIVED = date(2026, 11, 25)


def corrected(text: str) -> str:
    """A second version of the example: one word of the law changes, and nothing else."""
    changed = text.replace("reciprocity: true", "reciprocity: false")
    assert changed != text
    return changed


async def submitted(house: House) -> str:
    return await house.prosecutor.submit(house.draft())


async def approved(house: House, reference: str) -> None:
    task = await house.task(reference, "review")
    await house.reviewer_1.decide(task, "approve")
    await house.reviewer_2.decide(task, "approve")
    await house.signatory.decide(task, "approve")


async def sent(house: House, reference: str) -> None:
    await house.task(reference, "transmission")
    await house.signatory.transmit(reference, "courier", dispatched_on=date(2026, 11, 23), tracking="XV 88-201")


async def acknowledged(house: House, reference: str) -> None:
    await house.reviewer_1.acknowledge(reference, "XN-CA-2026-0009", RECEIVED)


async def received(house: House, reference: str) -> None:
    await house.task(reference, "evidence-return")
    await house.custodian.add_evidence(
        reference, house.files(statement_csv=b"date,amount\n2025-03-01,100.00\n"), measure="m1", complete=True
    )


async def signed_off(house: House, reference: str) -> None:
    await house.task(reference, "custody-sign-off")
    await house.custodian.sign_off(reference)
    await house.prosecutor.sign_off(reference)


async def asked_and_answered(house: House, reference: str) -> None:
    await house.reviewer_1.ask(reference, "Under which number is the company registered?")
    await house.prosecutor.reply(reference, ANSWER)


STAGES: dict[str, list[Step]] = {
    "review": [],
    "transmission": [approved],
    "acknowledgement": [approved, sent],
    "evidence-return": [approved, sent, acknowledged],
    "custody-sign-off": [approved, sent, acknowledged, received],
}


async def brought_to(house: House, stage: str) -> str:
    """A new case, brought to that stage."""
    reference = await submitted(house)
    for step in STAGES[stage]:
        await step(house, reference)
    if stage != "acknowledgement":
        await house.task(reference, stage)
    return reference
