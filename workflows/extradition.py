"""A request for extradition, from the filed draft to the day on which nothing is owed any more."""

import asyncio
from collections import deque
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.extradition import BriefActivities
    from schemas.assessment import AssessmentNote
    from schemas.case import CaseOutcome, CaseResult, OpenRequest
    from schemas.documents import DocumentType, RenderedDocument
    from schemas.extradition_tasks import (
        ArrestOrder,
        ArrestOutcome,
        Brief,
        BriefOrder,
        DecisionOrder,
        DecisionOutcome,
        DecisionResult,
        DossierOrder,
        DossierOutcome,
        DossierState,
        Happening,
        ProsecutionOrder,
        ProsecutionOutcome,
        SpecialityOrder,
        SpecialityOutcome,
        SurrenderOrder,
        SurrenderOutcome,
        SurrenderResult,
    )
    from schemas.identifiers import Stage
    from schemas.tasks import ReviewOutcome, ReviewResult, TransmissionResult

from workflows.arrest import Arrest
from workflows.docket import FollowUp
from workflows.dossier import Dossier, dossier_facts
from workflows.extradition_decision import ExtraditionDecision
from workflows.legal_clocks import LegalClocks
from workflows.options import LEDGER
from workflows.procedure import WithdrawnError
from workflows.prosecution_abroad import ProsecutionAbroad
from workflows.speciality import Speciality
from workflows.stages import Stages
from workflows.surrender import Surrender

RECEIPTS = frozenset({"receipt", "embassy-filing"})


class EndedError(Exception):
    """The case ends here, with that result."""

    def __init__(self, result: CaseResult) -> None:
        self.result = result


