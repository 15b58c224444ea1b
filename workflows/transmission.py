"""The signed letter goes to the requested state, once, and its receipt is acknowledged."""

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.transmission import TransmissionActivities
    from schemas.commands import Acknowledge, ConfirmLapse, Receipt, Send
    from schemas.documents import DocumentType
    from schemas.extradition_acts import AskStatus
    from schemas.identifiers import Role
    from schemas.tasks import GateOrder, TransmissionOrder, TransmissionOutcome, TransmissionResult

from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.dispatch import dispatch
from workflows.docket import Docket, refusal
from workflows.options import WORK

AUTHORITY = (Role.REVIEWER, Role.SIGNATORY)


@workflow.defn
class Transmission(Correspondence, Confirmation):
    """First the dispatch, then the acknowledgement; without one, evidence is awaited all the same."""

    order: TransmissionOrder

    @workflow.init
    def __init__(self, order: TransmissionOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.transmission = str(workflow.uuid4())  # chosen before the first attempt: a repeat sends the same
        self.sent: Send | None = None
        self.dispatched = False
        self.acknowledged: Acknowledge | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: TransmissionOrder) -> TransmissionOutcome:
        """Waits for the dispatch and for the acknowledgement, each with its own clock."""
        deadline = await self.docket.open(order, AUTHORITY, facts={"letter": order.letter})
        if not await self.docket.wait(lambda: self.dispatched, deadline):
            await self.docket.wait_for_person(lambda: self.dispatched or self.confirmed is not None, deadline)
        if not self.dispatched:
            return TransmissionOutcome(result=TransmissionResult.NOT_SENT)
        if not order.awaits_acknowledgement:
            return self._outcome(TransmissionResult.SENT)
        deadline = await self.docket.open(
            order, AUTHORITY, clock="dispatched", facts={"letter": order.letter, "awaits": "acknowledgement"}
        )
        acknowledged = await self.docket.wait(lambda: self.acknowledged is not None, deadline)
        return self._outcome(TransmissionResult.ACKNOWLEDGED if acknowledged else TransmissionResult.UNACKNOWLEDGED)

    def _outcome(self, result: TransmissionResult) -> TransmissionOutcome:
        return TransmissionOutcome(
            result=result,
            foreign_reference=self.acknowledged.foreign_reference if self.acknowledged else None,
            transmission=self.transmission,
            channel=self.sent.channel if self.sent else None,
        )

    def ended(self) -> bool:
        """Sent, or confirmed as never sent."""
        return self.sent is not None or self.confirmed is not None

    def way_out(self) -> str:
        """The channel by which the letter went."""
        assert self.sent
        return self.sent.channel

    def _check_ask_status(self, _: AskStatus) -> None:
        """Once the letter is out, and as long as its receipt is awaited."""
        if not self.dispatched:
            raise refusal("WrongStage", "Nothing was sent yet of which one could ask how it stands.")
        if self.settled():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        done = self.acknowledged is not None or self.confirmed is not None
        return done or (self.sent is not None and not self.order.awaits_acknowledgement)

    @workflow.update
    async def send(self, command: Send) -> Receipt:
        """The dispatch of the letter; the last gate re-verifies everything it rests on."""
        return await self.docket.obey(command, self._check_send, self._apply_send, before=self._gate)

    @send.validator
    def _validate_send(self, command: Send) -> None:
        self.docket.admit(command, self._check_send)

    def _check_send(self, command: Send) -> None:
        if self.sent is not None:
            raise refusal("AlreadyDecided", f"{self.order.task} was sent by {self.sent.by}.")
        if self.confirmed is not None:
            raise refusal("AlreadyDecided", f"{self.order.task} was confirmed as not sent.")
        if command.letter != self.order.letter:
            raise refusal("Superseded", "The letter named is not the signed letter of this case.")

    async def _gate(self, command: Send) -> None:
        order = self.order
        await workflow.execute_activity_method(
            TransmissionActivities.check_gate,
            GateOrder(
                reference=order.reference,
                review_task=order.review_task,
                unsigned_letter=order.unsigned_letter,
                letter=order.letter,
                approvals=order.approvals,
                drafter=order.drafter,
                channel=command.channel,
                requested_state=order.requested_state,
            ),
            **WORK,
        )

    def _apply_send(self, command: Send, _: Receipt) -> None:
        self.sent = command
        self.docket.follow_up(self._dispatch)

    async def _dispatch(self) -> None:
        assert self.sent
        facts: dict[str, JsonValue] = {"transmission": self.transmission, "channel": self.sent.channel}
        facts |= {
            name: str(value)
            for name, value in [
                ("tracking", self.sent.tracking),
                ("seal", self.sent.seal),
                ("dispatched_on", self.sent.dispatched_on),
            ]
            if value
        }
        if self.order.annexes:
            facts |= {"annexes": list(self.order.annexes), "enclosed": dict(self.order.enclosed)}
        transmittal = await self.docket.render(
            DocumentType.TRANSMITTAL_LETTER, self.order, "transmittal", facts | {"letter": self.order.letter}
        )
        await dispatch(
            self.docket,
            self.order,
            kind=self.order.kind,
            transmission=self.transmission,
            channel=self.sent.channel,
            documents=(self.order.letter, transmittal.digest, *self.order.annexes),
            facts=facts,
            enclosed=self.order.enclosed,
        )
        self.dispatched = True

    @workflow.update
    async def acknowledge(self, command: Acknowledge) -> Receipt:
        """The requested state's acknowledgement of receipt."""
        return await self.docket.obey(command, self._check_acknowledge, self._apply_acknowledge)

    @acknowledge.validator
    def _validate_acknowledge(self, command: Acknowledge) -> None:
        self.docket.admit(command, self._check_acknowledge)

    def _check_acknowledge(self, command: Acknowledge) -> None:
        if not self.dispatched:
            raise refusal("WrongStage", "What was not sent cannot be acknowledged.")
        if self.acknowledged is not None:
            raise refusal("AlreadyDecided", f"{self.order.task} was acknowledged before.")

    def _apply_acknowledge(self, command: Acknowledge, _: Receipt) -> None:
        self.acknowledged = command
        self.docket.follow_up(lambda: self.docket.render(DocumentType.ACKNOWLEDGEMENT, self.order, "acknowledgement"))
