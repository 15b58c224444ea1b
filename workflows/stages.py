"""The stages both kinds of request go through, and the two messages every case takes."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.case import CaseResult, CaseStanding
    from schemas.commands import Receipt, Withdraw
    from schemas.documents import DocumentType, RenderedDocument
    from schemas.identifiers import Role, Stage
    from schemas.tasks import (
        CorrectionOutcome,
        EvidenceOrder,
        EvidenceOutcome,
        ReviewOrder,
        ReviewOutcome,
        ReviewResult,
        SignOffOrder,
        SignOffOutcome,
        TaskOrder,
        TransmissionOrder,
        TransmissionOutcome,
    )

from workflows.correction import Correction
from workflows.custody_sign_off import CustodySignOff
from workflows.docket import refusal
from workflows.evidence_return import EvidenceReturn
from workflows.procedure import Procedure
from workflows.review import Review
from workflows.transmission import Transmission


class Stages(Procedure):
    """Each method is one stage: its order, its child, what its end leaves behind."""

    async def review(self, letter: RenderedDocument) -> ReviewOutcome:
        """The central authority's decision on that letter."""
        self.review_order = ReviewOrder(**self.task(Stage.REVIEW), letter=letter.digest)
        outcome: ReviewOutcome = await self.stage(Review.run, self.review_order, lambda end: end.result)
        if outcome.result is ReviewResult.APPROVED:
            self.letter = outcome.signed_letter
            await self.render(
                DocumentType.APPROVAL_RECORD,
                {"task": self.last_task(Stage.REVIEW), "letter": letter.digest, "signed_letter": outcome.signed_letter},
            )
        return outcome

    async def correction(self, *, returned: bool) -> CorrectionOutcome:
        """The drafter's new version, or None in time."""
        if returned:
            await self.render(DocumentType.RETURN_NOTE, {"task": self.last_task(Stage.REVIEW)})
        return await self.stage(
            Correction.run,
            TaskOrder(**self.task(Stage.CORRECTION)),
            lambda end: "corrected" if end.request else "lapsed",
        )

    async def transmission(self, letter: RenderedDocument, review: ReviewOutcome, **also: Any) -> TransmissionOutcome:
        """The dispatch, and its acknowledgement; `also` are fields of the order that say what goes with the letter."""
        assert review.signed_letter
        if self.certificate:
            also["annexes"] = (*also.get("annexes", ()), self.certificate.digest)
        order = TransmissionOrder(
            **self.task(Stage.TRANSMISSION),
            letter=review.signed_letter,
            unsigned_letter=letter.digest,
            review_task=self.last_task(Stage.REVIEW),
            **also,
        )
        outcome: TransmissionOutcome = await self.stage(Transmission.run, order, lambda end: end.result)
        self.channel = outcome.channel
        return outcome

    async def evidence_return(self, foreign_reference: str | None) -> EvidenceOutcome:
        """The evidence, with questions and answers on the way."""
        assert self.letter
        assert self.channel
        order = EvidenceOrder(
            **self.task(Stage.EVIDENCE_RETURN),
            letter=self.letter,
            channel=self.channel,
            foreign_reference=foreign_reference,
            longest_history=self.request.longest_history,
        )
        return await self.stage(
            EvidenceReturn.run, order, lambda end: "complete" if end.complete else "confirmed-unanswered"
        )

    async def custody_sign_off(self, evidence: EvidenceOutcome) -> SignOffOutcome:
        """Custody of what came, until it is signed off."""
        order = SignOffOrder(
            **self.task(Stage.CUSTODY_SIGN_OFF), items=evidence.items, holders=evidence.holders, offers=evidence.offers
        )
        outcome: SignOffOutcome = await self.stage(
            CustodySignOff.run, order, lambda end: "signed-off" if end.signed else "confirmed-unsigned"
        )
        if outcome.signed:
            task = self.last_task(Stage.CUSTODY_SIGN_OFF)
            await self.render(DocumentType.CUSTODY_FORM, {"task": task})
            await self.render(DocumentType.SIGN_OFF_CERTIFICATE, {"task": task, "kept": list(outcome.kept)})
        return outcome

    @workflow.query
    def standing(self) -> CaseStanding:
        """Where the case stands now."""
        return self.current_standing()

    @workflow.update
    async def withdraw(self, command: Withdraw) -> Receipt:
        """Notes the intent, stops the open wait, and is recorded last: nothing of the procedure follows it."""
        self._validate_withdraw(command)
        await self.prove_withdrawal(command)
        self.withdrawal = command
        if self.open_child:
            self.open_child.cancel()
        await workflow.wait_condition(lambda: self.closing is not None)
        assert self.closing is not None
        return self.closing

    @withdraw.validator
    def _validate_withdraw(self, command: Withdraw) -> None:
        if self.withdrawal is not None and self.withdrawal.command_id != command.command_id:
            raise refusal("AlreadyDecided", f"{self.reference} was withdrawn before.")
        if self.result not in (None, CaseResult.WITHDRAWN):
            raise refusal("AlreadyDecided", f"{self.reference} is closed: {self.result}.")
        if command.role is Role.PROSECUTOR and command.by != self.request.drafter:
            raise refusal("Forbidden", "The drafter withdraws the request, or the signatory.")
