"""The types of assistance that ship: who lists each, what its example gives, what a new draft leaves to be written."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rogatory.cli import main
from rogatory.cli.examples import example
from rogatory.law.fragment_fields import SHAPES
from rogatory.law.law_file import measure_of, read
from rogatory.law.model import Measure
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.law.schema_faults import faults, validator
from rogatory.law.yaml_text import parse
from tests.law.filled import filled

FOLDER = Path(read.__code__.co_filename).parent / "measures"
TYPES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
UNTOC, UNCAC, DRUGS = "un-untoc", "un-uncac", "un-1988-drugs"
LISTED = {
    "statement": ("(a)", "(a)", "(a)"),
    "statement_video": ("(a)", "(a)", "(a)"),
    "service_of_documents": ("(b)", "(b)", "(b)"),
    "search_and_seizure": ("(c)", "(c)", "(c)"),
    "content_data": ("(c)", "(c)", "(c)"),
    "bank_records": ("(f)", "(f)", "(f)"),
    "beneficial_ownership": ("(f)", "(f)", "(f)"),
    "subscriber_data": ("(f)", "(f)", "(f)"),
    "traffic_data": ("(f)", "(f)", "(f)"),
    "asset_tracing": ("(g)", "(g), (j)", "(g)"),
}
"""The letter of UNTOC 18(3), UNCAC 46(3) and 1988 7(2) that lists the type."""
OTHERWISE = {
    "freezing": {UNTOC: "art. 18(3)(c), 13(2)", UNCAC: "art. 46(3)(c), (j), 55(2)", DRUGS: "art. 5(4)(b)"},
    "enforce_confiscation": {UNTOC: "art. 13(1)", UNCAC: "art. 55(1)", DRUGS: "art. 5(4)(a)"},
    "return_of_assets": {UNTOC: "art. 14(2)", UNCAC: "art. 46(3)(k), 57"},
    "account_monitoring": {},
    "preservation": {},
}
"""Those other provisions name, and those that none of the three names: they fall under "any other type"."""
COERCIVE = {
    *("search_and_seizure", "bank_records", "account_monitoring", "freezing", "enforce_confiscation"),
    *("traffic_data", "content_data"),
}


def measure(type_: str) -> Measure:
    """The measure as it ships."""
    file, found = read(f"measures/{type_}.yaml", (FOLDER / f"{type_}.yaml").read_text(encoding="utf-8"))
    assert found == []
    assert file is not None
    return measure_of(file.value)


def wrong(type_: str, details: dict[str, Any]) -> list[str]:
    """The paths at which these details do not fit the type."""
    judge = validator({"$defs": SHAPES, **measure(type_).fields})
    return ["/".join(map(str, fault.path)) for fault in faults(judge, details)]


def details(type_: str, **changes: Any) -> dict[str, Any]:
    """The example filled in, with changes; None takes a field out."""
    card = measure(type_)
    written = filled(card.example, card.fields, whole=True) | changes
    return {name: value for name, value in written.items() if value is not None}


@pytest.mark.parametrize("type_", LISTED)
def test_a_type_is_listed_where_the_three_conventions_list_it(type_: str) -> None:
    places = dict(zip((UNTOC, UNCAC, DRUGS), ("art. 18(3)", "art. 46(3)", "art. 7(2)"), strict=True))
    expected = {id_: place + letter for (id_, place), letter in zip(places.items(), LISTED[type_], strict=True)}
    assert {id_: each for id_, each in measure(type_).purposes.items() if id_ in places} == expected


@pytest.mark.parametrize("type_", OTHERWISE)
def test_a_type_that_is_not_in_the_lists(type_: str) -> None:
    purposes = measure(type_).purposes
    assert {id_: each for id_, each in purposes.items() if id_ in (UNTOC, UNCAC, DRUGS)} == OTHERWISE[type_]


def test_what_is_coercive() -> None:
    ours = [*LISTED, *OTHERWISE]
    assert {type_ for type_ in ours if measure(type_).coercive} == COERCIVE


@pytest.mark.parametrize("whole", [False, True], ids=["as it stands", "with every optional line"])
@pytest.mark.parametrize("type_", TYPES)
def test_an_example_once_written_is_what_the_type_asks_for(type_: str, whole: bool) -> None:
    card = measure(type_)
    written = filled(card.example, card.fields, whole=whole)
    assert wrong(type_, written) == []
    assert "TODO" not in json.dumps(written)


@pytest.mark.parametrize("type_", [*LISTED, *OTHERWISE])
def test_an_example_shows_every_field_there_is(type_: str) -> None:
    card = measure(type_)
    assert list(filled(card.example, card.fields, whole=True)) == list(card.fields["properties"])


@pytest.mark.parametrize("type_", TYPES)
def test_every_field_says_what_it_is(type_: str) -> None:
    card = measure(type_)
    for name, field in card.fields["properties"].items():
        assert field.get("description"), name
    assert set(card.fields["required"]) <= set(card.fields["properties"])


@pytest.mark.parametrize(
    ("type_", "changes", "at"),
    [
        ("service_of_documents", {"appearance_place": None}, ["appearance_place"]),
        ("service_of_documents", {"appearance_on": None, "appearance_place": None, "appears_as": None}, []),
        ("service_of_documents", {"manner": "special", "special_manner": None}, ["special_manner"]),
        ("service_of_documents", {"documents": []}, ["documents"]),
        ("enforce_confiscation", {"route": "b", "order": None}, ["order"]),
        ("enforce_confiscation", {"route": "a", "order": None, "order_copy": None, "order_final": None}, []),
        ("enforce_confiscation", {"order_final": False}, []),
        ("enforce_confiscation", {"amount": "1.250.000"}, ["amount"]),
        ("enforce_confiscation", {"route": "d"}, ["route"]),
        ("return_of_assets", {"return_basis": "b", "ownership_proof": None}, ["ownership_proof"]),
        ("return_of_assets", {"return_basis": "a", "ownership_proof": None}, []),
        ("preservation", {"undertaking_to_request": False}, []),
        ("preservation", {"necessity": None, "custodian": None}, ["custodian", "necessity"]),
        ("preservation", {"identifiers": [{"kind": "ip", "value": "192.0.2.7"}]}, ["identifiers/0/at"]),
        ("traffic_data", {"identifiers": [{"kind": "ip", "value": "192.0.2.7", "at": "noon"}]}, ["identifiers/0/at"]),
        ("subscriber_data", {"identifiers": [{"kind": "phone", "value": "+999 15 555 0142"}]}, []),
        ("content_data", {"period": None}, ["period"]),
        ("asset_tracing", {"basis_of_belief": None}, []),
        ("search_and_seizure", {"places": [{"kind": "island", "description": "x"}]}, ["places/0/kind"]),
        ("statement", {"witness": "V1"}, ["witness"]),
        ("account_monitoring", {"accounts": []}, ["accounts"]),
        ("beneficial_ownership", {"entities": [{"register": "Norholm"}]}, ["entities/0/name"]),
    ],
)
def test_what_a_type_asks_for(type_: str, changes: dict[str, Any], at: list[str]) -> None:
    assert wrong(type_, details(type_, **changes)) == at


def test_whoever_is_to_be_served_is_described() -> None:
    draft = parse(example("trafficking.yaml")).value
    served = {"id": "m1", "type": "service_of_documents", "details": details("service_of_documents", addressee="p9")}
    found = Requirements(load_lawbook()).assess(draft | {"measures": [served]}, datetime(2026, 11, 22, tzinfo=UTC))
    assert ("HOUSE-01", "measures/0/details/addressee") in {(each.rule, each.path) for each in found.findings}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> str:
        main.run(arguments)
        return capsys.readouterr().out

    return command


@pytest.mark.parametrize("type_", [*LISTED, *OTHERWISE])
def test_a_new_draft_says_exactly_what_is_to_be_written(type_: str, run: Callable[..., str]) -> None:
    run("draft", "new", "--type", type_, "--from", "XV", "--to", "XN", "--basis", UNTOC, "--out", "new.yaml")
    lines = Path("new.yaml").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"    type: {type_}") + 1
    end = next(n for n in range(start, len(lines)) if not lines[n])
    to_write = {n + 1 for n in range(start, end) if re.match(r' *[^# ].*(: |- )"?TODO"?( |$)|^ *- TODO', lines[n])}
    answer = json.loads(run("draft", "check", "new.yaml", "--json"))
    errors = [each for each in answer["findings"] if each["severity"] == "error" and start < each["line"] <= end]
    assert {each["line"] for each in errors} == to_write
    assert len(errors) == len(to_write) > 2
    assert {each["message"] for each in errors} == {"This is still to be written."}
