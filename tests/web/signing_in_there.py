"""Signing in at the real provider without a browser: what its pages ask for is filled in, its answers are read."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from rogatory.profile import Profile
from rogatory.web.app import make_app
from tests.web.provider_here import PASSWORD, SECRET, ProviderHere, installed

ABSENT = not installed()
AT_PROVIDER: dict[str, httpx.Cookies] = {}
"""What the provider gave each official's browser: as with people, it asks for the password once."""
WHY = "there is no provider here: ./dev provider"


def configured(home: Path, issuer: str, address: str, **words: Any) -> Path:
    """Writes the section `sign_in`, and the secret's file."""
    path = home / "config.json"
    secret = home / "keys" / "sign-in.secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    section = {"issuer": issuer, "client_id": "rogatory", "client_secret_file": "keys/sign-in.secret"}
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"sign_in": {**section, "address": address, **words}}))
    return home


def browser_at(home: Path, provider: ProviderHere) -> httpx.AsyncClient:
    """A browser without a window, at an inbox that the provider knows."""
    transport = httpx.ASGITransport(make_app(Profile(home=home), ""), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{provider.inbox}")


async def begun(browser: httpx.AsyncClient) -> str:
    """Begins a sign-in; returns the provider's address."""
    answer = await browser.get("/sign-in/start")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def vouched(address: str, official: str) -> str:
    """Signs in at the provider's own pages, once for each official; returns where it sends the browser back to."""
    with httpx.Client(trust_env=False, cookies=AT_PROVIDER.setdefault(official, httpx.Cookies())) as there:
        answer = there.get(address)
        for _ in range(12):
            location = str(answer.headers.get("location", ""))
            if "/sign-in/answer?" in location:
                AT_PROVIDER[official] = there.cookies
                return location
            if location:
                answer = there.get(answer.url.join(location))
                continue
            assert answer.status_code == 200, answer.text
            token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[0]
            field = {"password": PASSWORD} if 'name="password"' in answer.text else {"login": official}
            answer = there.post(answer.url, data={"csrf_token": token, **field})
    raise AssertionError("the provider did not send the browser back")


async def brought_back(browser: httpx.AsyncClient, official: str) -> str:
    """The provider's answer, not yet given to the inbox: path and query."""
    return httpx.URL(vouched(await begun(browser), official)).raw_path.decode()


async def signed_in_there(browser: httpx.AsyncClient, official: str) -> str:
    """Signs in; returns the token that forms of this session carry."""
    answer = await browser.get(await brought_back(browser, official))
    assert answer.status_code == 200, answer.text
    text = (await browser.get("/sessions")).text
    return text.split('name="token" value="', 1)[1].split('"', 1)[0]
