"""doctor on the ledger: everything once, then what is new; and nothing on the word of who could write the file."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rogatory.adapters.audit_kept import FILE
from rogatory.auditing import Audited, audit_ledger
from rogatory.cli import main
from rogatory.desk import Desk
from rogatory.profile import Profile
from rogatory.verification import verify_path
from schemas.tasks import LedgerEntry
from tests.cli.opened_case import REFERENCE, opened_case


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    opened_case(home)
    return Desk(Profile.load())


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that were exported and verified as an outsider would."""
    found: list[str] = []

    def noted(path: Path, *rest: object) -> object:
        found.append(path.parent.name)
        return verify_path(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("rogatory.auditing.verify_path", noted)
    return found


def one_more(desk: Desk) -> None:
    entry = {
        "entry_id": f"{REFERENCE}/more",
        "reference": REFERENCE,
        "at": datetime.now(UTC),
        "event": "reminded",
        "facts": {"task": f"{REFERENCE}.review-1", "number": 1},
    }
    desk.ledger.append(LedgerEntry.model_validate(entry))


def changed(home: Path, *orders: str) -> None:
    with sqlite3.connect(home / "ledger.sqlite") as database:
        assert sum(database.execute(order).rowcount for order in orders) > 0


def test_what_was_found_sound_is_not_verified_again(desk: Desk, judged: list[str]) -> None:
    assert audit_ledger(desk) == Audited(1, 14, 0)
    assert audit_ledger(desk) == Audited(1, 14, 14)
    assert len(judged) == 1
    one_more(desk)
    assert audit_ledger(desk) == Audited(1, 15, 14)
    assert audit_ledger(desk) == Audited(1, 15, 15)
    assert len(judged) == 2
    assert audit_ledger(desk, afresh=True) == Audited(1, 15, 0)
    assert len(judged) == 3


def test_doctor_says_what_it_verified(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for order, said in (
        (["doctor"], "1 case, 14 lines: every signature and chain holds"),
        (["doctor"], "1 case, 14 lines (14 of them since an earlier check): every signature and chain holds"),
        (["doctor", "--afresh"], "1 case, 14 lines: every signature and chain holds"),
    ):
        main.run([*order, "--json"])
        found = {each["name"]: each for each in json.loads(capsys.readouterr().out)["checks"]}
        assert found["Ledger"]["detail"] == said


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE ledger SET line = replace(line, 'A', 'B') WHERE position = 12",
        "UPDATE ledger SET line = (SELECT line FROM ledger WHERE position = 12) WHERE position = 13",
        "DELETE FROM ledger WHERE position = 13",
        "DELETE FROM ledger WHERE position = (SELECT max(position) FROM ledger)",
    ],
)
def test_a_change_of_what_was_verified_is_seen(desk: Desk, home: Path, order: str) -> None:
    assert not audit_ledger(desk).fault
    kept = (home / FILE).read_bytes()
    changed(home, order)
    assert "verified before" in audit_ledger(desk).fault
    assert (home / FILE).read_bytes() == kept
    assert "verified before" in audit_ledger(desk).fault


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE ledger SET chain = 'XV-2026-0777' WHERE position = (SELECT max(position) FROM ledger)",
        "UPDATE ledger SET chain = 'XV-2026-0002', seq = 0 WHERE position = 13",
        "UPDATE ledger SET seq = 99 WHERE position = 12",
    ],
)
def test_a_line_filed_in_another_place_is_seen(desk: Desk, home: Path, order: str) -> None:
    """The line itself is as it was: only its case would be shown without it."""
    assert not audit_ledger(desk).fault
    changed(home, order)
    assert audit_ledger(desk).fault == "lines that were verified before are filed in another place since"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (
            "UPDATE ledger SET chain = 'XV-2026-0777', seq = 0 WHERE position = (SELECT max(position) FROM ledger)",
            "XV-2026-0777: filed there 1, belonging there 0",
        ),
        (
            "UPDATE ledger SET seq = 99 WHERE position = (SELECT max(position) FROM ledger)",
            f"{REFERENCE}: line 3 is filed as 99",
        ),
    ],
)
def test_it_is_seen_at_the_first_check_too(desk: Desk, home: Path, order: str, said: str) -> None:
    changed(home, order)
    for afresh in (False, True):
        assert said in audit_ledger(desk, afresh=afresh).fault
    assert not (home / FILE).exists()


def test_a_tail_that_was_cut_is_seen_until_a_person_says_otherwise(desk: Desk, home: Path) -> None:
    one_more(desk)
    audit_ledger(desk)
    changed(home, "DELETE FROM ledger WHERE position = (SELECT max(position) FROM ledger)")
    assert audit_ledger(desk).fault == "15 lines were verified before, and there are 14 now"
    assert audit_ledger(desk, afresh=True).fault == ""  # an older backup was put back on purpose
    assert audit_ledger(desk) == Audited(1, 14, 14)


def test_the_file_is_worth_nothing_without_the_services_signature(desk: Desk, home: Path) -> None:
    audit_ledger(desk)
    envelope, state, _ = (home / FILE).read_bytes().split(b"\n")
    other = json.loads(state) | {"size": 13}
    forged = [
        b"",
        b"{}\n{}\n",
        envelope + b"\n" + json.dumps(other).encode() + b"\n",
        envelope[:-9] + b"AAAA" + envelope[-5:] + b"\n" + state + b"\n",
        state + b"\n" + envelope + b"\n",
        b"\xff\xfe\x00" * 9,
    ]
    for content in forged:
        (home / FILE).write_bytes(content)
        assert audit_ledger(desk) == Audited(1, 14, 0)
        assert audit_ledger(desk).known == 14  # written anew


def test_another_program_or_other_anchors_verify_everything(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit_ledger(desk)
    with monkeypatch.context() as patch:
        patch.setattr("rogatory.adapters.audit_kept.__version__", "99")
        assert audit_ledger(desk).known == 0
    assert audit_ledger(desk).known == 0  # and back again
    assert audit_ledger(desk).known == 14
    peer = next((home / "anchors").glob("XN.json"))
    peer.write_text(json.dumps(json.loads(peer.read_text()) | {"authority": "Another"}))
    assert audit_ledger(Desk(desk.profile)).known == 0


def test_when_the_directory_grows_every_case_is_judged_again(desk: Desk, judged: list[str]) -> None:
    audit_ledger(desk)
    lend = ["officials", "delegate", "custodian", "reviewer-1", "--role", "custodian", "--reason", "leave"]
    assert main.run([*lend, "--until", "2099-01-01"]) == 0
    assert audit_ledger(desk) == Audited(1, 15, 14)
    assert len(judged) == 2
