"""docs/adding-a-treaty.md, typed as it stands: the files it shows, its commands, and what they must answer."""

import re
import shlex
from pathlib import Path

import pytest

from rogatory.cli.main import run

GUIDE = (Path(__file__).parents[2] / "docs" / "adding-a-treaty.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```(?:yaml|csv)\n# (law/\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.startswith("rogatory ")
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_every_command_of_the_guide_succeeds_and_the_treaty_governs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(FILES) == 3
    said = {}
    for command in COMMANDS:
        code = run([word.replace("$ROGATORY_HOME", str(home)) for word in shlex.split(command)[1:]])
        said[command.split()[2]] = capsys.readouterr().out
        assert code == 0, command
    assert list(said) == ["check", "show", "between", "test", "new"]
    assert "no faults" in said["check"]
    assert "Would govern: Xaveria-Xenland Treaty (xv-xn-1998), article 2." in said["between"]
    assert "5 sentences, none that the law data do not keep." in said["test"]
    assert "xv-xn-1998" in (home / "request.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("demand: facts", "demand: fakts", "fakts"),
        ("severity: error             # it blocks", "severity: eror # it blocks", "eror"),
        ("anchor: electronic-sending", "anchor: electronic-sendings", "electronic-sending"),
        ("ground: bank_secrecy", "ground: bank_secret", "bank_secrecy"),
        ("in_force_since: 1999-03-01", "in_force_since: 1999-02-30", "1999-02-30"),
        ("url: https://", "url: ftp://", "ftp://"),
    ],
)
def test_a_slip_in_the_copy_is_told_with_its_line(
    home: Path, capsys: pytest.CaptureFixture[str], wrong: str, right: str, told: str
) -> None:
    path = home / "law" / "treaties" / "xv-xn-1998.yaml"
    text = path.read_text(encoding="utf-8")
    assert wrong in text
    path.write_text(text.replace(wrong, right, 1), encoding="utf-8")
    line = text[: text.index(wrong)].count("\n") + 1
    assert run(["law", "check", str(path)]) == 3
    out = capsys.readouterr().out
    assert f"{path}:{line}:" in out
    assert told in out
