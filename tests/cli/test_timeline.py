"""The course of a case as a picture, and case show --follow."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rogatory.adapters.ledger_sql import open_stores
from rogatory.cli import main
from rogatory.cli.setup import found_installation
from schemas.tasks import LedgerEntry
from tests.cli.opened_case import REFERENCE, TASK, opened_case

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found_installation(tmp_path / "home")
    opened_case(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    monkeypatch.chdir(home.parent)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def written(home: Path, event: str, **facts: object) -> None:
    ledger, _ = open_stores(home)
    entry = {
        "entry_id": f"{REFERENCE}/{event}",
        "reference": REFERENCE,
        "at": datetime.now(UTC),
        "event": event,
        "facts": facts,
    }
    ledger.append(LedgerEntry.model_validate(entry))


def test_the_course_in_the_terminal_and_as_svg(run: Run, home: Path) -> None:
    code, out, _ = run("case", "timeline", REFERENCE, "--svg", "course.svg")
    assert code == 0
    assert "Review the letter of request" in out
    assert "▒" in out
    assert "0 days so far" in out
    assert out.splitlines()[-2:] == ["Wrote course.svg", f"Next: rogatory case show {REFERENCE}"]
    assert 'role="img"' in Path("course.svg").read_text(encoding="utf-8")
    written(home, "task-closed", task=TASK, outcome="approved")
    document = json.loads(run("case", "timeline", REFERENCE, "--json")[1])
    assert document["stages"][0]["outcome"] == "approved"
    assert document["stages"][0]["closed_at"]


def test_the_course_of_no_case_is_not_found(run: Run) -> None:
    assert run("case", "timeline", "XV-2026-0099")[0] == 5


def test_follow_says_what_comes_and_ends_with_the_case(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coming: Iterator[tuple[str, dict[str, object]]] = iter(
        [("assessed", {"warnings": 0, "met": 18, "blocking": 0}), ("request-closed", {"result": "withdrawn"})]
    )

    def wait(_seconds: float) -> None:
        event, facts = next(coming)
        written(home, event, **facts)

    monkeypatch.setattr("time.sleep", wait)
    code, out, _ = run("case", "show", REFERENCE, "--follow")
    assert code == 0
    before, _, after = out.partition("Next: rogatory task show")
    assert "18 points met" not in before
    assert "18 points met" in after
    assert f"{REFERENCE} has ended: withdrawn." in after


def test_follow_is_not_one_document(run: Run) -> None:
    code, out, err = run("case", "show", REFERENCE, "--follow", "--json")
    assert (code, json.loads(out)["error"]["exit_code"]) == (2, 2)
    assert "--follow" in err
