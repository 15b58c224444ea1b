"""What a sign-in at a provider is refused for: answers that are not ours, tokens that do not hold, nobody's names."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from rogatory.adapters.officials import revoke
from rogatory.errors import UsageError
from tests.cli.opened_case import REFERENCE, TASK, opened_case
from tests.web.provider_here import KEYS, METADATA, SECRET, TOKENS, ProviderHere, free_port
from tests.web.signing_in_there import (
    ABSENT,
    WHY,
    begun,
    brought_back,
    browser_at,
    configured,
    signed_in_there,
    vouched,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(ABSENT, reason=WHY)]
COOKIE = "rogatory_session"
Forger = Callable[[ProviderHere, dict[str, Any]], Any]
OTHER_KEY = RSAKey.generate_key(2048)
EVERY = JWSRegistry(algorithms=["RS512", "none"], strict_check_header=False)


@pytest.fixture
def there(provider: ProviderHere) -> Iterator[ProviderHere]:
    yield provider
    provider.changes.clear()


@pytest.fixture
def look(home: Path, there: ProviderHere) -> httpx.AsyncClient:
    """A browser at an inbox with one open case, where officials sign in at the provider."""
    opened_case(home)
    return browser_at(configured(home, there.issuer, f"http://127.0.0.1:{there.inbox}"), there)


def signed(there: ProviderHere, claims: dict[str, Any]) -> str:
    """A token as the provider signs it."""
    return jwt.encode({"alg": "RS512", "kid": str(there.key.kid)}, claims, there.key, registry=EVERY)


def with_hmac(there: ProviderHere, claims: dict[str, Any], secret: bytes) -> str:
    """A token whose key is no secret of the provider's; by hand, since the library refuses to make one."""
    said = f"{_part({'alg': 'HS256', 'kid': there.key.kid})}.{_part(claims)}"
    return f"{said}.{urlsafe_b64encode(hmac.digest(secret, said.encode(), 'sha256')).rstrip(b'=').decode()}"


def swapped(token: str, claims: dict[str, Any]) -> str:
    """The token with other claims under its signature."""
    header, _, signature = token.split(".")
    return f"{header}.{_part(claims)}.{signature}"


def without(name: str, there: ProviderHere, claims: dict[str, Any]) -> str:
    """A token that lacks a claim."""
    return signed(there, {each: value for each, value in claims.items() if each != name})


