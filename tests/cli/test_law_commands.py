"""rogatory law between, judge, test, coverage and show, as a lawyer types them."""

import json
from pathlib import Path

import pytest

from rogatory.cli.main import run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "home"))


def test_between_says_what_binds_since_when_and_as_known_on_what_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["law", "between", "CH", "GB", "--for", "bank_records", "--on", "2026-11-22"]) == 0
    said = capsys.readouterr().out
    assert "* coe-ets-030" in said
    assert "bound since 1967-03-20, as known on 2025-02-13; later changes are unknown" in said
    assert "https://www.fedlex.admin.ch/" in said
    assert "give way to the European Convention on Mutual Assistance (art. 18(7))" in said
    assert "Would govern: European Convention on Mutual Assistance (coe-ets-030)" in said
    assert "that is never a no" in said or "which is never a no" in said


def test_between_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["law", "between", "fr", "dk", "--on", "2026-11-22", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["governs"] == "coe-ets-030"
    standing = {each["instrument"]: each["standing"] for each in told["instruments"]}
    assert standing["eu-eio-2014-41"] == "not-bound"
    assert standing["un-cybercrime"] == "not-in-force"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["between", "CH", "CH"], 2, "from one state to another"),
        (["between", "CH", "GBR"], 2, "not a state's code"),
        (["between", "CH", "GB", "--for", "bank_record"], 5, 'Did you mean "bank_records"?'),
        (["judge", "refusel", "--basis", "un-untoc"], 5, 'Did you mean "refusal"?'),
        (["judge", "refusal", "--basis", "un-untocc"], 5, 'Did you mean "un-untoc"?'),
        (["judge", "refusal", "--basis", "un-untoc", "--fact", "ground"], 2, "is not NAME=VALUE"),
        (["judge", "refusal", "--basis", "un-untoc", "--fact", "grond=x"], 2, 'Did you mean "ground"?'),
        (["judge", "refusal", "--basis", "un-untoc", "--fact", "ground=bank_secret"], 5, '"bank_secrecy"'),
        (["judge", "refusal", "--basis", "un-untoc", "--fact", "consulted=maybe"], 2, "true or false"),
        (["test"], 2, "No file of sentences"),
        (["test", "nowhere.yaml"], 5, "There is no file"),
    ],
)
def test_wrong_words_are_told_with_what_to_write(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert run(["law", *words]) == code
    assert said in capsys.readouterr().err


def test_bank_secrecy_is_never_a_ground(capsys: pytest.CaptureFixture[str]) -> None:
    facts = ["--fact", "ground=bank_secrecy", "--fact", "reasons=The bank objects.", "--fact", "consulted=true"]
    assert run(["law", "judge", "refusal", "--basis", "un-untoc", *facts]) == 3
    said = capsys.readouterr().out
    assert "UNTOC art. 18(8)" in said
    assert run(["law", "judge", "refusal", "--basis", "un-untoc", *facts[2:], "--fact", "ground=non_conforming"]) == 0
    assert "nothing stands against it" in capsys.readouterr().out


def test_a_sentence_that_the_data_do_not_keep_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "draft: trafficking.yaml\ntoday: 2026-11-22\ncases:\n"
        "  - {name: No facts pass, change: {facts: null}, findings: []}\n"
        "  - {name: A period of no length, clocks: {basis: [coe-ets-024], kind: extradition,"
        " anchors: {arrest: 2026-03-01}, on: 2026-03-02, fired: [XECE-11 release-may]}}\n"
        "  - {name: Nothing is named, step: nowhere, facts: {}, findings: []}\n"
    )
    assert run(["law", "test", str(file)]) == 3
    said = capsys.readouterr().out
    assert "UNTOC-10 facts is found, and the case does not say so." in said
    assert "XECE-11 release-may is not fired on 2026-03-02." in said
    assert "The case cannot be read" in said
    assert "3 sentences, 3 that the law data do not keep." in said


def test_show_of_an_instrument_names_its_periods_with_article(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["law", "show", "coe-ets-024"]) == 0
    said = capsys.readouterr().out
    assert "40 days" in said
    assert "European Convention on Extradition art. 16(4)" in said
    assert run(["law", "show", "un-cybercrime"]) == 0
    assert "NOT IN FORCE" in capsys.readouterr().out
