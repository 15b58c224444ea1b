"""A task moves from one official to another: who may, between whom, and who may act in it from then on."""

from functools import partial
from pathlib import Path

import pytest

from rogatory.adapters.officials import appoint
from rogatory.custody.ledger import parse_line
from schemas.commands import Receipt
from schemas.identifiers import Role
from schemas.reassigning import Reassign
from tests.contracts.test_delegation import both_hold, decide, lend
from tests.properties.ledger_steps import Bench, refused


def further(bench: Bench, official: str) -> None:
    appoint(
        bench.home,
        official,
        name="Further Reviewer",
        post="Desk Officer",
        roles=(Role.REVIEWER,),
        person=f"P-{official}",
        now=bench.now,
    )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    further(made, "reviewer-3")
    made.submit()
    made.open_review()
    return made


def moved(bench: Bench, released: str, to: str, **changes: object) -> Receipt:
    fields: dict[str, object] = {
        "command_id": f"move-{bench.minutes}",
        "by": "signatory",
        "role": Role.SIGNATORY,
        "assigned_task": bench.task("review"),
        "duty": Role.REVIEWER,
        "released": released,
        "to": to,
        "reason": "On leave.",
    }
    return bench.act(bench.reference, Reassign.model_validate(fields | changes))


def decides(bench: Bench, by: str) -> Receipt:
    return bench.act(bench.task("review"), bench.decision(by))


def test_who_was_released_acts_no_more_and_the_open_place_stays_open(bench: Bench, tmp_path: Path) -> None:
    moved(bench, "reviewer-1", "reviewer-3")
    assert refused(lambda: decides(bench, "reviewer-1")) == "Forbidden"
    decides(bench, "reviewer-2")
    assert refused(lambda: decides(bench, "reviewer-1")) == "Forbidden"
    decides(bench, "reviewer-3")
    decides(bench, "signatory")
    assert both_hold(bench, tmp_path / "out"), "both verifiers"
    lines = bench.ledger.lines(bench.reference)
    assert "On leave" not in "".join(lines), "the reason is a withheld word"
    assert "reassign" in {parse_line(line).event for line in lines}


def test_when_every_place_is_given_nobody_else_acts(bench: Bench) -> None:
    further(bench, "reviewer-4")
    moved(bench, "reviewer-1", "reviewer-3")
    moved(bench, "reviewer-2", "reviewer-4")
    for other in ("reviewer-1", "reviewer-2"):
        assert refused(partial(decides, bench, other)) == "Forbidden"
    moved(bench, "reviewer-3", "reviewer-1")  # and back
    assert refused(lambda: decides(bench, "reviewer-3")) == "Forbidden"
    decides(bench, "reviewer-1")
    decides(bench, "reviewer-4")


def test_whoever_stands_in_for_the_named_official_acts(bench: Bench) -> None:
    """And for no other: the released official's delegate is released with them."""
    moved(bench, "reviewer-1", "reviewer-3")
    lend(bench, "reviewer-3", "custodian", Role.REVIEWER)
    further(bench, "reviewer-5")
    lend(bench, "reviewer-1", "reviewer-5", Role.REVIEWER)
    assert refused(lambda: decide(bench, bench.task("review"), "reviewer-5", "reviewer-1")) == "Forbidden"
    decide(bench, bench.task("review"), "custodian", "reviewer-3")
    decides(bench, "reviewer-2")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"by": "reviewer-2", "role": Role.REVIEWER}, "Forbidden"),
        ({"by": "prosecutor", "role": Role.PROSECUTOR}, "Forbidden"),
        ({"to": "custodian"}, "Forbidden"),
        ({"released": "signatory"}, "Forbidden"),
        ({"to": "nobody-here"}, "NotFound"),
        ({"to": "reviewer-1"}, "FourEyes"),
        ({"duty": Role.CUSTODIAN}, "WrongStage"),
        ({"assigned_task": "XV-2026-0001.review-9"}, "WrongStage"),
    ],
)
def test_what_moves_nothing(bench: Bench, changes: dict[str, object], kind: str) -> None:
    given = {"released": "reviewer-1", "to": "reviewer-3"} | changes
    assert refused(lambda: moved(bench, **given)) == kind  # type: ignore[arg-type]
    decides(bench, "reviewer-1")


def test_who_has_acted_is_not_moved(bench: Bench) -> None:
    decides(bench, "reviewer-1")
    assert refused(lambda: moved(bench, "reviewer-1", "reviewer-3")) == "AlreadyDecided"
    moved(bench, "reviewer-2", "reviewer-3")
    assert refused(lambda: moved(bench, "reviewer-2", "reviewer-3")) == "AlreadyDecided"
    assert refused(lambda: decides(bench, "reviewer-2")) == "Forbidden"
    decides(bench, "reviewer-3")


def test_a_registrar_may_and_other_roles_of_the_task_stay_open(bench: Bench) -> None:
    moved(bench, "reviewer-1", "reviewer-3", by="registrar-1", role=Role.REGISTRAR)
    decides(bench, "reviewer-2")
    decides(bench, "reviewer-3")
    decides(bench, "signatory")
