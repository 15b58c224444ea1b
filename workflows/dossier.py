"""The papers of the formal request are gathered, until the drafter files it."""

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import FileFormal, SupplyItem
    from schemas.extradition_tasks import DossierOrder, DossierOutcome, DossierState, SuppliedItem
    from schemas.identifiers import Role
    from schemas.tasks import TaskOrder

from workflows.confirmation import Confirmation
from workflows.docket import Docket, refusal


class DossierDesk:
    """The part of a wait in which papers of the dossier come in."""

    docket: Docket
    order: TaskOrder
    dossier: DossierState
    statuses: int = 0

    def ended(self) -> bool:
        """Whether the wait is over; each wait says when."""
        raise NotImplementedError

    @workflow.update
    async def supply(self, command: SupplyItem) -> Receipt:
        """A paper is ready, or a better one takes its place."""
        return await self.docket.obey(command, self._check_supply, self._apply_supply)

    @supply.validator
    def _validate_supply(self, command: SupplyItem) -> None:
        self.docket.admit(command, self._check_supply)

    def _check_supply(self, command: SupplyItem) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", "The dossier is closed.")
        if len(self.dossier.supplied) >= 200:
            raise refusal("Invalid", "Two hundred papers were supplied; bind the rest to one.")

    def _apply_supply(self, command: SupplyItem, _: Receipt) -> None:
        paper = SuppliedItem(
            item=command.item,
            enclosure=command.enclosure,
            pages=command.pages,
            language=command.language,
            command_id=command.command_id,
        )
        others = tuple(each for each in self.dossier.supplied if each.item != paper.item)
        self.dossier = self.dossier.model_copy(update={"supplied": (*others, paper)})
        self.report_status()

    def report_status(self) -> None:
        """Leaves to the wait a report of what is there and what is missing."""
        self.statuses += 1
        number, facts = self.statuses, dossier_facts(self.dossier)
        self.docket.follow_up(
            lambda: self.docket.render(DocumentType.DOSSIER_STATUS, self.order, f"status-{number}", facts)
        )


def dossier_facts(dossier: DossierState) -> dict[str, JsonValue]:
    """The state of a dossier as documents need it: papers by their words, supplied ones with the act that says more."""
    return {
        "required": list(dossier.required),
        "present": list(dossier.present),
        "supplied": {each.item: each.command_id for each in dossier.supplied},
        "missing": list(dossier.missing),
    }


@workflow.defn
class Dossier(DossierDesk, Confirmation):
    """Settled by the drafter, who files; if nobody does, a person confirms that no formal request follows."""

    order: DossierOrder

    @workflow.init
    def __init__(self, order: DossierOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.dossier = order.dossier
        self.filed: FileFormal | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: DossierOrder) -> DossierOutcome:
        """Waits until the formal request is filed."""
        deadline = await self.docket.open(order, (Role.PROSECUTOR,), facts={"missing": list(self.dossier.missing)})
        self.report_status()
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        return DossierOutcome(
            filed=self.filed is not None,
            request=self.filed.request if self.filed else None,
            dossier=self.dossier,
            to_follow=self.filed.missing if self.filed else (),
        )

    def ended(self) -> bool:
        """Filed, or confirmed as given up."""
        return self.filed is not None or self.confirmed is not None

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    @workflow.update
    async def file_formal(self, command: FileFormal) -> Receipt:
        """The drafter files the formal request."""
        return await self.docket.obey(command, self._check_file, self._apply_file)

    @file_formal.validator
    def _validate_file_formal(self, command: FileFormal) -> None:
        self.docket.admit(command, self._check_file)

    def _check_file(self, command: FileFormal) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
        if command.by != self.order.drafter:
            raise refusal("Forbidden", "Only the drafter files the formal request.")
        missing = self.dossier.missing
        if command.missing and not missing:
            raise refusal("Invalid", "Nothing is missing.")
        if set(command.missing) != set(missing):
            raise refusal("Invalid", f"Missing: {', '.join(missing)}. Supply it, or file naming it as to follow.")

    def _apply_file(self, command: FileFormal, _: Receipt) -> None:
        self.filed = command
