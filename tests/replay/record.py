"""Records the histories that test_replay.py replays: `python -m tests.replay.record [CASE...]`.

Without names all cases of CASES are recorded anew, after a change that is meant; named cases are added to what is
recorded, which shows that it still replays. Every workflow type, each wait in each of its ends that matters. Payloads
stay encrypted; the key ring lies beside them.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

import worker
from rogatory.adapters.codec import encrypted_converter
from rogatory.client import TemporalHistories
from rogatory.profile import Profile
from schemas.extradition_acts import AskStatus, ReportOutcome, RequestProsecution
from schemas.sole_letter import AnswerConditions
from tests.documents.papers import examples
from tests.stage import House, found_home
from tests.workflows import extradition_steps as extradite
from tests.workflows import steps
from tests.workflows import test_sole_letter as letters
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import becomes, noon_of, runs, today
from workflows.paper import paper_id

FOLDER = Path(__file__).parent / "histories"


async def record(names: list[str]) -> None:
    """Plays the cases and writes their histories."""
    with tempfile.TemporaryDirectory() as scratch:
        home = found_home(Path(scratch) / "home")
        profile = Profile(home=home, task_queue="record")
        taken = max((int(file.name[8:12]) for file in FOLDER.glob("XV-*.json")), default=0) if names else 0
        if taken:
            shutil.copy(FOLDER / "codec.json", profile.key_ring)
            profile.key_ring.chmod(0o600)
        env = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
            data_converter=encrypted_converter(profile.key_ring),
        )
        running, _ = worker.build(env.client, profile)
        async with env, running:
            house = SkippingHouse(profile, env)
            for number in range(taken):
                house.desk.register.reserve_reference("XV", datetime.now(UTC).year, f"recorded-{number}")
            references = [await CASES[name](house) for name in names or CASES]
            if not names:
                shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(exist_ok=True)
            for reference in references:
                for name, history in (await TemporalHistories(env.client).histories(reference)).items():
                    (FOLDER / f"{name.split('/')[0]}.json").write_text(history, encoding="utf-8")
        shutil.copy(profile.key_ring, FOLDER / "codec.json")
    print(f"{len(list(FOLDER.glob('XV-*.json')))} histories recorded.")


async def whole_case(house: House) -> str:
    """Returned, corrected, asked, with a discrepancy, signed off."""
    reference = await steps.submitted(house)
    await house.reviewer_1.decide(await house.task(reference, "review"), "return", "Name the papers.")
    await house.task(reference, "correction")
    await house.prosecutor.correct(reference, house.draft(change=steps.corrected))
    for step in (steps.approved, steps.sent, steps.acknowledged, steps.asked_and_answered):
        await step(house, reference)
    files = house.files(a_csv=b"one", b_csv=b"two")
    declared = files[0].parent / "SHA256SUMS"
    declared.write_text(f"{'0' * 64}  a.csv\n")
    await house.custodian.add_evidence(reference, files, declared=declared, complete=True)
    await house.task(reference, "custody-sign-off")
    item = house.desk.register.items(reference)[0].item
    await house.prosecutor.resolve(item, keep=True, reason="The sender confirmed the digest by telephone.")
    await house.custodian.offer(item, "prosecutor")
    await house.prosecutor.accept(item)
    await steps.signed_off(house, reference)
    await house.prosecutor.client.outcome(reference)
    return reference


async def withdrawn_case(house: House) -> str:
    """Sent, and withdrawn while the acknowledgement is awaited."""
    reference = await steps.brought_to(house, "acknowledgement")
    await house.prosecutor.withdraw(reference, "Convicted at home.")
    await house.prosecutor.client.outcome(reference)
    return reference


async def preservation(house: SkippingHouse) -> str:
    """Asked about, acknowledged, preserved, the period run out, and followed by the request for the data."""
    reference = await letters.sent(house)
    await house.reviewer_1.acknowledge(reference, "XN-CA-2026-0009", await today(house))
    await house.prosecutor.act(reference, AskStatus)
    await letters.preserved(house, reference)
    row = await runs(house, reference, "preserved")
    await noon_of(house, row.due.date() + timedelta(days=1))
    await becomes(house, reference, "preserved", "ran-out")
    await house.prosecutor.followed_up(reference, await letters.asked_for(house, reference))
    await house.prosecutor.client.outcome(reference)
    return reference


async def information(house: SkippingHouse) -> str:
    """Given on conditions, which are declined."""
    reference = await letters.sent(house, letters.TOLD)
    await house.reviewer_1.act(reference, AnswerConditions, accepted=False)
    await house.prosecutor.client.outcome(reference)
    return reference


async def extradition(house: SkippingHouse) -> str:
    """A period run out, then asked for, surrendered with property, charged, and watched until nothing is owed."""
    reference = await extradite.submitted(house)
    for step in (*extradite.PROVISIONAL, extradite.supplied):
        await step(house, reference)
    await noon_of(house, await today(house) + timedelta(days=41))
    await becomes(house, reference, "release-must", "ran-out")
    for step in (extradite.filed, steps.approved, steps.sent, extradite.acknowledged):
        await step(house, reference)
    await steps.asked_and_answered(house, reference)
    for step in (extradite.granted, extradite.appointed, extradite.handed_over_with_property):
        await step(house, reference)
    await house.task(reference, "evidence-return")
    await house.custodian.add_evidence(reference, house.files(notebook_pdf=b"a notebook"), complete=True)
    await steps.signed_off(house, reference)
    await extradite.charged(house, reference, offence=1)
    await extradite.done(house, reference)
    await house.prosecutor.client.outcome(reference)
    return reference


async def prosecution_abroad(house: SkippingHouse) -> str:
    """Refused for nationality, and prosecuted in the requested state."""
    reference = await extradite.brought_to(house, "prosecution-abroad")
    await house.signatory.act(reference, RequestProsecution)
    await house.reviewer_1.act(
        reference,
        ReportOutcome,
        kind="convicted",
        decided_on=await today(house),
        final=True,
        sentence_months=60,
        obligations_done=True,
    )
    await house.prosecutor.client.outcome(reference)
    return reference


async def paper(house: SkippingHouse) -> str:
    """A paper made on the order of an official; its workflow stands beside the case's."""
    reference = await steps.submitted(house)
    row = await house.prosecutor.order_document(reference, "delay_record", examples("delay_record"), command_id="p1")
    assert row.type == "delay_record"
    return paper_id(reference, "p1")


CASES: dict[str, Callable[[SkippingHouse], Awaitable[str]]] = {
    "whole": whole_case,
    "withdrawn": withdrawn_case,
    "preservation": preservation,
    "information": information,
    "extradition": extradition,
    "prosecution-abroad": prosecution_abroad,
    "paper": paper,
}

if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
