"""Signing in a case: an authority that falls silent holds up a signature and spoils nothing; keys on a token."""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.adapters.signing_settings import TimestampSettings, write_timestamps
from rogatory.adapters.timestamp_authority import DemoTimeAuthority
from rogatory.custody.ledger import parse_line
from rogatory.errors import UnreachableError
from tests.stage import copy_home
from tests.unit import soft_token
from tests.unit.soft_token import PIN, SoftTokens
from tests.unit.stamping_house import web_server
from tests.unit.test_timestamps import asked, posted, say
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse

pytestmark = pytest.mark.skipif(bool(soft_token.missing()), reason=soft_token.missing())


@pytest.fixture
def home(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The signatory's key and the service's are on a token, and their files are gone."""
    home = copy_home(founded, tmp_path / "home")
    tokens = SoftTokens(tmp_path / "softhsm", monkeypatch)
    tokens.make("case")
    tokens.take("case", home / "officials" / "signatory.key", "signatory", "01")
    tokens.take("case", home / "keys" / "service.key", "service", "02")
    named = {"module": soft_token.module(), "token": "case"}
    configuration = json.loads((home / "config.json").read_bytes())
    configuration["signers"] = {who: {**named, "key": who} for who in ("signatory", "service")}
    (home / "config.json").write_text(json.dumps(configuration))
    monkeypatch.setenv("ROGATORY_PIN", PIN)
    return home


class Moody:
    """An authority that leaves some of its queries, counted from one, without an answer."""

    def __init__(self, url: str, refused: set[int]) -> None:
        self.url, self.refused, self.queries = url, refused, 0

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        query, self.queries = asked(handler), self.queries + 1
        if self.queries in self.refused:
            say(handler, b"", status=503)
        else:
            say(handler, posted(self.url, query))


def noted(house: SkippingHouse, reference: str, event: str) -> list[str]:
    """The levels of signatures that the ledger notes with those events."""
    entries = [parse_line(line) for line in house.desk.ledger.lines(reference)]
    return [str(one.facts["signature"]) for one in entries if one.event == event and "signature" in one.facts]


def kept(house: SkippingHouse) -> set[Path]:
    return {path for path in (house.profile.home / "vault").rglob("*") if path.is_file()}


async def test_a_silent_authority_holds_up_signature_and_seal_and_spoils_nothing(house: SkippingHouse) -> None:
    home = house.profile.home
    with DemoTimeAuthority(home) as authority:
        moody = Moody(authority.url, refused={1, 5, 6})  # the letter takes three: for size, signature, archive
        with web_server(moody) as url:
            write_timestamps(home, TimestampSettings(url=url, lists=("ca/root.crl",)))
            reference = await steps.submitted(house)
            task = await house.task(reference, "review")
            await house.reviewer_1.decide(task, "approve")
            await house.reviewer_2.decide(task, "approve")
            events, files = house.events(reference), kept(house)
            with pytest.raises(UnreachableError, match="answered with status 503") as refused:
                await house.signatory.decide(task, "approve", command_id="signed-once")
            assert (refused.value.exit_code, "Nothing was signed" in refused.value.hint) == (69, True)
            assert (house.events(reference), kept(house)) == (events, files)
            await house.signatory.decide(task, "approve", command_id="signed-once")
            await house.task(reference, "transmission")
    assert [note[:12] for note in noted(house, reference, "decide")] == ["B-LTA until "]
    seals = noted(house, reference, "document-made")
    assert seals
    assert all(note.startswith("B-LTA until ") for note in seals)
    assert moody.queries >= 6 + 3  # the activity asked again
    row = next(row for row in house.desk.register.documents(reference) if row.signed_digest)
    assert row.signed_digest
    report = verify_pdf(house.desk.vault.read(reference, row.signed_digest), house.desk.anchors.own())
    assert report.ok, report.checks
    assert report.signatures[0].level == "B-LTA"
    told = "".join(house.desk.ledger.lines(reference))
    for workflow in (reference, f"{reference}.review-1"):
        told += (await house.temporal.get_workflow_handle(workflow).fetch_history()).to_json()
    assert PIN not in told
