"""A letter of one kind of assistance alone: data are to be preserved, or information is given without a request."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.sole_letter import SoleLetterActivities
    from schemas.assessment import AssessmentNote
    from schemas.case import CaseOutcome, CaseResult, OpenRequest
    from schemas.documents import DocumentType, RenderedDocument
    from schemas.identifiers import Stage
    from schemas.sole_letter import AnswerOrder, AnswerOutcome, TermsOrder
    from schemas.tasks import ReviewResult, TransmissionResult

from workflows.answer import Answer
from workflows.options import LEDGER
from workflows.procedure import WithdrawnError
from workflows.stages import Stages

LETTERS = {
    "preservation": DocumentType.PRESERVATION_REQUEST,
    "spontaneous-information": DocumentType.SPONTANEOUS_INFORMATION,
}


@workflow.defn
class SoleLetter(Stages):
    """Drawn up, reviewed, signed and sent as a letter of request is; then its answer is awaited."""

    @workflow.init
    def __init__(self, request: OpenRequest) -> None:
        super().__init__(request)
        self.note: AssessmentNote | None = None

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

            # The answer may come before any acknowledgement, which is taken in beside it.
            transmission = await self.transmission(letter, review, awaits_acknowledgement=False)
            if transmission.result is TransmissionResult.NOT_SENT:
                return await self.close(CaseResult.NOT_TRANSMITTED)
            answer = await self.answer()
            return await self.close(CaseResult(answer.result.value))
        except WithdrawnError:
            return await self.close(CaseResult.WITHDRAWN)
        except BaseException as error:  # an operator's hand: the case gets a named end; all else goes its way
            if not self.cancelled_by_hand(error):
                raise
            return await self.close(CaseResult.CANCELLED)

    async def draw_up(self) -> RenderedDocument | None:
        """Assesses the request under the law of today and draws its letter; None when the law blocks it."""
        self.stop_if_withdrawn()
        self.note = await self.assess()
        await self.render(DocumentType.CHECKLIST_REPORT, {"assessment": self.note.assessment})
        if self.note.blocking:
            return None
        letter = await self.render_or_return(LETTERS[self.request.kind])
        if letter is None:
            return None
        await self.render(DocumentType.REVIEW_MEMO, {"assessment": self.note.assessment, "letter": letter.digest})
        return letter

    async def answer(self) -> AnswerOutcome:
        """What the requested state does with the letter."""
        assert self.note
        terms = await workflow.execute_activity_method(
            SoleLetterActivities.read_terms, TermsOrder(reference=self.reference, request=self.filed), **LEDGER
        )
        order = AnswerOrder(
            **self.task(Stage.ANSWER),
            letter=self.letter,
            channel=self.channel,
            clocks=self.note.clocks,
            terms=terms,
        )
        return await self.stage(Answer.run, order, lambda end: end.result)
