"""The published schemas of --json: sound, whole, and what commands write."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rogatory.cli import main
from rogatory.cli.examples import example
from rogatory.cli.setup import found_installation
from tests.cli import published
from tests.cli.opened_case import REFERENCE, TASK, opened_case

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    found_installation(tmp_path / "home")
    opened_case(tmp_path / "home")
    Path("request.yaml").write_text(example("minimal-bank-records.yaml"), encoding="utf-8")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_there_is_a_sound_schema_for_each_command() -> None:
    Draft202012Validator.check_schema(published.schemas())
    named = {path.replace(" ", "-") for path in main.COMMANDS if path not in published.UNSPOKEN}
    assert named <= set(published.schemas()["$defs"])


@pytest.mark.parametrize(
    "line",
    [
        "init", "doctor", "completion fish", "verify home/ledger", "task list", "timestamps", "draft types",
        "draft schema", "draft check request.yaml", "draft new --from XV --to XN --type freezing --out new.yaml",
        "law list", "law show un-untoc", "law show XN", "law between XV XN", "law check", "law coverage",
        "law judge refusal --basis un-untoc --fact ground=bank_secrecy",
        f"case timeline {REFERENCE} --svg course.svg",
        f"case show {REFERENCE}", "case list", "case list --find XV-", "case deadlines", "case catalogue",
        f"case documents {REFERENCE}", f"case documents {REFERENCE} --available", f"case export {REFERENCE} --to out",
        f"task show {TASK}", f"evidence list {REFERENCE}", f"evidence export {REFERENCE} --to out",
        f"extradition show {REFERENCE}", f"extradition clocks {REFERENCE}", "case show XV-2026-0099", "case shwo",
    ],
)  # fmt: skip
def test_a_command_writes_what_is_published(run: Run, line: str) -> None:
    words = line.split()
    _, out, _ = run(*words, "--json")
    published.check(words, json.loads(out))


def test_what_differs_from_the_schema_is_found(run: Run) -> None:
    _, out, _ = run("case", "show", REFERENCE, "--json")
    document = json.loads(out)
    for field in ("timeline", "status", "deadlines"):
        with pytest.raises(AssertionError, match=field):
            published.check(["case", "show"], {name: value for name, value in document.items() if name != field})
    with pytest.raises(AssertionError, match="timeline"):
        published.check(["case", "show"], document | {"timeline": [{"at": "yesterday"}]})
    published.check(["case", "show"], document | {"a_new_field": 1})
