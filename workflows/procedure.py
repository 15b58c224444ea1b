"""What every kind of request has in common: its documents, its stages, its close.

- A stage is one child workflow; a withdrawal cancels it; an operator's hand on it opens it anew as the next round.
- The procedure itself writes each stage's end to the ledger, however the child ended.
- A case closes with a named result: the closing letter, then the last line of its ledger, then the export.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, ChildWorkflowError, TerminatedError

with workflow.unsafe.imports_passed_through():
    from activities.archive import ArchiveActivities
    from activities.assessment import AssessmentActivities
    from activities.documents import DocumentActivities
    from activities.ledger import LedgerActivities
    from schemas.assessment import AssessmentNote
    from schemas.case import CaseOutcome, CaseResult, CaseStanding, OpenRequest
    from schemas.commands import Receipt, Withdraw
    from schemas.documents import DocumentOrder, DocumentType, RenderedDocument
    from schemas.identifiers import Stage, task_id
    from schemas.tasks import ActOrder, ArchiveOrder, AssessOrder, TaskOrder

from workflows.dispatch import dispatch
from workflows.docket import Docket
from workflows.options import LEDGER, STAGE, TASK_TIMEOUT, WORK

Order = TypeVar("Order", bound=TaskOrder)
Outcome = TypeVar("Outcome")


class WithdrawnError(Exception):
    """The request was withdrawn: the procedure stops where it stands."""


class Procedure:
    """State and steps shared by the kinds of request."""

    TELLS_ABROAD = frozenset({CaseResult.WITHDRAWN})
    """Results of which the requested state is told that nothing is asked of it any more, if a letter is out."""

    def __init__(self, request: OpenRequest) -> None:
        self.request = request
        self.reference = request.reference
        self.docket = Docket(request.reference, request.reference, request.drafter)
        self.filed = request.request
        self.previous: str | None = None
        self.version = 1
        self.documents: list[RenderedDocument] = []
        self.certificate: RenderedDocument | None = None
        """Of the translator, where the letter in hand has a translation."""
        self.rounds: dict[Stage, int] = {}
        self.open_task: str | None = None
        self.open_child: workflow.ChildWorkflowHandle[Any, Any] | None = None
        self.letter: str | None = None
        """The signed letter."""
        self.channel: str | None = None
        """How it went out."""
        self.withdrawal: Withdraw | None = None
        self.result: CaseResult | None = None
        self.closing: Receipt | None = None

    def current_standing(self) -> CaseStanding:
        """Where the case stands now."""
        return CaseStanding(
            reference=self.reference,
            open_task=self.open_task,
            version=self.version,
            documents=tuple(self.documents),
            result=self.result,
        )

    # documents and law

    async def assess(self) -> AssessmentNote:
        """The law's answer to the request in force, recorded once."""
        note = await workflow.execute_activity_method(
            AssessmentActivities.assess_request,
            AssessOrder(reference=self.reference, request=self.filed, version=self.version, at=workflow.now()),
            **LEDGER,
        )
        facts: dict[str, JsonValue] = note.model_dump(mode="json") | {"version": self.version}
        await self.docket.record("assessed", f"assessed-{self.version}", facts)
        return note

    async def render(
        self, document: DocumentType, facts: dict[str, JsonValue] | None = None, language: str | None = None
    ) -> RenderedDocument:
        """Renders one document of the case; once per version or task."""
        facts = facts or {}
        made = await workflow.execute_activity_method(
            DocumentActivities.render_document,
            DocumentOrder(
                reference=self.reference,
                document=document,
                language=language,
                order_id=f"{facts.get('task') or self.reference}/{document}-{self.version}",
                request=self.filed,
                previous_request=self.previous,
                version=self.version,
                at=workflow.now(),
                facts=facts,
            ),
            **WORK,
        )
        self.documents.append(made)
        return made

    async def render_or_return(
        self, document: DocumentType, facts: dict[str, JsonValue] | None = None
    ) -> RenderedDocument | None:
        """As `render`; None when the request's own words cannot be set, so that its drafter corrects them."""
        try:
            return await self.render(document, facts)
        except ActivityError as error:
            if not (isinstance(error.cause, ApplicationError) and error.cause.type == "Unprintable"):
                raise
            await self.docket.record("unprintable", f"unprintable-{self.version}", {"version": self.version})
            return None

    async def certify_translation(self, letter: RenderedDocument, note: AssessmentNote) -> None:
        """The translator's certificate for a letter with a translation; it goes out with the letter."""
        self.certificate = None
        if note.translation is not None:  # an older note says nothing of it: an open case goes on as it began
            about: dict[str, JsonValue] = {"letter": letter.document}
            self.certificate = await self.render(DocumentType.TRANSLATION_CERTIFICATE, about, note.translation)

    async def file(self, request: str) -> None:
        """A corrected request takes the place of the one before."""
        self.previous, self.filed = self.filed, request
        self.version += 1
        await self.docket.record(
            "version-filed", f"version-{self.version}", {"version": self.version, "request": request}
        )

    # stages

    def task(self, stage: Stage) -> dict[str, Any]:
        """The common part of the next order of a stage."""
        self.rounds[stage] = self.rounds.get(stage, 0) + 1
        return {
            "reference": self.reference,
            "stage": stage,
            "round": self.rounds[stage],
            "request": self.filed,
            "version": self.version,
            "requested_state": self.request.requested_state,
            "drafter": self.request.drafter,
        }

    def last_task(self, stage: Stage) -> str:
        """The id of the stage's latest round."""
        return task_id(self.reference, stage, self.rounds[stage])

    async def stage(
        self,
        child: Callable[[Any, Order], Awaitable[Outcome]],
        order: Order,
        named: Callable[[Outcome], str],
    ) -> Outcome:
        """Runs one wait to its named outcome."""
        while True:
            self.stop_if_withdrawn()
            try:
                outcome = await self._run_child(child, order)
            except ChildWorkflowError as error:
                by_hand = isinstance(error.cause, (CancelledError, TerminatedError))
                if self.cancelled_by_hand(error) or not (by_hand or self.withdrawal):
                    raise
                await self._closed(order.task, "withdrawn" if self.withdrawal else "closed-by-hand")
                self.stop_if_withdrawn()
                order = order.model_copy(update=self.task(order.stage))
            else:
                await self._closed(order.task, named(outcome))
                self.stop_if_withdrawn()
                return outcome

    async def _run_child(self, child: Callable[[Any, Order], Awaitable[Outcome]], order: Order) -> Outcome:
        self.publish(order.stage)
        try:
            self.open_child = await workflow.start_child_workflow(
                child,
                order,
                id=order.task,
                task_timeout=TASK_TIMEOUT,
                cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
                parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
            )
            self.open_task = order.task
            if self.withdrawal:  # it came while the child was being started
                self.open_child.cancel()
            outcome: Outcome = await self.open_child
            return outcome
        finally:
            self.open_child = self.open_task = None

    async def _closed(self, task: str, outcome: str) -> None:
        await self.docket.record("task-closed", f"closed-{task}", {"task": task, "outcome": str(outcome)})

    # the end

    def stop_if_withdrawn(self) -> None:
        """Raises WithdrawnError once the intent to withdraw is noted."""
        if self.withdrawal:
            raise WithdrawnError

    async def prove_withdrawal(self, command: Withdraw) -> None:
        """Has the signed withdrawal verified before anything stops; it is recorded at the close."""
        try:
            await workflow.execute_activity_method(LedgerActivities.check_act, self._act(command), **LEDGER)
        except ActivityError as error:
            if isinstance(error.cause, ApplicationError):
                raise error.cause from error
            raise

    def cancelled_by_hand(self, error: BaseException) -> bool:
        """Whether an operator cancelled the case in Temporal (and not a withdrawal its child)."""
        cancelled = isinstance(error, (asyncio.CancelledError, CancelledError, ChildWorkflowError, ActivityError))
        return cancelled and workflow.cancellation_reason() is not None

    async def close(self, result: CaseResult) -> CaseOutcome:
        """The closing letter, the last line of the ledger, the export to the vault."""
        if result in self.TELLS_ABROAD:
            await self._withdraw_abroad()
        if result is not CaseResult.CANCELLED:
            await self.render(DocumentType.CLOSING_LETTER, {"result": result.value})
        self.result = result
        if self.withdrawal:
            self.closing = await workflow.execute_activity_method(
                LedgerActivities.record_act, self._act(self.withdrawal), **LEDGER
            )
        last = await self.docket.record("request-closed", "closed", {"result": result.value})
        self.closing = self.closing or last
        self.publish(result)
        archive = await workflow.execute_activity_method(
            ArchiveActivities.archive_case,
            ArchiveOrder(reference=self.reference, result=result.value, at=workflow.now()),
            **WORK,
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CaseOutcome(reference=self.reference, result=result, documents=tuple(self.documents), archive=archive)

    async def _withdraw_abroad(self) -> None:
        """If a letter is out, the requested state must be told (UNTOC 18(24))."""
        channel = await workflow.execute_activity_method(LedgerActivities.outgoing_channel, self.reference, **LEDGER)
        if channel is None:
            return
        notice = await self.render(DocumentType.WITHDRAWAL_NOTICE, {"letter": self.letter})
        await dispatch(
            self.docket,
            self.in_force(),
            kind="withdrawal",
            transmission=str(workflow.uuid4()),
            channel=channel,
            documents=(notice.digest,),
            facts={"letter": self.letter},
        )

    def in_force(self) -> TaskOrder:
        """For what belongs to the case and to no stage of it."""
        return TaskOrder(
            reference=self.reference,
            stage=Stage.TRANSMISSION,
            request=self.filed,
            version=self.version,
            requested_state=self.request.requested_state,
            drafter=self.request.drafter,
        )

    def publish(self, stage: str) -> None:
        """Shows the stage in Temporal's own lists, by code."""
        if self.request.indexed:
            workflow.upsert_search_attributes([STAGE.value_set(stage)])

    def _act(self, command: Withdraw) -> ActOrder:
        return ActOrder(
            reference=self.reference,
            task=self.reference,
            kind=type(command).__name__,
            command=command.model_dump_json(),
            at=workflow.now(),
            drafter=self.request.drafter,
        )
