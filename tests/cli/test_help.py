"""What help says: quickly, and with an example for each command that the command really takes."""

import re
import shlex
import subprocess
import sys

import pytest

from rogatory.cli import main
from rogatory.cli.help import EXAMPLES


def test_each_command_has_an_example_and_no_example_is_of_nothing() -> None:
    assert set(EXAMPLES) == set(main.COMMANDS)


@pytest.mark.parametrize("path", sorted(EXAMPLES))
def test_each_example_is_one_the_command_takes(path: str) -> None:
    words, _ = main.global_flags(shlex.split(EXAMPLES[path].partition(" > ")[0]))
    assert words[: len(path.split())] == path.split()
    main.check_known(words)
    command, bound, ignored = main.tree(words).parse_args(words, print_error=False, exit_on_error=False)
    assert command.__module__ == f"rogatory.cli.{main.COMMANDS[path][0].partition(':')[0]}"
    assert not ignored
    assert bound is not None


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["case"], ["law", "--help"]])
def test_the_lists_of_commands_load_nothing_heavy(words: list[str]) -> None:
    code = f"import sys; from rogatory.cli.main import run; run({words!r}); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: rogatory ")
    loaded = {name.partition(".")[0] for name in re.findall(r"'([^']+)'", done.stderr)}
    assert not loaded & {
        "cyclopts",
        "rich",
        "pydantic",
        "temporalio",
        "weasyprint",
        "sqlalchemy",
        "jsonschema",
        "schemas",
    }


def test_help_of_a_command_ends_with_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["draft", "new", "--help"]) == 0
    out = capsys.readouterr().out
    assert out.endswith(f"Example:\n  rogatory {EXAMPLES['draft new']}\n")
    assert "[default: request.yaml]" in out
    assert "[default: False]" not in out
    assert "[default: ()]" not in out
    assert "--empty-" not in out
