"""The surrender in its turns, and the rule of speciality after it."""

from datetime import timedelta
from typing import Any

import pytest

from rogatory.custody.ledger import parse_line
from rogatory.errors import ChangedError, NotFoundError, RefusedError, UsageError
from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.extradition_acts import (
    AgreeNewDate,
    ReportConsent,
    ReportDecision,
    ReportDeparture,
    ReportDischarge,
    ReportNotCollected,
    ReportOutcome,
    ReportPostponed,
    ReportReextradition,
    ReportReturn,
    ReportWaiver,
    RequestReextradition,
    RequestTransit,
    RequestWaiver,
)
from tests.workflows import extradition_steps as case
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import brought_to

WAIVER: dict[str, Any] = {
    "title": "Forgery of documents",
    "provision": "section 267",
    "facts": "Three forged time sheets were found.",
    "statement_recorded": True,
}


@pytest.fixture(autouse=True)
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank pages: what is tested is the procedure."""
    case.stand_in(monkeypatch)


def sent(house: SkippingHouse, reference: str) -> list[str]:
    return [row.kind for row in house.desk.register.transmissions(reference) if row.dispatched_at]


# surrender


async def test_a_missed_day_is_told_and_a_new_one_agreed(house: SkippingHouse) -> None:
    reference = await brought_to(house, "surrender")
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportNotCollected, reason="Nobody came.")
    await case.appointed(house, reference)
    await house.reviewer_1.act(reference, ReportNotCollected, reason="The flight was cancelled.", beyond_control=True)
    with pytest.raises(ChangedError, match="agree on a new one"):
        await case.appointed(house, reference)
    new = await case.today(house) + timedelta(days=12)
    await house.reviewer_1.act(reference, AgreeNewDate, on=new, place="Norholm airport")
    assert (await case.becomes(house, reference, "not-collected-must", "stopped")).ran_out_at is None
    assert (await case.runs(house, reference, "new-date-must")).anchored_on == new
    await house.until(lambda: sent(house, reference).count("surrender-notice") == 2)
    await case.handed_over(house, reference)
    await house.task(reference, "speciality")
    assert case.clock_of(house, reference, "new-date-must").state == "met"


async def test_a_person_surrendered_for_a_time_goes_back_before_the_surrender_for_good(house: SkippingHouse) -> None:
    reference = await brought_to(house, "surrender")
    await case.appointed(house, reference)
    day = await case.today(house)
    await house.reviewer_1.act(
        reference, ReportPostponed, kind="temporary", return_by=day + timedelta(days=60), reason="A trial is pending."
    )
    await case.becomes(house, reference, "not-collected-may", "stopped")
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportReturn, returned_on=day)
    await case.handed_over(house, reference, temporary=True)
    with pytest.raises(ChangedError, match="report the return first"):
        await case.handed_over(house, reference)
    await house.reviewer_1.act(reference, ReportReturn, returned_on=day + timedelta(days=50))
    await case.appointed(house, reference)
    await case.handed_over(house, reference)
    await house.task(reference, "speciality")


async def test_transit_is_asked_for_on_paper(house: SkippingHouse) -> None:
    reference = await brought_to(house, "surrender")
    await house.reviewer_1.act(reference, RequestTransit, through="XB", route="Norholm to Port Xaver by way of Beth.")
    made = await house.until(
        lambda: [row for row in house.desk.register.documents(reference) if row.type == DocumentType.TRANSIT_REQUEST]
    )
    assert made
    assert sent(house, reference) == ["provisional-arrest", "request"]


async def test_what_the_embassy_takes_in_is_recorded_as_that(house: SkippingHouse) -> None:
    reference = await brought_to(house, "dossier")
    for step in case.FORMAL[:-1]:
        await step(house, reference)
    await house.task(reference, "extradition-decision")
    await house.reviewer_1.acknowledge(reference, "XN-EMB-4", await case.today(house), at_embassy=True)
    lines = [parse_line(line) for line in house.desk.ledger.lines(reference)]
    assert next(line for line in lines if line.event == "acknowledge").facts["at_embassy"] is True
    # This convention does not count it: its periods wait for the authority itself.
    assert case.clock_of(house, reference, "release-must").state == "running"


# speciality


async def test_a_charge_within_the_grant_is_on_record(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    day = await case.today(house)
    await house.reviewer_1.act(
        reference,
        ReportDecision,
        granted=(1,),
        refused=({"offence": 2, "ground": "lapse_of_time"},),
        reasons="The second offence is barred by lapse of time.",
        decided_on=day,
    )
    await case.appointed(house, reference)
    await case.handed_over(house, reference)
    await case.charged(house, reference, offence=1)
    with pytest.raises(RefusedError) as refused:
        await case.charged(house, reference, offence=2)
    assert refused.value.kind == "Speciality"
    with pytest.raises(RefusedError):
        await case.charged(house, reference)
    assert house.events(reference).count("propose-charge") == 1
    assert "Speciality" in [row.kind for row in house.desk.ledger.refusals(reference)]


async def test_consent_opens_the_way_for_one_other_charge(house: SkippingHouse) -> None:
    reference = await brought_to(house, "speciality")
    await house.signatory.act(reference, RequestWaiver, command_id="first", **WAIVER)
    await house.signatory.act(reference, RequestWaiver, command_id="second", **WAIVER)
    with pytest.raises(RefusedError):
        await case.charged(house, reference, waiver="first")  # not answered yet
    with pytest.raises(NotFoundError):
        await case.charged(house, reference, waiver="third")
    await house.reviewer_1.act(reference, ReportWaiver, waiver="first", granted=True)
    await house.reviewer_1.act(reference, ReportWaiver, waiver="second", granted=False, reasons="No record was sent.")
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportWaiver, waiver="first", granted=False)
    await case.charged(house, reference, waiver="first")
    with pytest.raises(RefusedError):
        await case.charged(house, reference, waiver="second")
    await house.until(lambda: sent(house, reference).count("waiver-request") == 2)


async def test_a_person_who_renounced_the_rule_may_be_charged(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    await house.reviewer_1.act(
        reference,
        ReportConsent,
        before="District Court of Norholm",
        before_judge=True,
        counsel=True,
        interpreter=True,
        renounces_speciality=True,
        given_on=await case.today(house),
    )
    await case.granted(house, reference)
    await case.appointed(house, reference)
    await case.handed_over(house, reference)
    await case.charged(house, reference)


async def test_a_person_who_left_keeps_the_protection_until_they_come_back(house: SkippingHouse) -> None:
    reference = await brought_to(house, "speciality")
    day = await case.today(house)
    with pytest.raises(ChangedError):
        await house.prosecutor.act(reference, ReportDeparture, left_on=day)
    await house.prosecutor.act(reference, ReportDischarge, free_to_leave_on=day)
    await house.prosecutor.act(reference, ReportDeparture, left_on=day + timedelta(days=10))
    await case.becomes(house, reference, "speciality-ends", "met")
    await case.noon_of(house, day + timedelta(days=60))
    with pytest.raises(RefusedError):
        await case.charged(house, reference)
    await house.prosecutor.act(
        reference, ReportDeparture, left_on=day + timedelta(days=10), returned_on=day + timedelta(days=59)
    )
    await case.charged(house, reference)


async def test_nobody_is_sent_on_without_consent(house: SkippingHouse) -> None:
    reference = await brought_to(house, "speciality")
    with pytest.raises(UsageError, match="no third state"):
        await house.signatory.act(reference, RequestReextradition, to="XN", about="A request of Xenland.")
    await house.signatory.act(reference, RequestReextradition, to="XB", about="A request of XB.", command_id="on")
    with pytest.raises(ChangedError, match="not answered"):
        await case.done(house, reference)
    await house.reviewer_1.act(reference, ReportReextradition, onward="on", granted=False, reasons="No treaty.")
    await case.done(house, reference)
    assert await case.ends(house, reference) is CaseResult.SURRENDERED
    assert "onward-request" in sent(house, reference)


async def test_a_breach_of_an_assurance_is_on_record(house: SkippingHouse) -> None:
    def promising(text: str) -> str:
        return text.replace("  - kind: credit\n", "  - kind: death_penalty\n")

    reference = await case.submitted(house, promising)
    for step in case.STAGES["speciality"]:
        await step(house, reference)
    await house.task(reference, "speciality")
    await house.prosecutor.act(
        reference,
        ReportOutcome,
        kind="convicted",
        decided_on=await case.today(house),
        final=False,
        death=True,
        obligations_done=False,
    )
    await house.until(lambda: "assurance-breached" in house.events(reference))
