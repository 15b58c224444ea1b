"""Break-glass: who may stand in for the reviewers of a letter, for which letter, and what is owed afterwards."""

import hashlib
import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.delegating import delegate
from rogatory.adapters.officials import appoint, signer_for
from rogatory.custody import verify_standalone
from rogatory.custody.gate import check_gate, held
from rogatory.custody.ledger import act_facts
from rogatory.custody.statement import read_statement
from rogatory.errors import IntegrityError
from schemas.break_glass import BreakGlass, GoOn, ReviewBreakGlass
from schemas.commands import Receipt, Send
from schemas.identifiers import Role
from schemas.tasks import GateOrder
from tests.conformance.forger import files_of
from tests.properties.ledger_steps import LETTER, ROLES, SIGNED, START, Bench, digest, refused

ARREST = "provisional_arrest_request"
RULE: dict[str, JsonValue] = {"type": ARREST, "hours": 72}
UNITS = {"reviewer-1": "mutual-assistance", "reviewer-2": "extradition", "custodian": "evidence"}
OTHER = digest("c")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def under_review(bench: Bench, number: int = 1, rule: dict[str, JsonValue] | None = RULE, letter: str = LETTER) -> str:
    if number == 1:
        bench.submit()
        bench.fact(
            "letter",
            "document-made",
            type=str(rule["type"]) if rule else "extradition_request",
            language="en",
            digest=letter,
            pages=4,
            size=90_000,
            version=1,
        )
    facts: dict[str, JsonValue] = {"break_glass": rule} if rule else {}
    return bench.open("review", "reviewer", "signatory", number=number, letter=letter, approvals_needed=2, **facts)


def breaks(bench: Bench, review: str, by: str, **changes: object) -> Receipt:
    fields: dict[str, object] = {
        "command_id": f"break-{by}",
        "by": by,
        "role": ROLES.get(by, Role.REVIEWER),
        "letter": LETTER,
        "unit": UNITS.get(by, "prosecution"),
        "reason": "He flies at six, and nobody answers.",
    }
    return bench.act(review, BreakGlass.model_validate(fields | changes))


def broken(bench: Bench) -> str:
    review = under_review(bench)
    breaks(bench, review, "reviewer-1")
    breaks(bench, review, "custodian")
    return review


def judges(bench: Bench, review: str, by: str = "registrar-1", role: Role = Role.REGISTRAR, **changes: object) -> None:
    fields: dict[str, object] = {
        "command_id": f"judge-{by}",
        "by": by,
        "role": role,
        "review": review,
        "letter": LETTER,
        "verdict": "upheld",
        "note": "Both reviewers were called.",
    }
    bench.act(bench.reference, ReviewBreakGlass.model_validate(fields | changes))


def goes_on(bench: Bench, review: str, by: str, role: Role) -> None:
    command = GoOn(command_id=f"on-{by}", by=by, role=role, review=review, letter=LETTER, reason="Approved since.")
    bench.act(bench.reference, command)


def more(bench: Bench, official: str, role: Role, person: str, unit: str | None = None) -> None:
    given: dict[str, Any] = {"name": "Uma Reed", "post": "On duty", "roles": (role,), "person": person, "unit": unit}
    appoint(bench.home, official, **given, now=bench.now)


def both_hold(bench: Bench, folder: Path) -> bool:
    folder.mkdir()
    for name, content in files_of(bench.ledger.record(bench.reference)).items():
        (folder / name).write_bytes(content)
    anchors = json.loads(FileAnchors(bench.home).own().model_dump_json())
    verify_standalone.verify(folder / "ledger.jsonl", [anchors])  # type: ignore[no-untyped-call]
    small = not {"intact", "signed", "trusted"} & set(verify_standalone.NO)
    assert small == bench.holds(), verify_standalone.NO
    return small


def owed(bench: Bench) -> list[str]:
    return [row.id for row in bench.register.clocks()]


# the two


