"""The typed front of Temporal: the only Temporal client code, shared by every user interface.

An act goes to the child that waits for it: by the task id its reader was shown, else by the case's `standing`.
A repeated act whose stage has moved on is answered from the ledger with its first receipt.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from rogatory.adapters.codec import encrypted_converter
from rogatory.errors import (
    ChangedError,
    NotFoundError,
    RefusedError,
    RogatoryError,
    UnreachableError,
    UsageError,
    refusal_told,
)
from rogatory.ports import CaseLedger
from rogatory.profile import Profile
from schemas.break_glass import BreakGlass
from schemas.case import CaseOutcome, CaseStanding, OpenRequest
from schemas.commands import (
    AcceptCustody,
    Acknowledge,
    AskInformation,
    Command,
    ConfirmLapse,
    Decide,
    OfferCustody,
    Receipt,
    ReceiveEvidence,
    RefuseCustody,
    Reply,
    ResolveDiscrepancy,
    Send,
    SignOff,
    SubmitCorrection,
    Withdraw,
)
from schemas.documents import PaperOrder
from schemas.extradition_acts import EXTRADITION
from schemas.sole_letter import SOLE_LETTER
from workflows.extradition import ExtraditionRequest
from workflows.mutual_assistance import MutualAssistanceRequest
from workflows.options import TASK_TIMEOUT
from workflows.paper import Paper, paper_id
from workflows.sole_letter import SoleLetter
from workflows.stages import Stages

LARGEST_MESSAGE = 512 * 1024  # bytes; the server's limit is 2 MiB, and an update above it jams the case
PATIENCE = timedelta(seconds=20)  # for a worker to answer
HANDOVER = timedelta(seconds=15)  # for a case to move from one stage to the next
DRAWN = timedelta(seconds=60)  # for a paper to be drawn up
PAUSE = timedelta(milliseconds=50)

UPDATES: dict[type[Command], str] = {
    Decide: "decide",
    SubmitCorrection: "submit_correction",
    Send: "send",
    Acknowledge: "acknowledge",
    AskInformation: "ask",
    Reply: "reply",
    ReceiveEvidence: "receive",
    OfferCustody: "offer",
    AcceptCustody: "accept",
    RefuseCustody: "refuse_custody",
    ResolveDiscrepancy: "resolve",
    SignOff: "sign_off",
    ConfirmLapse: "confirm_lapse",
    Withdraw: "withdraw",
    BreakGlass: "break_glass",
}
UPDATES |= {kind: kind.ACT.replace("-", "_") for kind in (*EXTRADITION, *SOLE_LETTER)}
PROCEDURES: dict[str, Callable[[Any, OpenRequest], Awaitable[CaseOutcome]]] = {
    "mutual-assistance": MutualAssistanceRequest.run,
    "extradition": ExtraditionRequest.run,
    "preservation": SoleLetter.run,
    "spontaneous-information": SoleLetter.run,
}
"""Kind of request to the workflow that carries it."""


async def connect(profile: Profile) -> Client:
    """Connects to the profile's server with the encrypting converter. Raises UnreachableError."""
    converter = encrypted_converter(profile.key_ring)
    try:
        return await Client.connect(**profile.connection(), data_converter=converter)
    except RuntimeError as error:
        raise UnreachableError(
            f"No Temporal server answers at {profile.address}.", "Start it with: rogatory up"
        ) from error


