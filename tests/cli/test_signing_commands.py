"""rogatory timestamps, what the doctor says of signing, and what verify says of a signed PDF."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.certificates import DemoAuthority
from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.timestamp_authority import DemoTimeAuthority
from rogatory.adapters.timestamps import stamping
from rogatory.cli import main
from rogatory.cli.doctor_signing import archive_stamps
from rogatory.cli.output import day
from rogatory.desk import Desk
from rogatory.profile import Profile
from schemas.tasks import LedgerEntry
from tests.cli.opened_case import REFERENCE, opened_case
from tests.unit.stamping_house import FIELD, StampingHouse, letter

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Run:
    for name in list(os.environ):
        if name.startswith(("TEMPORAL_", "ROGATORY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(home))

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main.run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StampingHouse, DemoTimeAuthority]]:
    """A time-stamping authority of somebody else, with a root of its own."""
    house = StampingHouse(tmp_path_factory.mktemp("third") / "home")
    with DemoTimeAuthority(house.home) as authority:
        yield house, authority


def doctor(run: Run, name: str) -> dict[str, object]:
    found: dict[str, object] = next(
        each for each in json.loads(run("doctor", "--json")[1])["checks"] if each["name"] == name
    )
    return found


def test_an_authority_is_set_shown_used_and_taken_out(
    run: Run, home: Path, third: tuple[StampingHouse, DemoTimeAuthority], tmp_path: Path
) -> None:
    code, out, _ = run("timestamps")
    assert code == 0
    assert "time-stamping authority of the demonstration is not running" in out
    assert doctor(run, "Time stamps")["ok"] is None
    house, authority = third
    root, own = house.home / "ca" / "root.crt", home / "ca" / "root.crl"
    lists = ("--list", house.home / "ca" / "root.crl", "--list", own)
    code, out, _ = run("timestamps", authority.url, "--certificate", root, *lists)
    assert code == 0
    assert "DEMO time-stamping authority" in out
    assert "hand anchors/own.json anew" in out
    assert FileAnchors(home).own().timestamp_roots == (root.read_text(),)
    assert json.loads((home / "config.json").read_bytes())["state"] == "XV"  # the rest stays
    assert json.loads(run("timestamps", "--json")[1])["timestamps"]["url"] == authority.url
    found = doctor(run, "Time stamps")
    assert found["ok"] is True
    assert "revocation lists count until" in str(found["detail"])
    pen = PadesSigner(signer_for(home, "signatory"), FileAnchors(home).own().root_certificates, partial(stamping, home))
    file = tmp_path / "letter.pdf"
    file.write_bytes(pen.sign(letter(), FIELD, "Letter of request XV-2026-0001", datetime.now(UTC)))
    code, out, _ = run("verify", file)
    assert code == 0
    assert f"signature {FIELD}: level" in out
    assert "PAdES B-LTA: a time-stamping authority says when" in out
    told = json.loads(run("verify", file, "--json")[1])
    assert (told["ok"], told["intact"], told["trusted"]) == (True, True, True)
    first = told["signatures"][0]
    assert {name: first[name] for name in ("level", "intact", "valid", "trusted", "coverage", "modification")} == {
        "level": "B-LTA",
        "intact": True,
        "valid": True,
        "trusted": True,
        "coverage": "ENTIRE_REVISION",
        "modification": "LTA_UPDATES",
    }
    assert first["timestamp"]["trusted"]
    assert first["timestamp"]["authority"] == "DEMO time-stamping authority"
    assert run("timestamps", "--off")[0] == 0
    assert "timestamps" not in json.loads((home / "config.json").read_bytes())
    assert run("verify", file)[0] == 0  # whom to believe about the past is not forgotten


def test_nothing_is_saved_unless_the_authority_stamps_and_is_believed(
    run: Run, home: Path, third: tuple[StampingHouse, DemoTimeAuthority], tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in (home / "config.json", home / "anchors" / "own.json")}
    house, authority = third
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    wrong: list[tuple[int, str, tuple[str | Path, ...]]] = [
        (69, "cannot be reached: Connection refused", ("http://127.0.0.1:9/",)),
        (7, "no trust anchor vouches for", (authority.url,)),
        (69, "There is no revocation list", (authority.url, "--list", tmp_path / "none.crl")),
        (7, "holds no certificate in PEM", (authority.url, "--certificate", junk)),
        (5, "There is no", (authority.url, "--certificate", tmp_path / "none.pem")),
        (2, "an address is like", ("tsa.example",)),
        (2, "timeout", (authority.url, "--timeout", "600")),
        (2, "need the address", ("--certificate", house.home / "ca" / "root.crt")),
        (2, "Either an address or --off", (authority.url, "--off")),
    ]
    for expected, words, arguments in wrong:
        code, _, err = run("timestamps", *arguments)
        assert (code, words in err) == (expected, True), err
        assert "Traceback" not in err
    assert before == {path: path.read_bytes() for path in before}


def test_the_doctor_says_that_the_authority_is_silent(run: Run, home: Path) -> None:
    configuration = json.loads((home / "config.json").read_bytes())
    configuration["timestamps"] = {"url": "http://127.0.0.1:9/", "lists": ["ca/root.crl"]}
    (home / "config.json").write_text(json.dumps(configuration))
    found = doctor(run, "Time stamps")
    assert (found["ok"], "cannot be reached" in str(found["detail"])) == (False, True)
    configuration["timestamps"] = {"url": "nowhere"}
    (home / "config.json").write_text(json.dumps(configuration))
    assert "an address is like" in str(doctor(run, "Time stamps")["detail"])


def test_the_doctor_counts_archive_time_stamps_and_says_which_ends_first(run: Run, home: Path) -> None:
    profile = Profile(home=home)
    assert archive_stamps(profile).ok is None
    opened_case(home)
    made = {"type": "approval_record", "language": "en", "pages": 1, "size": 9, "version": 1, "signed_by": ["service"]}
    soon = (datetime.now(UTC) + timedelta(days=90)).date()
    for number, end in enumerate((soon + timedelta(days=900), soon)):
        facts = {**made, "digest": f"sha256:{number:064x}", "signature": f"B-LTA until {end.isoformat()}"}
        entry = {"entry_id": f"{REFERENCE}/s{number}", "reference": REFERENCE, "event": "document-made", "facts": facts}
        Desk(profile).ledger.append(LedgerEntry.model_validate(entry | {"at": datetime.now(UTC)}))
    found = archive_stamps(profile)
    assert found.ok is False
    assert found.detail == f"2 documents; the first to end is in {REFERENCE}, {day(soon)}"


def test_the_doctor_looks_for_tokens(run: Run, home: Path) -> None:
    assert doctor(run, "Tokens")["ok"] is None
    configuration = json.loads((home / "config.json").read_bytes())
    configuration["signers"] = {"signatory": {"module": "/nowhere/driver.so", "token": "mla", "key": "signatory"}}
    (home / "config.json").write_text(json.dumps(configuration))
    found = doctor(run, "Tokens")
    assert (found["ok"], "no PKCS#11 library at /nowhere/driver.so" in str(found["detail"])) == (False, True)


def test_a_list_that_is_over_stops_signing_and_says_which(run: Run, home: Path) -> None:
    with DemoTimeAuthority(home) as authority:
        DemoAuthority.load(home / "ca").issue_list(home / "ca", datetime.now(UTC) - timedelta(days=400))
        code, _, err = run("timestamps", authority.url)
    assert code == 69
    assert "counted until" in err
