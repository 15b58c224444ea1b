"""draft new as a person meets it: bases from the law data, answers kept over a stop, a copy of an earlier request."""

import json
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from rogatory.cli import main
from rogatory.cli.setup import found_installation
from rogatory.law.yaml_text import parse
from tests.cli.opened_case import REFERENCE, opened_case

Run = Callable[..., tuple[int, str, str]]
Typing = Callable[[Iterable[str | type[BaseException]]], None]
KEPT = Path(".rogatory/request.yaml.answers.json")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Typing:
    def types(lines: Iterable[str | type[BaseException]]) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        waiting = iter(lines)

        def typed(_question: str) -> str:
            said = next(waiting)
            if not isinstance(said, str):
                raise said
            return said

        monkeypatch.setattr("builtins.input", typed)

    return types


def new_draft() -> dict[str, object]:
    draft = parse(Path("request.yaml").read_text(encoding="utf-8")).value
    assert isinstance(draft, dict)
    return draft


def test_only_what_is_available_is_offered_and_says_why(run: Run, typing: Typing) -> None:
    typing(["freez", "XV", "XN", "1", *[""] * 10])
    code, out, err = run("draft", "new")
    assert code == 0, err
    offered = out[out.index("In the law data between XV and XN, for freezing:") : out.index("Enter leaves")]
    assert "would govern" in offered
    assert "no treaty: rests on an undertaking" in offered
    _, told, _ = run("law", "between", "XV", "XN", "--for", "freezing", "--json")
    silent = {each["instrument"] for each in json.loads(told)["instruments"] if each["standing"] == "unknown"}
    assert silent
    assert not [id_ for id_ in silent if f"  {id_}  " in offered]


def test_a_stop_keeps_the_answers_and_the_next_run_goes_on(run: Run, typing: Typing) -> None:
    typing(["freezing", "XV", "XN", "1", "PX 1/26", KeyboardInterrupt])
    code, _, err = run("draft", "new")
    assert code == 130
    assert "Your answers are kept" in err
    assert not Path("request.yaml").exists()
    assert stat.S_IMODE(KEPT.stat().st_mode) == 0o600
    typing(["y", *["n"], *[""] * 8])
    assert run("draft", "new")[0] == 0
    draft = new_draft()
    assert isinstance(draft["proceedings"], dict)
    assert draft["proceedings"]["file_number"] == "PX 1/26"
    assert not KEPT.exists()


def test_old_answers_may_be_left(run: Run, typing: Typing) -> None:
    typing(["freezing", "XV", "XN", KeyboardInterrupt])
    assert run("draft", "new")[0] == 130
    typing(["n", "bank_records", "XV", "XN", "1", *[""] * 10])
    assert run("draft", "new")[0] == 0
    measures = new_draft()["measures"]
    assert isinstance(measures, list)
    assert measures[0]["type"] == "bank_records"


def test_what_no_instrument_of_the_draft_asks_for_is_not_in_it(run: Run) -> None:
    flags = ["draft", "new", "--type", "freezing", "--from", "XV", "--to", "XN", "--force"]
    assert run(*flags, "--basis", "un-untoc")[0] == 0
    assert "scope" in new_draft()
    assert run(*flags, "--basis", "coe-ets-030")[0] == 0
    assert "scope" not in new_draft()


def test_an_earlier_request_is_copied(run: Run, tmp_path: Path) -> None:
    found_installation(tmp_path / "home")
    opened_case(tmp_path / "home")
    code, out, _ = run("draft", "new", "--from", REFERENCE, "--file-number", "PX 9/26")
    assert (code, "Next: edit request.yaml" in out) == (0, True)
    copy = new_draft()
    _, said, _ = run("draft", "check", "request.yaml", "--json")
    assert [each for each in json.loads(said)["findings"] if each["rule"] == "form"] == []
    assert isinstance(copy["proceedings"], dict)
    assert copy["proceedings"]["file_number"] == "PX 9/26"
    assert "supplements" not in copy
    assert REFERENCE in Path("request.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("flags", "code", "told"),
    [
        (["--from", "XV-2026-0077"], 5, "XV-2026-0077"),
        (["--from", REFERENCE, "--type", "freezing"], 2, "Leave --type out"),
        (["--from", REFERENCE, "--basis", "nothing"], 2, "no instrument"),
    ],
)
def test_a_copy_of_nothing_or_of_something_else(
    run: Run, tmp_path: Path, flags: list[str], code: int, told: str
) -> None:
    found_installation(tmp_path / "home")
    opened_case(tmp_path / "home")
    ended, _, err = run("draft", "new", *flags)
    assert (ended, told in err) == (code, True), err
    assert not Path("request.yaml").exists()
