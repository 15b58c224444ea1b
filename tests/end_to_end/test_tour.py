"""docs/tour.md, played command by command, as it stands there."""

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
TOUR = ROOT / "docs" / "tour.md"
SERVERS = ("rogatory up", "python -m rogatory.simulator")
PATIENCE = 60.0  # seconds for the other side to answer
NOT_YET = {5, 6, 69}
"""Exit codes of a command that comes before what it waits for: a person would look and try again."""


def commands(tour: Path = TOUR) -> list[tuple[str, int]]:
    """Every command of a tour with the exit code it should have; those of the set-up are left out."""
    text = tour.read_text(encoding="utf-8").replace("XV-2026-", f"XV-{datetime.now(UTC).year}-")
    found = []
    for line in re.findall(r"(?m)^ {4}(.*)$", text):
        if not line.startswith(("cd ", "export ")):
            expected = re.search(r"# exit (\d+)$", line)
            found.append((re.sub(r"\s+# exit \d+$", "", line), int(expected[1]) if expected else 0))
    assert len(found) > 30
    return found


class Player:
    """Types the commands into one shell's worth of surroundings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[subprocess.Popen[bytes]] = []
        self.env = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "ROGATORY_HOME": str(folder / "out" / "tour"),
            "LANG": "C.UTF-8",
        }

    def serve(self, command: str) -> None:
        log = (self.folder / f"server-{len(self.servers)}.log").open("ab")
        with log:
            self.servers.append(
                subprocess.Popen(
                    shlex.split(command),
                    executable=str(Path(sys.executable).parent / shlex.split(command)[0]),
                    cwd=self.folder,
                    env=self.env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )

    def until(self, command: str, expected: int) -> None:
        """Types it again while the other side has not answered yet."""
        end = time.monotonic() + PATIENCE
        while (done := self.type(command)).returncode != expected:
            again = done.returncode in NOT_YET and time.monotonic() < end
            assert again, f"{command}\nended with {done.returncode}, not {expected}:\n{done.stdout}\n{done.stderr}"
            time.sleep(1.5)
        assert "Traceback" not in done.stdout + done.stderr

    def accept_the_others(self, reference: str) -> None:
        """The sentence between two blocks that says so."""
        listed = json.loads(self.type(f"rogatory evidence list {reference} --json").stdout)
        for item in listed[2:]:
            self.until(f"rogatory custody accept {item['item']} --as custodian", 0)

    def wait_for(self, reference: str, status: str) -> None:
        """The sentences that say so: evidence comes, the case closes."""
        end = time.monotonic() + PATIENCE
        while (now := json.loads(self.type(f"rogatory case show {reference} --json").stdout)["status"]) != status:
            assert time.monotonic() < end, f"the case stands at {now}, not at {status}"
            time.sleep(1.5)

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "out").mkdir()
    playing = Player(tmp_path)
    yield playing
    playing.stop()


def test_the_tour_goes_as_it_is_told(player: Player) -> None:
    reference = f"XV-{datetime.now(UTC).year}-0001"
    for command, expected in commands():
        if command.startswith("rogatory evidence list"):
            player.wait_for(reference, "custody-sign-off")
        if command.startswith("rogatory custody offer") and "--as custodian" in command:
            player.accept_the_others(reference)
        if command.startswith(SERVERS):
            player.serve(command)
        else:
            player.until(command, expected)
        if command.startswith("rogatory custody sign-off") and "--as prosecutor" in command:
            player.wait_for(reference, "completed")
