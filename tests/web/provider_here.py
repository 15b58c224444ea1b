"""A real OpenID Connect provider (Canaille) on this machine, behind a relay that changes its answers when told to.

The relay is how a provider that does its work well comes to send what an attacker would: everything else it passes on
as it is. People and the inbox know only the relay's address, `http://localhost:PORT`: another site than the inbox's
127.0.0.1, as a provider's is.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).parents[2] / ".dev" / "provider" / "bin" / "canaille"
WITHIN = 60.0  # seconds to start
PASSWORD = "staple-battery-horse-31"
SECRET = "secret-of-the-client"
PEOPLE = ("signatory", "reviewer-1", "prosecutor", "stranger", "auditor", "service")
"""Who has an account: three officials, and three names that are nobody's of ours."""
TOKENS, KEYS, METADATA = "/oauth/token", "/oauth/jwks.json", "/.well-known/openid-configuration"
KEPT = {"host", "cookie", "content-type", "authorization", "accept", "referer", "origin"}


@dataclass
class ProviderHere:
    """The provider, and what it was told of us."""

    issuer: str
    key: RSAKey
    """Its signing key: what it signs, a test can sign too."""
    inbox: int
    """The port under which it knows an inbox of ours, http on 127.0.0.1."""
    secure: int
    """The same, https."""
    said: list[dict[str, Any]] = field(default_factory=list)
    """The token responses that went through."""
    changes: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    """What the relay makes of the provider's JSON at a path."""


@contextmanager
def provider_here(folder: Path) -> Iterator[ProviderHere]:
    """Runs it, with accounts for PEOPLE."""
    relay, inside, inbox, secure = (free_port() for _ in range(4))
    made = ProviderHere(
        f"http://localhost:{relay}", RSAKey.generate_key(2048, auto_kid=True), inbox=inbox, secure=secure
    )
    environment = _configured(folder, made)
    for command, given in (("install", ""), ("restore", json.dumps(_models(made)))):
        subprocess.run([HERE, command], input=given.encode(), env=environment, check=True, capture_output=True)
    with (
        _process([str(HERE), "run", "--bind", f"127.0.0.1:{inside}"], environment, folder, inside),
        _relay(made, relay, inside),
    ):
        yield made


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _configured(folder: Path, made: ProviderHere) -> dict[str, str]:
    key = ", ".join(f"{name} = {json.dumps(value)}" for name, value in made.key.as_dict(private=True).items())
    (folder / "config.toml").write_text(
        f"""
SECRET_KEY = "of-the-test"
SERVER_NAME = "{made.issuer.removeprefix("http://")}"
PREFERRED_URL_SCHEME = "http"
[CANAILLE]
DATABASE = "sql"
JAVASCRIPT = false
HTMX = false
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{folder}/provider.sqlite"
[CANAILLE_OIDC]
ACTIVE_JWKS = [{{{key}}}]
"""
    )
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CANAILLE_CONFIG": str(folder / "config.toml"),
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }


def _models(made: ProviderHere) -> dict[str, Any]:
    at = "2026-11-23T00:00:00+00:00"
    homes = [f"http://127.0.0.1:{made.inbox}", f"https://127.0.0.1:{made.secure}"]
    client = {
        "id": "client-1",
        "created": at,
        "last_modified": at,
        "client_id": "rogatory",
        "client_secret": SECRET,
        "client_name": "Rogatory",
        "client_uri": "http://127.0.0.1",
        "redirect_uris": [f"{each}/sign-in/answer" for each in homes],
        "post_logout_redirect_uris": [f"{each}/sign-in" for each in homes],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": ["openid", "profile", "email"],
        "audience": ["client-1"],
    }
    people = [
        {
            "id": f"user-{each}",
            "created": at,
            "last_modified": at,
            "user_name": each,
            "password": PASSWORD,
            "family_name": each,
            "emails": [f"{each}@xv.example"],
        }
        for each in PEOPLE
    ]
    return {"user": people, "client": [client]}


@contextmanager
def _process(command: list[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            end = time.monotonic() + WITHIN
            while not _answers(port):
                assert process.poll() is None, (folder / "provider.log").read_text()
                assert time.monotonic() < end
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def _relay(made: ProviderHere, port: int, inside: int) -> Iterator[None]:
    issued = 0

    async def pass_on(request: Request) -> Response:
        nonlocal issued
        # Canaille 0.3.6 makes the same access token twice for one person in one second, and fails on the second.
        if request.url.path == TOKENS and int(time.time()) == issued:
            await asyncio.sleep(1.01 - time.time() % 1)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.request(
                request.method,
                f"http://127.0.0.1:{inside}{request.url.path}?{request.url.query}",
                headers=[(name, value) for name, value in request.headers.items() if name in KEPT],
                content=await request.body(),
            )
        content = answer.content
        if request.url.path == TOKENS:
            issued = int(time.time())
        if request.url.path == TOKENS and answer.status_code == 200:
            made.said.append(answer.json())
        if request.url.path in made.changes and answer.status_code == 200:
            content = json.dumps(made.changes[request.url.path](answer.json())).encode()
        passed = Response(content, answer.status_code)
        dropped = {"content-length", "content-encoding", "transfer-encoding"}
        passed.raw_headers += [
            (name.lower(), value) for name, value in answer.headers.raw if name.decode().lower() not in dropped
        ]
        return passed

    app = Starlette(routes=[Route("/{path:path}", pass_on, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="localhost", port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        end = time.monotonic() + WITHIN
        while not server.started:
            assert time.monotonic() < end
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def installed() -> bool:
    """Whether the provider is here."""
    return shutil.which(str(HERE)) is not None
