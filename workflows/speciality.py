"""After the surrender: what is owed to the state that granted it, until nothing is owed any more.

A person surrendered is proceeded against for what was granted, and for nothing else done before, unless that state
consents, the person renounced the rule, or stayed on in freedom for as long as the instrument says.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import ConfirmLapse, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import (
        ProposeCharge,
        ReportDeparture,
        ReportDischarge,
        ReportOutcome,
        ReportReextradition,
        ReportWaiver,
        RequestReextradition,
        RequestWaiver,
    )
    from schemas.extradition_tasks import Happening, SpecialityOrder, SpecialityOutcome
    from schemas.identifiers import Role

from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal
from workflows.legal_clocks import LegalClocks

DISCHARGE = "final-discharge"
MOST = 100
"""Requests for consent of each sort in one case."""


@workflow.defn
class Speciality(Correspondence, Confirmation):
    """Settled by the outcome of the proceedings with nothing left to watch."""

    order: SpecialityOrder

    @workflow.init
    def __init__(self, order: SpecialityOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.clocks = LegalClocks(self.docket, lambda: self.order, self.docket.follow_up)
        self.waivers: dict[str, bool | None] = {}
        """Command id of each request for consent, in order; None while unanswered."""
        self.onward: dict[str, bool | None] = {}
        self.discharged: ReportDischarge | None = None
        self.returned = False
        self.outcomes = 0
        self.done = False
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: SpecialityOrder) -> SpecialityOutcome:
        """Waits until nothing is owed."""
        deadline = await self.docket.open(order, (Role.PROSECUTOR, Role.SIGNATORY), facts={"letter": order.letter})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        self.clocks.silence()
        return SpecialityOutcome(done=self.done)

    def ended(self) -> bool:
        """Nothing is owed any more, or a person confirmed that nothing more is heard of it."""
        return self.done or self.confirmed is not None

    def free(self) -> bool:
        """Whether the rule binds no more: renounced, or ended by staying on or coming back."""
        return self.order.renounced or self.returned or self.clocks.ended(DISCHARGE)

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    # charges

    @workflow.update
    async def propose_charge(self, command: ProposeCharge) -> Receipt:
        """The prosecutor proceeds for an offence; on record only where the rule allows it."""
        return await self.docket.obey(command, self._check_charge, self._apply_charge)

    @propose_charge.validator
    def _validate_propose_charge(self, command: ProposeCharge) -> None:
        self.docket.admit(command, self._check_charge)

    def _check_charge(self, command: ProposeCharge) -> None:
        self._check_open()
        if command.waiver is not None and command.waiver not in self.waivers:
            raise refusal("NotFound", f"There is no request for consent {command.waiver}.")
        granted = command.offence in self.order.granted
        consented = command.waiver is not None and self.waivers[command.waiver] is True
        if not (granted or consented or self.free()):
            raise refusal(
                "Speciality",
                "Surrender was not granted for this offence, and nobody consented to it: ask for consent first.",
            )

    def _apply_charge(self, _: ProposeCharge, __: Receipt) -> None:
        """The act itself is the record."""

    # consent to other offences

    @workflow.update
    async def request_waiver(self, command: RequestWaiver) -> Receipt:
        """Consent is asked for."""
        return await self.docket.obey(command, self._check_waiver, self._apply_waiver)

    @request_waiver.validator
    def _validate_request_waiver(self, command: RequestWaiver) -> None:
        self.docket.admit(command, self._check_waiver)

    def _check_waiver(self, _: RequestWaiver) -> None:
        self._check_open()
        if len(self.waivers) >= MOST:
            raise refusal("Invalid", f"Consent was asked for {MOST} times.")

    def _apply_waiver(self, command: RequestWaiver, _: Receipt) -> None:
        self.waivers[command.command_id] = None
        enclosed = {command.statement_record: "statement_record"} if command.statement_record else {}
        self.send_document(
            DocumentType.SPECIALITY_WAIVER_REQUEST,
            "waiver-request",
            command,
            {"statement_recorded": command.statement_recorded},
            enclosed,
        )
        self._ask("waiver-request")

    @workflow.update
    async def report_waiver(self, command: ReportWaiver) -> Receipt:
        """The answer."""
        return await self.docket.obey(command, self._check_report_waiver, self._apply_report_waiver)

    @report_waiver.validator
    def _validate_report_waiver(self, command: ReportWaiver) -> None:
        self.docket.admit(command, self._check_report_waiver)

    def _check_report_waiver(self, command: ReportWaiver) -> None:
        self._check_answer(self.waivers, command.waiver)

    def _apply_report_waiver(self, command: ReportWaiver, _: Receipt) -> None:
        self.waivers[command.waiver] = command.granted
        self._answered("waiver", self.waivers, command.waiver)

    # consent to re-extradition

    @workflow.update
    async def request_reextradition(self, command: RequestReextradition) -> Receipt:
        """Consent to send the person on is asked for."""
        return await self.docket.obey(command, self._check_onward, self._apply_onward)

    @request_reextradition.validator
    def _validate_request_reextradition(self, command: RequestReextradition) -> None:
        self.docket.admit(command, self._check_onward)

    def _check_onward(self, command: RequestReextradition) -> None:
        self._check_open()
        if command.to == self.order.requested_state:
            raise refusal("Invalid", "The state that surrendered the person is no third state.")
        if len(self.onward) >= MOST:
            raise refusal("Invalid", f"Consent was asked for {MOST} times.")

    def _apply_onward(self, command: RequestReextradition, _: Receipt) -> None:
        self.onward[command.command_id] = None
        self.send_document(DocumentType.REEXTRADITION_REQUEST, "onward-request", command, {"to": command.to})
        self._ask("onward-request")

    @workflow.update
    async def report_reextradition(self, command: ReportReextradition) -> Receipt:
        """The answer."""
        return await self.docket.obey(command, self._check_report_onward, self._apply_report_onward)

    @report_reextradition.validator
    def _validate_report_reextradition(self, command: ReportReextradition) -> None:
        self.docket.admit(command, self._check_report_onward)

    def _check_report_onward(self, command: ReportReextradition) -> None:
        self._check_answer(self.onward, command.onward)

    def _apply_report_onward(self, command: ReportReextradition, _: Receipt) -> None:
        self.onward[command.onward] = command.granted
        self._answered("onward", self.onward, command.onward)

    # the end of the rule, and of the obligations

    @workflow.update
    async def report_discharge(self, command: ReportDischarge) -> Receipt:
        """The person is free to leave: the period runs after which speciality ends."""
        return await self.docket.obey(command, self._check_discharge, self._apply_discharge)

    @report_discharge.validator
    def _validate_report_discharge(self, command: ReportDischarge) -> None:
        self.docket.admit(command, self._check_discharge)

    def _check_discharge(self, _: ReportDischarge) -> None:
        self._check_open()
        if self.discharged is not None:
            raise refusal("AlreadyDecided", "The discharge was reported before.")

    def _apply_discharge(self, command: ReportDischarge, _: Receipt) -> None:
        self.discharged = command
        self.clocks.start(self.order.clocks, Happening(event=DISCHARGE, on=command.free_to_leave_on))

    @workflow.update
    async def report_departure(self, command: ReportDeparture) -> Receipt:
        """The person left, or left and came back."""
        return await self.docket.obey(command, self._check_departure, self._apply_departure)

    @report_departure.validator
    def _validate_report_departure(self, command: ReportDeparture) -> None:
        self.docket.admit(command, self._check_departure)

    def _check_departure(self, command: ReportDeparture) -> None:
        self._check_open()
        if self.discharged is None:
            raise refusal("WrongStage", "Report the discharge first: until then nobody was free to leave.")
        if command.returned_on and command.returned_on < command.left_on:
            raise refusal("Invalid", "Nobody comes back before leaving.")

    def _apply_departure(self, command: ReportDeparture, _: Receipt) -> None:
        self.returned = self.returned or command.returned_on is not None
        self.clocks.meet("departure", command.left_on)

    @workflow.update
    async def report_outcome(self, command: ReportOutcome) -> Receipt:
        """How the proceedings ended."""
        return await self.docket.obey(command, self._check_outcome, self._apply_outcome)

    @report_outcome.validator
    def _validate_report_outcome(self, command: ReportOutcome) -> None:
        self.docket.admit(command, self._check_outcome)

    def _check_outcome(self, command: ReportOutcome) -> None:
        self._check_open()
        if command.obligations_done and not command.final:
            raise refusal("Invalid", "While the outcome is not final, something is owed.")
        unanswered = [id_ for id_, answer in (self.waivers | self.onward).items() if answer is None]
        if command.obligations_done and unanswered:
            raise refusal("WrongStage", f"These requests are not answered: {', '.join(unanswered)}.")

    def _apply_outcome(self, command: ReportOutcome, _: Receipt) -> None:
        self.outcomes += 1
        self.done = command.obligations_done
        if command.death and "death_penalty" in self.order.assurances:
            number = self.outcomes
            facts = {"task": self.order.task, "kind": "death_penalty", "act": command.command_id}
            self.docket.follow_up(lambda: self.docket.record("assurance-breached", f"breach-{number}", {**facts}))

    def _ask(self, event: str) -> None:
        """Starts the periods for an answer: they run from the receipt there, which is taken to be today."""
        self.clocks.start(self.order.clocks, Happening(event=event, on=workflow.now().date(), estimated=True))

    def _answered(self, event: str, asked: dict[str, bool | None], command_id: str) -> None:
        self.clocks.meet(event, workflow.now().date(), list(asked).index(command_id) + 1)

    def _check_answer(self, asked: dict[str, bool | None], command_id: str) -> None:
        self._check_open()
        if command_id not in asked:
            raise refusal("NotFound", f"There is no request for consent {command_id}.")
        if asked[command_id] is not None:
            raise refusal("AlreadyDecided", "That request was answered before.")

    def _check_open(self) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
