"""Recorded histories run through the code of today: an open case must survive the next release."""

import json
import shutil
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from rogatory.adapters.codec import encrypted_converter

HISTORIES = Path(__file__).parent / "histories"
FILES = sorted(HISTORIES.glob("XV-*.json"))


def replayer(workflows: list[type], folder: Path) -> Replayer:
    ring = folder / "codec.json"
    shutil.copy(HISTORIES / "codec.json", ring)
    ring.chmod(0o600)  # a checkout does not keep it, and the codec refuses a key that others may read
    return Replayer(workflows=workflows, data_converter=encrypted_converter(ring))


def type_of(file: Path) -> str:
    started = json.loads(file.read_text())["events"][0]["workflowExecutionStartedEventAttributes"]
    return str(started["workflowType"]["name"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path, tmp_path: Path) -> None:
    import worker

    await replayer(worker.WORKFLOWS, tmp_path).replay_workflow(WorkflowHistory.from_json(file.stem, file.read_text()))


def test_every_workflow_type_is_recorded() -> None:
    import worker

    assert {type_of(file) for file in FILES} == {each.__name__ for each in worker.WORKFLOWS}


async def test_a_change_of_an_open_wait_is_noticed(tmp_path: Path) -> None:
    """The replay test can fail: one more activity in Review does not replay."""
    from activities.ledger import LedgerActivities
    from schemas.tasks import ReviewOrder, ReviewOutcome
    from workflows import review
    from workflows.options import LEDGER

    @workflow.defn(name="Review", sandboxed=False)
    class Changed(review.Review):
        @workflow.init
        def __init__(self, order: ReviewOrder) -> None:
            super().__init__(order)

        @workflow.run
        async def run(self, order: ReviewOrder) -> ReviewOutcome:
            await workflow.execute_activity_method(LedgerActivities.outgoing_channel, order.reference, **LEDGER)
            return await super().run(order)

    file = next(file for file in FILES if type_of(file) == "Review")
    with pytest.raises(workflow.NondeterminismError):
        await replayer([Changed], tmp_path).replay_workflow(WorkflowHistory.from_json(file.stem, file.read_text()))
