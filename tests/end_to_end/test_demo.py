"""`./dev demo`, as a newcomer runs it; and what must be nowhere in what it leaves behind."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.documents import verapdf
from tests.stage import ROOT

pytestmark = pytest.mark.slow
MARKER = "Zyxwanda Quorbel-Isk"


ROGATORY = (sys.executable, "-m", "rogatory")
DEV = (str(ROOT / "dev"),)


def run(
    *arguments: str, home: Path, expected: int = 0, by: tuple[str, ...] = ROGATORY
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*by, *arguments],
        env=os.environ | {"ROGATORY_HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        cwd=home.parent,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder and its words."""
    from rogatory.cli.examples import example

    out = tmp_path_factory.mktemp("demo") / "out"
    out.mkdir()
    draft = out / "marked.yaml"
    text = example("trafficking.yaml")
    text, names = re.subn(r"(?ms)(sealed:[^\n]*\n(?:\s*#.*\n)*\s+name:)[^\n]*", rf"\1 {MARKER}", text)
    assert names >= 1
    draft.write_text(text, encoding="utf-8")
    done = run("demo", "--out", str(out), "--draft", str(draft), home=out / "home", by=DEV)
    return out, done.stdout


def folders(out: Path) -> list[Path]:
    """Of the assistance, then of the extradition."""
    return sorted(path for path in out.glob("XV-*") if path.is_dir())


def test_the_demo_goes_the_whole_way_and_verifies(played: tuple[Path, str]) -> None:
    out, words = played
    folder = folders(out)[0]
    assert len(list(folder.glob("*.pdf"))) >= 13
    assert {"ledger.jsonl", "head.json"} <= {path.name for path in folder.iterdir()}
    assert list(folder.glob("*.asice"))
    report = json.loads(
        run("verify", str(folder), "--json", "--anchors", str(out / "anchors.json"), home=out / "home").stdout
    )
    assert {report[name] for name in ("ok", "intact", "signed", "trusted", "complete")} == {True}
    assert {one["level"] for one in report["signatures"] if one["kind"] == "certification"} == {"B-LTA"}
    assert "Done in" in words


def test_a_request_is_left_to_decide_in_the_inbox(played: tuple[Path, str]) -> None:
    out, words = played
    assert re.search(r"Inbox +http://127\.0\.0\.1:\d+/sign-in\?code=\S+", words)
    assert "XV-2026-0003 waits for two reviewers" in words
    left = json.loads(run("task", "list", "--as", "reviewer-1", "--json", home=out / "home").stdout)
    assert "XV-2026-0003.review-1" in {each["id"] for each in left}


