"""Things on the command line: entered, sealed, handed over, examined, copied, returned; without a server."""

import json
from pathlib import Path

import pytest

from rogatory.verification.paths import verify_path
from tests.cli.filed_case import REFERENCE, SEALED_NAME, FiledCase
from tests.cli.test_case_acts import Run, run

__all__ = ["run"]

DISK = f"{REFERENCE}-E01"
ENTER = ("custody", "enter", REFERENCE, "--description", "Disk, serial WX-1", "--place", "Strongroom 2")


@pytest.fixture
def case(home: Path) -> FiledCase:
    return FiledCase(home)


def told(outcome: tuple[int, str, str]) -> str:
    code, out, err = outcome
    assert code == 0, err
    return out


def test_a_thing_from_courier_to_return(run: Run, case: FiledCase, tmp_path: Path) -> None:
    assert "E01 held, seal S-1, Strongroom 2" in told(run(*ENTER, "--seal", "S-1", "--as", "custodian"))
    offered = told(run("custody", "offer", DISK, "--to", "prosecutor", "--as", "custodian"))
    assert f"rogatory custody accept {DISK} --as prosecutor" in offered
    told(run("custody", "accept", DISK, "--place", "Office 4", "--as", "prosecutor"))
    assert "no seal" in told(run("custody", "open", DISK, "--as", "prosecutor"))
    Path("disk.dd").write_bytes(b"image")
    copied = told(run("custody", "copy", DISK, "disk.dd", "--kind", "image", "--tool", "dd 9.1", "--as", "prosecutor"))
    assert f"{REFERENCE}-E02 is a image of" in copied.replace("an image", "a image")
    told(run("custody", "examine", DISK, "--tool", "viewer 3.1", "--as", "prosecutor"))
    told(run("custody", "seal", DISK, "--seal", "S-2", "--as", "prosecutor"))
    shown = told(run("custody", "show", DISK))
    for words in ("Disk, serial WX-1", "seal S-2", "Office 4", "entered", "opened", "examined", "sealed"):
        assert words in shown
    listed = json.loads(told(run("evidence", "list", REFERENCE, "--json")))
    assert [(each["item"], each["name"], each["custodian"]) for each in listed] == [
        (DISK, "Disk, serial WX-1", "prosecutor"),
        (f"{REFERENCE}-E02", f"image of {DISK}", "prosecutor"),
    ]
    assert "seal S-2" in told(run("evidence", "list", REFERENCE))
    told(run("case", "export", REFERENCE, "--to", "out"))
    report = verify_path(Path("out"), case.ledger.anchors)
    assert report.intact
    assert report.signed
    assert report.trusted
    assert "WX-1" not in Path("out/ledger.jsonl").read_text(encoding="utf-8")  # its description is withheld


