"""What the inbox refuses: strangers, other sites, forged forms, too many attempts, cases that are not the reader's."""

import json
import re
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar

from rogatory.adapters.sessions import IDLE, Sessions
from rogatory.errors import UsageError
from rogatory.profile import Profile
from rogatory.web.app import make_app
from tests.cli.opened_case import LETTER, REFERENCE, TASK
from tests.web.conftest import CODE, signed_in

PAGES = (
    "/",
    "/cases",
    f"/cases/{REFERENCE}",
    f"/tasks/{TASK}",
    "/deadlines",
    "/deadlines.ics",
    "/officials",
    "/sessions",
)


def decision(token: str, **changed: str) -> dict[str, str]:
    form = {"token": token, "command_id": "c-1", "letter": LETTER, "verdict": "approve", "reason": "", "ground": ""}
    return form | changed


async def test_nobody_reads_a_page_without_signing_in(look: httpx.AsyncClient) -> None:
    for path in (*PAGES, f"/cases/{REFERENCE}/documents/1.pdf", f"/cases/{REFERENCE}/documents/1/pages/1.png"):
        answer = await look.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path
        assert REFERENCE not in answer.text


async def test_the_entry_code_is_asked(look: httpx.AsyncClient) -> None:
    answer = await look.post("/sign-in", data={"official": "signatory", "code": "guessed"})
    assert answer.status_code == 403
    assert "rogatory_session" not in look.cookies


