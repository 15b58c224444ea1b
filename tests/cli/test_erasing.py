"""Erasing on the command line: the words go, from every byte of the database; the record verifies as before."""

import json
from pathlib import Path

import pytest

from rogatory.cli.main import COMMANDS
from rogatory.desk import Desk
from rogatory.errors import NotFoundError
from rogatory.profile import Profile
from rogatory.scrub import Scrub
from rogatory.verification.paths import verify_path
from schemas.tasks import LedgerEntry
from tests.cli.filed_case import REFERENCE, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import DISK, ENTER, told

__all__ = ["run"]
MARKER = "Quillonby"
BASIS = "Data Protection Act s. 47"


@pytest.fixture
def case(home: Path) -> FiledCase:
    return FiledCase(home)


def bytes_of_the_database(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.glob("ledger.sqlite*")))


def entered(run: Run) -> int:
    """A thing whose description names somebody; returns its line."""
    told(run(*ENTER[:3], "--description", f"Letters of Mr {MARKER}", *ENTER[5:], "--as", "custodian"))
    (line,) = (
        each["line"]
        for each in json.loads(told(run("case", "words", REFERENCE, "--json")))
        if each["by"] == "custodian"
    )
    assert isinstance(line, int)
    return line


def test_words_are_erased_and_the_record_verifies_as_before(run: Run, case: FiledCase, home: Path) -> None:
    import base64

    line = entered(run)
    said = [disclosed for each in case.ledger.disclosures(REFERENCE).values() for disclosed in each]
    (secret,) = (each for each in said if MARKER.encode() in base64.urlsafe_b64decode(each + "=="))
    assert secret.encode() in bytes_of_the_database(home)
    assert MARKER in told(run("custody", "show", DISK))
    command = ("case", "erase-words", REFERENCE, "--line", str(line), "--basis", BASIS)
    code, _, err = run(*command, "--as", "custodian")
    assert code == 4, err  # neither its role nor its words
    done = told(run(*command, "--as", "signatory", "--command-id", "k1"))
    assert f"The words of line {line} are erased" in done
    assert secret.encode() not in bytes_of_the_database(home)
    assert MARKER not in told(run("custody", "show", DISK))
    assert f'"line": {line}' not in told(run("case", "words", REFERENCE, "--json"))
    told(run(*command, "--as", "signatory", "--command-id", "k1"))  # once more is once
    assert run(*command, "--as", "signatory")[0] == 5
    told(run("case", "export", REFERENCE, "--to", "out"))
    report = verify_path(Path("out"), case.ledger.anchors)
    assert (report.intact, report.signed, report.trusted) == (True, True, True)
    assert "Words erased: Data Protection Act s. 47" in told(run("case", "show", REFERENCE))


def test_who_wrote_the_words_does_not_erase_them(run: Run, case: FiledCase) -> None:
    entered(run)
    told(
        run(
            "evidence",
            "granted",
            REFERENCE,
            "m1",
            "refused",
            "--on",
            "2026-11-20",
            "--note",
            "Said by telephone.",
            "--as",
            "reviewer-1",
        )
    )
    lines = json.loads(told(run("case", "words", REFERENCE, "--json")))
    line = next(each["line"] for each in lines if each["by"] == "reviewer-1")
    command = ("case", "erase-words", REFERENCE, "--line", str(line), "--basis", BASIS)
    code, _, err = run(*command, "--as", "reviewer-1")
    assert (code, "Who wrote the words does not erase them" in err) == (4, True)
    assert run(*command, "--field", "nothing", "--as", "reviewer-2")[0] == 5
    told(run(*command, "--field", "note", "--as", "reviewer-2"))


def closed(case: FiledCase) -> None:
    from datetime import UTC, datetime

    case.ledger.append(
        LedgerEntry(
            reference=REFERENCE,
            entry_id=f"{REFERENCE}/closed",
            at=datetime.now(UTC),
            event="request-closed",
            facts={"result": "completed"},
        )
    )


def test_the_content_of_a_closed_case_is_erased_by_two(run: Run, case: FiledCase, home: Path) -> None:
    (item,) = case.received({"statement.pdf": b"records"})
    digest = case.register.item(item).digest
    order = ("case", "order-erasure", REFERENCE, "--basis", BASIS, "--as", "signatory")
    assert run(*order)[0] == 6  # not closed
    closed(case)
    code, _, err = run("case", "erase", REFERENCE, "--as", "custodian")
    assert (code, "No order" in err) == (4, True)
    told(run("evidence", "limits", REFERENCE, "--duty", "retain", "--due", "2030-01-01", "--as", "custodian"))
    code, _, err = run(*order)
    assert (code, f"{item}: retain" in err) == (4, True)
    Path("receipt.txt").write_text("kept long enough")
    duty = ("evidence", "discharge", item, "retain", "--on", "2026-11-20", "--certificate", "receipt.txt")
    told(run(*duty, "--as", "custodian"))
    assert "Nothing is erased yet" in told(run(*order))
    desk = Desk(Profile(home=home))
    assert desk.vault.read(REFERENCE, digest) == b"records"
    done = told(run("case", "erase", REFERENCE, "--as", "custodian"))
    assert "Nothing brings it back" in done
    with pytest.raises(NotFoundError):
        desk.vault.read(REFERENCE, digest)
    assert not desk.ledger.disclosures(REFERENCE)
    assert Scrub(desk.ledger, desk.register, desk.vault).run([REFERENCE], opened=True).faults == []
    told(run("case", "erase", REFERENCE, "--as", "custodian"))  # once more is once
    assert run(*order)[0] == 6
    told(run("case", "export", REFERENCE, "--to", "out"))
    assert verify_path(Path("out"), case.ledger.anchors).trusted
    assert "All content erased" in told(run("case", "show", REFERENCE))


def test_a_key_that_survived_its_erasure_is_a_fault(run: Run, case: FiledCase, home: Path) -> None:
    case.received({"statement.pdf": b"records"})
    closed(case)
    told(run("case", "order-erasure", REFERENCE, "--basis", BASIS, "--as", "signatory"))
    key = home / "keys" / "cases" / f"{REFERENCE}.json"
    saved = key.read_bytes()
    told(run("case", "erase", REFERENCE, "--as", "custodian"))
    key.write_bytes(saved)  # as from a backup, or a crash between line and key
    desk = Desk(Profile(home=home))
    (fault,) = Scrub(desk.ledger, desk.register, desk.vault).run([REFERENCE], opened=False).faults
    assert fault.problem == "not-erased"
    told(run("case", "erase", REFERENCE, "--as", "custodian"))
    assert not key.exists()
    assert Scrub(desk.ledger, desk.register, desk.vault).run([REFERENCE], opened=False).faults == []


def test_the_commands_are_there() -> None:
    assert {"case words", "case erase-words", "case order-erasure", "case erase"} <= set(COMMANDS)
