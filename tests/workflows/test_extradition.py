"""An extradition from the draft to the day on which nothing is owed: every stage, its refusals and its ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from rogatory.errors import ChangedError, RefusedError, UsageError
from rogatory.law.requirements import Requirements
from schemas.assessment import LegalAssessment
from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.extradition_acts import (
    AskStatus,
    GiveAssurance,
    ReportArrest,
    ReportConsent,
    ReportDecision,
    ReportNotFound,
    ReportOutcome,
    RequestProsecution,
)
from tests.workflows import extradition_steps as case
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import STAGES, brought_to


@pytest.fixture(autouse=True)
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank pages: what is tested is the procedure; test_extradition_drawn.py draws every document."""
    case.stand_in(monkeypatch)


def types(house: SkippingHouse, reference: str) -> set[str]:
    return {row.type for row in house.desk.register.documents(reference)}


async def test_a_case_runs_from_the_draft_to_the_end_of_all_duties(house: SkippingHouse) -> None:
    reference = await case.submitted(house)
    assert house.desk.register.case(reference).kind == "extradition"
    for step in (*case.PROVISIONAL, *case.FORMAL):
        await step(house, reference)
    await steps.asked_and_answered(house, reference)
    await house.reviewer_1.act(reference, AskStatus)
    day = await case.today(house)
    await house.reviewer_1.act(
        reference,
        ReportConsent,
        before="District Court of Norholm",
        before_judge=True,
        counsel=True,
        interpreter=True,
        renounces_speciality=False,
        given_on=day,
    )
    await case.granted(house, reference)
    await case.appointed(house, reference)
    await case.handed_over(house, reference, property_announced=True)
    await house.task(reference, "evidence-return")
    await house.custodian.add_evidence(reference, house.files(notebook_pdf=b"a notebook"), complete=True)
    await steps.signed_off(house, reference)
    await case.charged(house, reference, offence=1)
    await case.done(house, reference)
    outcome = await house.prosecutor.client.outcome(reference)
    assert outcome.result is CaseResult.SURRENDERED
    assert outcome.archive
    assert house.desk.register.case(reference).status == "surrendered"
    assert house.desk.register.case(reference).foreign_reference == "XN-EX-2026-0004"
    made = types(house, reference)
    assert made >= {
        DocumentType.PROVISIONAL_ARREST_REQUEST,
        DocumentType.EXTRADITION_REQUEST,
        DocumentType.STATEMENT_OF_OFFENCES,
        DocumentType.LAW_CERTIFICATE,
        DocumentType.IDENTITY_DOSSIER,
        DocumentType.ASSURANCE_LETTER,
        DocumentType.DOSSIER_STATUS,
        DocumentType.STATUS_QUERY,
        DocumentType.CONSENT_RECORD,
        DocumentType.DECISION_NOTICE,
        DocumentType.HANDOVER_PROTOCOL,
        DocumentType.EVIDENCE_RECEIPT,
    }
    assert DocumentType.CLOCK_NOTICE not in made
    assert [row.kind for row in house.desk.register.transmissions(reference)] == [
        "provisional-arrest",
        "request",
        "reply",
        "status-query",
    ]
    letters = [row for row in house.desk.register.documents(reference) if row.signed_digest]
    assert [row.type for row in letters] == [DocumentType.PROVISIONAL_ARREST_REQUEST, DocumentType.EXTRADITION_REQUEST]
    assert not house.desk.register.clocks(reference=reference)


async def test_without_provisional_arrest_the_formal_request_goes_first(house: SkippingHouse) -> None:
    reference = await case.submitted(house, case.without_arrest)
    for step in case.FORMAL:
        await step(house, reference)
    assert DocumentType.PROVISIONAL_ARREST_REQUEST not in types(house, reference)
    day = await case.today(house)
    await house.reviewer_1.act(reference, ReportArrest, arrested_on=day, told_on=day, foreign_reference="XN-P 77")
    met = await case.becomes(house, reference, "release-must", "met")
    assert met.in_time
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportArrest, arrested_on=day, told_on=day)
    await case.granted(house, reference)
    await house.task(reference, "surrender")