async def test_sign_ins_are_limited(look: httpx.AsyncClient) -> None:
    answers = [await look.post("/sign-in", data={"official": "signatory", "code": "guessed"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("official", ["service", "nobody", "../ca/root", "xn-central-authority", ""])
async def test_only_officials_of_ours_sign_in(look: httpx.AsyncClient, official: str) -> None:
    answer = await look.post("/sign-in", data={"official": official, "code": CODE})
    assert answer.status_code == 403
    assert "rogatory_session" not in look.cookies


async def test_keys_that_are_no_demo_keys_are_refused(home: Path) -> None:
    path = home / "anchors" / "own.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"demo": False}))
    with pytest.raises(UsageError, match="DEMO"):
        make_app(Profile(home=home), CODE)


async def test_headers_on_every_answer(look: httpx.AsyncClient) -> None:
    await signed_in(look, "reviewer-1")
    for path in (*PAGES, "/static/inbox.css", "/nowhere", "/cases/XV-1999-0001"):
        headers = (await look.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers.get("cache-control") == (None if path.startswith("/static") else "no-store"), path


async def test_pages_name_no_other_site_and_carry_no_script(look: httpx.AsyncClient) -> None:
    await signed_in(look, "reviewer-1")
    for path in PAGES:
        text = (await look.get(path)).text
        assert not re.search(r'(src|action)="(https?:)?//|<script|\son\w+=|\sstyle=', text), path
    assert "//" not in (await look.get("/static/inbox.css")).text.replace("/*", "")


async def test_another_name_of_the_machine_is_refused(look: httpx.AsyncClient) -> None:
    assert (await look.get("/sign-in", headers={"host": "evil.example"})).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {"origin": "null"}]
)
async def test_forms_of_other_sites_are_refused(look: httpx.AsyncClient, headers: dict[str, str]) -> None:
    token = await signed_in(look, "reviewer-1")
    answer = await look.post(f"/tasks/{TASK}/decide", data=decision(token), headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text


async def test_a_form_without_its_token_is_refused(look: httpx.AsyncClient) -> None:
    await signed_in(look, "reviewer-1")
    for token in ("", "x" * 43, "é"):
        answer = await look.post(f"/tasks/{TASK}/decide", data=decision(token))
        assert answer.status_code == 403, token


async def test_a_form_too_large_or_of_another_kind_is_refused(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "reviewer-1")
    large = await look.post(f"/tasks/{TASK}/decide", data=decision(token, reason="x" * 70_000))
    other = await look.post(f"/tasks/{TASK}/decide", json=decision(token))
    assert (large.status_code, other.status_code) == (400, 400)


async def test_a_session_that_is_ended_is_ended(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "reviewer-1")
    number = re.findall(r"/sessions/(\w+)/end", (await look.get("/sessions")).text)[0]
    cookie = look.cookies["rogatory_session"]
    assert (await look.post(f"/sessions/{number}/end", data={"token": token})).status_code == 303
    look.cookies.set("rogatory_session", cookie)
    assert (await look.get("/")).headers["location"] == "/sign-in"


async def test_signing_out_ends_the_session_on_the_server(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "reviewer-1")
    cookie = look.cookies["rogatory_session"]
    await look.post("/sign-out", data={"token": token})
    assert (await look.get("/", headers={"cookie": f"rogatory_session={cookie}"})).status_code == 303


def test_sessions_of_others_cannot_be_ended_and_idle_ones_lapse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Sessions(tmp_path / "inbox.sqlite")
    token = kept.begin("reviewer-1")
    session = kept.of(token)
    assert session is not None
    assert not kept.end(session.number, "reviewer-2")
    assert token not in (tmp_path / "inbox.sqlite").read_bytes().decode("latin-1")
    assert (tmp_path / "inbox.sqlite").stat().st_mode & 0o077 == 0
    monkeypatch.setattr("rogatory.adapters.sessions.IDLE", -IDLE)
    assert kept.of(token) is None


async def test_a_prosecutor_needs_to_know_their_own_cases_only(look: httpx.AsyncClient, home: Path) -> None:
    await signed_in(look, "prosecutor")
    assert (await look.get(f"/cases/{REFERENCE}")).status_code == 200
    await signed_in(look, "registrar-1")  # neither drafter nor central authority
    for path in (f"/cases/{REFERENCE}", f"/tasks/{TASK}", f"/cases/{REFERENCE}/documents/1.pdf"):
        assert (await look.get(path)).status_code == 404, path
    for path in ("/", "/?show=all", "/cases", "/cases?q=XV", "/deadlines", "/deadlines.ics"):
        assert REFERENCE not in (await look.get(path)).text, path


async def test_the_drafter_is_offered_no_decision(look: httpx.AsyncClient) -> None:
    await signed_in(look, "prosecutor")
    assert "/decide" not in (await look.get(f"/tasks/{TASK}")).text
    await signed_in(look, "reviewer-1")
    assert "/decide" in (await look.get(f"/tasks/{TASK}")).text


async def test_an_auditor_reads_and_does_nothing(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "auditor")
    for path in PAGES:
        assert (await look.get(path)).status_code == 200, path
    assert "/decide" not in (await look.get(f"/tasks/{TASK}")).text
    assert (await look.post(f"/tasks/{TASK}/decide", data=decision(token))).status_code == 403


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verdict": ""}, "Choose what you decide."),
        ({"verdict": "maybe"}, "Choose what you decide."),
        ({"verdict": "return"}, "Write your reason."),
        ({"verdict": "refuse", "reason": "No."}, "Choose the ground of refusal."),
    ],
)
async def test_a_form_with_a_gap_comes_back_with_its_words(
    look: httpx.AsyncClient, changed: dict[str, str], said: str
) -> None:
    token = await signed_in(look, "reviewer-1")
    answer = await look.post(f"/tasks/{TASK}/decide", data=decision(token, **changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert changed.get("reason", "") in answer.text


async def test_what_is_written_is_shown_as_words(look: httpx.AsyncClient) -> None:
    token = await signed_in(look, "reviewer-1")
    form = decision(token, verdict="refuse", reason="<b>bold</b>")
    assert "&lt;b&gt;bold" in (await look.post(f"/tasks/{TASK}/decide", data=form)).text
    assert "<b>x" not in (await look.get("/cases", params={"q": '"><b>x'})).text


@pytest.mark.parametrize("words", ["XV-2026", "bank", "BANK", "%"])
async def test_the_register_finds_by_reference_and_by_words(look: httpx.AsyncClient, words: str) -> None:
    await signed_in(look, "reviewer-1")
    found = f'href="/cases/{REFERENCE}"' in (await look.get("/cases", params={"q": words})).text
    assert found is (words != "%")


async def test_the_calendar_can_be_read(look: httpx.AsyncClient) -> None:
    await signed_in(look, "reviewer-1")
    events = Calendar.from_ical((await look.get("/deadlines.ics")).content).walk("VEVENT")
    assert [str(event["summary"]).split(":")[0] for event in events] == [REFERENCE]


@pytest.mark.parametrize(
    "path", ["/tasks/XV-2026-0001.review-9", "/cases/..%2f..", "/cases/x/documents/99.pdf", "/?page=-1"]
)
async def test_no_address_brings_a_traceback(look: httpx.AsyncClient, path: str) -> None:
    await signed_in(look, "reviewer-1")
    answer = await look.get(path)
    assert answer.status_code == (200 if "?" in path else 404)
    assert "Traceback" not in answer.text