def test_a_broken_seal_is_told_and_goes_on_record_with_a_note(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--seal", "S-1", "--as", "custodian"))
    told(run("custody", "offer", DISK, "--to", "prosecutor", "--as", "custodian"))
    code, _, err = run("custody", "accept", DISK, "--seal-found", "none", "--as", "prosecutor")
    assert code == 2
    assert "does not agree with its record: seal. On record: seal S-1" in err
    note = ("--note", "The seal lay broken in the bag.")
    out = told(run("custody", "accept", DISK, "--seal-found", "none", *note, "--as", "prosecutor"))
    assert "It differs from its record: seal" in out
    assert run("custody", "return", DISK, "--to", "Bank", "--as", "prosecutor")[0] == 4  # a custodian returns
    told(run("evidence", "resolve", DISK, "--keep", "--reason", "The courier explained.", "--as", "prosecutor"))
    assert "Differs   seal: kept" in told(run("custody", "show", DISK))


def test_what_cannot_be_is_refused_in_words(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--as", "custodian"))
    assert run(*ENTER, "--as", "prosecutor")[0] == 4
    assert run("custody", "seal", f"{REFERENCE}-E09", "--seal", "S-1", "--as", "custodian")[0] == 5
    assert run("custody", "open", DISK, "--as", "custodian")[0] == 2  # no seal to open
    assert run("custody", "store", DISK, "--as", "custodian")[0] == 2
    assert run("custody", "seal", DISK, "--seal", "a\tb", "--as", "custodian")[0] == 2
    late = run("custody", "seal", DISK, "--seal", "S-1", "--at", "2126-01-01T10:00+00:00", "--as", "custodian")
    assert (late[0], "lies ahead" in late[2]) == (2, True)
    assert run("custody", "seal", DISK, "--seal", "S-1", "--at", "2026-01-01", "--as", "custodian")[0] == 2
    code, _, err = run("custody", "enter", REFERENCE, "--description", SEALED_NAME, "--place", "P", "--as", "custodian")
    assert code == 3
    assert SEALED_NAME not in err


def test_a_command_repeated_is_obeyed_once(run: Run, case: FiledCase) -> None:
    first = json.loads(told(run(*ENTER, "--as", "custodian", "--command-id", "k1", "--json")))
    assert json.loads(told(run(*ENTER, "--as", "custodian", "--command-id", "k1", "--json")))["item"] == first["item"]
    for _ in range(2):
        told(run("custody", "seal", DISK, "--seal", "S-5", "--as", "custodian", "--command-id", "k2"))
    assert len(case.register.exhibits(REFERENCE)) == 1


def test_a_true_copy_of_a_file_is_the_same_file(run: Run, case: FiledCase) -> None:
    (item,) = case.received({"statement.pdf": b"records"})
    code, _, err = run("custody", "seal", item, "--seal", "S-1", "--as", "custodian")
    assert (code, "is a file in the vault" in err) == (2, True)
    made = json.loads(told(run("custody", "copy", item, "--kind", "true-copy", "--as", "custodian", "--json")))
    assert (made["part_of"], made["sha256"], made["size"]) == (item, case.register.item(item).digest[7:], 7)


def test_a_disk_by_courier_and_its_manifest_by_wire_are_one_line(run: Run, case: FiledCase) -> None:
    from hashlib import sha256

    from rogatory.carriers import carrier_of, report_of
    from rogatory.desk import Desk
    from rogatory.errors import RefusedError, UsageError
    from rogatory.intake import Intake
    from rogatory.profile import Profile
    from schemas.identifiers import Role

    contents = {"one.bin": b"one", "two.bin": b"two", "three.bin": b"three"}
    listed = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in contents.items())
    (manifest,) = case.received({"SHA256SUMS": listed.encode()})
    thing = f"{REFERENCE}-E02"
    told(run(*ENTER, "--seal", "XN-7", "--announced-by", "xn-authority", "--manifest", manifest, "--as", "custodian"))
    desk = Desk(Profile.load())
    assert report_of(desk, case.register.exhibits(REFERENCE)[0]).missing == ["one.bin", "three.bin", "two.bin"]
    with pytest.raises(RefusedError, match="held by xn-authority"):
        carrier_of(desk, REFERENCE, thing, "custodian")
    told(run("custody", "accept", thing, "--as", "custodian"))
    with pytest.raises(UsageError, match="under seal XN-7"):
        carrier_of(desk, REFERENCE, thing, "custodian")
    told(run("custody", "open", thing, "--as", "custodian"))
    for name, data in {"one.bin": b"one", "two.bin": b"altered", "four.bin": b"four"}.items():
        Path(name).write_bytes(data)
    command = Intake(case.vault, case.register).files(
        REFERENCE,
        [Path(name) for name in ("one.bin", "two.bin", "four.bin")],
        sender="custodian",
        declared=None,
        measure="m1",
        description="",
        carrier=carrier_of(desk, REFERENCE, thing, "custodian"),
        complete=False,
        holder="custodian",
        role=Role.CUSTODIAN,
        command_id="read-1",
    )
    case.act(command, f"{REFERENCE}.evidence-return-1")
    rows = {row.item: row for row in case.register.items(REFERENCE)}
    assert [rows[f"{REFERENCE}-E{n:02}"].discrepancy for n in (3, 4, 5)] == [None, "open", None]
    shown = json.loads(told(run("custody", "show", thing, "--json")))
    assert [event["event"] for event in shown["events"]] == ["enter-item", "accept-item", "open-item"]
    assert shown["missing"] == ["three.bin", "two.bin"]
    assert shown["unannounced"] == [f"{REFERENCE}-E04", f"{REFERENCE}-E05"]
    assert "missing: three.bin" in told(run("custody", "show", thing))


def test_a_slip_of_the_pen_is_corrected_by_another_official(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--seal", "S-12", "--as", "custodian"))
    line = json.loads(told(run("custody", "show", DISK, "--json")))["events"][0]["sequence"]
    correct = ("custody", "correct", DISK, "--line", str(line), "--to", "S-21", "--reason", "The photograph shows it.")
    code, _, err = run(*correct, "--field", "seal-after", "--as", "custodian")
    assert (code, "Who signed a line does not correct it" in err) == (4, True)
    assert run(*correct, "--field", "tool", "--as", "prosecutor")[0] == 2
    assert run(*correct[:4], "999", *correct[5:], "--field", "seal-after", "--as", "prosecutor")[0] == 2
    done = told(run(*correct, "--field", "seal-after", "--as", "prosecutor"))
    assert f"line {line} should have said S-21, not S-12" in done
    shown = told(run("custody", "show", DISK))
    assert f"corrected: seal_after of line {line} is S-21, not S-12" in shown
    assert "entered (corrected: seal_after)" in shown
    assert "seal S-21" in shown
    told(run("case", "export", REFERENCE, "--to", "out"))
    assert verify_path(Path("out"), case.ledger.anchors).trusted
