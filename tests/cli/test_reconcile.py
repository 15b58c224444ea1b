"""Asked, granted, received, missing: told by measure, and a supplementary request or a closing note comes of it."""

import json
from pathlib import Path

import pytest

from rogatory.adapters.draft_file import read_draft
from rogatory.custody.verify_ledger import verify_lines
from rogatory.law.evidence_forms import evidence_forms
from schemas.commands import Submit
from schemas.identifiers import Role
from tests.cli.filed_case import EXAMPLE, REFERENCE, SEALED_NAME, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import ENTER, case, told
from tests.properties.ledger_steps import digest

__all__ = ["case", "run"]


def measures(run: Run) -> dict[str, dict[str, object]]:
    out = json.loads(told(run("evidence", "reconcile", REFERENCE, "--json")))
    return {row["measure"]: row for row in out["measures"]}


def test_every_measure_is_told_and_left_once(run: Run, case: FiledCase) -> None:
    first, *others = measures(run)
    assert measures(run)[first]["missing"] == ["the requested state has not said what it did", "nothing was received"]
    told(run("evidence", "granted", REFERENCE, first, "granted", "--on", "2026-11-20", "--as", "reviewer-1"))
    (item,) = case.received({"a.pdf": b"a"}, measure=None)
    out = told(run("evidence", "reconcile", REFERENCE))
    assert f"{item} belongs to no measure" in out
    told(run("evidence", "tie", item, first, "--as", "custodian"))
    row = measures(run)[first]
    assert (row["items"], row["missing"], row["granted"]) == ([item], [], "granted")
    assert case.register.item(item).measure == first
    settled = told(run("evidence", "settle", REFERENCE, first, "--reason", "All is here.", "--as", "prosecutor"))
    assert "left as complete" in settled
    assert run("evidence", "settle", REFERENCE, first, "--reason", "Again.", "--as", "prosecutor")[0] == 6
    left = ("evidence", "settle", REFERENCE, others[0], "--reason", "No more is needed.", "--as", "prosecutor")
    assert "left as incomplete" in told(run(*left))
    told(run("evidence", "granted", REFERENCE, first, "partly", "--on", "2026-12-20", "--as", "reviewer-1"))
    assert measures(run)[first]["settled"] is None  # a later report opens it again
    case.register.rebuild()
    assert case.register.item(item).measure == first
    assert verify_lines(case.ledger.lines(REFERENCE), case.ledger.anchors, None).report.trusted


def test_a_thing_on_its_way_is_missing_until_it_arrives(run: Run, case: FiledCase) -> None:
    first = next(iter(measures(run)))
    told(run(*ENTER, "--announced-by", "xn-authority", "--measure", first, "--as", "custodian"))
    assert f"{REFERENCE}-E01 is announced and has not arrived" in measures(run)[first]["missing"]  # type: ignore[operator]
    told(run("custody", "accept", f"{REFERENCE}-E01", "--as", "custodian"))
    assert measures(run)[first]["missing"] == ["the requested state has not said what it did"]


def test_nothing_is_awaited_of_what_was_refused(run: Run, case: FiledCase) -> None:
    first = next(iter(measures(run)))
    told(run("evidence", "granted", REFERENCE, first, "refused", "--on", "2026-11-20", "--as", "reviewer-1"))
    assert measures(run)[first]["missing"] == []


def test_a_supplementary_draft_asks_for_what_is_missing(run: Run, case: FiledCase) -> None:
    first, *others = measures(run)
    told(run("evidence", "granted", REFERENCE, first, "refused", "--on", "2026-11-20", "--as", "reviewer-1"))
    out = told(run("evidence", "reconcile", REFERENCE, "--supplement", "more.yaml"))
    assert f"asks again for {', '.join(others)}" in out
    text = Path("more.yaml").read_text(encoding="utf-8")
    assert "nothing was received" in text
    assert SEALED_NAME not in text
    draft = read_draft(Path("more.yaml")).draft()
    assert draft.supplements == REFERENCE
    assert [each.id for each in draft.measures] == others
    assert run("evidence", "reconcile", REFERENCE, "--supplement", "more.yaml")[0] == 2  # never over a file
    second = "XV-2026-0002"
    fields = {"command_id": "c2", "by": "prosecutor", "role": Role.PROSECUTOR, "request": digest("4")}
    submit = Submit.model_validate(fields | {"requested_state": "XN", "supplements": REFERENCE})
    settle = ("evidence", "settle", REFERENCE, others[0], "--reason", "Asked again.", "--as", "prosecutor", "--by")
    assert run(*settle, second)[0] == 5
    case.reference = second
    case.act(submit)
    assert "left as supplemented" in told(run(*settle, second))
    assert run(*settle[:3], others[1], *settle[4:], REFERENCE)[0] == 2


def test_the_form_a_court_needs_is_asked_for_and_held_against_what_comes_back(run: Run, home: Path) -> None:
    draft = Path("request.yaml")
    draft.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert "asks for Certification" in told(run("draft", "form", str(draft), "m1", "us-3505"))
    assert "already" in told(run("draft", "form", str(draft), "m1", "us-3505"))
    assert "NOT" not in told(run("law", "forms", "IN"))
    assert run("draft", "form", str(draft), "m99", "us-3505")[0] == 2
    assert run("draft", "form", str(draft), "m1", "us-9999")[0] == 5
    asked = read_draft(draft).draft()
    assert "18 U.S.C. 3505" in asked.procedure[-1].what
    assert "# " in draft.read_text(encoding="utf-8")  # its comments stay
    case = FiledCase(home, example=draft)
    (item,) = case.received({"certificate.pdf": b"c"})
    assert measures(run)["m1"]["forms"] == {"us-3505": "not-returned"}
    lacking = ("evidence", "form", item, "m1", "us-3505", "--as", "prosecutor", "--lacking")
    assert run(*lacking, "stamp")[0] == 2
    told(run(*lacking, "punishable"))
    assert measures(run)["m1"]["forms"] == {"us-3505": "lacking: punishable"}
    assert "it lacks signed in a way that a false statement" in told(run("evidence", "reconcile", REFERENCE))
    out = told(run(*lacking[:-1]))
    assert "every element is present" in out
    assert "admissible" not in out
    assert measures(run)["m1"]["forms"] == {"us-3505": "checked"}


def test_what_is_not_known_of_a_state_stays_unknown(run: Run, case: FiledCase) -> None:
    assert "does not mean none" in told(run("law", "forms", "XV"))
    assert "what the court needs is not known here" in told(run("evidence", "reconcile", REFERENCE))


@pytest.mark.parametrize("form", evidence_forms().values(), ids=lambda form: form.id)
def test_a_form_says_where_it_was_read_and_its_words_find_it_again(form: object) -> None:
    from rogatory.law.evidence_forms import EvidenceForm, asked_in, words_for

    assert isinstance(form, EvidenceForm)
    assert asked_in([words_for("m2", form)], "m2") == [form]
    assert not asked_in([words_for("m2", form)], "m1")
    assert form.checked or form.unknown
    assert len(words_for("m40", form)) < 4000
