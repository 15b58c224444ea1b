"""`rogatory up`, and a request from draft to dispatch, typed as people type it; real server, real worker."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.adapters.embedded import orphan
from rogatory.profile import alive, server_file
from tests.cli import published

pytestmark = pytest.mark.slow


class Shell:
    """The command line over one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "ROGATORY_"))}
        self.environment = {**clean, "ROGATORY_HOME": str(home), "PYTHONUTF8": "1"}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "rogatory", *arguments]
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
            stdin=subprocess.DEVNULL,
        )

    def ask(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        published.check(arguments, document)
        return document

    def up(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "rogatory", "up", "--json", "--no-ui"]
        process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 60
        while not server_file(self.home).exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        return process


@pytest.fixture
def shell(home: Path) -> Iterator[Shell]:
    yield Shell(home)
    if left := orphan(home):
        os.kill(left, signal.SIGKILL)


@pytest.fixture
def up(shell: Shell) -> Iterator["subprocess.Popen[str]"]:
    process = shell.up()
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def ended(process: "subprocess.Popen[str]", within: float = 60) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=within)
    return process.returncode, out, err


def announced(process: "subprocess.Popen[str]") -> Any:
    """The document it writes when all of it answers."""
    assert process.stdout
    lines: list[str] = []
    while not lines or lines[-1] != "}\n":
        lines.append(process.stdout.readline())
        assert lines[-1], process.communicate()
    return json.loads("".join(lines))


def test_ctrl_c_stops_worker_and_server(shell: Shell, up: "subprocess.Popen[str]") -> None:
    pid = json.loads(server_file(shell.home).read_text())["pid"]
    assert announced(up)["address"].startswith("127.0.0.1:")
    up.send_signal(signal.SIGINT)
    code, _, err = ended(up)
    assert (code, "Traceback" in err) == (0, False)
    assert not alive(pid)
    assert not server_file(shell.home).exists()


def family(pid: int) -> set[int]:
    """A process and all that it started, and they."""
    found, parents = {pid}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening(pids: set[int]) -> list[str]:
    """The addresses at which these processes take connections, as the kernel writes them: hex, in host order."""
    sockets = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").glob("*"):
            with contextlib.suppress(OSError):
                sockets.add(str(handle.readlink()).removeprefix("socket:[").removesuffix("]"))
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in sockets]


def test_the_inbox_is_served_and_ends_with_it(up: "subprocess.Popen[str]") -> None:
    document = announced(up)
    published.check(["up"], document)
    with httpx.Client() as browser:
        answer = browser.get(document["inbox"])
        assert (answer.status_code, "Sign in" in answer.text) == (200, True)
        code = document["inbox"].partition("code=")[2]
        where = document["inbox"].partition("?")[0]
        answer = browser.post(where, data={"official": "reviewer-1", "code": code}, follow_redirects=True)
        assert "<h1" in answer.text
        assert "Inbox" in answer.text
        up.send_signal(signal.SIGINT)
        ended(up)
        with pytest.raises(httpx.ConnectError):
            browser.get(document["inbox"])


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")
def test_threat_30_nothing_listens_but_on_this_machine(shell: Shell, up: "subprocess.Popen[str]") -> None:
    announced(up)
    addresses = listening(family(up.pid))
    assert addresses
    assert set(addresses) <= {"0100007F", "00000000000000000000000001000000"}  # 127.0.0.1 and ::1


def test_a_second_up_is_refused(shell: Shell, up: "subprocess.Popen[str]") -> None:
    done = shell.run("up")
    assert done.returncode == 6
    assert f"served already, by process {up.pid}" in done.stderr


def test_when_the_server_dies_up_says_so(shell: Shell, up: "subprocess.Popen[str]") -> None:
    pid = json.loads(server_file(shell.home).read_text())["pid"]
    time.sleep(3)
    os.kill(pid, signal.SIGKILL)
    code, _, err = ended(up, 90)
    assert code == 69
    assert "ended by itself" in err
    assert "Traceback" not in err


def test_a_request_from_draft_to_dispatch(shell: Shell, up: "subprocess.Popen[str]", tmp_path: Path) -> None:
    from rogatory.cli.examples import example

    draft = tmp_path / "request.yaml"
    draft.write_text(example("trafficking.yaml"), encoding="utf-8")
    submitted = shell.ask("case", "submit", str(draft), "--as", "prosecutor", "--command-id", "submit-1")
    reference = submitted["reference"]
    assert submitted["status"] == "review"
    assert "letter_of_request" in {each["type"] for each in submitted["documents"]}
    again = shell.ask("case", "submit", str(draft), "--as", "prosecutor", "--command-id", "submit-1")
    assert again["reference"] == reference, "the same command id is the same act"

    task = shell.ask("task", "list")[0]["id"]
    drafter = shell.run("task", "approve", task, "--as", "prosecutor")
    assert drafter.returncode == 4
    assert "Traceback" not in drafter.stderr
    first = shell.ask("task", "approve", task, "--as", "reviewer-1", "--command-id", "a-1")
    assert (
        shell.ask("task", "approve", task, "--as", "reviewer-1", "--command-id", "a-1")["sequence"] == first["sequence"]
    )
    assert shell.run("task", "approve", task, "--as", "reviewer-1").returncode in (4, 6)
    assert shell.ask("task", "approve", task, "--as", "reviewer-2")["signed"] is False
    silent = shell.run("task", "approve", task, "--as", "signatory")
    assert silent.returncode == 2
    assert "--yes" in silent.stderr
    assert "sha256" in silent.stdout, "what would be signed is shown first"
    assert shell.ask("task", "approve", task, "--as", "signatory", "--yes")["signed"] is True

    letter = next(row for row in shell.ask("case", "documents", reference) if row["type"] == "letter_of_request")
    assert letter["signatures"] == ["signatory"]
    unsound = shell.run("transmit", reference, "--channel", "Not a channel!", "--as", "signatory")
    assert unsound.returncode == 2
    assert "channel" in unsound.stderr
    sent = shell.ask("transmit", reference, "--channel", "folder", "--as", "signatory")
    assert list((shell.home / "outbox" / "XN").glob(f"{sent['transmission']}.asice.age"))
    folder = tmp_path / "documents"
    saved = shell.ask("case", "documents", reference, "--save", str(folder))
    assert all(Path(row["path"]).is_file() for row in saved)
    signed = next(row["path"] for row in saved if row["type"] == "letter_of_request")
    assert shell.ask("verify", signed)["ok"]
    late = shell.run("task", "approve", task, "--as", "reviewer-1")
    assert late.returncode == 6
    withdrawn = shell.ask("case", "withdraw", reference, "--reason", "The proceedings ended.", "--as", "prosecutor")
    assert withdrawn["status"] == "withdrawn"
    assert shell.run("doctor").returncode == 0
