"""A person who is not extradited for nationality is prosecuted there, if we ask (aut dedere aut judicare)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import ReportOutcome, RequestProsecution
    from schemas.extradition_tasks import ProsecutionOrder, ProsecutionOutcome
    from schemas.identifiers import Role

from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal


@workflow.defn
class ProsecutionAbroad(Correspondence, Confirmation):
    """Settled by the outcome there; a person may confirm that it is not asked for, or that none is told."""

    order: ProsecutionOrder

    @workflow.init
    def __init__(self, order: ProsecutionOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.requested = False
        self.reported: ReportOutcome | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: ProsecutionOrder) -> ProsecutionOutcome:
        """Waits for the request and for the outcome."""
        deadline = await self.docket.open(order, (Role.SIGNATORY, Role.REVIEWER), facts={"letter": order.letter})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        return ProsecutionOutcome(requested=self.requested, reported=self.reported is not None)

    def ended(self) -> bool:
        """The outcome is known, or a person confirmed that none will be."""
        return self.reported is not None or self.confirmed is not None

    def _check_confirm(self, command: ConfirmLapse) -> None:
        """As long as nothing was asked for, a person may confirm at once that nothing will be."""
        if self.ended() or self.requested:
            super()._check_confirm(command)

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    @workflow.update
    async def request_prosecution(self, command: RequestProsecution) -> Receipt:
        """We ask that the person be prosecuted there."""
        return await self.docket.obey(command, self._check_request, self._apply_request)

    @request_prosecution.validator
    def _validate_request_prosecution(self, command: RequestProsecution) -> None:
        self.docket.admit(command, self._check_request)

    def _check_request(self, _: RequestProsecution) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
        if self.requested:
            raise refusal("AlreadyDecided", "Prosecution was asked for before.")

    def _apply_request(self, command: RequestProsecution, _: Receipt) -> None:
        self.requested = True
        self.send_document(DocumentType.PROSECUTION_REQUEST, "prosecution-request", command)

    @workflow.update
    async def report_outcome(self, command: ReportOutcome) -> Receipt:
        """How the proceedings there ended."""
        return await self.docket.obey(command, self._check_outcome, self._apply_outcome)

    @report_outcome.validator
    def _validate_report_outcome(self, command: ReportOutcome) -> None:
        self.docket.admit(command, self._check_outcome)

    def _check_outcome(self, command: ReportOutcome) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
        if not self.requested:
            raise refusal("WrongStage", "Prosecution was not asked for yet.")
        if command.role is Role.PROSECUTOR:
            raise refusal("Forbidden", "The requested state tells this outcome; the central authority records it.")

    def _apply_outcome(self, command: ReportOutcome, _: Receipt) -> None:
        if command.final:
            self.reported = command