@workflow.defn
class ExtraditionRequest(Stages):
    """Reads as the procedure does; the periods of law that run from the arrest run beside all that follows."""

    TELLS_ABROAD = frozenset(
        {CaseResult.WITHDRAWN, CaseResult.ABANDONED, CaseResult.REFUSED, CaseResult.NOT_TRANSMITTED}
    )

    @workflow.init
    def __init__(self, request: OpenRequest) -> None:
        super().__init__(request)
        self.clocks = LegalClocks(self.docket, self.in_force, self.beside)
        self.work: deque[FollowUp] = deque()
        self.worker: asyncio.Task[None] | None = None
        self.note: AssessmentNote | None = None
        self.brief: Brief | None = None
        self.dossier = DossierState(required=(), present=())
        self.to_follow: tuple[str, ...] = ()
        self.annexes: list[RenderedDocument] = []
        self.arrested: Happening | None = None
        self.out: str | None = None
        """The signed letter that went out last."""

    @workflow.run
    async def run(self, request: OpenRequest) -> CaseOutcome:
        """The whole case."""
        self.worker = asyncio.create_task(self.work_beside())
        try:
            await self.docket.record_act(request.submit)
            await self.understand()
            if self.of.provisional:
                await self.provisional_arrest()
            if self.arrested or self.dossier.missing:
                await self.complete_dossier()
            await self.formal_request()
            decision = await self.decision()
            if decision.result is DecisionResult.REFUSED:
                return await self.close(await self.refused(decision))
            surrender = await self.surrender(decision)
            if surrender.property_announced:
                await self.property_handed_over()
            await self.speciality(decision)
            return await self.close(CaseResult.SURRENDERED)
        except EndedError as end:
            return await self.close(end.result)
        except WithdrawnError:
            return await self.close(CaseResult.WITHDRAWN)
        except BaseException as error:  # an operator's hand: the case gets a named end; all else goes its way
            if not self.cancelled_by_hand(error):
                raise
            return await self.close(CaseResult.CANCELLED)

    # the request and its law

    @property
    def of(self) -> Brief:
        """What the procedure turns on, as the request in force says it."""
        assert self.brief
        return self.brief

    async def understand(self) -> None:
        """Assesses the request in force under the law of today, and reads what the procedure turns on."""
        self.stop_if_withdrawn()
        self.note = await self.assess()
        self.brief = await workflow.execute_activity_method(
            BriefActivities.read_brief,
            BriefOrder(reference=self.reference, request=self.filed, assessment=self.note.assessment),
            **LEDGER,
        )
        self.dossier = self.dossier.model_copy(update={"required": self.brief.required, "present": self.brief.present})
        await self.render(DocumentType.CHECKLIST_REPORT, {"assessment": self.note.assessment})

    async def approved(self, document: DocumentType) -> tuple[RenderedDocument, ReviewOutcome] | None:
        """That letter, reviewed and signed; None when a correction drops the request for provisional arrest."""
        letter = await self.draw_up(document)
        while letter is None or (review := await self.review(letter)).result is not ReviewResult.APPROVED:
            if letter and review.result is ReviewResult.REFUSED:
                raise EndedError(CaseResult.REFUSED)
            correction = await self.correction(returned=letter is not None)
            if correction.request is None:
                raise EndedError(CaseResult.ABANDONED)
            await self.file(correction.request)
            await self.understand()
            if document is DocumentType.PROVISIONAL_ARREST_REQUEST and not self.of.provisional:
                return None
            letter = await self.draw_up(document)
        return letter, review

    async def draw_up(self, document: DocumentType) -> RenderedDocument | None:
        """The letter with its annexes; None when the law blocks it or its words cannot be set."""
        self.stop_if_withdrawn()
        assert self.note
        if self.note.blocking:
            return None
        self.annexes = []
        facts: dict[str, Any] = {"assessment": self.note.assessment}
        if document is DocumentType.EXTRADITION_REQUEST:
            for each in self.of.annexes:
                annex = await self.render_or_return(each, facts)
                if annex is None:
                    return None
                self.annexes.append(annex)
            facts |= dossier_facts(self.dossier) | {
                "annexes": [annex.digest for annex in self.annexes],
                "to_follow": list(self.to_follow),
                "arrested_on": self.arrested.on.isoformat() if self.arrested else None,
            }
        letter = await self.render_or_return(document, facts)
        if letter:
            await self.certify_translation(letter, self.note)
            await self.render(DocumentType.REVIEW_MEMO, {"assessment": self.note.assessment, "letter": letter.digest})
        return letter

    async def send(self, document: DocumentType, kind: str) -> bool:
        """Has that letter approved and sent as a package of that kind; False when a correction dropped it."""
        approved = await self.approved(document)
        if approved is None:
            return False
        papers = {each.enclosure: each.item for each in self.dossier.supplied if each.enclosure}
        formal = document is DocumentType.EXTRADITION_REQUEST
        transmission = await self.transmission(
            *approved,
            kind=kind,
            annexes=tuple(annex.digest for annex in self.annexes),
            enclosed=papers if formal else {},
            awaits_acknowledgement=False,
        )
        if transmission.result is TransmissionResult.NOT_SENT:
            raise EndedError(CaseResult.NOT_TRANSMITTED)
        self.out = self.letter
        return True

    # the stages

    async def provisional_arrest(self) -> None:
        """The request for provisional arrest, and the report of the arrest, from which the periods run."""
        if not await self.send(DocumentType.PROVISIONAL_ARREST_REQUEST, "provisional-arrest"):
            return
        order = ArrestOrder(**self.abroad(Stage.ARREST), dossier=self.dossier)
        outcome: ArrestOutcome = await self.stage(
            Arrest.run,
            order,
            lambda end: "arrested" if end.arrested else "not-found" if end.found is False else "lapsed",
        )
        self.dossier = outcome.dossier
        if outcome.arrested is None:
            raise EndedError(CaseResult.NOT_FOUND)
        self.take(outcome.arrested)
        if outcome.told_on:
            self.take(Happening(event="notice-of-arrest", on=outcome.told_on))

    async def complete_dossier(self) -> None:
        """The papers of the formal request; its drafter files it, as the next version of the request."""
        outcome: DossierOutcome = await self.stage(
            Dossier.run,
            DossierOrder(**self.task(Stage.DOSSIER), dossier=self.dossier),
            lambda end: "filed" if end.filed else "confirmed-not-filed",
        )
        if not outcome.filed:
            raise EndedError(CaseResult.ABANDONED)
        self.dossier, self.to_follow = outcome.dossier, outcome.to_follow
        await self.file(outcome.request or self.filed)
        await self.understand()

    async def formal_request(self) -> None:
        """The formal request with its annexes and the papers of the dossier."""
        await self.send(DocumentType.EXTRADITION_REQUEST, "request")

    async def decision(self) -> DecisionOutcome:
        """The requested state's decision."""
        order = DecisionOrder(
            **self.abroad(Stage.EXTRADITION_DECISION),
            offences=self.of.offences,
            arrested=self.arrested is not None,
            acknowledged=False,
        )
        outcome: DecisionOutcome = await self.stage(ExtraditionDecision.run, order, lambda end: end.result)
        if outcome.result is DecisionResult.UNANSWERED:
            raise EndedError(CaseResult.UNANSWERED)
        for happened in outcome.happened:
            self.clocks.meet(happened.event, happened.on)
        return outcome

    async def refused(self, decision: DecisionOutcome) -> CaseResult:
        """After a refusal for nationality the person may be prosecuted there."""
        if not decision.nationality:
            return CaseResult.EXTRADITION_REFUSED
        order = ProsecutionOrder(**self.task(Stage.PROSECUTION_ABROAD), letter=self.out, channel=self.channel)
        outcome: ProsecutionOutcome = await self.stage(
            ProsecutionAbroad.run,
            order,
            lambda end: "reported" if end.reported else "confirmed-unreported" if end.requested else "not-asked-for",
        )
        return CaseResult.PROSECUTED_ABROAD if outcome.reported else CaseResult.EXTRADITION_REFUSED

    async def surrender(self, decision: DecisionOutcome) -> SurrenderOutcome:
        """The handover; without it the case ends."""
        order = SurrenderOrder(**self.abroad(Stage.SURRENDER), happened=decision.happened)
        outcome: SurrenderOutcome = await self.stage(Surrender.run, order, lambda end: end.result)
        if outcome.result is not SurrenderResult.SURRENDERED or outcome.surrendered_on is None:
            raise EndedError(CaseResult(outcome.result.value))
        self.clocks.meet("surrender", outcome.surrendered_on)
        return outcome

    async def property_handed_over(self) -> None:
        """Property seized with the person; what is missing of it keeps nobody from what follows."""
        evidence = await self.evidence_return(None)
        if evidence.complete:
            await self.custody_sign_off(evidence)

    async def speciality(self, decision: DecisionOutcome) -> SpecialityOutcome:
        """What is owed to the state that surrendered the person."""
        order = SpecialityOrder(
            **self.abroad(Stage.SPECIALITY),
            granted=decision.granted,
            renounced=decision.renounced,
            assurances=tuple(dict.fromkeys([*self.of.assurances, *decision.assurances])),
        )
        return await self.stage(Speciality.run, order, lambda end: "done" if end.done else "confirmed-lapsed")

    def abroad(self, stage: Stage) -> dict[str, Any]:
        """The common part of an order for a wait that writes to the requested state."""
        assert self.note
        return self.task(stage) | {"letter": self.out, "channel": self.channel, "clocks": self.note.clocks}

    # what runs beside the stages

    @workflow.signal
    def happened(self, event: Happening) -> None:
        """A wait tells of an event whose periods outlast it."""
        self.take(event)

    def take(self, event: Happening) -> None:
        """Starts the periods that run from the event, and meets those that wait for it."""
        assert self.note
        if event.event == "arrest":
            self.arrested = self.arrested or event
        self.clocks.start(self.note.clocks, event)
        if event.event in RECEIPTS and self.to_follow:
            return  # the periods ask for the request and its papers; some are still to follow
        self.clocks.meet(event.event, event.on)

    def beside(self, work: FollowUp) -> None:
        """Leaves work to be done beside the stages, one thing after the other."""
        self.work.append(work)

    async def work_beside(self) -> None:
        """Does it, until the case closes."""
        while True:
            await workflow.wait_condition(lambda: bool(self.work))
            try:
                await self.work[0]()
            except ActivityError as error:  # the ledger is closed: nothing follows its last line
                workflow.logger.warning("not recorded", extra={"task": self.reference, "kind": str(error.cause)})
            self.work.popleft()

    async def close(self, result: CaseResult) -> CaseOutcome:
        """As every case, once what runs beside it is at rest."""
        self.clocks.silence()
        await workflow.wait_condition(lambda: not self.work)
        if self.out:
            self.letter = self.out  # a later letter that never left is nothing to withdraw
        return await super().close(result)
