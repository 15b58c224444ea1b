"""The inbox as it is served: uvicorn on a free port, over a home whose cases a real worker carries."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from temporalio.testing import WorkflowEnvironment

import worker
from rogatory.adapters.codec import encrypted_converter
from rogatory.profile import Profile
from rogatory.web.app import make_app
from tests.cli.opened_case import opened_case
from tests.stage import House, at
from tests.web.provider_here import ProviderHere, provider_here

CODE = "entry-code-of-the-test"


@dataclass
class Served:
    """An inbox that answers."""

    house: House
    address: str


@pytest.fixture
def look(home: Path) -> httpx.AsyncClient:
    """A browser without a window, at an inbox with one open case and no server behind it."""
    opened_case(home)
    app = make_app(Profile(home=home), CODE)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://127.0.0.1"
    )


async def signed_in(client: httpx.AsyncClient, official: str) -> str:
    """Signs in; returns the token that forms of this session carry."""
    answer = await client.post("/sign-in", data={"official": official, "code": CODE})
    assert answer.status_code == 303, answer.text
    text = (await client.get("/sessions")).text
    return text.split('name="token" value="', 1)[1].split('"', 1)[0]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderHere]:
    """The provider, running; what a test has its relay change lasts for that test only."""
    with provider_here(tmp_path_factory.mktemp("provider")) as made:
        yield made


@pytest.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    """A whole installation: server, worker, inbox."""
    async with whole(home) as made:
        yield made


@asynccontextmanager
async def whole(home: Path) -> AsyncIterator[Served]:
    """The same, for whoever is no test."""
    profile = Profile(home=home, task_queue="test")
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=encrypted_converter(profile.key_ring),
    )
    running, _ = worker.build(env.client, profile)
    profile = at(profile, env.client.service_client.config.target_host)
    async with env, running, _serving(profile) as address:
        yield Served(House(profile, env.client), address)


@asynccontextmanager
async def _serving(profile: Profile) -> AsyncIterator[str]:
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(profile, CODE), log_config=None, access_log=False))
    task = asyncio.create_task(server.serve(sockets=[door]))
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110  (uvicorn tells by this only)
            await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
