"""Records of 100 MB from outside: judged in bounded memory, and with a report, whatever they hold."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[1] / "conformance" / "corpus.tar.xz"
SIZE = 100_000_000
MEMORY = 700_000_000
"""The verifier alone takes 110 MB; the text lies in memory as bytes, and once more as text."""

JUDGE = """
import sys
from pathlib import Path
from rogatory.adapters.held_memory import held
from rogatory.verification import load_anchors, verify_path
report = verify_path(Path(sys.argv[1]), [load_anchors(Path(sys.argv[2]))])
print(report.ok, held())
"""


@pytest.mark.parametrize("unit", [b"\n", b"[", b"{}\n", b"\xff"])
def test_a_hundred_megabytes_behind_good_lines_give_a_report(unit: bytes, tmp_path: Path) -> None:
    with tarfile.open(CORPUS) as archive:
        archive.extractall(tmp_path, filter="data")
    ledger = tmp_path / "good-appointed" / "ledger.jsonl"
    with ledger.open("ab") as file:
        for _ in range(100):
            file.write(unit * (SIZE // 100 // len(unit)))
    anchors = tmp_path / "anchors" / "XV.json"
    command = [sys.executable, "-c", JUDGE, str(ledger), str(anchors)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    ledger.unlink()
    assert (done.returncode, done.stderr) == (0, "")
    verdict, peak = done.stdout.split()
    assert (verdict, int(peak) < MEMORY) == ("False", True), peak
