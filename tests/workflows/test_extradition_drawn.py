"""Every document of an extradition is drawn for real, from the facts its procedure gives it."""

from datetime import timedelta

import pytest

from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.extradition_acts import (
    AgreeNewDate,
    AskStatus,
    GiveAssurance,
    ReportConsent,
    ReportDecision,
    ReportNotCollected,
    ReportOutcome,
    ReportPostponed,
    ReportReextradition,
    ReportWaiver,
    RequestProsecution,
    RequestReextradition,
    RequestTransit,
    RequestWaiver,
)
from tests.workflows import extradition_steps as case
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse

ALL = list(DocumentType)
FIRST, LAST = ALL.index(DocumentType.PROVISIONAL_ARREST_REQUEST), ALL.index(DocumentType.STATUS_QUERY)
OF_EXTRADITION = set(ALL[FIRST : LAST + 1])


def drawn(house: SkippingHouse, reference: str) -> set[str]:
    return {row.type for row in house.desk.register.documents(reference)}


@pytest.mark.slow
async def test_an_eventful_case_with_every_document_drawn(house: SkippingHouse) -> None:
    reference = await case.submitted(house)
    for step in case.PROVISIONAL:
        await step(house, reference)
    await case.supplied(house, reference)
    await case.noon_of(house, await case.today(house) + timedelta(days=41))
    await case.becomes(house, reference, "release-must", "ran-out")
    for step in case.FORMAL[1:]:
        await step(house, reference)
    await steps.asked_and_answered(house, reference)
    await house.reviewer_1.act(reference, AskStatus, note="The person's lawyer has asked us.")
    day = await case.today(house)
    await house.reviewer_1.act(
        reference,
        ReportConsent,
        before="District Court of Norholm",
        before_judge=True,
        counsel=True,
        interpreter=False,
        renounces_speciality=False,
        given_on=day,
    )
    await house.reviewer_1.act(
        reference,
        ReportDecision,
        granted=(1,),
        refused=({"offence": 2, "ground": "lapse_of_time"},),
        reasons="The second offence is barred by lapse of time in Xenland.",
        demanded=("detention_conditions",),
        conditions="Visits by our consul.",
        decided_on=day,
        days_detained=44,
    )
    await house.signatory.act(
        reference,
        GiveAssurance,
        kind="detention_conditions",
        text="She will have a cell of her own.",
    )
    await house.reviewer_1.act(
        reference,
        ReportDecision,
        granted=(1,),
        refused=({"offence": 2, "ground": "lapse_of_time"},),
        reasons="The second offence is barred by lapse of time in Xenland.",
        decided_on=day,
        notified_on=day,
    )
    await case.appointed(house, reference)
    await house.reviewer_1.act(reference, RequestTransit, through="XB", route="By air from Norholm by way of Beth.")
    await house.reviewer_1.act(reference, ReportNotCollected, reason="The flight was cancelled.", beyond_control=True)
    await house.reviewer_1.act(reference, AgreeNewDate, on=day + timedelta(days=20))
    await house.reviewer_1.act(
        reference, ReportPostponed, kind="postponed", until=day + timedelta(days=30), reason="She is in hospital."
    )
    await house.reviewer_1.act(reference, AgreeNewDate, on=day + timedelta(days=31), place="Norholm airport")
    await case.handed_over(house, reference, medical="Fit to travel; carries her own medicine.")
    await house.task(reference, "speciality")
    await house.signatory.act(
        reference,
        RequestWaiver,
        command_id="w",
        title="Forgery of documents",
        provision="Criminal Code, section 267",
        facts="Three forged time sheets were found.",
        statement_recorded=True,
        statement_record=case.paper(house),
    )
    await house.signatory.act(reference, RequestReextradition, command_id="o", to="XB", about="A request of XB.")
    await house.reviewer_1.act(reference, ReportWaiver, waiver="w", granted=True)
    await house.reviewer_1.act(reference, ReportReextradition, onward="o", granted=False)
    await case.charged(house, reference, waiver="w")
    await case.done(house, reference)
    assert await case.ends(house, reference) is CaseResult.SURRENDERED
    assert drawn(house, reference) >= OF_EXTRADITION - {DocumentType.PROSECUTION_REQUEST}


@pytest.mark.slow
async def test_a_refusal_and_what_follows_with_every_document_drawn(house: SkippingHouse) -> None:
    reference = await case.submitted(house, case.without_arrest)
    for step in (*case.FORMAL, case.refused):
        await step(house, reference)
    await house.task(reference, "prosecution-abroad")
    await house.signatory.act(reference, RequestProsecution, note="The file will follow by courier.")
    await house.reviewer_1.act(
        reference,
        ReportOutcome,
        kind="acquitted",
        decided_on=await case.today(house),
        final=True,
        obligations_done=True,
    )
    assert await case.ends(house, reference) is CaseResult.PROSECUTED_ABROAD
    assert DocumentType.PROSECUTION_REQUEST in drawn(house, reference)


@pytest.mark.slow
async def test_a_case_that_is_withdrawn_after_the_arrest_tells_the_other_state(house: SkippingHouse) -> None:
    reference = await case.submitted(house)
    for step in case.PROVISIONAL:
        await step(house, reference)
    await house.task(reference, "dossier")
    await house.prosecutor.withdraw(reference, "The indictment was withdrawn.")
    assert await case.ends(house, reference) is CaseResult.WITHDRAWN
    assert DocumentType.WITHDRAWAL_NOTICE in drawn(house, reference)
