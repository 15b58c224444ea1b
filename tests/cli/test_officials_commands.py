"""rogatory officials: a key in wrong hands, told by verify and custody show until somebody vouches."""

import json

from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.passkeys import offer
from rogatory.custody.ledger import parse_line
from tests.cli.filed_case import REFERENCE, SEALED_NAME, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import ENTER, case, told
from tests.contracts.software_passkey import SoftwarePasskey

__all__ = ["case", "run"]

THING = f"{REFERENCE}-E01"


def test_a_stolen_key_is_told_until_somebody_vouches(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--as", "custodian"))
    assert not json.loads(run("custody", "show", THING, "--json")[1])["events"][0]["suspect"]
    code, _, err = run("officials", "revoke", "custodian", "--suspect-from", "last week")
    assert (code, "XV-2026-0001/17" in err) == (2, True)
    assert "custodian" in case.ledger.officials()  # a place that is none changes nothing
    assert run("officials", "revoke", "custodian", "--suspect-from", f"{REFERENCE}/99")[0] == 5
    out = told(run("officials", "revoke", "custodian", "--suspect-from", f"{REFERENCE}/0"))
    assert "acts in 1 cases" in out
    shown = json.loads(run("custody", "show", THING, "--json")[1])["events"][0]
    assert shown["suspect"]
    assert "(suspect)" in told(run("custody", "show", THING))
    told(run("case", "export", REFERENCE, "--to", "out"))
    code, out, _ = run("verify", "out", "--json")
    assert code == 7
    faults = " ".join(check["detail"] for check in json.loads(out)["checks"] if not check["ok"])
    assert f"line {shown['sequence']} (enter-item) was signed by a suspect key of custodian" in faults
    vouch = ("officials", "re-attest", REFERENCE, str(shown["sequence"]))
    code, _, err = run(*vouch, "--note", f"Seen by {SEALED_NAME}", "--as", "signatory")
    assert (code, SEALED_NAME in err) == (3, False)
    assert run(*vouch, "--note", "Compared with the receipt.", "--as", "reviewer-1")[0] == 4
    assert run("officials", "re-attest", REFERENCE, "99", "--note", "x", "--as", "signatory")[0] == 5
    told(run(*vouch, "--note", "Compared with the receipt.", "--as", "signatory"))
    assert not json.loads(run("custody", "show", THING, "--json")[1])["events"][0]["suspect"]
    again = ("officials", "revoke", "custodian", "--suspect-from", f"{REFERENCE}/0", "--json")
    assert json.loads(told(run(*again)))["change"] is None  # out already: only the suspicion is recorded


def test_a_delegate_enters_an_item_in_anothers_stead(run: Run, case: FiledCase) -> None:
    lend = ("officials", "delegate", "custodian", "reviewer-1", "--role", "custodian", "--reason", f"{SEALED_NAME} ill")
    assert run(*ENTER, "--as", "reviewer-1")[0] == 4
    code, _, err = run(*lend)
    assert (code, "--until" in err) == (2, True)
    assert run(*lend, "--until", "tomorrow")[0] == 2
    assert run(*lend, "--until", "2020-01-01")[0] == 2
    made = json.loads(told(run(*lend, "--until", "2099-12-31", "--case", REFERENCE, "--json")))
    told(run(*ENTER, "--as", "reviewer-1"))
    facts = parse_line(case.ledger.lines(REFERENCE)[-1]).facts
    assert (facts["by"], facts["role"], facts["on_behalf_of"]) == ("reviewer-1", "custodian", "custodian")
    assert "on behalf of custodian" in told(run("case", "show", REFERENCE))
    listed = told(run("officials", "list"))
    assert f"{made['id']}: reviewer-1, delegate of custodian as custodian in {REFERENCE} until 2099-12-31" in listed
    assert SEALED_NAME not in listed + "".join(case.ledger.lines(REFERENCE))
    told(run("case", "export", REFERENCE, "--to", "out"))
    assert json.loads(run("verify", "out", "--json")[1])["trusted"]
    told(run("officials", "end", made["id"]))
    assert run(*ENTER, "--as", "reviewer-1")[0] == 4
    assert run("officials", "end", made["id"])[0] == 5


def test_a_deputy_acts_while_an_absence_is_on_record(run: Run, case: FiledCase) -> None:
    lend = ("officials", "delegate", "custodian", "reviewer-1", "--role", "custodian", "--reason", "Leave", "--deputy")
    told(run(*lend))
    assert run(*ENTER, "--as", "reviewer-1")[0] == 4
    told(run("officials", "absent", "custodian"))
    assert "Absent: custodian" in told(run("officials", "list"))
    assert run("officials", "absent", "custodian")[0] == 4
    told(run(*ENTER, "--as", "reviewer-1"))
    told(run("officials", "end", "custodian"))
    assert run(*ENTER, "--as", "reviewer-1")[0] == 4


def test_a_passkey_is_entered_shown_and_taken_away(run: Run, case: FiledCase) -> None:
    code, _, err = run("officials", "passkey", "custodian")
    assert (code, "offered no passkey" in err, "in the inbox" in err) == (5, True, True)
    home, made = case.home, SoftwarePasskey()
    offer(home, case.ledger.officials()["custodian"], made.record, signer_for(home, "custodian"), made)
    assert json.loads(told(run("officials", "passkey", "custodian", "--json")))["passkey"] == made.keyid
    listed = json.loads(told(run("officials", "list", "--json")))["officials"]
    assert {one["id"]: one["passkey"] for one in listed if one["passkey"]} == {"custodian": made.keyid}
    assert "and a passkey" in told(run("officials", "list"))
    assert run("officials", "passkey", "custodian", "--suspect-from", f"{REFERENCE}/0")[0] == 2
    out = told(run("officials", "passkey", "custodian", "--remove", "--suspect-from", f"{REFERENCE}/0"))
    assert "signs nothing from now on" in out
    assert "acts in 0 cases" in out
    code, _, err = run("officials", "passkey", "custodian", "--remove")
    assert (code, "has no passkey" in err) == (5, True)


def test_a_mere_offer_is_dropped_and_that_is_done(run: Run, case: FiledCase) -> None:
    offered = case.home / "passkeys" / "reviewer-1.json"
    offered.parent.mkdir()
    offered.write_text("{")
    assert run("officials", "passkey", "reviewer-1")[0] == 7
    assert "was dropped; the directory has no passkey" in told(run("officials", "passkey", "reviewer-1", "--remove"))
    assert not offered.exists()
    assert run("officials", "passkey", "reviewer-1", "--remove")[0] == 5
    offered.write_text("{")
    code, _, err = run("officials", "passkey", "reviewer-1", "--remove", "--suspect-from", f"{REFERENCE}/0")
    assert (code, "signed nothing that is suspect" in err) == (5, True)
    offered.write_text("{")
    made = json.loads(told(run("officials", "passkey", "reviewer-1", "--remove", "--json")))
    assert made == {"id": "reviewer-1", "passkey": None, "change": None}
