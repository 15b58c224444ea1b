"""`rogatory verify FILE --record`: a file held against the items of a record, by whoever has both."""

import json
from pathlib import Path

import pytest

from tests.cli.filed_case import REFERENCE, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import told

__all__ = ["run"]


@pytest.fixture
def case(home: Path) -> FiledCase:
    return FiledCase(home)


def checks(outcome: tuple[int, str, str]) -> dict[str, bool]:
    return {each["name"]: each["ok"] for each in json.loads(outcome[1])["checks"]}


def test_a_file_is_found_in_the_record_and_an_altered_one_is_not(run: Run, case: FiledCase) -> None:
    (item,) = case.received({"statement.csv": b"date,amount\n"})
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))
    told(run("case", "export", REFERENCE, "--to", "out"))
    told(run("evidence", "export", REFERENCE, "--to", "out"))
    Path("statement.csv").write_bytes(b"date,amount\n")
    # a record of an open case is not complete; a package is, up to the head that it carries
    for record, expected in (("out", 7), ("out/ledger.jsonl", 7), (f"out/{REFERENCE}.asice", 0)):
        code, out, _ = run("verify", "statement.csv", "--record", record)
        assert code == expected, out
        assert f"✓ {item}" in out
        assert "held by custodian; with this digest on lines:" in out
        assert ("NOT COMPLETE: what is here is sound" in out) is (expected == 7)
    Path("statement.csv").write_bytes(b"date,amounT\n")
    altered = run("verify", "statement.csv", "--record", "out", "--json")
    assert altered[0] == 7
    assert json.loads(altered[1])["intact"] is False
    assert checks(altered)["item"] is False


def test_what_is_no_record_is_said_to_be_none(run: Run, case: FiledCase) -> None:
    Path("file").write_bytes(b"x")
    Path("record").write_bytes(b"y")
    assert run("verify", "file", "--record", "nowhere")[0] == 5
    Path("empty").mkdir()
    for record in ("record", "empty"):
        assert run("verify", "file", "--record", record)[0] == 7
