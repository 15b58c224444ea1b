"""The requested state looks for the person, and tells of the arrest."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt
    from schemas.extradition_acts import ReportArrest, ReportNotFound
    from schemas.extradition_tasks import ArrestOrder, ArrestOutcome, Happening
    from schemas.identifiers import Role

from workflows.acknowledgement import LateAcknowledgement
from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal
from workflows.dossier import DossierDesk


def arrest_of(command: ReportArrest) -> Happening:
    """The event from which the periods run."""
    return Happening(
        event="arrest",
        on=command.arrested_on,
        moment=command.arrested_at,
        estimated=command.estimated,
    )


def check_arrest(command: ReportArrest) -> None:
    """Raises Invalid for a day that cannot be."""
    if command.arrested_on > command.told_on:
        raise refusal("Invalid", "We cannot have been told of the arrest before it was made.")
    if command.arrested_at and abs((command.arrested_at.date() - command.arrested_on).days) > 1:
        raise refusal("Invalid", "Day and moment of the arrest do not agree.")


@workflow.defn
class Arrest(DossierDesk, Correspondence, LateAcknowledgement, Confirmation):
    """Settled by the report of an arrest, or that the person is not found; papers of the dossier may come meanwhile."""

    order: ArrestOrder

    @workflow.init
    def __init__(self, order: ArrestOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.dossier = order.dossier
        self.acknowledged = False
        self.arrested: ReportArrest | None = None
        self.not_found: ReportNotFound | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: ArrestOrder) -> ArrestOutcome:
        """Waits for the report."""
        deadline = await self.docket.open(order, (Role.REVIEWER, Role.SIGNATORY), facts={"letter": order.letter})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        return ArrestOutcome(
            arrested=arrest_of(self.arrested) if self.arrested else None,
            told_on=self.arrested.told_on if self.arrested else None,
            found=True if self.arrested else False if self.not_found else None,
            dossier=self.dossier,
        )

    def ended(self) -> bool:
        """Arrested, not found, or confirmed that nothing was heard."""
        return self.arrested is not None or self.not_found is not None or self.confirmed is not None

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    @workflow.update
    async def report_arrest(self, command: ReportArrest) -> Receipt:
        """The person was arrested."""
        return await self.docket.obey(command, self._check_arrest, self._apply_arrest)

    @report_arrest.validator
    def _validate_report_arrest(self, command: ReportArrest) -> None:
        self.docket.admit(command, self._check_arrest)

    def _check_arrest(self, command: ReportArrest) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
        check_arrest(command)

    def _apply_arrest(self, command: ReportArrest, _: Receipt) -> None:
        self.arrested = command

    @workflow.update
    async def report_not_found(self, command: ReportNotFound) -> Receipt:
        """The requested state has not found the person."""
        return await self.docket.obey(command, self._check_not_found, self._apply_not_found)

    @report_not_found.validator
    def _validate_report_not_found(self, command: ReportNotFound) -> None:
        self.docket.admit(command, self._check_not_found)

    def _check_not_found(self, _: ReportNotFound) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")

    def _apply_not_found(self, command: ReportNotFound, _: Receipt) -> None:
        self.not_found = command
