"""Each period of law fires when its last day is over, and not on that day; none of them closes a case."""

from datetime import timedelta

import pytest

from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.extradition_acts import AgreeNewDate, AppointSurrender, ReportArrest, ReportDischarge, ReportNotCollected
from tests.workflows import extradition_steps as case
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import brought_to

MONTEVIDEO = """legal_basis:
  - instrument: oas-montevideo-1933
    asserted:
      official: Ms Orla Vantage, Head of Unit
      on: 2026-11-20
      source: note of Xenland of 20 November 2026

"""


@pytest.fixture(autouse=True)
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank pages: what is tested is when they are made."""
    case.stand_in(monkeypatch)


def under_montevideo(text: str) -> str:
    """The same request on an instrument whose periods run from other events."""
    text = text[: text.index("legal_basis:")] + MONTEVIDEO + text[text.index("requesting_authority:") :]
    return text.replace("    convention_offence: trafficking\n", "").replace("    convention_offence: laundering\n", "")


async def fires(house: SkippingHouse, reference: str, id_: str, days: int, run: int = 1) -> None:
    """Counted from today: still running at noon of the last day, run out at noon of the day after."""
    row = await case.runs(house, reference, id_, run)
    last = await case.today(house) + timedelta(days=days)
    assert row.due.date() == last
    await case.noon_of(house, last)
    assert case.clock_of(house, reference, id_, run).state == "running"
    await case.noon_of(house, last + timedelta(days=1))
    await case.becomes(house, reference, id_, "ran-out", run)


def notices(house: SkippingHouse, reference: str) -> int:
    return [row.type for row in house.desk.register.documents(reference)].count(DocumentType.CLOCK_NOTICE)


@pytest.mark.parametrize(("id_", "days"), [("release-may", 18), ("release-must", 40)])
async def test_provisional_arrest_without_the_request(house: SkippingHouse, id_: str, days: int) -> None:
    reference = await brought_to(house, "dossier")
    await fires(house, reference, id_, days)
    await house.until(lambda: notices(house, reference) > 0)


async def test_day_forty_closes_nothing_and_the_request_may_still_follow(house: SkippingHouse) -> None:
    reference = await brought_to(house, "dossier")
    await case.noon_of(house, await case.today(house) + timedelta(days=42))
    await case.becomes(house, reference, "release-must", "ran-out")
    assert house.desk.register.case(reference).status not in set(CaseResult)
    for step in (*case.FORMAL, case.granted):
        await step(house, reference)
    assert await house.task(reference, "surrender")


async def test_what_arrives_in_time_meets_the_period(house: SkippingHouse) -> None:
    reference = await brought_to(house, "extradition-decision")
    met = await case.becomes(house, reference, "release-must", "met")
    assert met.in_time is True
    await case.noon_of(house, await case.today(house) + timedelta(days=42))
    assert case.clock_of(house, reference, "release-must").state == "met"


@pytest.mark.parametrize(("id_", "days"), [("not-collected-may", 15), ("not-collected-must", 30)])
async def test_surrender_that_does_not_take_place(house: SkippingHouse, id_: str, days: int) -> None:
    reference = await brought_to(house, "surrender")
    day = await case.today(house)
    await house.reviewer_1.act(reference, AppointSurrender, on=day, place="Norholm airport")
    await fires(house, reference, id_, days)
    assert house.desk.register.case(reference).status == "surrender"


async def test_a_new_day_starts_the_periods_anew(house: SkippingHouse) -> None:
    reference = await brought_to(house, "surrender")
    day = await case.today(house)
    await house.reviewer_1.act(reference, AppointSurrender, on=day, place="Norholm airport")
    await case.runs(house, reference, "not-collected-must")
    await house.reviewer_1.act(reference, ReportNotCollected, reason="A storm closed the airport.", beyond_control=True)
    await house.reviewer_1.act(reference, AgreeNewDate, on=day, place="Norholm airport")
    await fires(house, reference, "new-date-may", 15)
    assert case.clock_of(house, reference, "not-collected-must").state == "stopped"


async def test_speciality_ends_forty_five_days_after_the_person_could_leave(house: SkippingHouse) -> None:
    reference = await brought_to(house, "speciality")
    await house.prosecutor.act(reference, ReportDischarge, free_to_leave_on=await case.today(house))
    await fires(house, reference, "speciality-ends", 45)


async def test_under_montevideo_the_months_run_from_when_we_were_told(house: SkippingHouse) -> None:
    reference = await case.submitted(house, under_montevideo)
    for step in case.PROVISIONAL[:-1]:
        await step(house, reference)
    await house.task(reference, "arrest")
    told = await case.today(house)
    await house.reviewer_1.act(
        reference, ReportArrest, arrested_on=told - timedelta(days=4), told_on=told, place="Norholm"
    )
    row = await case.runs(house, reference, "release")
    assert row.anchored_on == told
    assert (row.due.date().day, (row.due.date().month - told.month) % 12) == (told.day, 2)
    await case.noon_of(house, row.due.date())
    assert case.clock_of(house, reference, "release").state == "running"
    await case.noon_of(house, row.due.date() + timedelta(days=1))
    await case.becomes(house, reference, "release", "ran-out")


async def test_under_montevideo_a_person_who_is_not_collected_ends_the_case_once_a_person_says_so(
    house: SkippingHouse,
) -> None:
    reference = await case.submitted(house, under_montevideo)
    for step in (*case.PROVISIONAL, *case.FORMAL, case.granted):
        await step(house, reference)
    await house.task(reference, "surrender")
    day = await case.today(house)
    await house.reviewer_1.act(reference, AppointSurrender, on=day, at_disposal_on=day, place="Norholm airport")
    row = await case.runs(house, reference, "collection")
    await case.noon_of(house, row.due.date() + timedelta(days=1))
    await case.becomes(house, reference, "collection", "ran-out")
    assert house.desk.register.case(reference).status == "surrender"
    await house.reviewer_1.confirm_lapse(await house.task(reference, "surrender"), "Nobody collected the person.")
    assert await case.ends(house, reference) is CaseResult.NOT_COLLECTED
