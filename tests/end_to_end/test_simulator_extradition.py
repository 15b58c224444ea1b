"""The requested state in an extradition: what it reports is what our acts take, in order, once."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from rogatory.custody.package import PackageMessage
from rogatory.mailroom import REPORTS
from rogatory.simulator.docket import SimulatedCase
from rogatory.simulator.extradition import (
    Course,
    Report,
    act_of,
    afterwards,
    asked_for,
    before_the_request,
    is_extradition,
    upon_the_request,
)
from schemas.commands import Command
from schemas.extradition_acts import ReportDecision, ReportSurrender
from tests.end_to_end import test_simulator
from tests.end_to_end.test_simulator import Street

PERSON = {
    "kind": "extradition",
    "offences": [{"title": "Trafficking"}, {"title": "Laundering"}],
    "property_sought": [{"description": "a telephone", "kind": "evidence"}],
}
NOW = datetime.now(UTC)


def a_case(**said: object) -> SimulatedCase:
    plain = {"reference": "XV-2026-0001", "own": "XN-CA-2026-0001", "sender": "XV", "requests": ("r",)}
    more = {"measures": "[]", "extradition": True, "offences": 2, "sought": ("a telephone",)}
    return SimulatedCase.model_validate({**plain, **more, **said})


def as_act(report: Report) -> Command:
    """The act our mailroom makes of it; raises where a field is not the act's."""
    fields = report.fields | {"command_id": "m1", "by": "service", "role": "system"}
    return REPORTS[report.act].model_validate_json(json.dumps(fields))


def all_of(case: SimulatedCase, course: Course) -> Iterator[Report]:
    yield from before_the_request(case, course, NOW)
    yield from upon_the_request(case, course, NOW)
    yield from afterwards(case, course, NOW)


def test_every_report_is_an_act_of_ours() -> None:
    whole = Course(refused={2: "territoriality"}, consents=True, renounces=True, demanded=("retrial",))
    case = a_case(
        provisional=True, formal="f", replied=True, assured=True, waivers=("w1",), onward=("o1",), prosecution=True
    )
    acts = [as_act(report) for report in all_of(case, whole)]
    assert [act.ACT for act in acts] == [
        "report-arrest", "report-consent", "report-decision", "report-decision", "appoint", "report-surrender",
        "report-waiver", "report-reextradition", "report-outcome",
    ]  # fmt: skip
    first, second = (act for act in acts if isinstance(act, ReportDecision))
    assert (first.demanded, second.demanded) == (("retrial",), ())
    assert (second.granted, [each.ground for each in second.refused]) == ((1,), ["territoriality"])
    assert second.reasons
    surrender = next(act for act in acts if isinstance(act, ReportSurrender))
    assert surrender.property_announced
    not_found = list(before_the_request(a_case(provisional=True), Course(not_found=True), NOW))
    assert [as_act(report).ACT for report in not_found] == ["report-not-found"]


def test_it_waits_for_the_reply_and_for_the_assurance() -> None:
    asked = [report.act for report in upon_the_request(a_case(formal="f"), Course(), NOW)]
    assert asked == ["report-arrest"]
    wanting = Course(asks=False, demanded=("retrial",))
    demanded = [report.step for report in upon_the_request(a_case(formal="f"), wanting, NOW)]
    assert demanded == ["arrest", "decision-subject"]
    refusing = Course(asks=False, refused={1: "nationality", 2: "nationality"})
    assert [r.step for r in upon_the_request(a_case(formal="f"), refusing, NOW)] == ["arrest", "decision"]


@pytest.mark.parametrize("case", [None, [], {"request": 7}, {"request": {"offences": 3, "property_sought": "x"}}])
def test_a_letter_that_says_nothing_of_use_does_no_harm(case: object) -> None:
    assert not is_extradition(case)  # type: ignore[arg-type]
    assert asked_for(case) == (0, ())  # type: ignore[arg-type]
    assert act_of(case) is None  # type: ignore[arg-type]


@pytest.fixture
def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Street:
    monkeypatch.setattr(test_simulator, "letter_pdf", letter_pdf)
    return Street(tmp_path)


def letter_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        data = json.dumps({"request": PERSON}).encode()
        pdf.attachments["case.json"] = pikepdf.AttachedFileSpec(
            pdf, data, description="", filename="case.json", mime_type="application/json", creation_date="", mod_date=""
        )
        pdf.save(out)
    return out.getvalue()


def told(messages: list[PackageMessage]) -> list[str]:
    return [message.act or message.kind for message in messages]


def test_a_request_is_answered_up_to_the_property(street: Street) -> None:
    request = street.send("request")
    street.run("--refuse", "2=territoriality")
    assert told(street.received()) == ["acknowledgement", "question", "report-arrest"]
    assert street.run("--refuse", "2=territoriality").count("sent") == 0
    street.send("reply", text="It is in force.")
    street.run("--refuse", "2=territoriality")
    messages = street.received()
    assert told(messages)[3:] == ["report-decision", "appoint", "report-surrender", "evidence"]
    assert messages[3].fields["granted"] == [1]
    assert {message.in_reply_to for message in messages} == {request}
    assert [item.name for item in messages[-1].items] == ["seizure-record-1.txt", "property-list.pdf"]
    street.send("status-query")
    street.send("withdrawal")
    street.run()
    assert len(street.received()) == len(messages)