class CaseClient:
    """Speaks to cases."""

    def __init__(self, client: Client, profile: Profile, ledger: CaseLedger) -> None:
        self._client, self._profile, self._ledger = client, profile, ledger

    async def submit(self, request: OpenRequest) -> None:
        """Starts a case; the same submission again finds the case running. Raises ChangedError on another one."""
        request = request.model_copy(update={"indexed": self._profile.indexed})
        _fits(request.model_dump_json())
        try:
            await self._client.start_workflow(
                PROCEDURES[request.kind],
                request,
                id=request.reference,
                task_queue=self._profile.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_timeout=TASK_TIMEOUT,
            )
        except WorkflowAlreadyStartedError as error:
            if self._ledger.receipt(request.reference, request.submit.command_id):
                return
            raise ChangedError(f"{request.reference} was submitted before.") from error
        except RPCError as error:
            raise UnreachableError(f"The server did not take {request.reference}: {error.status.name}.") from error

    async def standing(self, reference: str) -> CaseStanding:
        """Where a case stands, asked of the case itself."""
        try:
            return await self._case(reference).query(Stages.standing, rpc_timeout=PATIENCE)
        except (RPCError, WorkflowQueryFailedError) as error:
            raise await self._translated(error, self._case(reference)) from error

    async def outcome(self, reference: str) -> CaseOutcome:
        """The end of a case; waits for it."""
        return await self._case(reference).result()

    async def tell(self, reference: str, stages: tuple[str, ...], command: Command) -> Receipt:
        """Gives an act to the stage of the case that waits for it."""
        return await self.tell_task(await self.open_task(reference, stages), command)

    async def tell_task(self, task: str, command: Command) -> Receipt:
        """Gives an act to one task, by the id under which it was shown to its reader."""
        _fits(command.model_dump_json())
        handle = self._client.get_workflow_handle(task)
        try:
            receipt: Receipt = await handle.execute_update(
                UPDATES[type(command)], command, id=command.command_id, rpc_timeout=PATIENCE, result_type=Receipt
            )
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            translated = await self._translated(error, handle)
            if isinstance(translated, ChangedError | NotFoundError) and (
                first := self._ledger.receipt(task, command.command_id)
            ):
                return first  # obeyed before; its stage has moved on
            if isinstance(translated, RefusedError):
                self._ledger.refuse(task.split(".", maxsplit=1)[0], task, command.by, translated.kind, command.ACT)
            raise translated from error
        return receipt

    async def open_task(self, reference: str, stages: tuple[str, ...]) -> str:
        """The id of the open task of one of these stages; waits a moment for a case between two stages."""
        for _ in range(int(HANDOVER / PAUSE)):
            standing = await self.standing(reference)
            task = standing.open_task
            if task and any(task.startswith(f"{reference}.{stage}-") for stage in stages):
                return task
            if standing.result or (task and await self._waits(task)):
                raise ChangedError(
                    f"{reference} does not wait for {' or '.join(stages)}; it stands at {standing.result or task}."
                )
            await asyncio.sleep(PAUSE.total_seconds())
        raise UnreachableError(f"{reference} is between two stages for longer than usual.", "Is a worker running?")

    async def order_paper(self, order: PaperOrder, command_id: str) -> str:
        """Has a paper made, and waits for it; returns its digest. The same order again is the same paper."""
        _fits(order.model_dump_json())
        name = paper_id(order.reference, command_id)
        try:
            handle = await self._client.start_workflow(
                Paper.run,
                order,
                id=name,
                task_queue=self._profile.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                task_timeout=TASK_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            handle = self._client.get_workflow_handle_for(Paper.run, name)
        except RPCError as error:
            raise UnreachableError(f"The server did not take the order for {order.reference}.") from error
        for _ in range(int(DRAWN / PAUSE)):
            # The ledger is asked, not the workflow: its result is there for good, a workflow's only for some days.
            if made := self._ledger.recorded(f"{name}#document"):
                return str(made["digest"])
            if not await self._is_open(name):
                break
            await asyncio.sleep(PAUSE.total_seconds())
        else:
            raise UnreachableError(
                "The paper is not made yet.", "Is a worker running? Repeat the command; it is obeyed once."
            )
        try:
            return (await handle.result()).digest
        except WorkflowFailureError as error:
            raise told(error.cause, name) from error

    async def is_closed(self, reference: str) -> bool:
        """Whether Temporal holds the case as closed, or not at all."""
        try:
            return not await self._is_open(reference)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise UnreachableError(f"The server did not answer: {error.status.name}.") from error

    async def _waits(self, task: str) -> bool:
        """Whether the task is open and undecided: one that is decided makes its documents, and the case moves on."""
        if not await self._is_open(task):
            return False
        try:
            return not await self._client.get_workflow_handle(task).query(
                "settled", result_type=bool, rpc_timeout=PATIENCE
            )
        except (RPCError, WorkflowQueryFailedError):
            return False  # closed meanwhile, or no worker: the caller looks again, and runs out of patience if need be

    async def _is_open(self, task: str) -> bool:
        """Asks the server, not the case: a parent learns of its child's end a moment after the child's last answer."""
        description = await self._client.get_workflow_handle(task).describe(rpc_timeout=PATIENCE)
        return description.status is WorkflowExecutionStatus.RUNNING

    def _case(self, reference: str) -> WorkflowHandle[Stages, CaseOutcome]:
        return self._client.get_workflow_handle(reference, result_type=CaseOutcome)

    async def _translated(self, error: Exception, handle: WorkflowHandle[Any, Any]) -> RogatoryError:
        cause = error.__cause__
        if isinstance(error, WorkflowUpdateFailedError) and isinstance(cause, ApplicationError):
            return told(cause, handle.id)
        if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
            return await self._missing_or_closed(handle)
        return UnreachableError(
            f"{handle.id} did not answer in time.", "Is a worker running? Repeat the command; it is obeyed once."
        )

    async def _missing_or_closed(self, handle: WorkflowHandle[Any, Any]) -> RogatoryError:
        """The server says NOT_FOUND for both, in words that differ by server; so ask again, without a worker."""
        try:
            await handle.describe(rpc_timeout=PATIENCE)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return NotFoundError(f"There is no {handle.id}.")
            return UnreachableError(f"The server did not answer: {error.status.name}.")
        return ChangedError(f"{handle.id} is closed.")


def told(cause: BaseException | None, name: str) -> RogatoryError:
    """What a workflow's failure means for whoever gave the act."""
    if not isinstance(cause, ApplicationError):
        return UnreachableError(f"{name} ended without an answer.", "See it in the Temporal server's own list.")
    kind, words = cause.type or "Refused", cause.message
    if kind == "AcceptedUpdateCompletedWorkflow":
        return ChangedError(f"{name} closed before it answered.")
    return refusal_told(kind, words)


def _fits(message: str) -> None:
    if len(message.encode()) > LARGEST_MESSAGE:
        raise UsageError(
            f"The message has {len(message.encode()):,} bytes; {LARGEST_MESSAGE:,} are allowed.",
            "Shorten it, or file it as evidence and refer to it.",
        )


class TemporalHistories:
    """The histories of a case and its children, as Temporal holds them: payloads stay encrypted."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def histories(self, reference: str) -> dict[str, str]:
        """By workflow id and run."""
        found: dict[str, str] = {}
        pending: list[tuple[str, str | None]] = [(reference, None)]
        while pending:
            workflow_id, run_id = pending.pop()
            handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
            history = await handle.fetch_history()
            found[f"{workflow_id}/{history.run_id}"] = history.to_json()
            for event in history.events:
                started = event.child_workflow_execution_started_event_attributes
                if started.workflow_execution.workflow_id:
                    execution = started.workflow_execution
                    pending.append((execution.workflow_id, execution.run_id))
                anew = event.workflow_execution_continued_as_new_event_attributes
                if anew.new_execution_run_id:
                    pending.append((workflow_id, anew.new_execution_run_id))
        return found


@asynccontextmanager
async def case_client(profile: Profile, ledger: CaseLedger) -> AsyncIterator[CaseClient]:
    """A connected client."""
    yield CaseClient(await connect(profile), profile, ledger)
