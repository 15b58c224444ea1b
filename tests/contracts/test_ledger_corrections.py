"""Corrections on the ledger: another person says what a line should have said, and both lines stay."""

from pathlib import Path
from typing import Any

import pytest

from rogatory.custody.ledger import parse_line
from schemas.items import AcceptItem, CorrectItem, OfferItem
from tests.properties.ledger_steps import ROLES, digest, refused
from tests.properties.shelf_steps import DISK, PART, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    bench = Shelf(tmp_path)
    bench.submit()
    bench.enter(seal_after="S-12")
    return bench


def line_of(shelf: Shelf, event: str = "enter-item") -> str:
    found = [entry for entry in map(parse_line, shelf.ledger.lines(shelf.reference)) if entry.event == event]
    return f"sha256:{found[-1].digest}"


def correct(shelf: Shelf, by: str = "prosecutor", **changes: Any) -> None:
    shelf.steps += 1
    said = {
        "item": DISK,
        "line": line_of(shelf),
        "field": "seal_after",
        "old": "S-12",
        "new": "S-21",
        "reason": "Photo.",
    }
    fields = {"command_id": f"step-{shelf.steps}", "by": by, "role": ROLES[by]}
    shelf.act(shelf.reference, CorrectItem.model_validate(fields | said | changes))


def test_a_wrong_number_is_corrected_by_another_and_the_right_one_stands(shelf: Shelf) -> None:
    shelf.step(OfferItem, to="prosecutor")
    correct(shelf)
    assert (shelf.row().seal, shelf.row().discrepancy) == ("S-21", None)
    shelf.step(AcceptItem, by="prosecutor", seal_before="S-21", seal_after="S-21")
    assert shelf.row().discrepancy is None
    facts = [parse_line(line).facts for line in shelf.ledger.lines(shelf.reference)]
    assert {"S-12", "S-21"} <= {str(each.get("seal_after") or each.get("new")) for each in facts}  # the first one stays
    assert shelf.holds()


def test_a_correction_is_corrected_in_its_turn(shelf: Shelf) -> None:
    correct(shelf)
    assert refused(lambda: correct(shelf)) == "Superseded"
    correct(shelf, old="S-21", new="S-22")
    assert shelf.row().seal == "S-22"
    assert shelf.holds()


def test_what_has_changed_since_is_not_touched(shelf: Shelf) -> None:
    shelf.step(OfferItem, to="prosecutor")
    shelf.step(AcceptItem, by="prosecutor", place="Office 4")
    correct(shelf, field="place", old="Strongroom 2", new="Strongroom 3")
    assert shelf.row().place == "Office 4"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"by": "custodian"}, "FourEyes"),
        ({"line": digest("9")}, "NotFound"),
        ({"item": PART}, "NotFound"),
        ({"old": "S-1"}, "Superseded"),
        ({"field": "tool", "old": "dd"}, "Superseded"),
        ({"new": "S-12"}, "Invalid"),
        ({"field": "condition", "old": "sound", "new": "fine"}, "Invalid"),
    ],
)
def test_what_corrects_nothing_is_refused(shelf: Shelf, changes: dict[str, Any], kind: str) -> None:
    before = shelf.ledger.lines(shelf.reference)
    assert refused(lambda: correct(shelf, **changes)) == kind
    assert shelf.ledger.lines(shelf.reference) == before
    assert shelf.row().seal == "S-12"


def test_a_time_is_corrected_to_a_time(shelf: Shelf) -> None:
    old = str(shelf.row().happened_at)
    assert refused(lambda: correct(shelf, field="happened_at", old=old, new="yesterday")) == "Invalid"
    assert refused(lambda: correct(shelf, field="happened_at", old=old, new="2026-03-04T10:00")) == "Invalid"
    correct(shelf, field="happened_at", old=old, new="2026-03-04T10:00:00+01:00")
    assert shelf.row().happened_at == "2026-03-04T10:00:00+01:00"
