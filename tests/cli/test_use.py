"""What returned evidence may be used for: blocked until consent is on record, with notice of what exculpates."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rogatory.custody.verify_ledger import verify_lines
from rogatory.law.registry import load_lawbook
from rogatory.law.use_limits import use_limit
from rogatory.law.yaml_text import parse
from schemas.commands import Command
from schemas.identifiers import Role
from schemas.use import Limit, LimitUse, NoteUse
from tests.cli.filed_case import EXAMPLE, REFERENCE, SEALED_NAME, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import ENTER, case, told
from tests.properties.ledger_steps import refused

__all__ = ["case", "run"]

OWN = str(parse(EXAMPLE.read_text(encoding="utf-8")).value["proceedings"]["file_number"])
OTHER = "PX 12/2027"
EXPORT = ("evidence", "export", REFERENCE, "--to", "out")


@pytest.fixture
def item(case: FiledCase) -> str:
    return case.received({"records.pdf": b"records"})[0]


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"their letter")
    return str(path)


def consent(run: Run, item: str, outcome: str, letter: str) -> tuple[int, str, str]:
    stands = ("--for", OTHER, "--outcome", outcome, "--on", "2026-11-20", "--letter", letter, "--as", "signatory")
    return run("evidence", "consent", REFERENCE, item, *stands)


def test_an_export_for_other_proceedings_is_blocked_until_consent_is_on_record(
    run: Run, item: str, letter: str
) -> None:
    told(run(*EXPORT))
    told(run(*EXPORT, "--for", OWN))
    code, _, err = run("evidence", "export", REFERENCE, "--to", "other", "--for", OTHER)
    assert code == 4
    assert f"{item} may not be used in {OTHER} (limit: automatic, un-untoc art. 18(19))" in err
    assert "no consent was asked for" in err
    assert not Path("other").exists()
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))
    blocked = json.loads(run("evidence", "export", REFERENCE, "--to", "other", "--for", OTHER, "--json")[1])
    assert (blocked["error"]["kind"], blocked["error"]["exit_code"]) == ("UseLimited", 4)
    told(consent(run, item, "requested", letter))
    assert run(*EXPORT, "--for", OTHER)[0] == 4
    told(consent(run, item, "granted", letter))
    assert json.loads(told(run(*EXPORT, "--for", OTHER, "--json")))["for"] == OTHER
    told(consent(run, item, "refused", letter))  # a later refusal ends it
    assert run(*EXPORT, "--for", OTHER)[0] == 4


def test_a_use_stands_on_no_ledger_without_limits_or_outside_them(
    run: Run, case: FiledCase, item: str, letter: str
) -> None:
    how = ("--on", "2026-11-20", "--how", "read out at trial", "--as", "prosecutor")
    code, _, err = run("evidence", "use", item, "--in", OWN, *how)
    assert (code, "not on record" in err) == (4, True)
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))
    told(run("evidence", "use", item, "--in", OWN, *how))
    assert run("evidence", "use", item, "--in", OTHER, *how)[0] == 4
    told(consent(run, item, "granted", letter))
    told(run("evidence", "use", item, "--in", OTHER, *how))
    out = told(run("evidence", "uses", REFERENCE, "--facts", "use.yaml"))
    assert "un-untoc art. 18(19)" in out
    facts = parse(Path("use.yaml").read_text(encoding="utf-8")).value
    assert facts == {"period": "TODO", "conditions_kept": "TODO"}  # the uses come from the ledger itself
    assert (
        run("evidence", "use", item, "--in", OWN, "--on", "2026-11-20", "--how", SEALED_NAME, "--as", "prosecutor")[0]
        == 3
    )
    report = verify_lines(case.ledger.lines(REFERENCE), case.ledger.anchors, None).report
    assert report.trusted
    assert "read out" not in "".join(case.ledger.lines(REFERENCE))


def test_limits_are_widened_by_a_reviewer_or_the_signatory_only(run: Run, item: str) -> None:
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))
    wider = ("evidence", "limits", REFERENCE, "--permit", OTHER, "--as")
    assert run(*wider, "custodian")[0] == 4
    assert run(*wider, "prosecutor")[0] == 4
    free = ("--limit", "none", "--source", "letter of 1 March 2027")
    assert run("evidence", "limits", REFERENCE, *free, "--as", "custodian")[0] == 4
    assert run("evidence", "limits", REFERENCE, "--limit", "none", "--as", "signatory")[0] == 2
    told(run(*wider, "reviewer-1"))
    told(run(*EXPORT, "--for", OTHER))


def test_what_exculpates_is_disclosed_after_notice(run: Run, item: str, letter: str) -> None:
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))

    def disclose(on: str, notified: str, *more: str) -> int:
        days = ("--on", on, "--notified", notified, "--notice", letter, "--as", "prosecutor")
        return run("evidence", "disclose", item, "--in", OTHER, *days, *more)[0]

    assert disclose("2026-11-20", "2026-11-21") == 4
    assert disclose("2026-11-20", "2026-11-25", "--exceptional", "The court ordered it.") == 4
    assert disclose("2026-11-20", "2026-11-21", "--exceptional", "The court ordered it.") == 0
    assert disclose("2026-11-20", "2026-11-18") == 0
    assert run("evidence", "use", item, "--in", OTHER, "--on", "2026-11-20", "--how", "x", "--as", "prosecutor")[0] == 4


def test_conditions_a_delivery_came_with_bind_its_items(run: Run, case: FiledCase) -> None:
    case.received({"a.pdf": b"a"}, conditions=("Not against the account holder.",))
    told(run("evidence", "limits", REFERENCE, "--as", "custodian"))
    rows = json.loads(told(run("evidence", "uses", REFERENCE, "--json")))["items"]
    assert rows[0]["permitted"] == [OWN]


def test_duties_are_owed_until_a_certificate_or_the_return_itself(
    run: Run, case: FiledCase, item: str, letter: str
) -> None:
    told(run(*ENTER, "--as", "custodian"))
    thing = f"{REFERENCE}-E02"
    owed = ("evidence", "limits", REFERENCE, "--duty", "return", "--as", "custodian")
    assert run(*owed)[0] == 2
    told(run(*owed, "--due", "2026-11-01"))
    rows = json.loads(told(run("evidence", "duties", REFERENCE, "--json")))
    assert [(row["item"], row["overdue"]) for row in rows] == [(item, True), (thing, True)]
    assert "OVERDUE" in told(run("evidence", "duties", REFERENCE))
    due = json.loads(told(run("case", "deadlines", "--json")))
    assert [(row["what"], row["source"]) for row in due if "item" in row] == [
        (f"Return {item}", "un-untoc art. 18(19)"),
        (f"Return {thing}", "un-untoc art. 18(19)"),
    ]
    assert f"Return {item}" in told(run("case", "deadlines"))
    told(run("custody", "return", thing, "--to", "Bank", "--as", "custodian"))
    done = ("--on", "2026-11-20", "--certificate", letter, "--as", "custodian")
    assert run("evidence", "discharge", item, "destroy", *done)[0] == 2
    told(run("evidence", "discharge", item, "return", *done))
    assert run("evidence", "discharge", item, "return", *done)[0] == 6
    assert json.loads(told(run("evidence", "duties", REFERENCE, "--json"))) == []
    assert case.register.duties() == []


@pytest.mark.parametrize(
    ("instruments", "attached", "undertaken", "limit"),
    [
        (("un-untoc",), False, False, Limit.AUTOMATIC),
        (("un-1988-drugs",), False, False, Limit.AUTOMATIC),
        (("coe-ets-185",), False, False, Limit.NONE),
        (("coe-ets-185",), True, False, Limit.ATTACHED),
        (("coe-ets-185",), False, True, Limit.UNDERTAKEN),
        (("coe-ets-030",), False, False, Limit.UNKNOWN),
        ((), True, False, Limit.ATTACHED),
        (("no-such-treaty",), False, False, Limit.UNKNOWN),
    ],
)
def test_the_limit_follows_the_instrument(
    instruments: tuple[str, ...], attached: bool, undertaken: bool, limit: Limit
) -> None:
    assert use_limit(load_lawbook(), instruments, attached=attached, undertaken=undertaken).limit is limit


def test_under_the_1988_convention_what_exculpates_needs_consent_too() -> None:
    found = use_limit(load_lawbook(), ("un-1988-drugs",), attached=False, undertaken=False)
    assert found.exculpatory == "with-consent"
    assert use_limit(load_lawbook(), ("un-untoc",), attached=False, undertaken=False).exculpatory == "after-notice"


def test_the_ledger_itself_refuses_and_the_other_way_round_admits(case: FiledCase, item: str) -> None:
    """Whatever a program in front of it let through."""

    def act(kind: type[Command], number: int, by: str, **fields: Any) -> None:
        role = {"custodian": Role.CUSTODIAN, "prosecutor": Role.PROSECUTOR}[by]
        case.act(kind.model_validate({"command_id": f"u{number}", "by": by, "role": role} | fields))

    used = {"item": item, "proceedings": OTHER, "used_on": date(2026, 11, 20) + timedelta(days=1), "how": "x"}
    assert refused(lambda: act(NoteUse, 1, "prosecutor", **used)) == "UseLimited"
    limits = {"items": [item], "limit": "unknown", "source": "the law data do not say", "permitted": [OTHER]}
    act(LimitUse, 2, "custodian", **limits)
    act(NoteUse, 3, "prosecutor", **used)
    assert refused(lambda: act(NoteUse, 4, "prosecutor", **used | {"item": f"{REFERENCE}-E09"})) == "NotFound"


def test_a_duty_is_discharged_by_the_certificate_made_in_the_case(run: Run, case: FiledCase, item: str) -> None:
    told(run("evidence", "limits", REFERENCE, "--duty", "return", "--due", "2026-12-01", "--as", "custodian"))
    made = {name: case.keep(name.encode()) for name in ("closing_letter", "duty_certificate")}
    for number, (name, digest) in enumerate(made.items()):
        facts = {"type": name, "language": "en", "version": 1, "digest": digest, "pages": 1, "size": 9}
        case.fact(f"paper-{number}", "document-made", **facts, signatures=[])
    done = ("evidence", "discharge", item, "return", "--on", "2026-11-20", "--as", "custodian", "--certificate")
    code, _, err = run(*done, "sha256:" + "0" * 64)
    assert (code, "no paper of" in err) == (2, True)
    code, _, err = run(*done, made["closing_letter"])
    assert (code, "no certificate of a duty" in err) == (2, True)
    told(run(*done, made["duty_certificate"]))
    rows = json.loads(told(run("evidence", "uses", REFERENCE, "--json")))["items"]
    assert [row["certificate"] for row in rows if row["item"] == item] == [made["duty_certificate"]]