def _part(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


FORGERIES: dict[str, Forger] = {
    "another key": lambda there, claims: jwt.encode({"alg": "RS512"}, claims, OTHER_KEY, registry=EVERY),
    "another key under the provider's id": lambda there, claims: jwt.encode(
        {"alg": "RS512", "kid": str(there.key.kid)}, claims, OTHER_KEY, registry=EVERY
    ),
    "an unknown key id": lambda there, claims: jwt.encode(
        {"alg": "RS512", "kid": "made-up"}, claims, OTHER_KEY, registry=EVERY
    ),
    "a key that the token brings along": lambda there, claims: jwt.encode(
        {"alg": "RS512", "jwk": OTHER_KEY.as_dict(private=False)}, claims, OTHER_KEY, registry=EVERY
    ),
    "alg none": lambda there, claims: jwt.encode({"alg": "none"}, claims, there.key, registry=EVERY),
    "the public key as a shared secret": lambda there, claims: with_hmac(
        there, claims, there.key.as_pem(private=False)
    ),
    "the client's secret": lambda there, claims: with_hmac(there, claims, SECRET.encode()),
    "a changed claim": lambda there, claims: swapped(signed(there, claims), claims | {"sub": "reviewer-1"}),
    "a wrong nonce": lambda there, claims: signed(there, claims | {"nonce": "another"}),
    "a nonce that is no text": lambda there, claims: signed(there, claims | {"nonce": [claims["nonce"]]}),
    "another issuer": lambda there, claims: signed(there, claims | {"iss": "https://evil.example"}),
    "another audience": lambda there, claims: signed(there, claims | {"aud": "another-client"}),
    "two audiences, given to the other": lambda there, claims: signed(
        there, claims | {"aud": ["rogatory", "other"], "azp": "other"}
    ),
    "for another, by us": lambda there, claims: signed(there, claims | {"aud": "another-client", "azp": "rogatory"}),
    "expired": lambda there, claims: signed(there, claims | {"exp": int(time.time()) - 90}),
    "of the future": lambda there, claims: signed(there, claims | {"nbf": int(time.time()) + 90}),
    "for an access token of another": lambda there, claims: signed(there, claims | {"at_hash": "x" * 43}),
    "garbage": lambda there, claims: "a.b.c",
    "nothing": lambda there, claims: None,
    "no text": lambda there, claims: {"alg": "none"},
    "an official that is a list": lambda there, claims: signed(there, claims | {"sub": ["signatory"]}),
    **{f"no {name}": partial(without, name) for name in ("iss", "aud", "exp", "iat", "nonce", "sub")},
}
"""What is made of the claims that the provider signed for the signatory."""


def forging(there: ProviderHere, forge: Callable[[dict[str, Any]], Any]) -> None:
    """Has the relay put another ID token in the place of the provider's."""

    def change(response: dict[str, Any]) -> dict[str, Any]:
        claims = jwt.decode(response["id_token"], there.key, registry=EVERY).claims
        return {**response, "id_token": forge(dict(claims))}

    there.changes[TOKENS] = change


async def refused(browser: httpx.AsyncClient, path: str) -> str:
    """Gives the answer, which must sign nobody in; returns the page."""
    answer = await browser.get(path)
    assert answer.status_code == 403, answer.text
    assert COOKIE not in browser.cookies
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert (await browser.get("/")).headers["location"] == "/sign-in"
    return answer.text


async def test_a_token_signed_anew_with_the_providers_key_signs_in(
    look: httpx.AsyncClient, there: ProviderHere
) -> None:
    """What the forgeries below are measured against; roles that a provider claims are nothing here."""
    forging(there, lambda claims: signed(there, claims | {"roles": ["registrar", "signatory"]}))
    await signed_in_there(look, "reviewer-1")
    assert (await look.get("/")).status_code == 200
    session = look.cookies[COOKIE]
    app = look._transport.app._app  # type: ignore[attr-defined]
    assert app.state.sessions.of(session).roles == {"reviewer"}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_token_that_does_not_hold_signs_nobody_in(
    look: httpx.AsyncClient, there: ProviderHere, name: str
) -> None:
    answer = await brought_back(look, "signatory")
    forging(there, lambda claims: FORGERIES[name](there, claims))
    page = await refused(look, answer)
    assert "The sign-in did not succeed." in page, name


@pytest.mark.parametrize(("late", "status"), [(30, 200), (90, 403)])
async def test_clocks_may_differ_by_a_minute(
    look: httpx.AsyncClient, there: ProviderHere, late: int, status: int
) -> None:
    forging(there, lambda claims: signed(there, claims | {"exp": int(time.time()) - late}))
    assert (await look.get(await brought_back(look, "signatory"))).status_code == status


async def test_a_provider_may_change_its_key(
    look: httpx.AsyncClient, there: ProviderHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys are read again for an id that is unknown, but not at every made-up id."""
    await signed_in_there(look, "signatory")
    new = RSAKey.generate_key(2048, auto_kid=True)
    there.changes[KEYS] = lambda keys: {"keys": [new.as_dict(private=False)]}
    header = {"alg": "RS512", "kid": str(new.kid)}
    forging(there, lambda claims: jwt.encode(header, claims, new, registry=EVERY))
    look.cookies.delete(COOKIE)
    await refused(look, await brought_back(look, "signatory"))
    monkeypatch.setattr("rogatory.adapters.sign_in_provider.NEW_KEYS_AFTER", 0.0)
    await signed_in_there(look, "signatory")


async def test_an_answer_counts_once(look: httpx.AsyncClient) -> None:
    """Neither the same answer again, nor its code in another sign-in."""
    answer = await brought_back(look, "signatory")
    assert (await look.get(answer)).status_code == 200
    look.cookies.delete(COOKIE)
    await refused(look, answer)
    code = httpx.URL(answer).params["code"]
    fresh = httpx.URL(await brought_back(look, "signatory"))
    await refused(look, str(fresh.copy_set_param("code", code)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "x" * 43),
        ("state", ""),
        ("state", "é" * 5000),
        ("code", "guessed"),
        ("code", ""),
        ("code", "x" * 5000),
        ("iss", "https://evil.example"),
        ("iss", ""),
        ("error", "access_denied"),
    ],
)
async def test_a_changed_answer_signs_nobody_in(look: httpx.AsyncClient, name: str, value: str) -> None:
    answer = httpx.URL(await brought_back(look, "signatory"))
    page = await refused(look, str(answer.copy_set_param(name, value)))
    assert "evil" not in page
    assert "access_denied" not in page


async def test_an_answer_without_its_issuer_signs_nobody_in(look: httpx.AsyncClient) -> None:
    """The provider says that it names itself in each answer (RFC 9207)."""
    answer = httpx.URL(await brought_back(look, "signatory"))
    await refused(look, str(answer.copy_remove_param("iss")))


async def test_an_answer_to_another_browser_signs_nobody_in(
    look: httpx.AsyncClient, home: Path, there: ProviderHere
) -> None:
    """An attacker has a victim open the answer to a sign-in of the attacker's own; and the attacker can go on."""
    answer = await brought_back(look, "prosecutor")
    victim = httpx.AsyncClient(transport=look._transport, base_url=look.base_url)
    await refused(victim, answer)
    await begun(victim)
    await refused(victim, answer)
    assert (await look.get(answer)).status_code == 200


async def test_a_code_without_its_verifier_is_nothing(look: httpx.AsyncClient, there: ProviderHere) -> None:
    """PKCE: whoever catches a code, and even knows the client's secret, gets no token for it."""
    answer = httpx.URL(vouched(await begun(look), "signatory"))
    form = {"grant_type": "authorization_code", "code": answer.params["code"]}
    form["redirect_uri"] = str(answer.copy_with(query=None))
    for verifier in ({}, {"code_verifier": "x" * 64}):
        async with httpx.AsyncClient(auth=("rogatory", SECRET), trust_env=False) as thief:
            stolen = await thief.post(f"{there.issuer}/oauth/token", data=form | verifier)
        assert stolen.status_code == 400, stolen.text


@pytest.mark.parametrize("name", ["stranger", "auditor", "service"])
async def test_nobody_without_an_entry_signs_in(look: httpx.AsyncClient, name: str) -> None:
    page = await refused(look, await brought_back(look, name))
    assert "The directory does not know you." in page
    assert name not in page


async def test_a_revoked_official_is_a_stranger(look: httpx.AsyncClient, home: Path) -> None:
    answer = await brought_back(look, "prosecutor")
    revoke(home, "prosecutor", now=datetime.now(UTC))
    assert "The directory does not know you." in await refused(look, answer)


async def test_names_that_differ_are_put_into_the_configuration(home: Path, there: ProviderHere) -> None:
    """And then the provider's other names are nobody's, even where they read like an official's."""
    address = f"http://127.0.0.1:{there.inbox}"
    configured(home, there.issuer, address, officials={"stranger": "signatory", "service": "service"})
    look = browser_at(home, there)
    assert "The directory does not know you." in await refused(look, await brought_back(look, "reviewer-1"))
    assert "The directory does not know you." in await refused(look, await brought_back(look, "service"))
    await signed_in_there(look, "stranger")
    assert "Mara Sorrel" in (await look.get("/")).text


async def test_auditors_are_named_here_and_only_read(home: Path, there: ProviderHere) -> None:
    """The provider's `auditor` is a stranger unless the configuration says so; it can make nobody both."""
    opened_case(home)
    address = f"http://127.0.0.1:{there.inbox}"
    configured(home, there.issuer, address, auditors=["stranger"])
    look, other = browser_at(home, there), browser_at(home, there)
    assert "The directory does not know you." in await refused(look, await brought_back(look, "auditor"))
    token = await signed_in_there(look, "stranger")
    await signed_in_there(other, "stranger")
    assert REFERENCE in (await look.get("/")).text
    answer = await look.post(f"/tasks/{TASK}/decide", data={"token": token, "command_id": "c-1", "verdict": "approve"})
    assert answer.status_code == 403
    assert (await look.get("/sessions")).text.count("/end") == 1, (
        "auditors share a name, and end each their own session"
    )
    configured(home, there.issuer, address, auditors=["auditor"])
    assert browser_at(home, there)
    for one in (look, other):
        assert (await one.get("/")).headers["location"] == "/sign-in", "a restart asks who audits anew"
    configured(home, there.issuer, address, auditors=["stranger"], officials={"stranger": "signatory"})
    with pytest.raises(UsageError, match="is an official too"):
        browser_at(home, there)


async def test_an_address_that_nobody_verified_names_nobody(home: Path, there: ProviderHere) -> None:
    """Whoever may write their own e-mail address into an account could write another's."""
    address = f"http://127.0.0.1:{there.inbox}"
    configured(home, there.issuer, address, claim="email", officials={"signatory@xv.example": "signatory"})
    look = browser_at(home, there)
    forging(there, lambda claims: signed(there, claims | {"email": "signatory@xv.example", "email_verified": False}))
    await refused(look, await brought_back(look, "signatory"))
    forging(there, lambda claims: signed(there, claims | {"email": "signatory@xv.example", "email_verified": True}))
    await signed_in_there(look, "signatory")


async def test_a_provider_that_is_away_is_said_plainly(home: Path, there: ProviderHere) -> None:
    """At the start, and between start and answer."""
    configured(home, f"http://localhost:{free_port()}", f"http://127.0.0.1:{there.inbox}")
    answer = await browser_at(home, there).get("/sign-in/start")
    assert answer.status_code == 503
    assert "The sign-in provider does not answer." in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "http://10.0.0.1/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": None},
    ],
    ids=str,
)
async def test_a_provider_that_cannot_be_trusted_is_not_asked(
    look: httpx.AsyncClient, there: ProviderHere, change: dict[str, Any]
) -> None:
    there.changes[METADATA] = lambda metadata: metadata | change
    answer = await look.get("/sign-in/start")
    assert answer.status_code == 503
    assert "location" not in answer.headers


