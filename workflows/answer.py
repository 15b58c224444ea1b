"""The requested state says whether the data are preserved, or whether it takes information on the conditions given."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Command, ConfirmLapse, Receipt
    from schemas.extradition_tasks import Happening
    from schemas.identifiers import Role
    from schemas.sole_letter import (
        AnswerConditions,
        AnswerOrder,
        AnswerOutcome,
        AnswerResult,
        FollowUp,
        ReportNotPreserved,
        ReportPreserved,
    )

from workflows.acknowledgement import LateAcknowledgement
from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal
from workflows.legal_clocks import LegalClocks
from workflows.questions import Questions

PRESERVED, FOLLOWED = "preservation", "follow-up"
"""The event from which the periods run, and the one that meets them: words of the law data."""
ONE_DAY = timedelta(days=1)  # there it may be tomorrow already


@workflow.defn
class Answer(Questions, Correspondence, LateAcknowledgement, Confirmation):
    """Settled by the request that asks for preserved data, by the word on conditions, or by a person's confirmation.

    Periods of law run from the preservation; one that runs out gives a notice and ends nothing.
    """

    order: AnswerOrder

    @workflow.init
    def __init__(self, order: AnswerOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.clocks = LegalClocks(self.docket, lambda: self.order, self.docket.follow_up)
        self.questions: dict[str, bool] = {}
        self.acknowledged = False
        self.preserved: ReportPreserved | None = None
        self.not_preserved: ReportNotPreserved | None = None
        self.followed: FollowUp | None = None
        self.conditions: AnswerConditions | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: AnswerOrder) -> AnswerOutcome:
        """Waits for the answer."""
        roles = (Role.REVIEWER, Role.SIGNATORY, Role.PROSECUTOR)
        deadline = await self.docket.open(order, roles, facts={"letter": order.letter})
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        self.clocks.silence()
        return AnswerOutcome(result=self._result())

    def _result(self) -> AnswerResult:
        if self.conditions:
            return AnswerResult.INFORMED if self.conditions.accepted else AnswerResult.CONDITIONS_DECLINED
        if self.followed:
            return AnswerResult.PRESERVED_AND_FOLLOWED
        if self.preserved:
            return AnswerResult.PRESERVED
        if self.not_preserved:
            return AnswerResult.NOT_PRESERVED
        return AnswerResult.INFORMED if self._told() else AnswerResult.UNANSWERED

    def ended(self) -> bool:
        """Followed up, answered, received where nothing else was to be said, or confirmed by a person."""
        return self.followed is not None or self.conditions is not None or self.confirmed is not None or self._told()

    def _told(self) -> bool:
        """Information without conditions asks for nothing but that it is received."""
        return self.acknowledged and not self.order.terms.preservation and not self.order.terms.conditions

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    def _check_confirm(self, command: ConfirmLapse) -> None:
        """Once the data are not preserved, it is for us to decide at once whether to go on."""
        if self.ended() or self.not_preserved is None:
            super()._check_confirm(command)

    def _check_open(self, _: Command, *, preservation: bool = True) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")
        if self.order.terms.preservation is not preservation:
            what = "asks for preservation" if self.order.terms.preservation else "tells something, and asks for no data"
            raise refusal("WrongStage", f"{self.order.reference} {what}.")

    # data

    @workflow.update
    async def report_preserved(self, command: ReportPreserved) -> Receipt:
        """The data are preserved."""
        return await self.docket.obey(command, self._check_preserved, self._apply_preserved)

    @report_preserved.validator
    def _validate_report_preserved(self, command: ReportPreserved) -> None:
        self.docket.admit(command, self._check_preserved)

    def _check_preserved(self, command: ReportPreserved) -> None:
        self._check_open(command)
        if self.preserved is not None:
            raise refusal("AlreadyDecided", "It is on record that the data are preserved.")
        if command.preserved_on > workflow.now().date() + ONE_DAY:
            raise refusal("Invalid", "The data cannot have been preserved on a day that is still to come.")

    def _apply_preserved(self, command: ReportPreserved, _: Receipt) -> None:
        self.preserved, self.not_preserved = command, None  # it may go on after all
        self.clocks.start(self.order.clocks, Happening(event=PRESERVED, on=command.preserved_on))

    @workflow.update
    async def report_not_preserved(self, command: ReportNotPreserved) -> Receipt:
        """The data are not preserved."""
        return await self.docket.obey(command, self._check_not_preserved, self._apply_not_preserved)

    @report_not_preserved.validator
    def _validate_report_not_preserved(self, command: ReportNotPreserved) -> None:
        self.docket.admit(command, self._check_not_preserved)

    def _check_not_preserved(self, command: ReportNotPreserved) -> None:
        self._check_open(command)
        if self.preserved is not None:
            raise refusal("AlreadyDecided", "It is on record that the data are preserved.")
        if self.not_preserved is not None:
            raise refusal("AlreadyDecided", "It is on record that the data are not preserved.")

    def _apply_not_preserved(self, command: ReportNotPreserved, _: Receipt) -> None:
        self.not_preserved = command

    @workflow.update
    async def follow_up(self, command: FollowUp) -> Receipt:
        """The request that asks for the data is out."""
        return await self.docket.obey(command, self._check_follow_up, self._apply_follow_up)

    @follow_up.validator
    def _validate_follow_up(self, command: FollowUp) -> None:
        self.docket.admit(command, self._check_follow_up)

    def _check_follow_up(self, command: FollowUp) -> None:
        self._check_open(command)
        if self.preserved is None:
            raise refusal("WrongStage", "It is not on record yet that the data are preserved.")
        if command.request == self.order.reference:
            raise refusal("Invalid", "The request that asks for the data is another one.")

    def _apply_follow_up(self, command: FollowUp, _: Receipt) -> None:
        self.followed = command
        self.clocks.meet(FOLLOWED, command.sent_on)

    # information

    @workflow.update
    async def answer_conditions(self, command: AnswerConditions) -> Receipt:
        """The conditions are accepted, or declined."""
        return await self.docket.obey(command, self._check_conditions, self._apply_conditions)

    @answer_conditions.validator
    def _validate_answer_conditions(self, command: AnswerConditions) -> None:
        self.docket.admit(command, self._check_conditions)

    def _check_conditions(self, command: AnswerConditions) -> None:
        self._check_open(command, preservation=False)
        if not self.order.terms.conditions:
            raise refusal("WrongStage", "The information was given without conditions.")

    def _apply_conditions(self, command: AnswerConditions, _: Receipt) -> None:
        self.conditions = command
