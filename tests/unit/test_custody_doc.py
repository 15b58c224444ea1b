"""The commands that docs/custody.md gives a stranger for the ledger do what it says, as they stand there."""

import re
import subprocess
from pathlib import Path

import pytest

from rogatory.adapters.ledger_sql import open_stores
from rogatory.cli.main import COMMANDS

DOC = Path(__file__).parent.parent.parent / "docs" / "custody.md"


def commands() -> list[str]:
    """The indented blocks about a line of the ledger, in order."""
    text = DOC.read_text(encoding="utf-8")
    text = text[text.index("A line of the ledger, by hand") :]
    blocks = re.findall(r"(?m)(?:^ {4}.*\n)+", text)
    return [re.sub(r"(?m)^ {4}", "", block) for block in blocks]


@pytest.fixture
def ledger(founded: Path, tmp_path: Path) -> Path:
    """The directory's lines, as an export holds them."""
    lines = open_stores(founded)[0].lines("XV-2026-0001")
    assert len(lines) >= 5
    (tmp_path / "ledger.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


def test_a_line_verifies_by_the_documented_commands(ledger: Path) -> None:
    take_key, take_apart, digest = commands()
    assert run(take_key, ledger).returncode == 0
    apart = run(take_apart, ledger)
    assert "Verified OK" in apart.stdout, apart.stderr
    previous = run(digest, ledger).stdout.split()[0]
    assert f'"prev": "{previous}"' in apart.stdout


def test_a_changed_line_does_not_verify_by_them(ledger: Path) -> None:
    take_key, take_apart, _ = commands()
    run(take_key, ledger)
    lines = (ledger / "ledger.jsonl").read_text().splitlines()
    payload = re.search(r'"payload":"([^"]+)"', lines[1])
    assert payload
    at = payload.start(1) + 40
    other = "B" if lines[1][at] != "B" else "C"
    lines[1] = lines[1][:at] + other + lines[1][at + 1 :]
    (ledger / "ledger.jsonl").write_text("\n".join(lines) + "\n")
    assert run(take_apart, ledger).returncode != 0


def test_every_command_it_gives_is_one_we_have() -> None:
    named = re.findall(r"(?m)^    rogatory ([a-z]+)(?: ([a-z-]+))?", DOC.read_text(encoding="utf-8"))
    assert len(named) > 25
    assert not [words for words in named if words[0] not in COMMANDS and " ".join(words) not in COMMANDS]