async def test_sign_ins_are_limited_by_where_they_come_from(look: httpx.AsyncClient) -> None:
    starts = [(await look.get("/sign-in/start")).status_code for _ in range(11)]
    assert starts == [303] * 10 + [429]
    answers = [(await look.get("/sign-in/answer?code=guessed&state=guessed")).status_code for _ in range(21)]
    assert answers == [403] * 20 + [429]


async def test_another_site_cannot_begin_a_sign_in(look: httpx.AsyncClient) -> None:
    answer = await look.get("/sign-in/start", headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert not look.cookies


async def test_choosing_who_one_is_is_gone(look: httpx.AsyncClient) -> None:
    answer = await look.post("/sign-in", data={"official": "signatory", "code": ""})
    assert answer.status_code == 405
    assert "Mara Sorrel" not in (await look.get("/sign-in")).text


async def test_the_log_says_who_and_why_in_codes(
    look: httpx.AsyncClient, there: ProviderHere, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await signed_in_there(look, "reviewer-1")
    forging(there, lambda claims: signed(there, claims | {"nonce": "another"}))
    await look.get(await brought_back(look, "signatory"))
    ours = [each for each in caplog.records if each.name.startswith("rogatory.web")]
    assert [each.getMessage() for each in ours] == ["signed in", "sign-in refused"]
    assert vars(ours[0])["official"] == "reviewer-1"
    assert vars(ours[1])["kind"] == "NotVouched.InvalidClaimError"
