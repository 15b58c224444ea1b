"""A custodian and the prosecutor vouch that the evidence held is the evidence received."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.custody import CustodyActivities
    from schemas.commands import ConfirmLapse, Receipt, ResolveDiscrepancy, SignOff
    from schemas.identifiers import Role
    from schemas.tasks import CustodyCheck, SignOffOrder, SignOffOutcome

from workflows.confirmation import Confirmation
from workflows.custody_desk import CustodyDesk
from workflows.docket import Docket, refusal
from workflows.options import WORK

SIGNERS = (Role.CUSTODIAN, Role.PROSECUTOR)


@workflow.defn
class CustodySignOff(CustodyDesk, Confirmation):
    """Settled by both signatures; blocked while a discrepancy is open or an item is on its way."""

    @workflow.init
    def __init__(self, order: SignOffOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.items = {item.item: item for item in order.items}
        self.holders = dict(order.holders)
        self.offers = dict(order.offers)
        self.sender = f"{order.requested_state.lower()}-authority"
        self.resolved: dict[str, bool] = {}
        self.signed: dict[Role, str] = {}
        self.persons: list[str] = []
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: SignOffOrder) -> SignOffOutcome:
        """Waits for both signatures."""
        deadline = await self.docket.open(order, SIGNERS, facts={"items": len(order.items)})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        return SignOffOutcome(
            signed=set(self.signed) == set(SIGNERS),
            signed_by=tuple(self.signed[role] for role in SIGNERS if role in self.signed),
            kept=tuple(self._kept()),
        )

    def ended(self) -> bool:
        """Signed off by both, or confirmed as not signed."""
        return set(self.signed) == set(SIGNERS) or self.confirmed is not None

    def _kept(self) -> list[str]:
        return [item for item in self.items if self.resolved.get(item, True)]

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    @workflow.update
    async def resolve(self, command: ResolveDiscrepancy) -> Receipt:
        """A person's decision on an item that is not what was declared."""
        return await self.docket.obey(command, self._check_resolve, self._apply_resolve)

    @resolve.validator
    def _validate_resolve(self, command: ResolveDiscrepancy) -> None:
        self.docket.admit(command, self._check_resolve)

    def _check_resolve(self, command: ResolveDiscrepancy) -> None:
        if not self.item(command, command.item).discrepant:
            raise refusal("WrongStage", f"{command.item} is what was declared; there is nothing to decide.")
        if command.item in self.resolved:
            raise refusal("AlreadyDecided", f"The discrepancy of {command.item} was decided before.")
        if self.signed:
            raise refusal("WrongStage", "Custody is being signed off.")

    def _apply_resolve(self, command: ResolveDiscrepancy, _: Receipt) -> None:
        self.resolved[command.item] = command.keep

    @workflow.update
    async def sign_off(self, command: SignOff) -> Receipt:
        """One of the two signatures; every item is measured again before it counts."""
        return await self.docket.obey(command, self._check_sign_off, self._apply_sign_off, before=self._measure)

    @sign_off.validator
    def _validate_sign_off(self, command: SignOff) -> None:
        self.docket.admit(command, self._check_sign_off)

    def _check_sign_off(self, command: SignOff) -> None:
        if command.role not in SIGNERS:
            raise refusal("Forbidden", "A custodian and the prosecutor sign off.")
        if command.role in self.signed:
            raise refusal("AlreadyDecided", f"{self.signed[command.role]} has signed off as {command.role}.")
        if command.by in self.signed.values():
            raise refusal("FourEyes", f"{command.by} has signed off already; another person must.")
        undecided = [item.item for item in self.items.values() if item.discrepant and item.item not in self.resolved]
        if undecided:
            raise refusal("DiscrepancyOpen", f"Not what was declared, and not decided: {', '.join(undecided)}.")
        kept = self._kept()
        if offered := [item for item in kept if item in self.offers or self.holders[item] == self.sender]:
            raise refusal("WrongStage", f"On offer, and not accepted yet: {', '.join(offered)}.")
        if set(command.items) != {self.items[item].digest for item in kept}:
            raise refusal("EvidenceMismatch", "The items vouched for are not the items held.")

    async def _measure(self, _: SignOff) -> None:
        await workflow.execute_activity_method(
            CustodyActivities.verify_custody,
            CustodyCheck(reference=self.order.reference, items=tuple(self.items[item] for item in self._kept())),
            **WORK,
        )

    def _apply_sign_off(self, command: SignOff, receipt: Receipt) -> None:
        self.signed[command.role] = command.by
        self.persons.append(receipt.person)
