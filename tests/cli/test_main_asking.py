"""What a person at a terminal is asked: on a real one, answered rightly, wrongly, and with Ctrl-C."""

import os
import pty
import select
import signal
import sys
import time

import pytest

CTRL_C = b"\x03"
ASKING = """
import sys, types
from rogatory.cli import main
module = types.ModuleType("rogatory.cli.asking")
exec('''
async def sign():
    from rogatory.cli.output import confirm_by_typing, say
    confirm_by_typing("XV-2026-0001", "Type the case number,", "--yes")
    say("signed")
''', module.__dict__)
sys.modules["rogatory.cli.asking"] = module
main.COMMANDS["sign"] = ("asking:sign", "")
sys.argv = ["rogatory", "sign", *sys.argv[1:]]
main.main()
"""


def at_terminal(typed: bytes, *arguments: str) -> tuple[int, str]:
    """Runs the question on a terminal of its own, types when asked, and returns exit code and screen."""
    pid, master = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", ASKING, *arguments])
    screen, deadline, again = b"", time.monotonic() + 30, 0.0
    while time.monotonic() < deadline:
        # Ctrl-C is typed until it is taken: between the question and the read behind it, a signal interrupts nothing.
        if b"XV-2026-0001:" in screen and time.monotonic() > again:
            os.write(master, typed)
            again = time.monotonic() + 1 if typed == CTRL_C else float("inf")
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            read = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        screen += read
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), screen.decode(errors="replace")


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (b"XV-2026-0001\n", 0, "signed"),
        (b"  XV-2026-0001  \n", 0, "signed"),
        (b"y\n", 2, "nothing was done"),
        (b"\n", 2, "nothing was done"),
        (b"\x04", 2, "nothing was done"),
        (CTRL_C, 130, "Interrupted"),
    ],
)
def test_signing_takes_the_case_number(typed: bytes, code: int, said: str) -> None:
    ended, screen = at_terminal(typed)
    assert (ended, said in screen) == (code, True), screen
    assert "Traceback" not in screen


@pytest.mark.parametrize("flag", ["--no-input", "--json"])
def test_nobody_is_asked_against_their_will(flag: str) -> None:
    ended, screen = at_terminal(b"", flag)
    assert ended == 2
    assert "needs --yes" in screen
