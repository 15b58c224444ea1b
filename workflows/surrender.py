"""The person is handed over: appointed, missed, agreed anew, postponed, made for a time, and made."""

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import Command, ConfirmLapse, Receipt
    from schemas.documents import DocumentType
    from schemas.extradition_acts import (
        AgreeNewDate,
        AppointSurrender,
        ReportNotCollected,
        ReportPostponed,
        ReportReturn,
        ReportSurrender,
        RequestTransit,
    )
    from schemas.extradition_tasks import Happening, SurrenderOrder, SurrenderOutcome, SurrenderResult
    from schemas.identifiers import Role

from workflows.confirmation import Confirmation
from workflows.correspondence import Correspondence
from workflows.docket import Docket, refusal
from workflows.legal_clocks import LegalClocks

APPOINTED, NEW = "appointed-date", "new-date"


@workflow.defn
class Surrender(Correspondence, Confirmation):
    """Settled by the handover; where a period ended the claim, or nobody came, by a person who confirms it."""

    order: SurrenderOrder

    @workflow.init
    def __init__(self, order: SurrenderOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.clocks = LegalClocks(self.docket, lambda: self.order, self.docket.follow_up)
        self.appointed = False
        self.missed = False
        """The person was not taken over on the day that stands."""
        self.away: ReportSurrender | None = None
        """The temporary surrender that lasts."""
        self.surrendered: ReportSurrender | None = None
        self.confirmed: ConfirmLapse | None = None

    @workflow.run
    async def run(self, order: SurrenderOrder) -> SurrenderOutcome:
        """Waits for the handover."""
        roles = (Role.REVIEWER, Role.SIGNATORY)
        deadline = await self.docket.open(order, roles, facts={"letter": order.letter})
        for happened in order.happened:
            self.clocks.start(order.clocks, happened)
        if not await self.docket.wait(self.ended, deadline):
            await self.docket.wait_for_person(self.ended, deadline)
        self.clocks.silence()
        if self.surrendered is None:
            return SurrenderOutcome(
                result=SurrenderResult.NOT_COLLECTED if self._claim_ended() else SurrenderResult.NOT_SURRENDERED
            )
        return SurrenderOutcome(
            result=SurrenderResult.SURRENDERED,
            surrendered_on=self.surrendered.surrendered_at.date(),
            days_detained=self.surrendered.days_detained,
            property_announced=self.surrendered.property_announced,
        )

    def ended(self) -> bool:
        """Handed over, or confirmed as not."""
        return self.surrendered is not None or self.confirmed is not None

    def _claim_ended(self) -> bool:
        return self.clocks.ended(
            APPOINTED, NEW, "at-disposal", "decision", "notification-of-decision", "final-decision"
        )

    def _check_confirm(self, command: ConfirmLapse) -> None:
        """Where the instrument itself ends the claim, a person may confirm it at once."""
        if self.ended() or not self._claim_ended():
            super()._check_confirm(command)

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.ended()

    # day and place

    @workflow.update
    async def appoint(self, command: AppointSurrender) -> Receipt:
        """The requested state appoints day and place."""
        return await self.docket.obey(command, self._check_appoint, self._apply_appoint)

    @appoint.validator
    def _validate_appoint(self, command: AppointSurrender) -> None:
        self.docket.admit(command, self._check_appoint)

    def _check_appoint(self, command: AppointSurrender) -> None:
        self._check_open(command)
        if self.missed:
            raise refusal("WrongStage", "The day was missed: agree on a new one.")

    def _apply_appoint(self, command: AppointSurrender, _: Receipt) -> None:
        self._clear("another day was appointed")
        self.appointed = True
        self.clocks.start(self.order.clocks, Happening(event=APPOINTED, on=command.on))
        if command.at_disposal_on:
            self.clocks.start(self.order.clocks, Happening(event="at-disposal", on=command.at_disposal_on))

    @workflow.update
    async def report_not_collected(self, command: ReportNotCollected) -> Receipt:
        """The person was not taken over."""
        return await self.docket.obey(command, self._check_not_collected, self._apply_not_collected)

    @report_not_collected.validator
    def _validate_report_not_collected(self, command: ReportNotCollected) -> None:
        self.docket.admit(command, self._check_not_collected)

    def _check_not_collected(self, command: ReportNotCollected) -> None:
        self._check_open(command)
        if not self.appointed:
            raise refusal("WrongStage", "No day was appointed yet.")
        if self.missed:
            raise refusal("AlreadyDecided", "That was reported before; agree on a new day.")

    def _apply_not_collected(self, command: ReportNotCollected, _: Receipt) -> None:
        self.missed = True  # the periods run on: only a new day stops them
        self._notice("not-collected", command, {"beyond_control": command.beyond_control})

    @workflow.update
    async def agree_date(self, command: AgreeNewDate) -> Receipt:
        """Both states agree on a new day."""
        return await self.docket.obey(command, self._check_agree, self._apply_agree)

    @agree_date.validator
    def _validate_agree_date(self, command: AgreeNewDate) -> None:
        self.docket.admit(command, self._check_agree)

    def _check_agree(self, command: AgreeNewDate) -> None:
        self._check_open(command)
        if not self.appointed:
            raise refusal("WrongStage", "No day was appointed yet.")

    def _apply_agree(self, command: AgreeNewDate, _: Receipt) -> None:
        self.missed = False
        self._clear("a new day was agreed")
        self.clocks.start(self.order.clocks, Happening(event=NEW, on=command.on), instead=APPOINTED)
        self._notice("new-date", command, {"on": command.on.isoformat()})

    @workflow.update
    async def report_postponed(self, command: ReportPostponed) -> Receipt:
        """Surrender is postponed, or made for a time."""
        return await self.docket.obey(command, self._check_open, self._apply_postponed)

    @report_postponed.validator
    def _validate_report_postponed(self, command: ReportPostponed) -> None:
        self.docket.admit(command, self._check_open)

    def _apply_postponed(self, command: ReportPostponed, _: Receipt) -> None:
        self.missed = False
        self._clear("surrender is postponed" if command.kind == "postponed" else "surrender is for a time")
        days: dict[str, JsonValue] = {
            name: day.isoformat() for name, day in [("until", command.until), ("return_by", command.return_by)] if day
        }
        self.draw_up(DocumentType.SURRENDER_NOTICE, command, days | {"notice": command.kind})

    # the handover

    @workflow.update
    async def report_surrender(self, command: ReportSurrender) -> Receipt:
        """The person was handed over."""
        return await self.docket.obey(command, self._check_surrender, self._apply_surrender)

    @report_surrender.validator
    def _validate_report_surrender(self, command: ReportSurrender) -> None:
        self.docket.admit(command, self._check_surrender)

    def _check_surrender(self, command: ReportSurrender) -> None:
        self._check_open(command)
        if self.away is not None:
            raise refusal("WrongStage", "The person is here for a time; report the return first.")

    def _apply_surrender(self, command: ReportSurrender, _: Receipt) -> None:
        if command.temporary:
            self.away = command
            self._clear("the person was surrendered for a time")
        else:
            self.surrendered = command
            self.clocks.meet("surrender", command.surrendered_at.date())
        facts: dict[str, JsonValue] = {
            "surrendered_at": command.surrendered_at.isoformat(),
            "days_detained": command.days_detained,
            "temporary": command.temporary,
            "property_announced": command.property_announced,
        }
        self.draw_up(DocumentType.HANDOVER_PROTOCOL, command, facts)

    @workflow.update
    async def report_return(self, command: ReportReturn) -> Receipt:
        """A person surrendered for a time went back."""
        return await self.docket.obey(command, self._check_return, self._apply_return)

    @report_return.validator
    def _validate_report_return(self, command: ReportReturn) -> None:
        self.docket.admit(command, self._check_return)

    def _check_return(self, command: ReportReturn) -> None:
        self._check_open(command)
        if self.away is None:
            raise refusal("WrongStage", "Nobody was surrendered for a time.")

    def _apply_return(self, _: ReportReturn, __: Receipt) -> None:
        self.away = None
        self.appointed = False

    @workflow.update
    async def request_transit(self, command: RequestTransit) -> Receipt:
        """A third state is asked to let the person pass; the request goes there on paper."""
        return await self.docket.obey(command, self._check_open, self._apply_transit)

    @request_transit.validator
    def _validate_request_transit(self, command: RequestTransit) -> None:
        self.docket.admit(command, self._check_open)

    def _apply_transit(self, command: RequestTransit, _: Receipt) -> None:
        self.draw_up(DocumentType.TRANSIT_REQUEST, command, {"through": command.through})

    def _check_open(self, _: Command) -> None:
        if self.ended():
            raise refusal("AlreadyDecided", f"{self.order.task} has ended.")

    def _clear(self, reason: str) -> None:
        """The periods of the day that stood until now no longer matter."""
        for anchor in (APPOINTED, NEW):
            self.clocks.stop(anchor, reason)

    def _notice(self, notice: str, command: Command, facts: dict[str, JsonValue]) -> None:
        self.send_document(DocumentType.SURRENDER_NOTICE, "surrender-notice", command, facts | {"notice": notice})
