"""The one door: flags, help, exit codes, and no traceback whatever happens."""

import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from rogatory import __version__, errors
from rogatory.cli import main
from rogatory.cli.output import emit, say
from rogatory.cli.session import session
from schemas.identifiers import Record

Run = Callable[..., tuple[int, str, str]]
HEAVY = {
    "temporalio",
    "weasyprint",
    "sqlalchemy",
    "pydantic",
    "jsonschema",
    "cryptography",
    "pyhanko",
    "cyclopts",
    "rich",
}
LEAVES = sorted(main.COMMANDS)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("ROGATORY_AS", raising=False)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Adds a command `boom` that raises what it is given."""
    module = ModuleType("rogatory.cli.failing")
    monkeypatch.setitem(sys.modules, "rogatory.cli.failing", module)
    monkeypatch.setitem(main.COMMANDS, "boom", ("failing:boom", "Fail."))

    def arrange(error: BaseException) -> None:
        def boom() -> None:
            raise error

        module.boom = boom  # type: ignore[attr-defined]

    return arrange


def in_shell(*arguments: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "rogatory", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)


# start


def test_version_loads_nothing_heavy() -> None:
    code = "import sys; from rogatory.cli.main import run; run(['--version']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, modules = done.stdout.splitlines()
    assert version == __version__
    loaded = {name.partition(".")[0] for name in re.findall(r"'([^']+)'", modules)}
    assert not loaded & HEAVY
    assert "schemas" not in loaded


def test_help_loads_no_engine() -> None:
    code = (
        "import sys; from rogatory.cli.main import run; run(['case', 'show', '--help']); "
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in re.findall(r"'([^']+)'", done.stderr)}
    assert not loaded & {"temporalio", "weasyprint", "sqlalchemy", "jsonschema", "cryptography", "pyhanko"}


@pytest.mark.parametrize("path", ["", *main.GROUPS, *LEAVES])
def test_every_command_has_help(run: Run, path: str) -> None:
    code, out, err = run(*path.split(), "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: rogatory {path}".strip())
    assert "--as OFFICIAL" in out


def test_the_list_of_commands_is_the_one_agreed(run: Run) -> None:
    agreed = """init doctor up demo transmit ack reply verify worker
        draft:new draft:check draft:preview draft:schema draft:types law:list law:show law:check
        case:submit case:list case:show case:documents case:withdraw case:deadlines
        task:list task:show task:approve task:return task:refuse
        evidence:add evidence:list evidence:export custody:offer custody:accept custody:refuse custody:show
        custody:sign-off"""
    assert {each.replace(":", " ") for each in agreed.split()} <= set(main.COMMANDS)
    _, out, _ = run("--help")
    assert all(f"  {name}:" in out for name in [*main.GROUPS, "init", "transmit", "worker"])


# usage


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cas", '"case"'),
        ("verfy", '"verify"'),
        ("case shwo", '"case show"'),
        ("approve", '"task approve"'),
        ("case approve", '"task approve"'),
        ("custody signoff", '"custody sign-off"'),
    ],
)
def test_an_unknown_command_gets_a_suggestion(run: Run, typed: str, meant: str) -> None:
    code, out, err = run(*typed.split())
    assert code == 2
    assert out == ""
    assert f"Did you mean {meant}?" in err


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("zzz", 'There is no command "zzz".'),
        ("case show", "REFERENCE requires an argument"),
        ("case show XV-2026-0001 --frobnicate", "Unknown option: --frobnicate"),
        ("task return XV-2026-0001.review-1", "--reason"),
        ("case list --limit many", '"many"'),
        ("case list --limit 0", "--limit is at least 1"),
        ("ack XV-2026-0001 --their-ref B-1 --received tomorrow", '"tomorrow" is not a date'),
        ("reply XV-2026-0001", "Give the answer once"),
        ("evidence add XV-2026-0001", "at least one file"),
        ("case list --as", "--as needs the id of an official"),
        ("case list --as=../../etc", "is not the id of an official"),
        ("case list", "There is nothing in"),
    ],
)
def test_wrong_usage_is_exit_2_with_what_and_how(run: Run, typed: str, told: str) -> None:
    code, out, err = run(*typed.split())
    assert code == 2
    assert out == ""
    assert told in err
    assert len(err.strip().splitlines()) >= 2, "a second line says what to do"


def test_global_flags_stand_before_or_after(run: Run) -> None:
    for arguments in (
        ["--json", "--no-input", "--as", "custodian", "law", "--help"],
        ["law", "--as=custodian", "--help", "--no-input", "--json"],
    ):
        assert run(*arguments)[0] == 0
        assert session().as_json
        assert session().no_input
        assert session().official == "custodian"


def test_after_two_dashes_nothing_is_a_flag() -> None:
    rest, flags = main.global_flags(["evidence", "add", "--", "--json", "--as"])
    assert rest == ["evidence", "add", "--", "--json", "--as"]
    assert not flags.as_json


def test_who_acts_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROGATORY_AS", "prosecutor")
    assert main.global_flags(["task", "list"])[1].official == "prosecutor"
    assert main.global_flags(["task", "list", "--as", "custodian"])[1].official == "custodian"


# failures


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (errors.UsageError("m", "h"), 2, "UsageError"),
        (errors.FindingsError("m", "h"), 3, "FindingsError"),
        (errors.RefusedError("FourEyes", "m", "h"), 4, "FourEyes"),
        (errors.NotFoundError("m", "h"), 5, "NotFoundError"),
        (errors.ChangedError("m", "h"), 6, "ChangedError"),
        (errors.IntegrityError("m", "h"), 7, "IntegrityError"),
        (errors.UnreachableError("m", "h"), 69, "UnreachableError"),
    ],
)
def test_every_kind_of_error_has_its_code(
    run: Run, failing: Callable[[BaseException], None], error: errors.RogatoryError, code: int, kind: str
) -> None:
    failing(error)
    assert run("boom") == (code, "", "rogatory: m\n  h\n")
    given, out, err = run("boom", "--json")
    assert given == code
    assert json.loads(out) == {"error": {"kind": kind, "message": "m", "hint": "h", "exit_code": code}}
    assert err == "rogatory: m\n  h\n"


def test_of_errors_in_a_group_the_telling_one_is_told(run: Run, failing: Callable[[BaseException], None]) -> None:
    inner = ExceptionGroup("inner", [errors.NotFoundError("no such case")])
    failing(ExceptionGroup("outer", [RuntimeError("noise"), inner]))
    assert run("boom")[0] == 5


def test_a_bug_is_exit_1_without_a_traceback(
    run: Run, failing: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    failing(ZeroDivisionError("Mila Vos"))
    code, out, err = run("boom")
    assert code == 1
    assert out == ""
    assert "Traceback" not in err
    assert "Mila Vos" not in err
    log = next((home / "logs").glob("bug-*.log"))
    assert str(log) in err
    assert "ZeroDivisionError: Mila Vos" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_bug_without_a_home_is_kept_elsewhere(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(AssertionError())
    code, _, err = run("boom")
    assert code == 1
    found = re.search(r"/\S+bug-\S+\.log", err)
    assert found
    Path(found.group()).unlink()


def test_a_file_that_is_not_there_is_no_bug(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(FileNotFoundError(2, "No such file or directory", "draft.yaml"))
    assert run("boom")[0] == 2
    failing(OSError(28, "No space left on device", "vault"))
    code, _, err = run("boom")
    assert (code, "vault: No space left on device." in err) == (69, True)


def test_ctrl_c_is_130(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(KeyboardInterrupt())
    assert run("boom") == (130, "", "rogatory: Interrupted.\n")


def test_ctrl_c_for_real_is_130_without_a_traceback(tmp_path: Path) -> None:
    code = (
        "import sys, types; from rogatory.cli import main; m = types.ModuleType('rogatory.cli.slow'); "
        "exec('async def slow():\\n import asyncio; print(1, flush=True); await asyncio.sleep(60)', m.__dict__); "
        "sys.modules['rogatory.cli.slow'] = m; main.COMMANDS['slow'] = ('slow:slow', ''); "
        "sys.argv = ['rogatory', 'slow']; main.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "1\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err


# output


class Row(Record):
    name: str


def test_one_json_document_even_when_a_command_fails_after_it(
    run: Run, failing: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(errors.IntegrityError("m"))

    def both() -> None:
        say("words")
        emit([Row(name="\x1b[31mred\u202e")])
        raise errors.IntegrityError("after it")

    sys.modules["rogatory.cli.failing"].boom = both  # type: ignore[attr-defined]
    code, out, err = run("boom", "--json")
    assert code == 7
    assert json.loads(out) == [{"name": "\x1b[31mred\u202e"}]
    assert "\x1b" not in out
    assert err == "words\nrogatory: after it\n"


def test_a_message_from_outside_cannot_steer_the_terminal(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(errors.NotFoundError("There is no \x1b]0;owned\x07 \u202egpj.exe\r\x9b31m"))
    _, _, err = run("boom")
    assert not set("\x1b\x07\r\x9b\u202e") & set(err)
    assert r"\x1b]0;owned\x07" in err


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rogatory", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(20) in (0, 141)
    assert err == ""


def test_the_exit_code_reaches_the_shell(tmp_path: Path) -> None:
    environment = {**os.environ, "ROGATORY_HOME": str(tmp_path)}
    assert in_shell("--version").stdout == f"{__version__}\n"
    assert in_shell("zzz").returncode == 2
    done = in_shell("case", "list", "--json", env=environment)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["hint"] == "Make it with: rogatory init"


def on_terminal(code: str, **environment: str) -> str:
    """What the code prints when its stdout is a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm", **environment}
    )
    os.close(slave)
    process.wait(20)
    time.sleep(0.05)
    return os.read(master, 10_000).decode()


MARKS = (
    "from rogatory.cli.output import check_line; check_line(True, 'letter', 'sound'); check_line(False, 'annex', 'x')"
)


def test_colours_only_on_a_terminal_and_never_against_no_color() -> None:
    assert "\x1b[32m✓" in on_terminal(MARKS, PYTHONUTF8="1", NO_COLOR="")
    assert "\x1b" not in on_terminal(MARKS, PYTHONUTF8="1", NO_COLOR="1")
    assert "\x1b" not in on_terminal(MARKS, PYTHONUTF8="1", NO_COLOR="", TERM="dumb")
    piped = subprocess.run([sys.executable, "-c", MARKS], capture_output=True, text=True, check=True)
    assert "\x1b" not in piped.stdout


def test_signs_have_ascii_forms() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", MARKS], capture_output=True, check=True, env=environment)
    lines = done.stdout.decode("ascii").splitlines()
    assert lines[0].startswith("OK")
    assert lines[1].startswith("FAIL")
