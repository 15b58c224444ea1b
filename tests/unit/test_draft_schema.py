"""The published schema of a draft: not drifted, sound, and of one mind with the models."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from rogatory.cli.examples import example
from rogatory.law.draft_schema import draft_schema
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.law.yaml_text import parse
from schemas.filed import model_of
from schemas.request import Draft

PUBLISHED = Path(__file__).parents[2] / "schemas" / "json"
CHECKER = Draft202012Validator.FORMAT_CHECKER
TODAY = date(2026, 11, 22)


KINDS = {"mutual-assistance": "draft.schema.json", "extradition": "extradition.schema.json"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_has_not_drifted(kind: str) -> None:
    file = PUBLISHED / KINDS[kind]
    published = json.loads(file.read_text(encoding="utf-8"))
    assert published == draft_schema(load_lawbook(), kind), f"run: rogatory draft schema --kind {kind} --out {file}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(draft_schema(load_lawbook(), kind))


@pytest.mark.parametrize(
    "name",
    ["trafficking.yaml", "minimal-bank-records.yaml", "extradition.yaml", "preservation.yaml", "information.yaml"],
)
def test_schema_and_models_take_the_examples(name: str) -> None:
    draft = parse(example(name)).value
    schema = draft_schema(load_lawbook(), draft["kind"])
    assert list(Draft202012Validator(schema, format_checker=CHECKER).iter_errors(draft)) == []
    model = model_of(draft).model_validate_json(json.dumps(draft), strict=True)
    # What is filed is read back as the same draft.
    filed = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert model_of(draft).model_validate_json(json.dumps(filed), strict=True) == model


def _set(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(draft: Any) -> None:
        for part in path[:-1]:
            draft = draft[part]
        draft[path[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("to", to="Norway"),
        _set("extra", to=1),
        _set("offences", 0, "max_penalty_years", to="15"),
        _set("offences", to=[]),
        _set("persons", 0, "role", to="boss"),
        _set("persons", 0, "id", to="x1"),
        _set("proceedings", "opened_on", to="2026-02-30"),
        _set("confidentiality", "required", to="yes"),
        _set("legal_basis", 0, "instrument", to="un-nothing"),
        _set("measures", 0, "type", to="nothing"),
        _set("measures", 0, "details", "period", "from", to="yesterday"),
        _set("measures", 0, "details", "records", to=[]),
        _set("measures", 1, "details", "oath", to="maybe"),
        _set("measures", 1, "details", "unknown", to=True),
        _set("measures", 2, "details", "max_amount", "amount", to="1,5"),
    ],
)
def test_schema_and_models_refuse_the_same_faults(change: Callable[[Any], None]) -> None:
    draft = parse(example("trafficking.yaml")).value
    change(draft)
    lawbook = load_lawbook()
    by_schema = list(Draft202012Validator(draft_schema(lawbook), format_checker=CHECKER).iter_errors(draft))
    try:
        Draft.model_validate_json(json.dumps(draft), strict=True)
        by_models = [each for each in Requirements(lawbook).raise_all(draft, TODAY) if each.finding.rule == "form"]
        assert by_models
    except ValidationError:
        pass
    assert len(by_schema) == 1, [error.message for error in by_schema]
