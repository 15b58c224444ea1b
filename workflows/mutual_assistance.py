"""A request for mutual legal assistance, from the filed draft to the custody sign-off."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.case import CaseOutcome, CaseResult, OpenRequest
    from schemas.documents import DocumentType, RenderedDocument
    from schemas.tasks import ReviewResult, TransmissionResult

from workflows.procedure import WithdrawnError
from workflows.stages import Stages


@workflow.defn
class MutualAssistanceRequest(Stages):
    """Reads as the procedure does; each wait for people or for the other state is a child workflow."""

    @workflow.init
    def __init__(self, request: OpenRequest) -> None:
        super().__init__(request)

    @workflow.run
    async def run(self, request: OpenRequest) -> CaseOutcome:
        """The whole case."""
        try:
            await self.docket.record_act(request.submit)
            letter = await self.draw_up()
            while letter is None or (review := await self.review(letter)).result is not ReviewResult.APPROVED:
                if letter and review.result is ReviewResult.REFUSED:
                    return await self.close(CaseResult.REFUSED)
                correction = await self.correction(returned=letter is not None)
                if correction.request is None:
                    return await self.close(CaseResult.ABANDONED)
                await self.file(correction.request)
                letter = await self.draw_up()

            transmission = await self.transmission(letter, review)
            if transmission.result is TransmissionResult.NOT_SENT:
                return await self.close(CaseResult.NOT_TRANSMITTED)

            # Also when unacknowledged: some states only answer.
            evidence = await self.evidence_return(transmission.foreign_reference)
            if not evidence.complete:
                return await self.close(CaseResult.UNANSWERED)

            sign_off = await self.custody_sign_off(evidence)
            return await self.close(CaseResult.COMPLETED if sign_off.signed else CaseResult.UNSIGNED)
        except WithdrawnError:
            return await self.close(CaseResult.WITHDRAWN)
        except BaseException as error:  # an operator's hand: the case gets a named end; all else goes its way
            if not self.cancelled_by_hand(error):
                raise
            return await self.close(CaseResult.CANCELLED)

    async def draw_up(self) -> RenderedDocument | None:
        """Assesses the request under the law of today and draws the letter; None when the law blocks it."""
        self.stop_if_withdrawn()
        note = await self.assess()
        await self.render(DocumentType.CHECKLIST_REPORT, {"assessment": note.assessment})
        if note.blocking:
            return None
        letter = await self.render_or_return(DocumentType.LETTER_OF_REQUEST)
        if letter is None:
            return None
        await self.certify_translation(letter, note)
        await self.render(DocumentType.REVIEW_MEMO, {"assessment": note.assessment, "letter": letter.digest})
        return letter
