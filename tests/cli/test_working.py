"""The sign that something is at work: on a terminal only, after a second, and gone when it is done."""

import os
import pty
import subprocess
import sys
import time

import pytest

WAITING = """
import sys, time
from rogatory.cli.working import working
with working("Binding \\x1b[31mthe documents"):
    time.sleep(float(sys.argv[1]))
sys.stderr.write("done")
"""


def screen_of(seconds: float, **environment: str) -> str:
    """What a terminal gets on stderr while something takes so long."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", **environment})
        os.execv(sys.executable, [sys.executable, "-c", WAITING, str(seconds)])
    screen, deadline = b"", time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            read = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        screen += read
    os.waitpid(pid, 0)
    os.close(master)
    return screen.decode()


def test_what_takes_longer_than_a_second_is_seen_and_leaves_no_trace() -> None:
    screen = screen_of(2)
    assert "the documents ... 1 s" in screen
    assert "\x1b[31m" not in screen, "a label cannot steer the terminal"
    assert screen.endswith("\r\x1b[Kdone")


@pytest.mark.parametrize(("seconds", "environment"), [(0.2, {}), (2, {"TERM": "dumb"})])
def test_what_is_quick_or_on_no_screen_is_silent(seconds: float, environment: dict[str, str]) -> None:
    assert screen_of(seconds, **environment) == "done"


def test_a_question_has_the_line_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = WAITING.replace("import working", "import silence, working").replace(
        "    time.sleep(float(sys.argv[1]))",
        "    time.sleep(1.3)\n    with silence():\n        sys.stderr.write('PIN: ')\n        sys.stderr.flush()\n"
        "        time.sleep(1)\n        sys.stderr.write('read. ')",
    )
    monkeypatch.setattr("tests.cli.test_working.WAITING", asking)
    assert "\x1b[KPIN: read. " in screen_of(0)


def test_a_pipe_gets_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", WAITING, "1.5"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "done")