def test_two_of_different_units_stand_in_and_the_signatory_still_signs(bench: Bench, tmp_path: Path) -> None:
    review = under_review(bench)
    breaks(bench, review, "reviewer-1")
    assert refused(lambda: bench.act(review, bench.decision("signatory"))) == "WrongStage"  # one is none
    assert owed(bench) == []
    breaks(bench, review, "custodian")
    row = bench.register.task(review)
    assert (row.roles, row.approvals, row.approvals_needed) == ((Role.SIGNATORY,), 0, 0)
    bench.act(review, bench.decision("signatory"))
    assert both_hold(bench, tmp_path / "out")


def test_only_for_a_letter_that_cannot_wait(bench: Bench) -> None:
    review = under_review(bench, rule=None)
    assert refused(lambda: breaks(bench, review, "reviewer-1")) == "Forbidden"


def test_the_line_that_opens_the_review_cannot_pass_another_letter_off_as_one(bench: Bench) -> None:
    under_review(bench, rule=None)
    review = under_review(bench, 2)  # the same letter, which is none that may go so, under a line that says otherwise
    assert refused(lambda: breaks(bench, review, "reviewer-1")) == "Forbidden"


def test_neither_the_same_unit_nor_the_same_person_nor_the_drafter(bench: Bench) -> None:
    review = under_review(bench)
    assert refused(lambda: breaks(bench, review, "prosecutor")) == "FourEyes"
    breaks(bench, review, "reviewer-1")
    assert refused(lambda: breaks(bench, review, "reviewer-1", command_id="again")) == "FourEyes"
    more(bench, "night-1", Role.REVIEWER, "xv-person-31", "mutual-assistance")
    assert refused(lambda: breaks(bench, review, "night-1", unit="mutual-assistance")) == "FourEyes"
    person = bench.ledger.officials()["reviewer-1"].person
    more(bench, "night-2", Role.REVIEWER, person, "evidence")
    assert refused(lambda: breaks(bench, review, "night-2", unit="evidence")) == "FourEyes"


def test_the_unit_is_the_directorys_and_who_has_none_breaks_no_glass(bench: Bench) -> None:
    review = under_review(bench)
    assert refused(lambda: breaks(bench, review, "reviewer-1", unit="evidence")) == "Forbidden"
    more(bench, "night-1", Role.REVIEWER, "xv-person-31")
    assert refused(lambda: breaks(bench, review, "night-1", unit="extradition")) == "Forbidden"


def test_nobody_breaks_it_in_anothers_stead(bench: Bench) -> None:
    review = under_review(bench)
    delegate(
        bench.home,
        signer_for(bench.home, "reviewer-2"),
        "reviewer-2",
        "custodian",
        roles=(Role.REVIEWER,),
        cases=(),
        until=(START + timedelta(days=30)).date(),
        deputy=False,
        reason="On leave.",
        now=bench.now,
    )
    lent = {"role": Role.REVIEWER, "on_behalf_of": "reviewer-2"}
    assert refused(lambda: breaks(bench, review, "custodian", **lent)) == "Forbidden"


def test_a_third_act_and_one_after_the_approvals_are_refused(bench: Bench) -> None:
    review = broken(bench)
    assert refused(lambda: breaks(bench, review, "reviewer-2")) == "AlreadyDecided"
    second = under_review(bench, 2)
    bench.act(second, bench.decision("reviewer-1", "d-1"))
    bench.act(second, bench.decision("reviewer-2", "d-2"))
    assert refused(lambda: breaks(bench, second, "custodian", command_id="late")) == "AlreadyDecided"


def test_an_act_counts_for_its_own_letter_and_task_only(bench: Bench) -> None:
    review = under_review(bench)
    assert refused(lambda: breaks(bench, review, "reviewer-1", letter=OTHER)) == "Superseded"
    command = BreakGlass(
        command_id="break-1",
        by="reviewer-1",
        role=Role.REVIEWER,
        letter=LETTER,
        unit="mutual-assistance",
        reason="He flies at six.",
    )
    signed = bench.sign(review, command)
    bench.ledger.append_act(review, bench.reference, signed, bench.now)
    breaks(bench, review, "custodian")
    again = under_review(bench, 2)
    replayed = partial(bench.ledger.append_act, again, bench.reference, signed, bench.now)
    assert refused(replayed) == "Forged"
    assert refused(lambda: bench.act(again, bench.decision("signatory"))) == "WrongStage"  # the first is no help


