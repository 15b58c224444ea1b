"""The drafter corrects a returned letter."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Receipt, SubmitCorrection
    from schemas.identifiers import Role
    from schemas.tasks import CorrectionOutcome, TaskOrder

from workflows.docket import Docket, refusal


@workflow.defn
class Correction:
    """Settled by a new version; a letter not corrected in time is abandoned."""

    @workflow.init
    def __init__(self, order: TaskOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.correction: SubmitCorrection | None = None

    @workflow.run
    async def run(self, order: TaskOrder) -> CorrectionOutcome:
        """Waits for the new version."""
        deadline = await self.docket.open(order, (Role.PROSECUTOR,))
        await self.docket.wait(lambda: self.correction is not None, deadline)
        return CorrectionOutcome(request=self.correction.request if self.correction else None)

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.correction is not None

    @workflow.update
    async def submit_correction(self, command: SubmitCorrection) -> Receipt:
        """The drafter's new version."""
        return await self.docket.obey(command, self._check, self._apply)

    @submit_correction.validator
    def _validate_submit_correction(self, command: SubmitCorrection) -> None:
        self.docket.admit(command, self._check)

    def _check(self, command: SubmitCorrection) -> None:
        if self.correction is not None:
            raise refusal("AlreadyDecided", f"{self.order.task} was answered by {self.correction.by}.")
        if command.by != self.order.drafter:
            raise refusal("Forbidden", "Only the drafter corrects the letter.")
        if command.request == self.order.request:
            raise refusal("Invalid", "The corrected request is the same as the one returned.")

    def _apply(self, command: SubmitCorrection, _: Receipt) -> None:
        self.correction = command
