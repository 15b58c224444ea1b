"""The requested state hears the person, asks, and decides offence by offence."""

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Acknowledge, ConfirmLapse, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import GiveAssurance, ReportArrest, ReportConsent, ReportDecision
    from schemas.extradition_tasks import DecisionOrder, DecisionOutcome, DecisionResult, Happening
    from schemas.identifiers import Role

from workflows.acknowledgement import LateAcknowledgement
from workflows.arrest import arrest_of, check_arrest
from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal
from workflows.questions import Questions

ROLES = (Role.REVIEWER, Role.SIGNATORY, Role.PROSECUTOR)


@workflow.defn
class ExtraditionDecision(Correspondence, Questions, LateAcknowledgement, Confirmation):
    """Settled by a decision that demands nothing more, or by a person who confirms that none came."""

    order: DecisionOrder

    @workflow.init
    def __init__(self, order: DecisionOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.questions: dict[str, bool] = {}
        self.acknowledged = order.acknowledged
        self.arrested = order.arrested
        self.consent: ReportConsent | None = None
        self.demanded: tuple[str, ...] = ()
        """By the last decision that was not final."""
        self.assurances: list[str] = []
        self.decision: ReportDecision | None = None
        """The final one."""
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: DecisionOrder) -> DecisionOutcome:
        """Waits for the decision; questions, consent and assurances on the way."""
        deadline = await self.docket.open(order, ROLES, facts={"letter": order.letter})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        return self._outcome()

    def _outcome(self) -> DecisionOutcome:
        if self.decision is None:
            return DecisionOutcome(result=DecisionResult.UNANSWERED)
        said = self.decision
        days = {
            "decision": said.decided_on,
            "notification-of-decision": said.notified_on,
            "final-decision": said.final_on,
            "committal": said.committed_on,
        }
        return DecisionOutcome(
            result=DecisionResult.GRANTED if said.granted else DecisionResult.REFUSED,
            granted=said.granted,
            nationality=not said.granted and any(each.ground == "nationality" for each in said.refused),
            renounced=self.consent is not None and self.consent.renounces_speciality,
            assurances=tuple(self.assurances),
            happened=tuple(Happening(event=event, on=on) for event, on in days.items() if on),
        )

    def ended(self) -> bool:
        """Decided, or confirmed as undecided."""
        return self.decision is not None or self.confirmed is not None

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    def received(self, command: Acknowledge) -> None:
        """The periods that wait for the formal request are the case's."""
        event = "embassy-filing" if command.at_embassy else "receipt"
        self.tell_case(Happening(event=event, on=command.received_on))

    # an arrest while the decision is awaited

    @workflow.update
    async def report_arrest(self, command: ReportArrest) -> Receipt:
        """The person was arrested on the formal request."""
        return await self.docket.obey(command, self._check_arrest, self._apply_arrest)

    @report_arrest.validator
    def _validate_report_arrest(self, command: ReportArrest) -> None:
        self.docket.admit(command, self._check_arrest)

    def _check_arrest(self, command: ReportArrest) -> None:
        self._check_open()
        if self.arrested:
            raise refusal("AlreadyDecided", "An arrest was reported before.")
        check_arrest(command)

    def _apply_arrest(self, command: ReportArrest, _: Receipt) -> None:
        self.arrested = True
        self.tell_case(arrest_of(command))
        self.tell_case(Happening(event="notice-of-arrest", on=command.told_on))

    # consent

    @workflow.update
    async def report_consent(self, command: ReportConsent) -> Receipt:
        """The person consented."""
        return await self.docket.obey(command, self._check_consent, self._apply_consent)

    @report_consent.validator
    def _validate_report_consent(self, command: ReportConsent) -> None:
        self.docket.admit(command, self._check_consent)

    def _check_consent(self, command: ReportConsent) -> None:
        self._check_open()
        if self.consent is not None:
            raise refusal("AlreadyDecided", "A consent was reported before.")
        if not command.recorded:
            raise refusal("Invalid", "A consent that is not on record cannot be relied on.")

    def _apply_consent(self, command: ReportConsent, _: Receipt) -> None:
        self.consent = command
        self.tell_case(Happening(event="consent", on=command.given_on))
        self.draw_up(DocumentType.CONSENT_RECORD, command, {"renounces_speciality": command.renounces_speciality})

    # the decision

    @workflow.update
    async def report_decision(self, command: ReportDecision) -> Receipt:
        """The requested state's decision."""
        return await self.docket.obey(command, self._check_decision, self._apply_decision)

    @report_decision.validator
    def _validate_report_decision(self, command: ReportDecision) -> None:
        self.docket.admit(command, self._check_decision)

    def _check_decision(self, command: ReportDecision) -> None:
        self._check_open()
        refused = [each.offence for each in command.refused]
        named = sorted([*command.granted, *refused])
        every = list(range(1, self.order.offences + 1))
        if named != every:
            raise refusal("Invalid", f"A decision names each of the {len(every)} offences once, granted or refused.")
        if refused and not command.reasons:
            raise refusal("Invalid", "A refusal is recorded with its reasons.")
        if command.demanded and not command.granted:
            raise refusal("Invalid", "Assurances are demanded for what is granted; nothing is.")

    def _apply_decision(self, command: ReportDecision, _: Receipt) -> None:
        self.demanded = command.demanded
        if not command.demanded:
            self.decision = command
        facts: dict[str, JsonValue] = {
            "granted": list(command.granted),
            "refused": [each.model_dump(mode="json") for each in command.refused],
            "demanded": list(command.demanded),
            "surrender": command.surrender,
            "days_detained": command.days_detained,
            "final": not command.demanded,
        }
        self.draw_up(DocumentType.DECISION_NOTICE, command, facts)

    # assurances

    @workflow.update
    async def give_assurance(self, command: GiveAssurance) -> Receipt:
        """An assurance, which goes out as a letter."""
        return await self.docket.obey(command, self._check_assurance, self._apply_assurance)

    @give_assurance.validator
    def _validate_give_assurance(self, command: GiveAssurance) -> None:
        self.docket.admit(command, self._check_assurance)

    def _check_assurance(self, command: GiveAssurance) -> None:
        self._check_open()
        if command.kind in self.assurances and command.kind not in self.demanded:
            raise refusal("AlreadyDecided", f"The assurance {command.kind} was given before.")

    def _apply_assurance(self, command: GiveAssurance, _: Receipt) -> None:
        self.assurances.append(command.kind)
        self.demanded = tuple(kind for kind in self.demanded if kind != command.kind)
        self.send_document(DocumentType.ASSURANCE_LETTER, "assurance", command, {"kind": command.kind})

    def _check_open(self) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} is decided.")