def test_who_broke_the_glass_or_reviewed_does_not_sign(bench: Bench) -> None:
    review = under_review(bench)
    person = bench.ledger.officials()["signatory"].person
    more(bench, "night-1", Role.REVIEWER, person, "directorate")
    breaks(bench, review, "night-1", unit="directorate")
    breaks(bench, review, "custodian")
    assert refused(lambda: bench.act(review, bench.decision("signatory"))) == "FourEyes"
    again = under_review(bench, 2)
    bench.act(again, bench.decision("reviewer-1", "d-1"))
    assert refused(lambda: breaks(bench, again, "reviewer-1", command_id="b-1")) == "FourEyes"


def test_a_reviewer_who_is_reached_after_all_may_still_return_it(bench: Bench) -> None:
    review = broken(bench)
    bench.act(review, bench.decision("reviewer-2", verdict="return"))
    assert bench.holds()


# what is owed


def test_from_the_second_act_a_review_is_owed_within_three_days(bench: Bench, tmp_path: Path) -> None:
    review = broken(bench)
    row = bench.register.clocks()[0]
    assert (row.id, row.state, row.due - row.started_at) == ("review-break-glass", "running", timedelta(hours=72))
    bench.act(review, bench.decision("signatory"))
    bench.fact("closed-review", "task-closed", task=review, outcome="approved")
    bench.fact("closed", "request-closed", result="surrendered")
    assert owed(bench) == ["review-break-glass"]  # it outlives the case
    bench.minutes += 60 * 80
    judges(bench, review)
    assert owed(bench) == []
    met = bench.register.clocks(open_only=False)[0]
    assert (met.state, met.in_time) == ("met", False)
    before = bench.register.clocks(open_only=False)
    bench.register.rebuild()
    assert bench.register.clocks(open_only=False) == before
    assert both_hold(bench, tmp_path / "out")


def test_nobody_with_a_part_in_it_reviews_it(bench: Bench) -> None:
    review = broken(bench)
    bench.act(review, bench.decision("signatory"))
    assert refused(lambda: judges(bench, review, "signatory", Role.SIGNATORY)) == "FourEyes"
    for official, of in (("night-1", "reviewer-1"), ("night-2", "prosecutor")):
        more(bench, official, Role.SIGNATORY, bench.ledger.officials()[of].person)
        assert refused(partial(judges, bench, review, official, Role.SIGNATORY)) == "FourEyes"
    assert refused(lambda: judges(bench, review, "reviewer-2", Role.REVIEWER)) == "Forbidden"
    assert refused(lambda: judges(bench, review, letter=OTHER)) == "Superseded"
    assert refused(lambda: judges(bench, f"{bench.reference}.review-7")) == "NotFound"
    judges(bench, review)
    assert refused(lambda: judges(bench, review, "registrar-2")) == "AlreadyDecided"


def test_who_reviewed_it_early_does_not_sign_afterwards(bench: Bench) -> None:
    review = broken(bench)
    judges(bench, review, "signatory", Role.SIGNATORY)
    assert refused(lambda: bench.act(review, bench.decision("signatory"))) == "FourEyes"


@pytest.mark.parametrize("verdict", ["none", "upheld", "not-upheld", "gone-on"])
def test_custody_is_signed_off_only_once_it_is_judged(bench: Bench, verdict: str) -> None:
    review = broken(bench)
    bench.act(review, bench.decision("signatory"))
    if verdict != "none":
        judges(bench, review, verdict="upheld" if verdict == "upheld" else "not-upheld")
    if verdict == "gone-on":
        assert owed(bench) == ["go-on"]
        assert refused(lambda: goes_on(bench, review, "reviewer-1", Role.REVIEWER)) == "FourEyes"
        assert refused(lambda: goes_on(bench, review, "signatory", Role.SIGNATORY)) == "FourEyes"
        goes_on(bench, review, "reviewer-2", Role.REVIEWER)
        assert owed(bench) == []
    elif verdict != "not-upheld":
        assert refused(lambda: goes_on(bench, review, "reviewer-2", Role.REVIEWER)) == "WrongStage"
    task = bench.open("custody-sign-off", "custodian", "prosecutor", items=0)
    if verdict in {"upheld", "gone-on"}:
        bench.sign_off(task, "prosecutor", items=[])
    else:
        assert refused(lambda: bench.sign_off(task, "prosecutor", items=[])) == "BreakGlassOpen"
    assert bench.holds()


