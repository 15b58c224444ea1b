"""rogatory law: what the installation knows, and the check of law files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_list(run: Run) -> None:
    code, out, _ = run("law", "list")
    assert code == 0
    assert "un-untoc" in out
    assert "Palermo Protocol" in out
    rows = json.loads(run("law", "list", "--json")[1])
    assert {"un-untoc", "un-untoc-trafficking", "coe-ets-024", "eu-eio-2014-41"} < {row["id"] for row in rows}
    assert all(row["url"].startswith("https://") for row in rows)


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("un-untoc", "XN bound since 2003-10-23 (invented for this example)"),
        ("house", "HOUSE-01  blocks  house rule"),
        ("UNTOC-10", "Source    UNTOC art. 18(15)(c)"),
        ("freezing", "dissipation_risk"),
        ("xn", "XN  Kingdom of Xenland   INVENTED, for examples only"),
    ],
)
def test_show(run: Run, id_: str, said: str) -> None:
    code, out, _ = run("law", "show", id_)
    assert code == 0
    assert said in out
    assert isinstance(json.loads(run("law", "show", id_, "--json")[1]), dict)


def test_show_of_what_there_is_not(run: Run) -> None:
    code, _, err = run("law", "show", "un-unto")
    assert code == 5
    assert 'Did you mean "un-untoc"?' in err


def test_check_of_all_and_of_one_faulty_file(run: Run) -> None:
    assert run("law", "check")[:2] == (0, "All law data checked: no faults.\n")
    Path("states").mkdir()
    Path("states/XM.yaml").write_text("code: XM\ninvented: yes\n", encoding="utf-8")
    code, out, _ = run("law", "check", "states/XM.yaml")
    assert code == 3
    assert "states/XM.yaml:2:11: invented is yes.\n      write true or false\n" in out
    document = json.loads(run("law", "check", "states/XM.yaml", "--json")[1])
    assert document["ok"] is False
    assert {finding["file"] for finding in document["findings"]} == {"states/XM.yaml"}


def test_a_faulty_overlay_stops_a_check_of_drafts_with_its_line(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "law" / "timetable.yaml"
    place.parent.mkdir()
    place.write_text("stages:\n  review: {days: 0, remind_after_days: [], source: x}\n", encoding="utf-8")
    code, _, err = run("draft", "types")
    assert code == 3
    assert f"{place}:2:18: days is 0; it must be at least 1." in err


def test_check_of_no_file(run: Run) -> None:
    code, out, _ = run("law", "check", "states/none.yaml")
    assert code == 3
    assert "There is no such file." in out
