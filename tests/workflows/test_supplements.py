"""How a request stands is asked at any time, and one request may add to another."""

import pytest

from rogatory.custody.ledger import parse_line
from rogatory.errors import ChangedError, NotFoundError, UsageError
from rogatory.supplements import check_supplement
from schemas.documents import DocumentType
from schemas.extradition_acts import AskStatus
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse


def adding_to(reference: str, text: str) -> str:
    return text.replace("\nsubject:", f"\nsupplements: {reference}\nsubject:", 1)


def queries(house: SkippingHouse, reference: str) -> int:
    return [row.kind for row in house.desk.register.transmissions(reference)].count("status-query")


async def test_how_a_request_for_assistance_stands_is_asked(house: SkippingHouse) -> None:
    reference = await steps.brought_to(house, "transmission")
    with pytest.raises(ChangedError, match="Nothing was sent"):
        await house.prosecutor.act(reference, AskStatus)
    await steps.sent(house, reference)
    await house.prosecutor.act(reference, AskStatus, command_id="q1")
    await steps.acknowledged(house, reference)
    await house.task(reference, "evidence-return")
    again = await house.prosecutor.act(reference, AskStatus, command_id="q1")
    await house.reviewer_1.act(reference, AskStatus, note="The trial begins in March.")
    await steps.received(house, reference)
    await steps.signed_off(house, reference)
    await house.prosecutor.client.outcome(reference)
    assert again.command_id == "q1"
    assert queries(house, reference) == 2
    made = [row.type for row in house.desk.register.documents(reference)]
    assert made.count(DocumentType.STATUS_QUERY) == 2


async def test_a_supplementary_request_is_linked_on_record(house: SkippingHouse) -> None:
    first = await steps.submitted(house)
    second = await house.prosecutor.submit(
        house.draft("minimal-bank-records.yaml", lambda text: adding_to(first, text))
    )
    register = house.desk.register
    assert register.case(second).supplements == first
    assert register.case(first).supplements is None
    assert [row.reference for row in register.supplements(first)] == [second]
    opened = next(line for line in map(parse_line, house.desk.ledger.lines(second)) if line.chain == second)
    assert opened.facts["supplements"] == first
    register.rebuild()
    assert register.case(second).supplements == first
    await house.reviewer_1.decide(await house.task(second, "review"), "return", "Say which accounts.")
    await house.task(second, "correction")
    with pytest.raises(UsageError, match="a correction cannot change that"):
        await house.prosecutor.correct(second, house.draft("minimal-bank-records.yaml"))


async def test_what_a_supplementary_request_adds_to_must_fit(house: SkippingHouse) -> None:
    first = await steps.submitted(house)
    with pytest.raises(NotFoundError):
        await house.prosecutor.submit(house.draft(change=lambda text: adding_to("XV-2026-0777", text)))
    with pytest.raises(UsageError, match="says what"):
        await house.prosecutor.submit(house.draft(change=lambda text: adding_to(first, text)))
    assert len(house.desk.register.cases()) == 1
    elsewhere = house.desk.request(first).draft.model_copy(update={"supplements": first, "to_state": "XB"})
    with pytest.raises(UsageError, match="is a request to XN"):
        check_supplement(house.desk, elsewhere)
