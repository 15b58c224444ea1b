"""What every wait has in common: acts obeyed once, on the ledger before they count; reminders; a lapse of time.

1. A validator is pure: it refuses before anything enters history, and it lets a repeated act through to its receipt.
2. A handler takes the lock, checks again, has the act verified and written to the ledger, and only then applies it.
3. What follows from an act (documents, packages) is done by the wait itself, one thing after the other.
4. A wait ends when it is settled or when its deadline lapses; either way the handlers at work finish first, so that
   an act that reached the ledger is never answered with an error.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.documents import DocumentActivities
    from activities.ledger import LedgerActivities
    from activities.tasks import TaskActivities
    from schemas.commands import Command, Receipt
    from schemas.documents import DocumentOrder, DocumentType, RenderedDocument
    from schemas.identifiers import Role
    from schemas.tasks import ActOrder, Deadline, LedgerEntry, OpenTask, TaskOrder

from workflows.options import LEDGER, WORK

C = TypeVar("C", bound=Command)
FollowUp = Callable[[], Awaitable[object]]


def refusal(kind: str, words: str) -> ApplicationError:
    """The one error a person's act may meet: its kind for programs, its words for people."""
    return ApplicationError(words, type=kind, non_retryable=True)


def content_of(command: Command) -> str:
    """What an act says, without its signature, which differs each time the same act is signed."""
    return command.model_dump_json(exclude={"statement", "disclosures"})


