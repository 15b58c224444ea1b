"""rogatory draft preflight: what the other state could answer; and the first letter of an extradition."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory.cli import main
from rogatory.cli.examples import example
from tests.drafts import untranslated

Run = Callable[..., tuple[int, str, str]]
needs_reader = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext: apt install poppler-utils")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def read(name: str) -> str:
    ran = subprocess.run(["pdftotext", "-raw", name, "-"], check=True, capture_output=True, text=True, timeout=60)
    return " ".join(ran.stdout.split())


@needs_reader
def test_a_draft_that_would_be_returned_is_told_so(run: Run) -> None:
    text = example("minimal-bank-records.yaml")
    start, end = text.index("facts: |"), text.index("link:")
    Path("request.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    code, out, err = run("draft", "preflight", "request.yaml")
    assert (code, err) == (3, "")
    assert out.startswith("It would be returned: 1 error,")
    assert "rogatory draft check request.yaml" in out
    words = read("request.preflight.pdf")
    assert "The summary of the relevant facts is missing." in words
    assert "18(15)(c)" in words
    assert "DRAFT" in words.replace(" ", "")


def test_a_whole_draft_would_not(run: Run) -> None:
    Path("request.yaml").write_text(untranslated(), encoding="utf-8")
    code, out, _ = run("draft", "preflight", "request.yaml", "--out", "answer.pdf", "--json")
    said = json.loads(out)
    assert (code, said["returned"], said["errors"]) == (0, False, 0)
    assert Path("answer.pdf").read_bytes().startswith(b"%PDF")
    assert "Examplova" not in out


def test_what_has_no_form_yet_is_not_rehearsed(run: Run) -> None:
    Path("request.yaml").write_text("schema_version: 1\nkind: mutual-assistance\n", encoding="utf-8")
    code, out, err = run("draft", "preflight", "request.yaml")
    assert code == 3
    assert "no letter can be made of this yet" in out + err
    assert not Path("request.preflight.pdf").exists()


@needs_reader
def test_the_letter_that_goes_first_is_laid_out(run: Run) -> None:
    Path("request.yaml").write_text(example("extradition.yaml"), encoding="utf-8")
    assert run("draft", "preview", "request.yaml", "--out", "first.pdf")[0] == 0
    assert "Request for Provisional Arrest" in read("first.pdf")
    assert run("draft", "preview", "request.yaml", "--formal", "--out", "formal.pdf")[0] == 0
    assert "What goes with this request" in read("formal.pdf")
