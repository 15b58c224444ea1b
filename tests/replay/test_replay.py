"""Recorded histories run through the code of today: an open case must survive the next release."""

import json
import shutil
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from rogatory.adapters.codec import encrypted_converter

HISTORIES = Path(__file__).parent / "histories"
FILES = sorted(HISTORIES.glob("XV-*.json"))


def replayer(workflows: list[type], folder: Path, runner: WorkflowRunner | None = None) -> Replayer:
    ring = folder / "codec.json"
    shutil.copy(HISTORIES / "codec.json", ring)
    ring.chmod(0o600)  # a checkout does not keep it, and the codec refuses a key that others may read
    return Replayer(
        workflows=workflows,
        data_converter=encrypted_converter(ring),
        workflow_runner=runner or SandboxedWorkflowRunner(),
    )


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


async def test_a_change_of_an_open_wait_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay test can fail: one more entry on the ledger in Review does not replay."""
    import worker
    from workflows.docket import Docket

    opened = Docket.open

    async def changed(self: Docket, *arguments: object, **named: object) -> object:
        await self.record("reminded", "one-more", {})
        return await opened(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Docket, "open", changed)
    file = next(file for file in FILES if type_of(file) == "Review")
    unsandboxed = replayer(worker.WORKFLOWS, tmp_path, UnsandboxedWorkflowRunner())  # which sees the change made here
    with pytest.raises(workflow.NondeterminismError):
        await unsandboxed.replay_workflow(WorkflowHistory.from_json(file.stem, file.read_text()))
