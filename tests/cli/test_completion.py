"""Completion: the shell itself loads the script and completes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from rogatory.cli import main
from rogatory.cli.completion import Shell, script_of


@pytest.fixture(scope="module")
def bash_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("completion") / "rogatory"
    place.write_text(script_of("bash"), encoding="utf-8")
    return place


def offered(script: Path, typed: str) -> list[str]:
    """What a real bash offers at the end of the typed line, by the function its own table names for the command."""
    asks = """
    source "$1"; shift
    function=$(complete -p rogatory | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
    "$function" rogatory "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    words = ["rogatory", *typed.split(" ")]
    bash = ["bash", "--norc", "-c", asks, "bash", str(script), *words]
    done = subprocess.run(bash, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return sorted(done.stdout.split())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dra", ["draft"]),
        ("draft pre", ["preflight", "preview"]),
        ("custody sign", ["sign-off"]),
        ("draft new --ki", ["--kind"]),
        ("draft new --kind ex", ["extradition"]),
        ("--as prosecutor draft ne", ["new"]),
        ("case show --js", ["--json"]),
        ("completion b", ["bash"]),
        ("nonsense x", []),
    ],
)
def test_bash_completes(bash_script: Path, typed: str, expected: list[str]) -> None:
    assert offered(bash_script, typed) == expected


def test_bash_offers_every_command_of_a_group(bash_script: Path) -> None:
    own = {path.partition(" ")[2] for path in main.COMMANDS if path.startswith("evidence ")}
    assert own <= set(offered(bash_script, "evidence "))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_know_the_commands(shell: Shell, tmp_path: Path) -> None:
    script = script_of(shell)
    assert all(path.split()[-1] in script for path in main.COMMANDS)
    assert all(flag in script for flag in ("json", "no-input", "Who acts"))
    if program := shutil.which(shell):
        place = tmp_path / "script"
        place.write_text(script, encoding="utf-8")
        subprocess.run([program, "-n", str(place)], check=True, timeout=30)
