"""rogatory draft: what it prints, writes and returns."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory.cli import main
from rogatory.cli.examples import example, folder
from rogatory.law.yaml_text import parse
from tests.drafts import untranslated

Run = Callable[..., tuple[int, str, str]]
EXAMPLE = str(folder() / "trafficking.yaml")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_check_shows_line_caret_and_what_to_write(run: Run) -> None:
    text = untranslated().replace("to: XN", "to: Switzerland").replace("bank_records", "bank-record")
    Path("request.yaml").write_text(text, encoding="utf-8")
    code, out, err = run("draft", "check", "request.yaml")
    assert code == 3
    assert err == ""
    assert out.startswith(
        'request.yaml:7:5: "Switzerland" is not a country code.\n'
        "    7 | to: Switzerland\n"
        '      |     ^  write "CH" for Switzerland\n'
    )
    assert '"bank-record" is not a type of assistance. Did you mean "bank_records"?' in out
    assert out.endswith("2 errors, 0 warnings. Nothing was sent.\n")


def test_check_tells_the_article(run: Run) -> None:
    text = example("minimal-bank-records.yaml")
    start, end = text.index("facts: |"), text.index("link:")
    Path("request.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3
    assert "The summary of the relevant facts is missing.  [UNTOC-10: UNTOC art. 18(15)(c)]" in out


def test_check_of_a_warning_is_no_error(run: Run) -> None:
    text = example("minimal-bank-records.yaml")
    Path("request.yaml").write_text(
        text[: text.index("dual_criminality")] + text[text.index("confidentiality") :], encoding="utf-8"
    )
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 0
    assert "warning: The request does not say why the conduct would also be an offence" in out
    assert "no errors, 1 warning." in out


def test_check_as_json(run: Run) -> None:
    Path("request.yaml").write_text(untranslated().replace("to: XN", "to: Norway"), encoding="utf-8")
    code, out, err = run("draft", "check", "request.yaml", "--json")
    document = json.loads(out)
    assert (code, err, document["ok"]) == (3, "", False)
    assert document["findings"] == [
        {
            "line": 7,
            "column": 5,
            "path": "to",
            "severity": "error",
            "rule": "form",
            "source": "",
            "message": '"Norway" is not a country code.',
            "fix": 'write "NO" for Norway',
        }
    ]
    code, out, _ = run("--json", "draft", "check", EXAMPLE)
    assert (code, json.loads(out)) == (0, {"ok": True, "findings": []})


def test_a_hostile_draft_cannot_steer_the_terminal(run: Run) -> None:
    text = example("minimal-bank-records.yaml").replace("to: XN", 'to: "\\e]0;owned\\a\\e[2J"')
    Path("request.yaml").write_text(text.replace("subject: Bank", "subject: \u202eBank"), encoding="utf-8")
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "A hidden character turns the text around here (U+202E)." in out


def test_a_long_line_is_shown_around_its_fault(run: Run) -> None:
    text = example("minimal-bank-records.yaml").replace(
        "kind: mutual-assistance", f"kind: mutual-assistance # {'x' * 300}"
    )
    Path("request.yaml").write_text(text.replace("Tomas Quell\n    born", f"{'y' * 400}\n    born"), encoding="utf-8")
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3
    assert "name has 400 characters; at most 300 are taken." in out
    assert max(map(len, out.splitlines())) < 140


def test_check_of_no_file_is_wrong_usage(run: Run) -> None:
    code, _, err = run("draft", "check", "none.yaml")
    assert code == 2
    assert "There is no file none.yaml." in err


def test_check_is_quick_and_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys; from rogatory.cli import main; code = main.run(['draft', 'check', sys.argv[1]]);"
        "heavy = {'temporalio', 'weasyprint', 'sqlalchemy', 'pyhanko', 'cryptography', 'pycountry', 'lxml', 'jinja2'};"
        "sys.exit(code or ' '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, EXAMPLE],
        capture_output=True,
        text=True,
        check=False,
        env={"ROGATORY_HOME": str(tmp_path), "PATH": ""},
        cwd=folder().parent,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("type_", ["bank_records", "statement_video", "freezing"])
def test_new_writes_a_draft_whose_only_faults_are_its_todos(run: Run, type_: str) -> None:
    code, out, _ = run("draft", "new", "--type", type_, "--to", "XN", "--from", "XV", "--file-number", 'A "7": #1')
    assert code == 0
    assert "Next: edit request.yaml, then   rogatory draft check request.yaml" in out
    text = Path("request.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./.rogatory/draft.schema.json\n")
    assert parse(text).value["proceedings"]["file_number"] == 'A "7": #1'
    assert json.loads(Path(".rogatory/draft.schema.json").read_text(encoding="utf-8"))["title"] == "Draft"
    code, out, _ = run("draft", "check", "request.yaml", "--json")
    findings = json.loads(out)["findings"]
    assert code == 3
    assert {finding["message"] for finding in findings} == {"This is still to be written."}
    assert len(findings) > 25


def test_new_for_all_types_urgent_and_with_a_protocol(run: Run) -> None:
    flags = [
        "--type",
        "freezing",
        "--type",
        "bank_records",
        "--basis",
        "un-untoc",
        "--basis",
        "un-untoc-trafficking",
        "--urgent",
    ]
    code, out, _ = run("draft", "new", *flags, "--to", "xn", "--from", "XV", "--out", "a.yaml", "--json")
    assert code == 0
    assert json.loads(out)["types"] == ["freezing", "bank_records"]
    draft = parse(Path("a.yaml").read_text(encoding="utf-8")).value
    assert [measure["id"] for measure in draft["measures"]] == ["m1", "m2"]
    assert draft["urgency"] == {"level": "urgent", "reason": "TODO"}
    assert draft["legal_basis"] == [{"instrument": "un-untoc"}, {"instrument": "un-untoc-trafficking"}]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--to", "XN", "--from", "XV"], "--type is missing, and nobody can be asked."),
        (["--type", "bank_records", "--from", "XV"], "--to is missing, and nobody can be asked."),
        (["--type", "bank_records", "--to", "XN"], "--from is missing, and nobody can be asked."),
        (["--type", "bank", "--to", "XN", "--from", "XV"], '"bank" is no type of assistance.'),
        (["--type", "bank_records", "--to", "NO", "--from", "XV"], '"NO" is no state in the law data.'),
        (["--type", "bank_records", "--to", "XN", "--from", "XV", "--basis", "untoc"], 'Did you mean "un-untoc"?'),
    ],
)
def test_new_without_what_it_needs_is_wrong_usage(run: Run, flags: list[str], said: str) -> None:
    code, _, err = run("draft", "new", *flags)
    assert code == 2
    assert said in err
    assert not Path("request.yaml").exists()


def test_new_never_writes_over_a_draft(run: Run) -> None:
    flags = ["draft", "new", "--type", "freezing", "--to", "XN", "--from", "XV"]
    Path("request.yaml").write_text("mine", encoding="utf-8")
    code, _, err = run(*flags)
    assert (code, Path("request.yaml").read_text(encoding="utf-8")) == (2, "mine")
    assert "request.yaml is there already: nothing was written." in err
    assert run(*flags, "--force")[0] == 0


ONE_LINE = [
    "Freezing for A. B.",
    "Prosecutor's Office",
    "",
    "",
    "",
    "Laundering: of 'art'",
    "s 261",
    "10",
    "He leaves.",
]


def test_new_asks_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["nonsense", "freezing", "XV", "XN", "un-untoc-trafficking", "PX 1/26", "y", *ONE_LINE])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    code, out, _ = run("draft", "new")
    assert code == 0
    assert re.search("Type a number from 1 to [0-9]+, the name, or a part of it.", out)
    draft = parse(Path("request.yaml").read_text(encoding="utf-8")).value
    assert (draft["from"], draft["to"], draft["measures"][0]["type"]) == ("XV", "XN", "freezing")
    assert [basis["instrument"] for basis in draft["legal_basis"]] == ["un-untoc", "un-untoc-trafficking"]
    assert draft["urgency"] == {"level": "urgent", "reason": "He leaves."}
    assert (draft["subject"], draft["requesting_authority"]["name"]) == ("Freezing for A. B.", "Prosecutor's Office")
    assert draft["requesting_authority"]["contact"]["name"] == "TODO"
    offence = draft["offences"][0]
    assert (offence["title"], offence["max_penalty_years"]) == ("Laundering: of 'art'", 10)
    assert not list(Path(".rogatory").glob("*.answers.json"))


def test_schema_and_types(run: Run) -> None:
    code, out, _ = run("draft", "schema")
    assert code == 0
    assert json.loads(out)["$id"] == "urn:rogatory:draft:1"
    assert run("draft", "schema", "--out", "s.json")[0] == 0
    assert json.loads(Path("s.json").read_text(encoding="utf-8")) == json.loads(out)
    code, out, _ = run("draft", "types")
    assert code == 0
    assert re.search(r"statement_video +Statement by video link +no +UNTOC art\. 18\(3\)\(a\)", out)
    types = [row["type"] for row in json.loads(run("draft", "types", "--json")[1])]
    assert types == sorted(types)
    assert {"bank_records", "freezing", "statement_video", "service_of_documents", "preservation"} <= set(types)


def test_preview_lays_out_the_letter_without_what_is_sealed(run: Run) -> None:
    import pikepdf

    code, out, _ = run("draft", "preview", EXAMPLE, "--out", "letter.pdf")
    assert code == 0
    assert "marked DRAFT." in out
    with pikepdf.open("letter.pdf") as pdf:
        assert len(pdf.pages) > 2
        attached = [file.get_file().read_bytes().decode() for file in pdf.attachments.values()]
    assert any('"V1"' in text for text in attached)
    assert not any(re.search(r"\bxami|examplova|nowhere lane", text.casefold()) for text in attached)


def test_preview_of_a_draft_that_names_a_protected_person_is_refused(run: Run) -> None:
    text = untranslated().replace("V1 lives in Xenland.", "Xamira lives in Xenland.")
    Path("request.yaml").write_text(text, encoding="utf-8")
    code, out, err = run("draft", "preview", "request.yaml")
    assert code == 3
    assert "What is sealed for p3 (the name) stands here in the open." in out
    assert "no letter can be made of this yet." in err
    assert not Path("request.pdf").exists()
