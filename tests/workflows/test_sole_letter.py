"""A letter of one kind of assistance alone: data to be preserved, information given without a request."""

from datetime import timedelta

import pytest

from rogatory.adapters.draft_file import check_draft
from rogatory.errors import ChangedError, NotFoundError, RefusedError, UsageError
from rogatory.law.registry import load_lawbook
from schemas.case import CaseResult
from schemas.documents import DocumentType
from schemas.extradition_acts import AskStatus
from schemas.sole_letter import AnswerConditions, ReportNotPreserved, ReportPreserved
from tests.stage import now
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import becomes, clock_of, ends, noon_of, runs, today

DATA, TOLD = "preservation.yaml", "information.yaml"
PERIOD = timedelta(days=60)
"""Budapest Convention 29(7)."""


async def submitted(house: SkippingHouse, example: str = DATA) -> str:
    return await house.prosecutor.submit(house.draft(example))


async def sent(house: SkippingHouse, example: str = DATA) -> str:
    """A letter that is out, its answer awaited."""
    reference = await submitted(house, example)
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    await house.task(reference, "answer")
    return reference


async def preserved(house: SkippingHouse, reference: str) -> None:
    await house.reviewer_1.act(
        reference, ReportPreserved, preserved_on=await today(house), foreign_reference="XN-P 12", place="Fjordpost"
    )


async def asked_for(house: SkippingHouse, of: str) -> str:
    """A request for assistance that asks for the data, and is out."""
    reference = await house.prosecutor.submit(
        house.draft(change=lambda text: text.replace("\nsubject:", f"\nsupplements: {of}\nsubject:", 1))
    )
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    return reference


def kinds(house: SkippingHouse, reference: str) -> list[str]:
    return [row.kind for row in house.desk.register.transmissions(reference)]


async def test_data_are_preserved_and_then_asked_for(house: SkippingHouse) -> None:
    reference = await sent(house)
    assert house.desk.register.case(reference).kind == "preservation"
    await house.reviewer_1.acknowledge(reference, "XN-CA-2026-0009", await today(house))
    await steps.asked_and_answered(house, reference)
    await house.prosecutor.act(reference, AskStatus, note="Is the account still in use?")
    await preserved(house, reference)
    assert (await runs(house, reference, "preserved")).effect == "minimum"
    assert house.desk.register.case(reference).foreign_reference == "XN-P 12"
    other = await asked_for(house, reference)
    await house.prosecutor.followed_up(reference, other)
    outcome = await house.prosecutor.client.outcome(reference)
    assert outcome.result is CaseResult.PRESERVED_AND_FOLLOWED
    assert outcome.archive
    met = clock_of(house, reference, "preserved")
    assert (met.state, met.met_by) == ("met", "follow-up")
    made = [row.type for row in house.desk.register.documents(reference)]
    assert {DocumentType.PRESERVATION_REQUEST, DocumentType.STATUS_QUERY, DocumentType.ACKNOWLEDGEMENT} <= set(made)
    assert DocumentType.LETTER_OF_REQUEST not in made
    assert DocumentType.CLOCK_NOTICE not in made
    letters = [row.type for row in house.desk.register.documents(reference) if row.signed_digest]
    assert letters == [DocumentType.PRESERVATION_REQUEST]
    assert kinds(house, reference) == ["request", "reply", "status-query"]
    assert [row.reference for row in house.desk.register.supplements(reference)] == [other]


async def test_the_period_runs_out_on_its_day_and_closes_nothing(house: SkippingHouse) -> None:
    reference = await sent(house)
    await preserved(house, reference)
    row = await runs(house, reference, "preserved")
    last = row.anchored_on + PERIOD
    assert row.due.date() == last
    await noon_of(house, last)
    assert clock_of(house, reference, "preserved").state == "running"
    await noon_of(house, last + timedelta(days=1))
    await becomes(house, reference, "preserved", "ran-out")
    await house.until(
        lambda: [r for r in house.desk.register.documents(reference) if r.type == DocumentType.CLOCK_NOTICE]
    )
    other = await asked_for(house, reference)
    await house.prosecutor.followed_up(reference, other)
    assert await ends(house, reference) is CaseResult.PRESERVED_AND_FOLLOWED
    assert clock_of(house, reference, "preserved").state == "met"


async def test_what_is_named_as_the_request_for_the_data_must_be_one_that_is_out(house: SkippingHouse) -> None:
    reference = await sent(house)
    unsent = await house.prosecutor.submit(house.draft())
    with pytest.raises(UsageError, match="was not sent"):
        await house.prosecutor.followed_up(reference, unsent)
    with pytest.raises(UsageError, match="no request for assistance"):
        await house.prosecutor.followed_up(reference, reference)
    with pytest.raises(NotFoundError):
        await house.prosecutor.followed_up(reference, "XV-2026-0999")
    await steps.approved(house, unsent)
    await steps.sent(house, unsent)
    with pytest.raises(ChangedError, match="not on record yet"):
        await house.prosecutor.followed_up(reference, unsent)
    with pytest.raises(ChangedError, match="asks for preservation"):
        await house.reviewer_1.act(reference, AnswerConditions, accepted=True)
    with pytest.raises(RefusedError):
        await house.prosecutor.act(reference, ReportPreserved, preserved_on=await today(house))


