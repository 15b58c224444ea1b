"""Both verifiers, ours and the one of 200 lines, say of every record of the corpus what its index says."""

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from rogatory.custody import verify_standalone
from rogatory.verification import load_anchors, verify_path
from schemas.custody import TrustAnchors

HERE = Path(__file__).parent
INDEX = json.loads((HERE / "index.json").read_text())
ANSWERS = ("intact", "signed", "trusted", "complete")
PROGRAM = Path(verify_standalone.__file__)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(HERE / "corpus.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def anchors_in(corpus: Path) -> list[TrustAnchors]:
    return [load_anchors(corpus / "anchors" / f"{state}.json") for state in ("XV", "XN")]


def test_the_corpus_is_large_enough_and_whole(corpus: Path) -> None:
    assert {path.name for path in corpus.iterdir()} == {*INDEX, "anchors"}
    for target, goods, bads in (("ledger.jsonl", 10, 60), ("package.asice", 4, 40)):
        denied = [one["denies"] is not None for one in INDEX.values() if one["verify"] == target]
        assert (denied.count(False) >= goods, denied.count(True) >= bads) == (True, True), target
    assert (HERE / "corpus.tar.xz").stat().st_size < 200_000
    assert sum(one["denies"] is None for one in INDEX.values()) >= 10
    assert {one["denies"] for one in INDEX.values()} == {None, *ANSWERS}


@pytest.mark.parametrize("name", sorted(INDEX))
def test_both_verifiers_agree_with_the_index(name: str, corpus: Path) -> None:
    expected = INDEX[name]
    path = corpus / name / expected["verify"]
    report = verify_path(path, anchors_in(corpus))
    ours = {answer: getattr(report, answer) for answer in ANSWERS}
    files = [json.loads((corpus / "anchors" / f"{state}.json").read_text()) for state in ("XV", "XN")]
    verify_standalone.verify(path, files)  # type: ignore[no-untyped-call]
    theirs = {answer: answer not in verify_standalone.NO for answer in ANSWERS}
    told = (ours, [c for c in report.checks if not c.ok], verify_standalone.NO)
    judging = (ours, theirs) if expected.get("small_verifier", True) else (ours,)
    if expected["denies"] is None:
        assert all(ours.values()), told
        assert all(theirs.values()), told
        assert (report.cosigned, "cosigned" not in verify_standalone.NO) == (expected["cosigned"],) * 2, told
        recorded = name != "good-package-no-record"
        unproven = str(report.completeness).startswith("completeness not proven")
        assert unproven == (recorded and not expected["cosigned"]), told
    else:
        assert not [found for found in judging if found[expected["denies"]]], told
        assert judging == (ours, theirs) or all(theirs.values()), told  # what the index says it leaves out, it does
    if "check" in expected:
        assert expected["check"] in [check.name for check in report.checks if not check.ok], told


def test_the_small_verifier_is_small_and_needs_nothing_of_ours(corpus: Path, tmp_path: Path) -> None:
    text = PROGRAM.read_text()
    assert text.count("\n") <= 200
    imported = set(re.findall(r"(?m)^\s*(?:from (\w+)|import (.+?))(?:\s+#.*| import .*)?$", text))
    names = {name.strip() for one, many in imported for name in (one, *many.split(",")) if name.strip()}
    assert names <= sys.stdlib_module_names
    alone = tmp_path / "verify_standalone.py"
    alone.write_text(text)
    anchors = [str(corpus / "anchors" / f"{state}.json") for state in ("XV", "XN")]
    for name, code in (("good-cosigned", 0), ("good-package", 0), ("bad-cut-tail", 7), ("bad-package-document", 7)):
        path = corpus / name / INDEX[name]["verify"]
        order = [sys.executable, "-I", str(alone), str(path), "--anchors", *anchors, "--json"]
        done = subprocess.run(order, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        assert json.loads(done.stdout)["ok"] == (code == 0)