async def test_papers_may_come_while_the_arrest_is_awaited(house: SkippingHouse) -> None:
    reference = await brought_to(house, "arrest")
    await house.prosecutor.supply(reference, "statement_of_offences", "Statement", pages=3)
    await case.arrested(house, reference)
    task = await house.task(reference, "dossier")
    assert "statement_of_offences" not in case.missing(house, task)


async def test_the_formal_request_is_filed_by_its_drafter_and_names_what_is_missing(house: SkippingHouse) -> None:
    reference = await brought_to(house, "dossier")
    task = await house.task(reference, "dossier")
    missing = tuple(case.missing(house, task))
    assert missing
    with pytest.raises(UsageError, match="Missing: "):
        await house.prosecutor.file_formal(reference)
    with pytest.raises(RefusedError):
        await house.reviewer_1.file_formal(reference, missing=missing)
    await house.prosecutor.file_formal(reference, missing=missing)
    for step in (steps.approved, steps.sent, case.acknowledged):
        await step(house, reference)
    # Without all its papers the request does not meet the periods that ask for them.
    assert case.clock_of(house, reference, "release-must").state == "running"


async def test_a_returned_formal_request_is_corrected_and_reviewed_anew(house: SkippingHouse) -> None:
    reference = await brought_to(house, "dossier")
    await case.supplied(house, reference)
    await case.filed(house, reference)
    await house.reviewer_1.decide(await house.task(reference, "review"), "return", "Say when the second offence ended.")
    await house.task(reference, "correction")
    with pytest.raises(UsageError, match="another kind"):
        await house.prosecutor.correct(reference, house.draft())
    changed = house.draft(
        "extradition.yaml", lambda text: text.replace("on eleven days between", "eleven times between")
    )
    await house.prosecutor.correct(reference, changed)
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    assert house.desk.register.case(reference).version == 3


