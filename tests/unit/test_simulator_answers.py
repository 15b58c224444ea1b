"""The simulator's answer to a letter of one kind of assistance alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import JsonValue

from rogatory.cli.examples import example
from rogatory.law.yaml_text import parse
from rogatory.simulator.docket import SimulatedCase
from rogatory.simulator.evidence import measures_of
from rogatory.simulator.sole_letter import alone_in, answer_to
from schemas.commands import Command
from schemas.identifiers import Role
from schemas.sole_letter import TOLD

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ACTS = {kind.ACT: kind for kind in TOLD}


def answered(draft: dict[str, Any]) -> Command | None:
    """The act the answer reports; raises where its fields are not those of the act."""
    data: JsonValue = {"request": draft}
    case = SimulatedCase(
        reference="XV-2026-0001", own="XN-CA-2026-0001", sender="XV", requests=(), measures="", alone=alone_in(data)
    )
    report = answer_to(case, measures_of(data), NOW)
    if report is None:
        return None
    by = {"command_id": "c1", "by": "service", "role": Role.SYSTEM}
    return ACTS[report.act].model_validate(report.fields | by)


@pytest.mark.parametrize(
    ("name", "act"), [("preservation.yaml", "report-preserved"), ("information.yaml", "answer-conditions")]
)
def test_it_reports_what_was_asked(name: str, act: str) -> None:
    command = answered(parse(example(name)).value)
    assert command is not None
    assert isinstance(command, ACTS[act])


def test_information_without_conditions_is_only_acknowledged() -> None:
    draft = parse(example("information.yaml")).value
    draft["measures"][0]["details"]["conditions"] = []
    assert answered(draft) is None


@pytest.mark.parametrize(
    "data", [{}, {"request": {}}, {"request": {"kind": 3}}, {"request": {"kind": "extradition"}}, []]
)
def test_every_other_letter_is_none(data: Any) -> None:
    assert alone_in(data) == ""
