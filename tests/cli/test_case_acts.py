"""The kinds of request beside assistance and extradition, as they are drafted, shown and acted in."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.cli import case_acts, main
from rogatory.custody.statement import sign_command
from rogatory.law.yaml_text import parse
from schemas.commands import Command, Receipt, Submit
from schemas.extradition_acts import AskStatus
from schemas.identifiers import Role
from schemas.sole_letter import AnswerConditions, FollowUp, ReportNotPreserved, ReportPreserved
from tests.cli.opened_case import REFERENCE, REQUEST, opened_case

Run = Callable[..., tuple[int, str, str]]
SECOND = "XV-2026-0002"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path) -> Run:
    for name in list(os.environ):
        if name.startswith(("TEMPORAL_", "ROGATORY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


NEW = ("draft", "new", "--to", "XN", "--from", "XV", "--file-number", "PX 77/2026", "--no-input")


@pytest.mark.parametrize(
    ("kind", "type_"), [("preservation", "preservation"), ("spontaneous-information", "spontaneous_information")]
)
def test_a_draft_of_its_own_kind_holds_its_own_measure(run: Run, kind: str, type_: str) -> None:
    code, _, err = run(*NEW, "--kind", kind)
    assert code == 0, err
    draft = parse(Path("request.yaml").read_text(encoding="utf-8")).value
    assert draft["kind"] == kind
    assert [measure["type"] for measure in draft["measures"]] == [type_]
    assert "supplements" not in draft
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3  # TODO
    assert "is not allowed for kind" not in out
    assert "holds no measure" not in out


def test_another_measure_has_no_place_in_it(run: Run) -> None:
    assert run(*NEW, "--kind", "preservation", "--type", "bank_records")[0] == 2


@pytest.mark.parametrize("kind", ["mutual-assistance", "extradition"])
def test_a_new_draft_may_add_to_a_request(run: Run, kind: str) -> None:
    types = () if kind == "extradition" else ("--type", "bank_records")
    code, _, err = run(*NEW, "--kind", kind, *types, "--supplements", REFERENCE)
    assert code == 0, err
    assert parse(Path("request.yaml").read_text(encoding="utf-8")).value["supplements"] == REFERENCE
    code, _, err = run(*NEW, "--kind", kind, *types, "--supplements", "our first letter", "--force")
    assert code == 2
    assert "not one of our references" in err


def test_both_ends_of_a_link_are_shown(run: Run, home: Path) -> None:
    opened_case(home)
    ledger, _ = open_stores(home)
    at = datetime.now(UTC)
    submit = Submit(
        command_id="c2",
        by="prosecutor",
        role=Role.PROSECUTOR,
        request=REQUEST,
        requested_state="XN",
        kind="preservation",
        supplements=REFERENCE,
    )
    signed = sign_command(submit, reference=SECOND, task=SECOND, signer=signer_for(home, "prosecutor"), at=at)
    ledger.append_act(SECOND, SECOND, signed, at)
    assert f"It is supplemented by {SECOND}." in run("case", "show", REFERENCE)[1]
    out = run("case", "show", SECOND)[1]
    assert f"It supplements {REFERENCE}." in out
    assert "○ Answer of the requested state" in out
    assert f'"supplements": "{REFERENCE}"' in run("case", "show", SECOND, "--json")[1]
    assert run("case", "list")[1].count("XV-2026") == 3  # two rows, and the next step


class Told:
    """An office that notes what it is told."""

    def __init__(self) -> None:
        self.acts: list[tuple[type[Command], dict[str, Any]]] = []
        self.register = SimpleNamespace(tasks=lambda **_: [SimpleNamespace(id=f"{REFERENCE}.answer-1")])

    async def act(self, reference: str, kind: type[Command], **fields: Any) -> Receipt:
        assert reference == REFERENCE
        self.acts.append((kind, {name: value for name, value in fields.items() if value is not None}))
        return Receipt(command_id=fields["command_id"], sequence=30, recorded_at=datetime.now(UTC))

    async def followed_up(self, reference: str, request: str, *, command_id: str) -> Receipt:
        return await self.act(reference, FollowUp, request=request, command_id=command_id)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    office = Told()

    @asynccontextmanager
    async def acting(command_id: str | None) -> AsyncIterator[tuple[Told, str]]:
        yield office, command_id or "c9"

    monkeypatch.setattr(case_acts, "acting", acting)
    return office


@pytest.mark.parametrize(
    ("words", "kind", "fields", "said"),
    [
        (("query", REFERENCE, "--note", "N"), AskStatus, {"note": "N"}, "the letter goes out"),
        (
            ("preserved", REFERENCE, "--on", "2026-11-20", "--place", "P", "--their-ref", "X 1"),
            ReportPreserved,
            {"preserved_on": date(2026, 11, 20), "place": "P", "foreign_reference": "X 1"},
            "Preserved since",
        ),
        (("not-preserved", REFERENCE, "--reason", "R"), ReportNotPreserved, {"reason": "R"}, "until you decide"),
        (("followed-up", REFERENCE, "--by", SECOND), FollowUp, {"request": SECOND}, f"Followed up by {SECOND}"),
        (("conditions", REFERENCE, "--accepted"), AnswerConditions, {"accepted": True}, "were accepted"),
        (("conditions", REFERENCE, "--declined"), AnswerConditions, {"accepted": False}, "were declined"),
    ],
)
def test_an_act_is_told(
    run: Run, told: Told, words: tuple[str, ...], kind: type[Command], fields: dict[str, Any], said: str
) -> None:
    code, out, err = run("case", *words)
    assert code == 0, err
    assert told.acts == [(kind, fields | {"command_id": "c9"})]
    assert said in out
    assert run("case", *words, "--json")[1].startswith("{")


def test_what_an_act_needs_is_asked_for(run: Run, told: Told) -> None:
    assert run("case", "preserved", REFERENCE, "--on", "yesterday")[0] == 2
    assert run("case", "conditions", REFERENCE)[0] == 2
    assert not told.acts
