"""Records the histories that test_replay.py replays: `python -m tests.replay.record`, after a change that is meant.

One case with a correction, a question, a discrepancy and a sign-off, and one that is withdrawn after it was sent: every
workflow type, each wait in each of its ends that matters. Payloads stay encrypted; the key ring lies beside them.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

import worker
from rogatory.adapters.codec import encrypted_converter
from rogatory.client import TemporalHistories
from rogatory.profile import Profile
from tests.stage import House, found_home
from tests.workflows import steps

FOLDER = Path(__file__).parent / "histories"


async def record() -> None:
    """Plays both cases and writes their histories."""
    with tempfile.TemporaryDirectory() as scratch:
        home = found_home(Path(scratch) / "home")
        profile = Profile(home=home, task_queue="record")
        env = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
            data_converter=encrypted_converter(profile.key_ring),
        )
        running, _ = worker.build(env.client, profile)
        async with env, running:
            house = House(profile, env.client)
            references = [await whole_case(house), await withdrawn_case(house)]
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir()
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


if __name__ == "__main__":
    asyncio.run(record())
