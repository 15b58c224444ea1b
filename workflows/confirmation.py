"""Where a state's silence or the fate of evidence is at stake, no clock ends a wait: a person confirms its lapse."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt

from workflows.docket import Docket, refusal


class Confirmation:
    """The part of a wait that a person ends once its time has lapsed."""

    docket: Docket
    confirmed: ConfirmLapse | None
    """The person's act, once given."""

    def ended(self) -> bool:
        """Whether there is nothing left to confirm; each wait says when."""
        return self.confirmed is not None

    @workflow.update
    async def confirm_lapse(self, command: ConfirmLapse) -> Receipt:
        """A person confirms that nothing came."""
        return await self.docket.obey(command, self._check_confirm, self._apply_confirm)

    @confirm_lapse.validator
    def _validate_confirm_lapse(self, command: ConfirmLapse) -> None:
        self.docket.admit(command, self._check_confirm)

    def _check_confirm(self, _: ConfirmLapse) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", "This wait has ended.")
        if not self.docket.lapsed:
            raise refusal("WrongStage", "Its time has not lapsed; withdraw the request instead.")

    def _apply_confirm(self, command: ConfirmLapse, _: Receipt) -> None:
        self.confirmed = command
