"""Sessions of officials who signed in at a provider: when they begin and end, and what guards them."""

import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.keys import put_pin
from rogatory.adapters.officials import change_directory, open_ledger, revoke, rotate
from rogatory.adapters.sessions import Sessions
from rogatory.cli.doctor_sign_in import sign_in
from rogatory.custody.directory import ADDED
from rogatory.profile import Profile
from rogatory.web.app import make_app
from schemas.custody import Official
from schemas.identifiers import Role
from tests.cli.opened_case import REFERENCE, opened_case
from tests.web.every_page import pages_of
from tests.web.provider_here import METADATA, ProviderHere
from tests.web.signing_in_there import (
    ABSENT,
    WHY,
    begun,
    brought_back,
    browser_at,
    configured,
    signed_in_there,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(ABSENT, reason=WHY)]
COOKIE = "rogatory_session"


@pytest.fixture
def look(home: Path, provider: ProviderHere) -> httpx.AsyncClient:
    """A browser at an inbox with one open case, where officials sign in at the provider."""
    opened_case(home)
    return browser_at(configured(home, provider.issuer, f"http://127.0.0.1:{provider.inbox}"), provider)


def enter(home: Path, official: Official, *more: Role) -> None:
    """Has the registrars enter the official's record with further roles."""
    record = official.model_copy(update={"roles": (*official.roles, *more)})
    change_directory(home, open_ledger(home), ADDED, {"official": record.model_dump(mode="json")}, datetime.now(UTC))


async def test_the_doctor_asks_the_provider(home: Path, provider: ProviderHere) -> None:
    configured(home, provider.issuer, "https://inbox.example")
    found = await asyncio.to_thread(sign_in, Profile(home=home))
    assert found.ok is False
    assert "no PIN for the keys of prosecutor, " in found.detail
    for key in (home / "officials").glob("*.key"):
        put_pin(key, "246 810")
    found = await asyncio.to_thread(sign_in, Profile(home=home))
    assert found.ok is True
    assert provider.issuer in found.detail


async def test_need_to_know_is_judged_as_with_any_sign_in(look: httpx.AsyncClient) -> None:
    await signed_in_there(look, "prosecutor")
    assert (await look.get(f"/cases/{REFERENCE}")).status_code == 200
    assert "/decide" not in (await look.get(f"/tasks/{REFERENCE}.review-1")).text


