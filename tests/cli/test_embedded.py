"""The embedded server, for real: one per home, found again after any death, nothing lost."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client

from rogatory.adapters import embedded
from rogatory.adapters.embedded import EmbeddedServer, keep_closed_cases, orphan
from rogatory.errors import ChangedError, UnreachableError
from rogatory.profile import Profile, alive, server_file

OWNER = """
    import asyncio, sys
    from pathlib import Path
    from rogatory.adapters.embedded import EmbeddedServer

    async def main():
        async with EmbeddedServer(Path(sys.argv[1])) as server:
            print(server.pid, flush=True)
            await asyncio.sleep(120)

    asyncio.run(main())
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home with spaces"


@pytest.fixture
def owner(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the server of the home, as `rogatory up` does."""
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(home)], stdout=subprocess.PIPE, text=True
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    if left := orphan(home):
        os.kill(left, signal.SIGKILL)


async def start_something(address: str) -> None:
    client = await Client.connect(address)
    await client.start_workflow("Nobody", id="XV-2026-0001", task_queue="nobody")


async def is_there(address: str) -> bool:
    client = await Client.connect(address)
    return (await client.get_workflow_handle("XV-2026-0001").describe()).id == "XV-2026-0001"


async def test_it_answers_is_noted_and_goes_without_a_trace(home: Path) -> None:
    server = EmbeddedServer(home)
    await server.start()
    profile = Profile.load({"ROGATORY_HOME": str(home)})
    assert profile.address == server.address
    assert profile.address.startswith("127.0.0.1:")
    assert profile.connection()["target_host"] == server.address
    pid = server.pid
    assert pid is not None
    await server.stop()
    assert not alive(pid)
    assert not server_file(home).exists()
    with pytest.raises(UnreachableError) as caught:
        Profile.load({"ROGATORY_HOME": str(home)}).connection()
    assert caught.value.hint == "Start it with: rogatory up"


async def test_its_files_are_its_owners_only(home: Path) -> None:
    async with EmbeddedServer(home):
        for file in [*(home / "temporal").iterdir(), *(home / "logs").iterdir(), home / "temporal"]:
            if file.name != "port":
                assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file


async def test_closed_cases_are_kept_for_ten_years(home: Path) -> None:
    async with EmbeddedServer(home) as server:
        client = await Client.connect(server.address)
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
        assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=3650)
        attributes = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        assert set(embedded.SEARCH_ATTRIBUTES) <= set(attributes.custom_attributes)


async def test_retention_is_raised_and_never_lowered(home: Path) -> None:
    async with EmbeddedServer(home) as server:
        client = await Client.connect(server.address)
        config = NamespaceConfig()
        config.workflow_execution_retention_ttl.FromTimedelta(timedelta(days=1))
        await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace="default", config=config))
        assert await keep_closed_cases(client, timedelta(days=30)) == timedelta(days=30)
        assert await keep_closed_cases(client, timedelta(days=2)) == timedelta(days=30)


async def test_what_was_started_is_there_after_a_restart_on_the_same_port(home: Path) -> None:
    async with EmbeddedServer(home) as server:
        first = server.address
        await start_something(first)
    async with EmbeddedServer(home, ui=True) as server:
        assert server.address == first
        assert server.ui_address.startswith("http://127.0.0.1:")
        assert await is_there(server.address)


async def test_a_taken_port_is_no_obstacle(home: Path) -> None:
    async with EmbeddedServer(home) as server:
        port = int(server.address.rpartition(":")[2])
    squatter = await asyncio.start_server(lambda _r, writer: writer.close(), "127.0.0.1", port)
    async with squatter, EmbeddedServer(home) as server:
        assert server.address != f"127.0.0.1:{port}"
        assert (await Client.connect(server.address)).namespace == "default"


async def test_two_servers_never_share_a_database(home: Path, owner: "subprocess.Popen[str]") -> None:
    assert owner.stdout
    pid = int(owner.stdout.readline())
    with pytest.raises(ChangedError, match=f"served already, by process {owner.pid}"):
        await EmbeddedServer(home).start()
    assert alive(pid)
    assert Profile.load({"ROGATORY_HOME": str(home)}).address
    owner.send_signal(signal.SIGKILL)


async def test_two_servers_of_one_process_never_share_a_database(home: Path) -> None:
    async with EmbeddedServer(home) as server:
        with pytest.raises(ChangedError, match="served already"):
            await EmbeddedServer(home).start()
        assert server.running()
        assert (await Client.connect(server.address)).namespace == "default"


async def test_a_server_whose_parent_was_killed_is_replaced_and_nothing_is_lost(
    home: Path, owner: "subprocess.Popen[str]"
) -> None:
    assert owner.stdout
    left = int(owner.stdout.readline())
    await start_something(Profile.load({"ROGATORY_HOME": str(home)}).address)
    owner.kill()
    owner.wait()
    assert alive(left), "the server outlives its parent: otherwise this tests nothing"
    assert orphan(home) == left
    async with EmbeddedServer(home) as server:
        assert server.pid != left
        assert await is_there(server.address)
        assert _gone(left)
    assert orphan(home) is None


async def test_a_killed_server_is_noticed_and_started_again_with_all_it_had(home: Path) -> None:
    server = EmbeddedServer(home)
    await server.start()
    await start_something(server.address)
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert await asyncio.wait_for(server.ended(), 10) == -signal.SIGKILL
    assert not server.running()
    assert Profile.load({"ROGATORY_HOME": str(home)}).address == ""
    await server.stop()
    async with EmbeddedServer(home) as again:
        assert await is_there(again.address)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"pid": "x"}', '{"address": "127.0.0.1:7233"}'])
def test_a_spoilt_note_counts_as_none(home: Path, content: str) -> None:
    (home / "temporal").mkdir(parents=True)
    server_file(home).write_text(content)
    assert Profile.load({"ROGATORY_HOME": str(home)}).address == ""
    assert orphan(home) is None


async def test_a_stale_note_is_no_obstacle(home: Path) -> None:
    (home / "temporal").mkdir(parents=True)
    server_file(home).write_text('{"pid": 4194303, "owner": 4194302, "address": "127.0.0.1:99999"}')
    async with EmbeddedServer(home) as server:
        assert json.loads(server_file(home).read_text())["address"] == server.address


async def test_a_number_gone_to_another_process_is_left_alone(home: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])  # noqa: ASYNC220
    (home / "temporal").mkdir(parents=True)
    note = {"address": "127.0.0.1:7233", "pid": bystander.pid, "owner": bystander.pid, "owner_command": "rogatory up"}
    server_file(home).write_text(json.dumps(note))
    try:
        assert orphan(home) is None
        async with EmbeddedServer(home):
            assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


async def test_a_missing_program_names_what_brings_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(UnreachableError, match="no Temporal server beside") as caught:
        await EmbeddedServer(home).start()
    assert "rogatory[embedded]" in caught.value.hint
    assert not home.exists()


async def test_a_server_that_cannot_start_says_why_and_frees_the_home(home: Path) -> None:
    (home / "temporal").mkdir(parents=True)
    (home / "temporal" / "temporal.sqlite").write_bytes(b"this is no database" * 100)
    before = time.monotonic()
    with pytest.raises(UnreachableError, match=r"did not come up: .+") as caught:
        await EmbeddedServer(home).start()
    assert str(home / "logs" / "temporal.log") in caught.value.hint
    assert time.monotonic() - before < 30
    (home / "temporal" / "temporal.sqlite").unlink()
    async with EmbeddedServer(home) as server:
        assert server.running()


def _gone(pid: int) -> bool:
    """No such process, or only its corpse: nobody may reap an orphan in a container."""
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return not alive(pid)