# the last gate and both verifiers


def gate(bench: Bench, urgent: set[str], rule: dict[str, JsonValue] | None = RULE) -> None:
    unsigned = b"%PDF letter"
    signed = unsigned + b" signed"
    letter, out = ("sha256:" + hashlib.sha256(each).hexdigest() for each in (unsigned, signed))
    review = under_review(bench, rule=rule, letter=letter)
    breaks(bench, review, "reviewer-1", letter=letter)
    breaks(bench, review, "custodian", letter=letter)
    bench.act(review, bench.decision("signatory", letter=letter, signed_letter=out))
    order = GateOrder(
        reference=bench.reference,
        review_task=review,
        unsigned_letter=letter,
        letter=out,
        approvals=2,
        drafter="prosecutor",
        channel="folder",
        requested_state="XN",
    )
    facts = held(bench.reference, bench.ledger.lines(bench.reference), bench.ledger.anchors)
    assert check_gate(order, facts, unsigned, signed, urgent).official == "signatory"


def test_the_last_gate_lets_such_a_letter_pass(bench: Bench) -> None:
    gate(bench, {ARREST})


@pytest.mark.parametrize("said", ["extradition_request", ARREST])
def test_the_last_gate_asks_the_catalogue_not_the_line_that_opened_the_review(bench: Bench, said: str) -> None:
    with pytest.raises(IntegrityError, match="by its reviewers only"):
        gate(bench, {"preservation_request"}, {"type": said, "hours": 72})


def written_unasked(bench: Bench, task: str, by: str, **changes: object) -> None:
    """As a service would record it that asks nobody."""

    def unasked(connection: Any, _: str, reference: str, command: Any, at: Any) -> Any:
        directory = bench.ledger._directory(connection)
        facts = act_facts(read_statement(command.statement), directory.officials()[command.by].person)
        return directory, bench.ledger._course(connection, reference, directory), facts

    asked = bench.ledger._admitted
    bench.ledger._admitted = unasked  # type: ignore[method-assign, assignment]
    breaks(bench, task, by, **changes)
    bench.ledger._admitted = asked  # type: ignore[method-assign]


@pytest.mark.parametrize("fault", ["none", "drafter", "unit", "same-unit", "third", "twice", "ordinary"])
def test_the_verifier_judges_what_a_service_wrote_unasked(bench: Bench, fault: str) -> None:
    review = under_review(bench, rule=None if fault == "ordinary" else RULE)
    more(bench, "night-1", Role.REVIEWER, "xv-person-31", "mutual-assistance")
    written_unasked(bench, review, "prosecutor" if fault == "drafter" else "reviewer-1")
    given = {"unit": "extradition"} if fault == "unit" else {}
    second = {"twice": "reviewer-1", "same-unit": "night-1"}.get(fault, "custodian")
    if fault == "same-unit":
        given = {"unit": "mutual-assistance"}
    written_unasked(bench, review, second, command_id="second", **given)
    if fault == "third":
        written_unasked(bench, review, "reviewer-2")
    assert bench.holds() == (fault == "none")


def test_a_letter_sent_by_broken_glass_is_told_by_the_timeline(bench: Bench) -> None:
    review = broken(bench)
    bench.act(review, bench.decision("signatory"))
    task = bench.open("transmission", "reviewer", "signatory", letter=SIGNED)
    bench.act(task, Send(command_id="s", by="reviewer-2", role=Role.REVIEWER, letter=SIGNED, channel="folder"))
    told = [event.detail for event in bench.register.timeline(bench.reference) if event.event == "break-glass"]
    assert told[1] == "Glass broken by evidence: the letter is to go without its reviewers"
    assert "flies at six" not in "".join(bench.ledger.lines(bench.reference))