async def test_signing_in_again_changes_the_session_and_ends_the_one_before(look: httpx.AsyncClient) -> None:
    """A token that somebody put into the browser beforehand is not what the official signs in to."""
    look.cookies.set(COOKIE, "planted", domain="127.0.0.1", path="/")
    answer = await look.get(await brought_back(look, "signatory"))
    assert answer.status_code == 200
    first = look.cookies[COOKIE]
    assert first != "planted"
    await signed_in_there(look, "reviewer-1")
    assert look.cookies[COOKIE] != first
    old = await look.get("/", headers={"cookie": f"{COOKIE}={first}"})
    assert (old.status_code, old.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("event", ["revoked", "rotated", "role dropped"])
async def test_a_session_ends_when_the_directory_takes_something_away(
    look: httpx.AsyncClient, home: Path, event: str
) -> None:
    """At the next request; and it stays ended when the entry comes back."""
    known = open_ledger(home).officials()["reviewer-1"]
    enter(home, known, Role.SIGNATORY)
    await signed_in_there(look, "reviewer-1")
    assert (await look.get("/")).status_code == 200
    if event == "revoked":
        revoke(home, "reviewer-1", now=datetime.now(UTC))
    elif event == "rotated":
        rotate(home, "reviewer-1", now=datetime.now(UTC))
    else:
        enter(home, known)
    answer = await look.get("/cases")
    assert answer.status_code == 403
    assert REFERENCE not in answer.text
    if event == "role dropped":
        enter(home, known, Role.SIGNATORY)
    assert (await look.get("/cases")).headers["location"] == "/sign-in"


async def test_a_role_that_is_added_ends_nothing(look: httpx.AsyncClient, home: Path) -> None:
    await signed_in_there(look, "reviewer-1")
    enter(home, open_ledger(home).officials()["reviewer-1"], Role.SIGNATORY)
    assert (await look.get("/cases")).status_code == 200


async def test_signing_out_ends_it_here_and_leads_to_the_provider(
    look: httpx.AsyncClient, provider: ProviderHere
) -> None:
    token = await signed_in_there(look, "signatory")
    session = look.cookies[COOKIE]
    answer = await look.post("/sign-out", data={"token": token})
    assert answer.status_code == 200
    assert f'content="0; url={provider.issuer}/oauth/end_session?client_id=rogatory&amp;' in answer.text
    assert COOKIE not in look.cookies
    assert (await look.get("/", headers={"cookie": f"{COOKIE}={session}"})).status_code == 303


async def test_signing_out_works_without_a_provider(
    look: httpx.AsyncClient, provider: ProviderHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await signed_in_there(look, "signatory")
    elsewhere = {"end_session_endpoint": "http://evil.example"}
    monkeypatch.setitem(provider.changes, METADATA, lambda metadata: metadata | elsewhere)
    monkeypatch.setattr("rogatory.adapters.sign_in_provider.FRESH", -1.0)
    answer = await look.post("/sign-out", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    ("headers", "token"),
    [({}, "x" * 43), ({}, ""), ({"sec-fetch-site": "cross-site"}, None), ({"origin": "http://localhost:1"}, None)],
)
async def test_nobody_else_signs_an_official_out(
    look: httpx.AsyncClient, headers: dict[str, str], token: str | None
) -> None:
    own = await signed_in_there(look, "signatory")
    answer = await look.post("/sign-out", data={"token": own if token is None else token}, headers=headers)
    assert answer.status_code == 403
    assert (await look.get("/")).status_code == 200


async def test_headers_and_cookies_of_the_new_pages(look: httpx.AsyncClient) -> None:
    """The policy stays as strict: no page of a sign-in may send a form, or load a thing, anywhere else."""
    await look.get("/sign-in/start")
    for path in ("/sign-in", "/sign-in/answer", await brought_back(look, "signatory"), "/sign-in/start"):
        answer = await look.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "form-action 'self'" in policy
        assert "localhost" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers, "an address in clear, on this machine"
        assert not re.search(r"<script|\son\w+=|\sstyle=", answer.text), path
        for cookie in answer.headers.get_list("set-cookie"):
            assert "httponly" in cookie.lower(), path
            strictness = "lax" if cookie.startswith("rogatory_sign_in=") else "strict"
            assert f"samesite={strictness}" in cookie.lower(), path
    assert len(look.cookies[COOKIE]) > 40


async def test_the_provider_is_told_nothing_and_leaves_nothing_behind(
    look: httpx.AsyncClient, home: Path, provider: ProviderHere
) -> None:
    """Neither its tokens nor ours lie in the home; what it is asked for is who, and no more."""
    address = httpx.URL(await begun(look))
    assert address.params["scope"] == "openid"
    assert address.params["code_challenge_method"] == "S256"
    assert address.params["response_type"] == "code"
    await signed_in_there(look, "signatory")
    kept = (home / "inbox.sqlite").read_bytes()
    for token in (provider.said[-1]["id_token"], provider.said[-1]["access_token"], look.cookies[COOKIE]):
        assert token.encode() not in kept
        assert token.rsplit(".", 1)[-1].encode() not in kept


def test_every_page_of_the_sign_in_is_known(home: Path, provider: ProviderHere) -> None:
    """What the demonstration's inbox has, and the steps at the provider, which test_provider_walk opens."""
    demo = pages_of(make_app(Profile(home=home), "code"))
    configured(home, provider.issuer, "http://127.0.0.1:1")
    assert pages_of(make_app(Profile(home=home), "")) - demo == {"/sign-in/start", "/sign-in/answer"}


def test_sessions_of_an_earlier_release_are_let_go(tmp_path: Path) -> None:
    """They do not say with which key and roles they began."""
    path = tmp_path / "inbox.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "create table sessions (token_digest text primary key, number text not null unique, official text not "
            "null, form_token text not null, began text not null, seen text not null, ended text)"
        )
    kept = Sessions(path)
    session = Sessions(path).of(kept.begin("signatory", "k", ["signatory", "reviewer"]))
    assert session is not None
    assert session.keyid == "k"
    assert session.roles == {"signatory", "reviewer"}
