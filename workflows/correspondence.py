"""What a wait sends to the requested state on its own: a document drawn up from an act, in a package of its own."""

import asyncio

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Command, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import AskStatus
    from schemas.extradition_tasks import Happening
    from schemas.tasks import AbroadOrder, TaskOrder

from workflows.dispatch import dispatch
from workflows.docket import Docket, refusal


class Correspondence:
    """The part of a wait that writes to the requested state, and asks it how the matter stands."""

    docket: Docket
    order: TaskOrder

    def way_out(self) -> str:
        """The channel by which this wait writes: the one its letter went by."""
        assert isinstance(self.order, AbroadOrder)
        return self.order.channel

    def ended(self) -> bool:
        """Whether the wait is over; each wait says when."""
        raise NotImplementedError

    def draw_up(self, document: DocumentType, command: Command, facts: dict[str, JsonValue]) -> None:
        """Leaves to the wait a document of an act that stays in the house, or goes on paper."""
        self.docket.follow_up(
            lambda: self.docket.render(
                document, self.order, f"{document}-{command.command_id}", facts | {"act": command.command_id}
            )
        )

    def send_document(
        self,
        document: DocumentType,
        kind: str,
        command: Command,
        facts: dict[str, JsonValue] | None = None,
        enclosed: dict[str, str] | None = None,
    ) -> None:
        """Leaves to the wait a document of an act that goes out, as a package of that kind; papers may go with it."""
        transmission = str(workflow.uuid4())  # chosen before the first attempt: a repeat sends the same
        named: dict[str, JsonValue] = {"act": command.command_id}
        self.docket.follow_up(
            lambda: self._send(
                document,
                kind,
                command,
                transmission=transmission,
                facts=named | (facts or {}),
                enclosed=enclosed or {},
            )
        )

    async def _send(
        self,
        document: DocumentType,
        kind: str,
        command: Command,
        *,
        transmission: str,
        facts: dict[str, JsonValue],
        enclosed: dict[str, str],
    ) -> None:
        made = await self.docket.render(document, self.order, f"{document}-{command.command_id}", facts)
        await dispatch(
            self.docket,
            self.order,
            kind=kind,
            transmission=transmission,
            channel=self.way_out(),
            documents=(made.digest,),
            facts=facts,
            enclosed=enclosed,
        )

    def tell_case(self, happened: Happening) -> None:
        """Leaves to the wait to tell its case what happened: the case keeps the periods that outlast the wait."""
        self.docket.follow_up(lambda: self._tell_case(happened))

    async def _tell_case(self, happened: Happening) -> None:
        """In a task of its own: a signal on its way would swallow the cancellation that withdraws the case."""
        case = workflow.get_external_workflow_handle(self.order.reference)
        telling = asyncio.create_task(case.signal("happened", happened))
        await workflow.wait_condition(telling.done)
        telling.result()

    @workflow.update
    async def ask_status(self, command: AskStatus) -> Receipt:
        """We ask how the matter stands."""
        return await self.docket.obey(command, self._check_ask_status, self._apply_ask_status)

    @ask_status.validator
    def _validate_ask_status(self, command: AskStatus) -> None:
        self.docket.admit(command, self._check_ask_status)

    def _check_ask_status(self, _: AskStatus) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", "This wait has ended.")

    def _apply_ask_status(self, command: AskStatus, _: Receipt) -> None:
        self.send_document(DocumentType.STATUS_QUERY, "status-query", command)
