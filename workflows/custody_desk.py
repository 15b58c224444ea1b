"""Hand-over of evidence between two officials: one offers, the named other accepts or refuses; both sign.

Until acceptance the giver stays responsible. What came from the requested state is on offer to our custodians from
the moment it arrives: its sender gave it by a signed package, a custodian of ours takes it by measuring it.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import AcceptCustody, Command, EvidenceItem, OfferCustody, Receipt, RefuseCustody
    from schemas.identifiers import Role

from workflows.docket import Docket, refusal


class CustodyDesk:
    """The part of a wait where items change hands."""

    docket: Docket
    items: dict[str, EvidenceItem]
    holders: dict[str, str]
    offers: dict[str, str]
    """Item: to whom it is offered."""
    sender: str
    """The requested state's authority, which holds what it sent until a custodian accepts it."""

    def item(self, command: Command, item: str) -> EvidenceItem:
        """The item named. Raises NotFound."""
        if item not in self.items:
            raise refusal("NotFound", f"There is no item {item} here.")
        return self.items[item]

    @workflow.update
    async def offer(self, command: OfferCustody) -> Receipt:
        """The holder offers an item."""
        return await self.docket.obey(command, self._check_offer, self._apply_offer)

    @offer.validator
    def _validate_offer(self, command: OfferCustody) -> None:
        self.docket.admit(command, self._check_offer)

    def _check_offer(self, command: OfferCustody) -> None:
        item = self.item(command, command.item)
        if self.holders[item.item] != command.by:
            raise refusal("Forbidden", f"{item.item} is held by {self.holders[item.item]}; only the holder offers it.")
        if command.digest != item.digest:
            raise refusal("EvidenceMismatch", f"{item.item} is recorded as {item.digest}.")
        if command.to == command.by:
            raise refusal("Invalid", "An item is offered to another person.")
        if item.item in self.offers:
            raise refusal("AlreadyDecided", f"{item.item} is on offer to {self.offers[item.item]}.")

    def _apply_offer(self, command: OfferCustody, _: Receipt) -> None:
        self.offers[command.item] = command.to

    @workflow.update
    async def accept(self, command: AcceptCustody) -> Receipt:
        """The named recipient takes the item over."""
        return await self.docket.obey(command, self._check_accept, self._apply_accept)

    @accept.validator
    def _validate_accept(self, command: AcceptCustody) -> None:
        self.docket.admit(command, self._check_accept)

    def _check_accept(self, command: AcceptCustody) -> None:
        item = self.item(command, command.item)
        self._check_recipient(item.item, command)
        if command.digest != item.digest:
            raise refusal(
                "EvidenceMismatch",
                f"You measured {command.digest}; on record is {item.digest}: refuse {item.item}.",
            )

    def _apply_accept(self, command: AcceptCustody, _: Receipt) -> None:
        self.holders[command.item] = command.by
        self.offers.pop(command.item, None)

    @workflow.update
    async def refuse_custody(self, command: RefuseCustody) -> Receipt:
        """The named recipient does not take the item over."""
        return await self.docket.obey(command, self._check_refuse, self._apply_refuse)

    @refuse_custody.validator
    def _validate_refuse_custody(self, command: RefuseCustody) -> None:
        self.docket.admit(command, self._check_refuse)

    def _check_refuse(self, command: RefuseCustody) -> None:
        self._check_recipient(self.item(command, command.item).item, command)

    def _apply_refuse(self, command: RefuseCustody, _: Receipt) -> None:
        self.offers.pop(command.item, None)

    def _check_recipient(self, item: str, command: Command) -> None:
        if item in self.offers:
            if self.offers[item] != command.by:
                raise refusal("Forbidden", f"{item} is on offer to {self.offers[item]}, not to {command.by}.")
        elif self.holders[item] != self.sender:
            raise refusal("WrongStage", f"{item} is not on offer; {self.holders[item]} holds it.")
        elif command.role is not Role.CUSTODIAN:
            raise refusal("Forbidden", f"{item} came from {self.sender}; a custodian takes it over.")