class Docket:
    """The record side of one wait, or of the case itself."""

    def __init__(self, reference: str, task: str, drafter: str) -> None:
        self._reference, self.task, self._drafter = reference, task, drafter
        self._lock = asyncio.Lock()
        self._follow_ups: deque[FollowUp] = deque()
        self.obeyed: dict[str, tuple[str, str]] = {}
        """Command id: content, receipt as JSON."""
        self.reminded = 0
        self.lapsed = False

    def admit(self, command: C, check: Callable[[C], None]) -> None:
        """For validators: refuses what `check` refuses, unless the act was obeyed before."""
        if self._receipt_of(command) is None:
            try:
                check(command)
            except ApplicationError as refused:
                # A refused update leaves no history: this log line is its only trace (codes only).
                workflow.logger.warning(
                    "refused", extra={"task": self.task, "act": command.ACT, "by": command.by, "kind": refused.type}
                )
                raise

    async def obey(
        self,
        command: C,
        check: Callable[[C], None],
        apply: Callable[[C, Receipt], None],
        before: Callable[[C], Awaitable[object]] | None = None,
    ) -> Receipt:
        """For handlers: the act's receipt, from the ledger; the same act twice is one act."""
        async with self._lock:
            if receipt := self._receipt_of(command):
                return receipt
            check(command)
            try:
                if before:
                    await before(command)
                receipt = await self.record_act(command)
            except ActivityError as error:
                if isinstance(error.cause, ApplicationError):  # refused against the ledger: the caller is told why
                    raise error.cause from error
                raise
            apply(command, receipt)
            self.obeyed[command.command_id] = (content_of(command), receipt.model_dump_json())
            return receipt

    def _receipt_of(self, command: Command) -> Receipt | None:
        if (obeyed := self.obeyed.get(command.command_id)) is None:
            return None
        content, receipt = obeyed
        if content != content_of(command):
            raise refusal("DuplicateCommand", f"Command {command.command_id} was given before, with other content.")
        return Receipt.model_validate_json(receipt)

    def follow_up(self, work: FollowUp) -> None:
        """Leaves work to the wait, so that a person is answered as soon as the act is on record."""
        self._follow_ups.append(work)

    async def record_act(self, command: Command) -> Receipt:
        """Has a signed act verified against the ledger's directory and recorded."""
        order = ActOrder(
            reference=self._reference,
            task=self.task,
            kind=type(command).__name__,
            command=command.model_dump_json(),
            at=workflow.now(),
            drafter=self._drafter,
        )
        return await workflow.execute_activity_method(LedgerActivities.record_act, order, **LEDGER)

    async def record(self, event: str, entry_id: str, facts: dict[str, JsonValue]) -> Receipt:
        """Records a fact of the procedure."""
        return await workflow.execute_activity_method(
            LedgerActivities.append_to_ledger, self._entry(event, entry_id, facts), **LEDGER
        )

    async def open(
        self,
        order: TaskOrder,
        roles: tuple[Role, ...],
        clock: str = "opened",
        facts: dict[str, JsonValue] | None = None,
    ) -> Deadline:
        """Puts the wait on record; its deadline counts from the entry first written, so a retry does not move it."""
        about: dict[str, JsonValue] = {
            "task": order.task,
            "stage": order.stage.value,
            "round": order.round,
            "version": order.version,
        }
        entry = self._entry("task-opened", clock, about | (facts or {}))
        return await workflow.execute_activity_method(
            TaskActivities.open_task, OpenTask(stage=order.stage, entry=entry, roles=roles), **LEDGER
        )

    async def render(
        self, document: DocumentType, order: TaskOrder, name: str, facts: dict[str, JsonValue] | None = None
    ) -> RenderedDocument:
        """Renders one document of this wait; the same name is the same document."""
        named: dict[str, JsonValue] = {"task": order.task}
        return await workflow.execute_activity_method(
            DocumentActivities.render_document,
            DocumentOrder(
                reference=order.reference,
                document=document,
                order_id=f"{self.task}/{name}",
                request=order.request,
                version=order.version,
                at=workflow.now(),
                facts=named | (facts or {}),
            ),
            **WORK,
        )

    async def wait(self, settled: Callable[[], bool], deadline: Deadline, reminded: int = 0) -> bool:
        """True once settled, False when the deadline lapsed first; a reminder at each moment the deadline names.

        `reminded` is how many of its reminders were sent before the history started anew.
        """
        try:
            for number, moment in enumerate(deadline.reminders, 1):
                if await self._settled_by(settled, moment):
                    break
                if number > reminded:
                    await self.remind()
            else:
                if not await self._settled_by(settled, deadline.due_at) and deadline.escalate_to:
                    await self.record(
                        "escalated", "escalated", {"task": self.task, "due": deadline.escalate_to.isoformat()}
                    )
                    await self._settled_by(settled, deadline.escalate_to)
            return await self._rest(settled)
        except asyncio.CancelledError:  # not `finally`: that would await while a worker evicts the case
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise

    async def wait_for_person(self, settled: Callable[[], bool], deadline: Deadline) -> bool:
        """After a lapse: True once settled late; a person is asked again and again to confirm that nothing came."""
        try:
            if not self.lapsed:
                await self.record("lapsed", "lapsed", {"task": self.task})
                self.lapsed = True
            while not await self._settled_by(settled, workflow.now() + timedelta(days=deadline.repeat_days)):
                await self.remind()
            return await self._rest(settled)
        except asyncio.CancelledError:
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise

    async def remind(self) -> None:
        """Puts a reminder on record."""
        self.reminded += 1
        await self.record("reminded", f"reminder-{self.reminded}", {"task": self.task, "number": self.reminded})

    async def _rest(self, settled: Callable[[], bool]) -> bool:
        while True:
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not self._follow_ups:
                return settled()
            await self._follow_ups.popleft()()

    async def _settled_by(self, settled: Callable[[], bool], moment: datetime) -> bool:
        while True:
            try:
                await workflow.wait_condition(
                    lambda: bool(self._follow_ups) or settled(), timeout=max(moment - workflow.now(), timedelta(0))
                )
            except TimeoutError:
                return False
            if not self._follow_ups:
                return True
            await self._follow_ups.popleft()()

    def _entry(self, event: str, entry_id: str, facts: dict[str, JsonValue]) -> LedgerEntry:
        return LedgerEntry(
            entry_id=f"{self.task}/{entry_id}",
            reference=self._reference,
            at=workflow.now(),
            event=event,
            facts=facts,
        )
