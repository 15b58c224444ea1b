"""A request is returned with a reason for each field; what the drafter reads names the fields."""

import json

import httpx
import pytest

from rogatory.cli import main
from rogatory.web.returning import told
from tests.cli import published
from tests.cli.opened_case import LETTER, TASK
from tests.web.conftest import Served, signed_in
from tests.workflows.steps import brought_to, corrected


def test_each_field_has_a_line() -> None:
    rows = {"field-1": "facts", "why-1": "Say when.", "field-3": "persons[1]", "why-3": "Give the date of birth."}
    assert told(rows, "And shorter.") == "facts: Say when.\npersons[1]: Give the date of birth.\nAnd shorter."
    assert told({}, "") == ""


async def test_the_form_names_the_fields_and_keeps_what_was_typed(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "reviewer-1")
    shown = (await look.get(f"/tasks/{TASK}")).text
    for field in ("facts", "persons[1]", "offences[1]"):
        assert f"<option>{field}</option>" in shown
    form = {"token": token, "command_id": "c-1", "letter": LETTER, "verdict": "refuse", "why-1": "Say when."}
    answer = await look.post(f"/tasks/{TASK}/decide", data=form)
    assert answer.status_code == 422
    assert 'href="#ground"' in answer.text
    # The address a form is sent to is no page: links that only change the language would lead into an error.
    assert ("?lang=fr" in shown, "?lang=" in answer.text) == (True, False)


@pytest.mark.slow
async def test_the_reasons_reach_the_drafter(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the form to the ledger, and from there to the drafter's page and command line; until it is corrected."""
    house = served.house
    monkeypatch.setenv("ROGATORY_HOME", str(house.profile.home))
    reference = await brought_to(house, "review")
    task = f"{reference}.review-1"
    letter = house.desk.register.task(task).letter
    assert letter
    fields = {"field-1": "facts", "why-1": "Say when.", "field-2": "persons[1]", "why-2": "Give the date of birth."}
    words = ["facts: Say when.", "persons[1]: Give the date of birth.", "And shorter."]

    def shown() -> object:
        assert main.run(("case", "show", reference, "--json")) == 0
        document = json.loads(capsys.readouterr().out)
        published.check(["case", "show"], document)
        return document["returned"]

    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        token = await signed_in(client, "reviewer-1")
        form = {"token": token, "command_id": "c-1", "letter": letter, "verdict": "return", "reason": "And shorter."}
        assert shown() is None
        answer = await client.post(f"/tasks/{task}/decide", data=form | fields)
        assert answer.status_code == 303, answer.text
        await house.task(reference, "correction")
        await signed_in(client, "prosecutor")
        page = (await client.get(f"/cases/{reference}")).text
    assert all(f'<li dir="auto">{each}</li>' in page for each in words)
    found = shown()
    assert isinstance(found, dict)
    assert (found["by"], found["reasons"]) == ("reviewer-1", words)
    assert main.run(("case", "show", reference)) == 0
    said = capsys.readouterr().out
    assert all(each in said for each in words)
    await house.prosecutor.correct(reference, house.draft(change=corrected))
    await house.task(reference, "review")
    assert shown() is None
