"""An acknowledgement of receipt that comes while the answer itself is awaited."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Acknowledge, Receipt
    from schemas.documents import DocumentType
    from schemas.tasks import AbroadOrder

from workflows.docket import Docket, refusal


class LateAcknowledgement:
    """The part of a wait that takes it in."""

    docket: Docket
    order: AbroadOrder
    acknowledged: bool

    def received(self, command: Acknowledge) -> None:
        """What more follows from the receipt; each wait says what."""

    @workflow.update
    async def acknowledge(self, command: Acknowledge) -> Receipt:
        """An acknowledgement that comes late."""
        return await self.docket.obey(command, self._check_acknowledge, self._apply_acknowledge)

    @acknowledge.validator
    def _validate_acknowledge(self, command: Acknowledge) -> None:
        self.docket.admit(command, self._check_acknowledge)

    def _check_acknowledge(self, _: Acknowledge) -> None:
        if self.acknowledged:
            raise refusal("AlreadyDecided", f"{self.order.reference} was acknowledged before.")

    def _apply_acknowledge(self, command: Acknowledge, _: Receipt) -> None:
        self.acknowledged = True
        self.docket.follow_up(lambda: self.docket.render(DocumentType.ACKNOWLEDGEMENT, self.order, "acknowledgement"))
        self.received(command)