async def test_where_the_instrument_counts_it_the_embassy_stops_the_period(
    house: SkippingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Periods by data: one that a filing with the embassy meets, and one in hours from the moment of the arrest."""
    periods = (
        case.clock("papers", 60, "days", "arrest", "must", "receipt", "embassy-filing"),
        case.clock("court", 48, "hours", "arrest", "must"),
    )
    assess = Requirements.assess

    def with_periods(self: Requirements, draft: dict[str, JsonValue], at: datetime) -> LegalAssessment:
        return assess(self, draft, at).model_copy(update={"clocks": periods})

    monkeypatch.setattr(Requirements, "assess", with_periods)
    reference = await brought_to(house, "arrest")
    now = await house.env.get_current_time()
    await house.reviewer_1.act(
        reference, ReportArrest, arrested_on=now.date(), arrested_at=now, told_on=now.date(), estimated=True
    )
    in_hours = await case.runs(house, reference, "court")
    assert in_hours.due == now + timedelta(hours=48)
    assert in_hours.estimated
    await house.env.sleep(timedelta(hours=49))
    await case.becomes(house, reference, "court", "ran-out")
    for step in case.FORMAL[:-1]:
        await step(house, reference)
    await house.task(reference, "extradition-decision")
    await house.reviewer_1.acknowledge(reference, "XN-EMB-4", await case.today(house), at_embassy=True)
    met = await case.becomes(house, reference, "papers", "met")
    assert (met.met_by, met.in_time) == ("embassy-filing", True)


async def test_a_person_who_is_not_found(house: SkippingHouse) -> None:
    reference = await brought_to(house, "arrest")
    await house.reviewer_1.act(reference, ReportNotFound, reason="She left the flat a week ago.")
    assert await case.ends(house, reference) is CaseResult.NOT_FOUND


async def test_a_conditional_decision_waits_for_the_assurance_and_is_taken_again(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    day = await case.today(house)
    await house.reviewer_1.act(
        reference, ReportDecision, granted=case.OFFENCES, demanded=("detention_conditions",), decided_on=day
    )
    with pytest.raises(RefusedError):
        await house.reviewer_1.act(reference, GiveAssurance, kind="detention_conditions", text="A cell of 9 m2.")
    await house.signatory.act(reference, GiveAssurance, kind="detention_conditions", text="A cell of 9 m2.")
    await case.granted(house, reference)
    await house.task(reference, "surrender")
    assert "assurance" in [row.kind for row in house.desk.register.transmissions(reference)]


async def test_a_decision_names_every_offence_once(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    day = await case.today(house)
    for granted in ((1,), (1, 1, 2), (1, 2, 3)):
        with pytest.raises(UsageError):
            await house.reviewer_1.act(reference, ReportDecision, granted=granted, decided_on=day)
    with pytest.raises(UsageError, match="reasons"):
        await house.reviewer_1.act(
            reference,
            ReportDecision,
            granted=(1,),
            refused=({"offence": 2, "ground": "lapse_of_time"},),
            decided_on=day,
        )


async def test_a_refusal_ends_the_case(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    await case.refused(house, reference, "political")
    assert await case.ends(house, reference) is CaseResult.EXTRADITION_REFUSED
    assert DocumentType.DECISION_NOTICE in types(house, reference)


async def test_a_national_who_is_not_extradited_is_prosecuted_there(house: SkippingHouse) -> None:
    reference = await brought_to(house, "prosecution-abroad")
    report: dict[str, Any] = {
        "kind": "convicted",
        "decided_on": await case.today(house),
        "final": True,
        "obligations_done": True,
    }
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportOutcome, **report)
    await house.signatory.act(reference, RequestProsecution)
    with pytest.raises(RefusedError):
        await house.prosecutor.act(reference, ReportOutcome, **report)
    await house.reviewer_1.act(reference, ReportOutcome, **report)
    assert await case.ends(house, reference) is CaseResult.PROSECUTED_ABROAD
    assert "prosecution-request" in [row.kind for row in house.desk.register.transmissions(reference)]


async def test_where_no_prosecution_is_asked_for_a_person_says_so(house: SkippingHouse) -> None:
    reference = await brought_to(house, "prosecution-abroad")
    task = await house.task(reference, "prosecution-abroad")
    await house.signatory.confirm_lapse(task, "The case is joined to another.")
    assert await case.ends(house, reference) is CaseResult.EXTRADITION_REFUSED


@pytest.mark.parametrize("stage", STAGES)
async def test_a_withdrawal_ends_the_case_at_any_stage(house: SkippingHouse, stage: str) -> None:
    reference = await brought_to(house, stage)
    await house.prosecutor.withdraw(reference, "The indictment was withdrawn.", command_id="w")
    assert await case.ends(house, reference) is CaseResult.WITHDRAWN
    assert house.events(reference)[-2:] == ["withdraw", "request-closed"]
    told = [row.kind for row in house.desk.register.transmissions(reference)].count("withdrawal")
    assert told == (1 if stage in case.SENT else 0)
    assert not house.desk.register.clocks(reference=reference)


@pytest.mark.parametrize(
    ("stage", "result"),
    [
        ("transmission", CaseResult.NOT_TRANSMITTED),
        ("arrest", CaseResult.NOT_FOUND),
        ("dossier", CaseResult.ABANDONED),
        ("extradition-decision", CaseResult.UNANSWERED),
        ("surrender", CaseResult.NOT_SURRENDERED),
        ("speciality", CaseResult.SURRENDERED),
    ],
)
async def test_silence_has_a_named_end_that_a_person_confirms(
    house: SkippingHouse, stage: str, result: CaseResult
) -> None:
    reference = await brought_to(house, stage)
    await house.env.sleep(timedelta(days=1900 if stage == "speciality" else 400))
    task = await house.task(reference, stage)
    assert house.desk.register.task(task).state == "lapsed"
    await house.signatory.confirm_lapse(task, "Nothing more was heard.")
    assert await case.ends(house, reference) is result
    told = [row.kind for row in house.desk.register.transmissions(reference)].count("withdrawal")
    assert told == (1 if stage == "dossier" else 0)  # a person is held there: they must be told


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"evidence-return"}))
async def test_an_open_wait_is_not_settled(house: SkippingHouse, stage: str) -> None:
    reference = await brought_to(house, stage)
    task = await house.task(reference, stage)
    assert await house.temporal.get_workflow_handle(task).query("settled") is False