async def test_where_data_are_not_preserved_the_requesting_state_decides(house: SkippingHouse) -> None:
    reference = await sent(house)
    task = await house.task(reference, "answer")
    with pytest.raises(ChangedError, match="has not lapsed"):
        await house.signatory.confirm_lapse(task)
    await house.reviewer_1.act(reference, ReportNotPreserved, reason="The provider would tell the holder.")
    await house.signatory.confirm_lapse(task, "The holder must not know.")
    assert await ends(house, reference) is CaseResult.NOT_PRESERVED


async def test_data_may_be_preserved_after_all(house: SkippingHouse) -> None:
    reference = await sent(house)
    await house.reviewer_1.act(reference, ReportNotPreserved, reason="The provider would tell the holder.")
    await preserved(house, reference)
    with pytest.raises(ChangedError):
        await house.reviewer_1.act(reference, ReportNotPreserved, reason="No.")
    await house.env.sleep(timedelta(days=200))
    await house.signatory.confirm_lapse(await house.task(reference, "answer"), "Other evidence was found.")
    assert await ends(house, reference) is CaseResult.PRESERVED


async def test_silence_is_confirmed_by_a_person(house: SkippingHouse) -> None:
    reference = await sent(house)
    await house.env.sleep(timedelta(days=200))
    task = await house.task(reference, "answer")
    assert house.desk.register.task(task).state == "lapsed"
    await house.signatory.confirm_lapse(task, "Nothing was heard.")
    assert await ends(house, reference) is CaseResult.UNANSWERED


@pytest.mark.parametrize("example", [DATA, TOLD])
async def test_a_withdrawal_ends_it(house: SkippingHouse, example: str) -> None:
    reference = await sent(house, example)
    if example == DATA:
        await preserved(house, reference)
    await house.prosecutor.withdraw(reference, "The data are here already.")
    assert await ends(house, reference) is CaseResult.WITHDRAWN
    assert kinds(house, reference) == ["request", "withdrawal"]
    assert not house.desk.register.clocks(reference=reference)


async def test_a_letter_is_returned_and_corrected(house: SkippingHouse) -> None:
    reference = await submitted(house)
    await house.reviewer_1.decide(await house.task(reference, "review"), "return", "Name the server.")
    await house.task(reference, "correction")
    with pytest.raises(UsageError, match="another kind"):
        await house.prosecutor.correct(reference, house.draft())
    await house.prosecutor.correct(
        reference, house.draft(DATA, lambda text: text.replace("Fjordpost,", "Fjordpost AS,"))
    )
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    assert house.desk.register.case(reference).version == 2


@pytest.mark.parametrize(("accepted", "result"), [(True, CaseResult.INFORMED), (False, CaseResult.CONDITIONS_DECLINED)])
async def test_conditions_on_information_are_answered(house: SkippingHouse, accepted: bool, result: CaseResult) -> None:
    reference = await sent(house, TOLD)
    await house.reviewer_1.acknowledge(reference, "XN-CA-2026-0009", await today(house))
    with pytest.raises(ChangedError, match="asks for no data"):
        await preserved(house, reference)
    await house.reviewer_1.act(reference, AnswerConditions, accepted=accepted, note="By letter of today.")
    assert await ends(house, reference) is result
    made = {row.type for row in house.desk.register.documents(reference)}
    assert DocumentType.SPONTANEOUS_INFORMATION in made


async def test_information_without_conditions_is_received(house: SkippingHouse) -> None:
    def free(text: str) -> str:
        before, rest = text.split("      conditions:\n")
        return before + "      conditions: []\n      held_back" + rest.split("      held_back", 1)[1]

    reference = await house.prosecutor.submit(house.draft(TOLD, free))
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    await house.task(reference, "answer")
    with pytest.raises(ChangedError, match="without conditions"):
        await house.reviewer_1.act(reference, AnswerConditions, accepted=True)
    await house.reviewer_1.acknowledge(reference, "XN-CA-2026-0009", await today(house))
    assert await ends(house, reference) is CaseResult.INFORMED


def test_a_letter_of_one_kind_holds_measures_of_its_own_type(house: SkippingHouse) -> None:
    path = house.draft(change=lambda text: text.replace("kind: mutual-assistance", "kind: preservation", 1))
    found = [each for each in check_draft(path, load_lawbook(), now().date()) if "holds no measure" in each.message]
    assert found
    assert all(path.read_text().split("\n")[each.line - 1].strip().startswith("type:") for each in found)
    assert all(each.fix == "write preservation, or kind: mutual-assistance" for each in found)
