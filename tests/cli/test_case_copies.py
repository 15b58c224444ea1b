"""rogatory case bundle, case letter and draft preview --docx, as they are typed."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.cli import main
from schemas.documents import DocumentType
from tests.cli.opened_case import REFERENCE, opened_case
from tests.documents.bound_case import BoundCase

Run = Callable[..., tuple[int, str, str]]
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path) -> Run:
    for name in list(os.environ):
        if name.startswith(("TEMPORAL_", "ROGATORY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def letter(home: Path) -> BoundCase:
    """A request for preservation, drawn up and not signed yet."""
    draft, annex = split_sealed(read_draft(EXAMPLES / "preservation.yaml").draft())
    case = BoundCase(home, draft, annex)
    case.make(DocumentType.PRESERVATION_REQUEST)
    return case


def test_a_case_is_bound_and_its_letter_copied(run: Run, letter: BoundCase) -> None:
    Path("letter.docx").touch()
    letter.sign(letter.register.documents(REFERENCE)[0].digest)
    code, out, err = run("case", "bundle", REFERENCE, "--out", "b.pdf", "--for", "other-state", "--json")
    assert code == 0, err
    bound = json.loads(out)
    original = bound["volumes"][0]["documents"][0]["sha256"]
    assert (bound["for"], bound["left_out"]) == ("other-state", 0)
    code, out, _ = run("verify", "b.pdf", "--json")
    assert code == 0
    checks = {check["name"] for check in json.loads(out)["checks"]}
    assert "01 Request for the Preservation of Stored Data: original" in checks

    code, out, err = run("case", "letter", REFERENCE, "--docx", "letter.docx", "--force")
    assert code == 0, err
    assert "not the original" in out
    made = docx.Document(io.BytesIO(Path("letter.docx").read_bytes()))
    assert original in made.sections[0].header.paragraphs[0].text
    code, _, err = run("case", "letter", REFERENCE, "--docx", "letter.docx")
    assert code == 2
    assert "is there already" in err
    code, _, err = run("case", "bundle", REFERENCE, "--out", "b.pdf")
    assert code == 2
    assert "is there already" in err


def test_what_cannot_be_made_says_why(run: Run, home: Path) -> None:
    assert run("case", "bundle", "XV-2026-0009", "--out", "b.pdf")[0] == 5
    assert run("case", "letter", "XV-2026-0009", "--docx", "l.docx")[0] == 5
    opened_case(home)  # its assessment and its letter are on the ledger, and not in the vault
    code, _, err = run("case", "bundle", REFERENCE, "--out", "b.pdf")
    assert code == 7
    assert "not in the vault as the ledger has it" in err
    code, _, err = run("case", "letter", REFERENCE, "--docx", "l.docx")
    assert code == 7
    assert "Document 01 (letter of request)" in err
    code, _, err = run("case", "letter", REFERENCE, "--docx", "l.docx", "--number", "7")
    assert code == 5
    assert "Document 7" in err
    for words in (("bundle", REFERENCE, "--out", "b.txt"), ("letter", REFERENCE, "--docx", "l.doc")):
        code, _, err = run("case", *words)
        assert code == 2
        assert "is no name for a" in err
    assert not [each for each in Path().iterdir() if each.suffix in {".pdf", ".docx"}]


def test_a_draft_is_previewed_as_a_word_document(run: Run) -> None:
    for example, title in (("trafficking.yaml", "Letter of Request"), ("extradition.yaml", "Request for Provisional")):
        code, out, err = run("draft", "preview", str(EXAMPLES / example), "--docx", "draft.docx")
        assert code == 0, err
        assert "marked DRAFT" in out
        made = docx.Document("draft.docx")
        assert made.core_properties.content_status == "Draft"
        assert title in made.core_properties.title
    code, _, err = run("draft", "preview", str(EXAMPLES / "trafficking.yaml"), "--docx", "draft.pdf")
    assert code == 2
    assert "--docx letter.docx" in err
    Path("file").touch()
    code, _, err = run("draft", "preview", str(EXAMPLES / "trafficking.yaml"), "--docx", "file/draft.docx")
    assert code == 2
    assert "cannot be written" in err
