"""rogatory case correspondence, and case list --find, over a case that was sent and answered."""

import json

import pytest

from tests.cli.filed_case import REFERENCE, SEALED_NAME, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import ENTER, case, told

__all__ = ["case", "run"]


def test_what_came_in_is_listed_with_its_number_and_its_case(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--as", "custodian"))
    shown = told(run("case", "correspondence"))
    assert "enter item" in shown
    assert f"Next: rogatory case show {REFERENCE}" in shown
    assert SEALED_NAME not in shown
    rows = json.loads(told(run("case", "correspondence", "--json")))
    assert [row["number"] for row in rows] == list(range(len(rows), 0, -1))
    assert (rows[0]["kind"], rows[0]["direction"], rows[0]["reference"]) == ("enter-item", "in", REFERENCE)
    incoming = json.loads(told(run("case", "correspondence", "--incoming", "--json")))
    outgoing = json.loads(told(run("case", "correspondence", "--outgoing", "--json")))
    assert {row["direction"] for row in incoming} == {"in"}
    assert sorted(row["number"] for row in incoming + outgoing) == sorted(row["number"] for row in rows)
    number = f"{rows[0]['year']}/{rows[0]['number']}"
    assert json.loads(told(run("case", "correspondence", "--find", number, "--json"))) == rows[:1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--incoming", "--outgoing"], 2, "Leave both away"),
        (["--limit", "0"], 2, "--limit is at least 1"),
        (["--find", "no such \x1b[31mthing"], 0, "Nothing holds"),
    ],
)
def test_what_is_typed_wrong_is_said(run: Run, case: FiledCase, words: list[str], code: int, said: str) -> None:
    found, out, err = run("case", "correspondence", *words)
    assert (found, said in out + err) == (code, True), out + err
    assert "\x1b" not in out + err


def test_cases_are_found_by_reference(run: Run, case: FiledCase) -> None:
    assert REFERENCE in told(run("case", "list", "--find", REFERENCE.lower()))
    assert "No case was found." in told(run("case", "list", "--find", "XQ-1"))
