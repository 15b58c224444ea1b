"""A task is given to another official from its page and from the command line, and the procedure obeys."""

import json
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.keys import put_pin
from rogatory.cli import main
from rogatory.errors import RefusedError
from tests.cli import published
from tests.cli.opened_case import REFERENCE, TASK
from tests.web.conftest import Served, signed_in
from tests.workflows.steps import brought_to

PIN = "246 810"
MOVE = {"released": "reviewer-1", "to": "reviewer-2", "reason": "On leave."}


async def test_a_signatory_gives_it_to_another(look: httpx.AsyncClient, home: Path) -> None:
    put_pin(home / "officials" / "signatory.key", PIN)
    for official in ("reviewer-1", "prosecutor", "auditor"):
        token = await signed_in(look, official)
        assert "/reassign" not in (await look.get(f"/tasks/{TASK}")).text
        form = {"token": token, "command_id": "c-0", **MOVE}
        assert (await look.post(f"/tasks/{TASK}/reassign", data=form)).status_code == 403, official
    token = await signed_in(look, "signatory")
    form = {"token": token, "command_id": "c-1", **MOVE}
    forged = await look.post(f"/tasks/{TASK}/reassign", data={**form, "token": "stolen", "pin": PIN})
    wrong = await look.post(f"/tasks/{TASK}/reassign", data={**form, "pin": "111 111"})
    same = await look.post(f"/tasks/{TASK}/reassign", data={**form, "to": "reviewer-1", "pin": PIN})
    assert [each.status_code for each in (forged, wrong, same)] == [403, 403, 403]
    assert 'href="#reassign-pin"' in wrong.text
    assert "the same person" in same.text
    answer = await look.post(f"/tasks/{TASK}/reassign", data={**form, "pin": PIN})
    assert answer.status_code == 303, answer.text
    for path in (f"/tasks/{TASK}", f"/cases/{REFERENCE}"):
        shown = (await look.get(path)).text.split("Given to", 1)[1][:60]
        assert "<bdi>reviewer-2</bdi>" in shown
    assert f"{TASK} moved from reviewer-1 to reviewer-2" in (await look.get(f"/cases/{REFERENCE}")).text


async def test_the_command_line_says_the_same(
    look: httpx.AsyncClient, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    move = ("task", "reassign", TASK, "--from", "reviewer-1", "--to", "reviewer-2", "--reason", "On leave.")
    assert main.run((*move, "--as", "reviewer-2")) == 4
    capsys.readouterr()
    assert main.run((*move, "--as", "registrar-1", "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    published.check(["task", "reassign"], document)
    assert document["to"] == "reviewer-2"
    assert main.run(("task", "show", TASK, "--json")) == 0
    shown = json.loads(capsys.readouterr().out)
    published.check(["task", "show"], shown)
    assert shown["assigned"] == {"reviewer": ["reviewer-2"]}
    assert main.run(("task", "show", TASK)) == 0
    assert "With      reviewer-2" in capsys.readouterr().out


@pytest.mark.slow
async def test_the_procedure_obeys(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = served.house
    reference = await brought_to(house, "review")
    task = f"{reference}.review-1"
    monkeypatch.setenv("ROGATORY_HOME", str(house.profile.home))
    words = ("--from", "reviewer-1", "--to", "signatory-2", "--reason", "On leave.", "--as", "signatory")
    assert main.run(("task", "reassign", task, *words)) == 5, "nobody of that name"
    words = ("--from", "reviewer-1", "--to", "reviewer-2", "--reason", "On leave.", "--as", "signatory")
    assert main.run(("task", "reassign", task, *words)) == 0
    for official, offered in (("reviewer-1", False), ("reviewer-2", True)):
        async with httpx.AsyncClient(base_url=served.address) as client:
            await signed_in(client, official)
            assert (f"/tasks/{task}" in (await client.get("/")).text) is offered
            assert f"/tasks/{task}" in (await client.get("/?show=all")).text
            assert ('id="approve"' in (await client.get(f"/tasks/{task}")).text) is offered
        capsys.readouterr()
        assert main.run(("task", "list", "--mine", "--as", official, "--json")) == 0
        assert bool(json.loads(capsys.readouterr().out)) is offered
    house.desk.register.rebuild()
    assert house.desk.register.assigned([task]) == {task}
    with pytest.raises(RefusedError, match="was given to reviewer-2"):
        await house.reviewer_1.decide(task, "approve")
    await house.reviewer_2.decide(task, "approve")
    assert house.desk.register.task(task).approvals == 1
