"""Officials whose keys are on a PKCS#11 token beside the server decide in the browser, each by their own PIN."""

import json
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.custody.verify_ledger import verify_lines
from tests.stage import copy_home
from tests.unit import soft_token
from tests.unit.soft_token import PIN, SoftTokens
from tests.web.conftest import Served, signed_in
from tests.workflows.steps import brought_to

pytestmark = pytest.mark.skipif(bool(soft_token.missing()), reason=soft_token.missing())
ON_TOKEN = ("reviewer-1", "reviewer-2", "signatory")


@pytest.fixture
def home(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One token holds the service's key and the officials'; the service's PIN stands in the environment and a file."""
    home = copy_home(founded, tmp_path / "home")
    tokens = SoftTokens(tmp_path / "softhsm", monkeypatch)
    tokens.make("all")
    secret = home / "pin"
    secret.write_text(PIN)
    secret.chmod(0o600)
    named = {"module": soft_token.module(), "token": "all"}
    signers = {"service": {**named, "key": "service"}}
    tokens.take("all", home / "keys" / "service.key", "service", "09")
    for number, official in enumerate(ON_TOKEN, 1):
        tokens.take("all", home / "officials" / f"{official}.key", official, f"0{number}")
        signers[official] = {**named, "key": official, "pin_file": "pin"}
    configuration = json.loads((home / "config.json").read_bytes())
    (home / "config.json").write_text(json.dumps({**configuration, "signers": signers}))
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    return home


async def test_a_decision_is_signed_by_the_token_and_by_nobody_elses_pin(served: Served) -> None:
    house = served.house
    reference = await brought_to(house, "review")
    row = house.desk.register.task(f"{reference}.review-1")
    assert row.letter
    async with httpx.AsyncClient(base_url=served.address, timeout=60) as client:
        move = {"released": "reviewer-1", "to": "reviewer-2", "reason": "On leave.", "command_id": "c-move"}
        token = await signed_in(client, "signatory")
        answer = await client.post(f"/tasks/{row.id}/reassign", data={**move, "token": token})
        assert (answer.status_code, "none was given" in answer.text) == (403, True), (
            "every form counts the typed PIN only"
        )
        for official in ON_TOKEN:
            token = await signed_in(client, official)
            asked = (await client.get(f"/tasks/{row.id}")).text
            assert 'name="pin"' in asked
            form = {"token": token, "command_id": f"c-{official}", "verdict": "approve", "letter": row.letter}
            for pin, said in (("", "none was given"), ("999999", "not the PIN")):
                answer = await client.post(f"/tasks/{row.id}/decide", data={**form, "pin": pin})
                assert (answer.status_code, said in answer.text) == (403, True), answer.text[:2000]
                assert pin not in answer.text or not pin
            answer = await client.post(f"/tasks/{row.id}/decide", data={**form, "pin": PIN})
            assert answer.status_code == 303, answer.text[:2000]
    decided = [event.by for event in house.desk.register.timeline(reference) if event.event == "decide"]
    assert decided == list(ON_TOKEN)
    await house.task(reference, "transmission")
    letter = next(row for row in house.desk.register.documents(reference) if row.signed_digest)
    assert letter.signed_digest
    anchors = house.desk.anchors.own()
    assert verify_pdf(house.desk.vault.read(reference, letter.signed_digest), anchors).ok
    found = verify_lines(house.desk.ledger.lines(reference), anchors, house.desk.ledger.head(reference))
    assert [check.name for check in found.report.checks if not check.ok] == ["closing entry"]
    logs = b"".join(path.read_bytes() for path in house.profile.home.rglob("*.log"))
    assert PIN.encode() not in logs


async def test_a_token_that_is_not_there_loses_no_words(served: Served) -> None:
    house = served.house
    reference = await brought_to(house, "review")
    row = house.desk.register.task(f"{reference}.review-1")
    path = house.profile.home / "config.json"
    configuration = json.loads(path.read_bytes())
    configuration["signers"]["reviewer-1"]["token"] = "pulled-out"
    path.write_text(json.dumps(configuration))
    assert row.letter
    async with httpx.AsyncClient(base_url=served.address, timeout=60) as client:
        token = await signed_in(client, "reviewer-1")
        form = {"token": token, "command_id": "c-1", "verdict": "return", "letter": row.letter, "pin": PIN}
        answer = await client.post(f"/tasks/{row.id}/decide", data={**form, "reason": "The account is not named."})
    assert answer.status_code == 503
    assert "The token pulled-out is not there" in answer.text
    assert "The account is not named." in answer.text
    assert house.events(reference).count("decide") == 0
