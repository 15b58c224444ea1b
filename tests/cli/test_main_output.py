"""What is printed: aligned, dated the same everywhere, harmless whatever it shows; and what is logged: codes only."""

import json
import logging
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rogatory.adapters.logs import log_to
from rogatory.cli import output
from rogatory.cli.session import Session, begin
from rogatory.errors import UsageError
from schemas.identifiers import Role

NOW = datetime(2026, 11, 22, 13, 41, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    begin(Session())


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb\u2066", r"a\u202eb\u2066"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("back\b\r", r"back\x08\x0d"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\udc80", r"\udc80"),
        ("Zoë Ångström 陳 გამარჯობა", "Zoë Ångström 陳 გამარჯობა"),
    ],
)
def test_clean(hostile: str, shown: str) -> None:
    assert output.clean(hostile) == shown


def test_one_line_stays_one_line() -> None:
    assert output.line("a\nb\tc") == "a b c"


def test_a_table_is_aligned_with_wide_letters(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("Name", "N"), [["陳", 1], ["Zoë\nMark", None]])
    assert capsys.readouterr().out.splitlines() == ["Name      N", "陳        1", "Zoë Mark"]


def test_in_json_mode_no_table_and_words_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    begin(Session(as_json=True))
    output.table(("Name",), [["x"]])
    output.say("words")
    output.next_step("something")
    assert output.emit(
        {"role": Role.CUSTODIAN, "on": date(2026, 1, 2), "at": NOW, "path": Path("a"), "set": {"b", "a"}}
    )
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "role": "custodian",
        "on": "2026-01-02",
        "at": "2026-11-22T13:41:00Z",
        "path": "a",
        "set": ["a", "b"],
    }
    assert err == "words\nNext: something\n"
    with pytest.raises(RuntimeError, match="one JSON document"):
        output.emit({})


def test_what_has_no_form_in_json_is_a_bug_not_a_guess() -> None:
    with pytest.raises(TypeError, match="object has no form"):
        output.plain({"x": object()})


@pytest.mark.parametrize(
    ("ahead", "shown"),
    [
        (timedelta(days=1), "Mon 23 Nov 2026, in 1 day"),
        (timedelta(hours=2), "Sun 22 Nov 2026, today"),
        (timedelta(hours=-2), "22 Nov 2026, hours late"),
        (timedelta(days=-4), "18 Nov 2026, 4 days late"),
        (timedelta(days=-1), "21 Nov 2026, 1 day late"),
    ],
)
def test_due(ahead: timedelta, shown: str) -> None:
    assert output.due(NOW + ahead, NOW) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (999_999, "1.0 MB"), (41_200_000_000, "41.2 GB")],
)
def test_size(number: int, shown: str) -> None:
    assert output.size(number) == shown


def test_a_question_without_a_person_names_the_flag() -> None:
    with pytest.raises(UsageError, match="--yes"):
        output.confirm_by_typing("XV-2026-0001", "Type the case number,", "--yes")


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("[red]disk.E01", 10) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")


# logs

WORDS = "Mila Vos of 5 Harbour Street"


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    home = tmp_path / "home"
    home.mkdir()
    log_to(home / "logs", "test")
    yield home / "logs" / "test.log"
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
    root.setLevel(level)


def failure() -> Exception:
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as error:
            raise RuntimeError(f"again {WORDS}") from error
    except RuntimeError as error:
        return error


def test_logs_hold_codes_and_never_words(logged: Path) -> None:
    ours = logging.getLogger("rogatory.adapters.example")
    ours.info("document made", extra={"reference": "XV-2026-0001", "document": "letter_of_request", "reason": WORDS})
    ours.error("failed", exc_info=failure(), extra={"task": WORDS})
    logging.getLogger("temporalio.worker").warning(f"Completing as failure: {WORDS}", exc_info=failure())
    logging.getLogger("temporalio.activity").warning("Completing activity as failed (%s)", WORDS)
    logging.getLogger("weasyprint").error("Ignored %s", WORDS)
    logging.getLogger("anything").error(WORDS)
    text = logged.read_text()
    assert "Mila" not in text
    assert "Harbour" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 6
    assert lines[0]["said"] == "document made"
    assert lines[0]["reference"] == "XV-2026-0001"
    assert lines[0]["document"] == "letter_of_request"
    assert [each["type"] for each in lines[1]["failed"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert any("failure" in place for place in lines[1]["failed"][0]["places"])
    assert lines[2]["said"] == "Completing as failure"
    assert lines[3]["said"] == "Completing activity as failed"
    assert stat.S_IMODE(logged.stat().st_mode) == 0o600


def test_logs_say_where_a_library_spoke(logged: Path) -> None:
    logging.getLogger("weasyprint").error("Ignored %s", WORDS)
    assert json.loads(logged.read_text())["said"].startswith("test_main_output:")


def test_temporal_ids_are_kept(logged: Path) -> None:
    context = {"workflow_id": "XV-2026-0001.review-1", "workflow_type": "Review", "attempt": 2, "args": WORDS}
    logging.getLogger("temporalio.workflow").warning("Late", extra={"temporal_workflow": context})
    line = json.loads(logged.read_text())
    assert (line["workflow_id"], line["attempt"]) == ("XV-2026-0001.review-1", 2)
    assert WORDS not in json.dumps(line)


def test_a_home_that_is_gone_stops_nothing(tmp_path: Path, logged: Path) -> None:
    logged.parent.parent.rmdir()
    logging.getLogger("rogatory").error("nobody hears")
    assert not logged.exists()