def test_the_extradition_is_played_to_speciality_and_stays_open(played: tuple[Path, str]) -> None:
    out, words = played
    _, folder = folders(out)
    names = " ".join(path.name for path in folder.glob("*.pdf"))
    for document in ("provisional-arrest-request", "extradition-request", "decision-notice", "handover-protocol",
                     "speciality-waiver-request", "sign-off-certificate"):  # fmt: skip
        assert document in names
    report = json.loads(
        run(
            "verify", str(folder), "--json", "--anchors", str(out / "anchors.json"), home=out / "home", expected=7
        ).stdout
    )
    assert {report[name] for name in ("intact", "signed", "trusted")} == {True}
    assert [check["name"] for check in report["checks"] if not check["ok"]] == ["ledger: closing entry"]
    assert "Charge REFUSED" in words
    assert "art. 14(1)" in words
    assert "art. 16(4)" in words
    assert "STAYS OPEN" in words
    shown = json.loads(run("extradition", "show", folder.name, "--json", home=out / "home").stdout)
    assert shown["status"] == "speciality"
    assert shown["speciality"]["charges"] == 1
    assert [row["granted"] for row in shown["decision"]["offences"]] == [True, False]


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
def test_what_the_case_leaves_is_archival_and_accessible(played: tuple[Path, str], tmp_path: Path) -> None:
    """veraPDF finds no fault in any document as it went out: certified or sealed, time-stamped, archived (B-LTA)."""
    files = sorted(folders(played[0])[0].glob("*.pdf"))
    judged = verapdf.judge(files, tmp_path)
    assert {(each.file.name, each.flavour) for each in judged} == {(f.name, k) for f in files for k in ("3a", "ua1")}
    assert [(each.file.name, each.flavour, each.failed) for each in judged if not each.compliant] == []


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="needs poppler's pdfsig")
def test_the_signed_letter_is_bilingual_and_pdfsig_finds_it_whole(played: tuple[Path, str]) -> None:
    letter = max(folders(played[0])[0].glob("*letter-of-request*.pdf"))
    said = subprocess.run(["pdfsig", "-nocert", str(letter)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 1, said  # the certification; time stamps it does not judge
    text = subprocess.run(["pdftotext", str(letter), "-"], capture_output=True, check=True).stdout.decode()
    assert "Letter of Request" in text
    assert "Demande d’entraide judiciaire" in text


def test_a_flipped_byte_is_refused(played: tuple[Path, str]) -> None:
    out, _ = played
    tampered = next((out / "tampered").glob("*.pdf"))
    done = run("verify", str(tampered), "--json", "--anchors", str(out / "anchors.json"), home=out / "home", expected=7)
    assert json.loads(done.stdout)["intact"] is False


def test_a_sealed_name_is_nowhere(played: tuple[Path, str]) -> None:
    """Not in Temporal's database, the ledger, logs, file names or PDFs; only in the vault, encrypted."""
    out, words = played
    parts = MARKER.split()
    assert not any(part in words for part in parts)
    for path in out.rglob("*"):
        assert not any(part.casefold() in path.name.casefold() for part in parts), path
        if not path.is_file() or path.name == "marked.yaml":
            continue
        content = path.read_bytes()
        for part in parts:
            assert part.encode() not in content, f"{part} in {path}"
            assert part.encode("utf-16-le") not in content, f"{part} in {path}"
    for pdf in [*out.rglob("*.pdf")]:
        text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
        assert not any(part in text for part in parts), pdf
    database = out / "home" / "temporal" / "temporal.sqlite"
    assert database.exists()
    dump = "\n".join(sqlite3.connect(f"file:{database}?mode=ro", uri=True).iterdump())
    assert not any(part in dump or part.encode().hex() in dump.casefold() for part in parts)


def commands_in(text: str) -> list[str]:
    """What VERIFY.txt says to run, once each."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.startswith("     ")))


def obeyed(package: Path, anchors: Path, folder: Path, language: str) -> list[str]:
    """Unpacks a package and runs what its own VERIFY.txt says, in a shell that knows nothing of ours but `rogatory`."""
    (folder / "unpacked").mkdir(parents=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder / "unpacked")
    roots = json.loads(anchors.read_text())["root_certificates"]
    (folder / "unpacked" / "root.pem").write_text("".join(roots))
    text = (folder / "unpacked" / "VERIFY.txt").read_text()
    assert "How to verify this package" in text
    assert language in text
    said = commands_in(text)
    for command in said:
        line = command.replace("PACKAGE", str(package)).replace("ANCHORS.json", str(anchors))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=folder / "unpacked",
            env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        if "pdfsig" in line:  # which ends as it does for the last file
            assert "Signature is Valid." in done.stdout
            assert "Signature is Invalid" not in done.stdout
        else:
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return said


def test_what_verify_txt_says_works_on_the_evidence_that_is_handed_over(
    played: tuple[Path, str], tmp_path: Path
) -> None:
    out, _ = played
    package = next(folders(out)[0].glob("*.asice"))
    said = obeyed(package, out / "anchors.json", tmp_path, "Comment vérifier ce paquet")
    for program in ("openssl", "bagit.py", "sha256sum", "pdfsig", "python3", "case_validate", "rogatory"):
        assert any(program in line for line in said)
    copy = tmp_path / "unpacked" / "data" / "custody" / "ledger.jsonl"
    copy.write_bytes(copy.read_bytes().replace(b'"', b"'", 1))
    for line in (each for each in said if each.startswith(("bagit.py", "sha256sum -c manifest"))):
        assert subprocess.run(["sh", "-c", line], cwd=copy.parents[2], capture_output=True, check=False).returncode != 0


@pytest.mark.skipif(not shutil.which("age"), reason="needs age")
def test_what_was_sent_abroad_opens_with_the_other_states_key_alone_and_verifies(
    played: tuple[Path, str], tmp_path: Path
) -> None:
    out, _ = played
    home = out / "home"
    sent = sorted((home / "outbox").rglob("*.asice.age"))
    assert len(sent) > 1
    opened = tmp_path / "package.asice"
    keys = {"XN": home / "requested-state" / "keys" / "package.age", "XV": home / "keys" / "package.age"}
    for state, code in (("XV", 1), ("XN", 0)):
        command = ["age", "-d", "-i", str(keys[state]), "-o", str(opened), str(sent[0])]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code
    obeyed(opened, out / "anchors.json", tmp_path / "sent", "How to verify this package")
