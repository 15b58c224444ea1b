"""Evidence comes back, in one delivery or in many, with questions and answers on the way."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt, ReceiveEvidence
    from schemas.documents import DocumentType
    from schemas.identifiers import Role
    from schemas.tasks import Deadline, EvidenceOrder, EvidenceOutcome, EvidenceState

from workflows.acknowledgement import LateAcknowledgement
from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.custody_desk import CustodyDesk
from workflows.docket import Docket, refusal
from workflows.questions import Questions

ROLES = (Role.CUSTODIAN, Role.PROSECUTOR)


@workflow.defn
class EvidenceReturn(CustodyDesk, Questions, Correspondence, LateAcknowledgement, Confirmation):
    """Settled by the last delivery, or by a person who confirms that no answer came."""

    order: EvidenceOrder

    @workflow.init
    def __init__(self, order: EvidenceOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        state = order.carried
        self.items = {item.item: item for item in state.items} if state else {}
        self.holders = dict(state.holders) if state else {}
        self.offers = dict(state.offers) if state else {}
        self.questions = dict(state.questions) if state else {}
        self.deliveries = state.deliveries if state else 0
        self.acknowledged = state.acknowledged if state else order.foreign_reference is not None
        self.complete = False
        self.confirmed: ConfirmLapse | None = None
        self.sender = f"{order.requested_state.lower()}-authority"
        if state:
            self.docket.obeyed = dict(state.obeyed)
            self.docket.reminded = state.reminded
            self.docket.lapsed = state.lapsed

    @workflow.run
    async def run(self, order: EvidenceOrder) -> EvidenceOutcome:
        """Waits for the evidence; starts its history anew when it grows long."""
        carried = order.carried
        deadline = carried.opened if carried else await self.docket.open(order, ROLES, facts={"letter": order.letter})
        lapsed = self.docket.lapsed or not await self.docket.wait(
            self._settled, deadline, carried.reminded if carried else 0
        )
        if lapsed and not self.ended():
            await self.docket.wait_for_person(self._settled, deadline)
        if not self.ended():
            workflow.continue_as_new(order.model_copy(update={"carried": self._carry(deadline)}))
        return EvidenceOutcome(
            items=tuple(self.items.values()), holders=self.holders, offers=self.offers, complete=self.complete
        )

    def ended(self) -> bool:
        """Complete, or confirmed as unanswered."""
        return self.complete or self.confirmed is not None

    def _settled(self) -> bool:
        return self.ended() or self._too_long()

    def _too_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self.order.longest_history

    def _carry(self, deadline: Deadline) -> EvidenceState:
        return EvidenceState(
            opened=deadline,
            items=tuple(self.items.values()),
            holders=self.holders,
            offers=self.offers,
            questions=self.questions,
            deliveries=self.deliveries,
            acknowledged=self.acknowledged,
            obeyed=self.docket.obeyed,
            reminded=self.docket.reminded,
            lapsed=self.docket.lapsed,
        )

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    @workflow.update
    async def receive(self, command: ReceiveEvidence) -> Receipt:
        """A delivery of evidence, in the vault already."""
        return await self.docket.obey(command, self._check_receive, self._apply_receive)

    @receive.validator
    def _validate_receive(self, command: ReceiveEvidence) -> None:
        self.docket.admit(command, self._check_receive)

    def _check_receive(self, command: ReceiveEvidence) -> None:
        if self.complete:
            raise refusal("AlreadyDecided", "The evidence was declared complete.")
        if known := [item.item for item in command.items if item.item in self.items]:
            raise refusal("Superseded", f"These numbers are taken: {', '.join(known)}. Number the items anew.")
        if len({item.item for item in command.items}) != len(command.items):
            raise refusal("Invalid", "Two items carry the same number.")
        if command.holder not in {command.by, self.sender}:
            raise refusal("Forbidden", "Items are received by their custodian, or stay with their sender until then.")

    def _apply_receive(self, command: ReceiveEvidence, _: Receipt) -> None:
        self.deliveries += 1
        number = self.deliveries
        for item in command.items:
            self.items[item.item] = item
            self.holders[item.item] = command.holder
        self.complete = command.complete
        documents = [DocumentType.EVIDENCE_INVENTORY, DocumentType.EVIDENCE_RECEIPT]
        if any(item.discrepant for item in command.items):
            documents.append(DocumentType.DISCREPANCY_REPORT)
        for document in documents if command.items else []:
            self.docket.follow_up(
                lambda document=document: self.docket.render(  # type: ignore[misc]
                    document, self.order, f"{document}-{number}", {"delivery": number, "manifest": command.manifest}
                )
            )
