"""Threats that no other file is about: hostile evidence, lost keys, a flooded inbox, an XML reader that reads files."""

import shutil
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from rogatory.adapters.channel_folder import AT_ONCE, FolderChannel
from rogatory.desk import Desk
from rogatory.errors import RogatoryError
from rogatory.profile import Profile
from rogatory.verification import verify_item, verify_path
from tests.cli.filed_case import REFERENCE, FiledCase
from tests.stage import ROOT

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The string by which scanners are tried; harmless."""
HOSTILE = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R"
    b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9'\\))>>"
    b"/Names<</EmbeddedFiles<</Names[(x)1 0 R]>>>>>>endobj\n"
    b"trailer<</Root 1 0 R/Prev 0/Size -1>>\nstartxref\n0\n%%EOF\n"
)
"""A PDF that would run a script when opened, and that sends whoever reads its tables round in circles."""


def test_threat_23_the_xml_library_is_one_that_reads_no_files() -> None:
    """Before 6 it read files that an entity named, unless told not to; another package once brought 4.9 with it."""
    assert int(version("lxml").partition(".")[0]) >= 6
    for lock in ROOT.glob("requirements*.lock"):
        for line in lock.read_text(encoding="utf-8").splitlines():
            if line.startswith("lxml=="):
                assert int(line.removeprefix("lxml==").partition(".")[0]) >= 6, lock


@pytest.mark.parametrize(("name", "content"), [("eicar.com", EICAR), ("statement.pdf", HOSTILE)])
def test_threat_27_hostile_evidence_is_kept_and_checked_byte_for_byte_and_never_read(
    home: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    case = FiledCase(home)
    (item,) = case.received({name: content})
    desk = Desk(Profile(home=home))
    assert desk.vault.read(REFERENCE, desk.register.item(item).digest) == content
    package = desk.export_evidence(REFERENCE, tmp_path)
    report = verify_path(package, case.ledger.anchors)
    assert (report.intact, report.signed, report.trusted) == (True, True, True)
    (tmp_path / name).write_bytes(content)
    found = verify_item(tmp_path / name, package, case.ledger.anchors)
    assert found.intact
    assert {check.name for check in found.checks} >= {item}


def test_threat_31_lost_keys_are_named_and_a_restored_home_goes_on(home: Path, tmp_path: Path) -> None:
    case = FiledCase(home)
    (item,) = case.received({"statement.csv": b"records"})
    digest = case.register.item(item).digest
    shutil.copytree(home, tmp_path / "backup")
    for lost in ("keys/vault.json", f"keys/cases/{REFERENCE}.json"):
        (home / lost).unlink()
        with pytest.raises(RogatoryError) as told:
            Desk(Profile(home=home)).vault.read(REFERENCE, digest)
        assert "key" in str(told.value)
        shutil.copy(tmp_path / "backup" / lost, home / lost)
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "backup", home)
    desk = Desk(Profile(home=home))
    assert desk.vault.damaged(REFERENCE) == ()
    assert desk.vault.read(REFERENCE, digest) == b"records"
    desk.export_ledger(REFERENCE, tmp_path / "out")
    assert verify_path(tmp_path / "out", desk.anchors.own()).trusted
    assert desk.register.item(item).digest == f"sha256:{sha256(b'records').hexdigest()}"


def test_threat_35_a_flood_from_one_state_holds_up_no_other(tmp_path: Path) -> None:
    """Each state has an inbox of its own, of which a look takes so many messages, however many lie there."""
    flooded, quiet = (FolderChannel(tmp_path / "outbox" / state, tmp_path / "inbox" / state) for state in ("XN", "XB"))
    for state, count in (("XN", 10_000), ("XB", 1)):
        folder = tmp_path / "inbox" / state
        folder.mkdir(parents=True)
        for number in range(count):
            (folder / f"00000000-0000-4000-8000-{number:012}.asice.age").write_bytes(b"")
    for channel, expected in ((flooded, AT_ONCE), (quiet, 1)):
        waiting = channel.waiting()
        assert len(waiting) == expected
        for _, file in waiting:
            file.close()
