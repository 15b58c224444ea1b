"""Physical items on the ledger: hands, seals and times join, and what does not agree is noted, decided, and seen."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from rogatory.custody.ledger import act_facts
from rogatory.custody.statement import read_statement
from rogatory.custody.verify_ledger import verify_lines
from schemas.identifiers import Role
from schemas.items import (
    AcceptItem,
    AttachScan,
    CopyItem,
    DeclineItem,
    DestroyItem,
    ExamineItem,
    OfferItem,
    OpenItem,
    ReturnItem,
    SealItem,
    StoreItem,
)
from tests.properties.ledger_steps import START, digest, refused
from tests.properties.shelf_steps import COPY, DISK, PART, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    bench = Shelf(tmp_path)
    bench.submit()
    return bench


def test_a_thing_goes_through_its_life_and_the_ledger_verifies(shelf: Shelf) -> None:
    shelf.enter()
    assert (shelf.row().state, shelf.row().seal, shelf.row().place) == ("held", "S-1", "Strongroom 2")
    shelf.step(OfferItem, to="prosecutor", transport="courier", tracking="XV 90-113")
    assert shelf.row().holder == "custodian"  # the giver stays responsible
    shelf.step(AcceptItem, by="prosecutor", place="Office 4")
    assert (shelf.row().holder, shelf.row().place) == ("prosecutor", "Office 4")
    shelf.step(OpenItem, by="prosecutor", seal_after=None)
    shelf.step(ExamineItem, by="prosecutor", tool="viewer 3.1")
    shelf.step(CopyItem, by="prosecutor", copy_item=COPY, kind="image", digest=digest("c"), size=9, tool="dd 9.1")
    shelf.step(SealItem, by="prosecutor", seal_after="S-2")
    shelf.step(OfferItem, by="prosecutor", to="custodian")
    shelf.step(AcceptItem)
    shelf.step(StoreItem, place="Strongroom 3")
    shelf.step(ReturnItem, recipient="Fjordpost Bank", transport="courier")
    assert (shelf.row().state, shelf.row().discrepancy) == ("returned", None)
    copy = shelf.row(COPY)
    assert (copy.parent, copy.form, copy.digest, copy.holder) == (DISK, "digital", digest("c"), "prosecutor")
    assert refused(lambda: shelf.step(StoreItem, place="Elsewhere")) == "WrongStage"
    assert shelf.holds()


def test_what_was_announced_by_wire_is_accepted_from_the_courier_on_one_line(shelf: Shelf) -> None:
    assert refused(lambda: shelf.enter(holder="signatory")) == "Forbidden"
    assert refused(lambda: shelf.enter(holder="xn-authority", manifest="XV-2026-0001-E01")) == "NotFound"
    shelf.enter(holder="xn-authority", transport="courier", tracking="XN 17", place="On its way")
    assert (shelf.row().state, shelf.row().holder) == ("announced", "xn-authority")
    assert refused(lambda: shelf.step(AcceptItem, by="prosecutor")) == "Forbidden"
    shelf.step(AcceptItem)
    assert (shelf.row().state, shelf.row().holder, shelf.row().discrepancy) == ("held", "custodian", None)


def test_only_the_holder_acts_and_only_the_named_recipient_accepts(shelf: Shelf) -> None:
    shelf.enter()
    assert refused(lambda: shelf.step(OpenItem, by="prosecutor", seal_after=None)) == "Forbidden"
    assert refused(lambda: shelf.step(AcceptItem, by="prosecutor")) == "Forbidden"
    assert refused(lambda: shelf.step(OfferItem, to="nobody")) == "Invalid"
    shelf.step(OfferItem, to="prosecutor")
    assert refused(lambda: shelf.step(StoreItem)) == "AlreadyDecided"
    assert refused(lambda: shelf.step(AcceptItem, by="signatory")) == "Forbidden"
    shelf.step(DeclineItem, by="prosecutor")
    assert (shelf.row().state, shelf.row().holder) == ("held", "custodian")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"seal_before": "S-9"}, "seal"),
        ({"seal_before": None}, "seal"),
        ({"container": "Bag 8"}, "container"),
        ({"condition": "damaged"}, "condition"),
        ({"quantity": 2}, "quantity"),
        ({"happened_at": START}, "time"),
    ],
)
def test_what_does_not_agree_is_noted_or_refused_and_stays_open(
    shelf: Shelf, change: dict[str, Any], what: str
) -> None:
    shelf.enter()
    shelf.step(OfferItem, to="prosecutor")
    assert refused(lambda: shelf.step(AcceptItem, by="prosecutor", **change)) == "NotNoted"
    shelf.step(AcceptItem, by="prosecutor", differs=[what], note="As found.", **change)
    row = shelf.row()
    assert (row.holder, row.discrepancy, row.differences) == ("prosecutor", "open", (what,))
    assert shelf.holds()
    shelf.settle()
    assert shelf.row().discrepancy == "kept"


def test_an_item_found_in_other_hands_is_taken_in_with_a_note(shelf: Shelf) -> None:
    shelf.enter()
    shelf.step(OfferItem, to="prosecutor")
    shelf.step(AcceptItem, by="prosecutor")
    assert refused(lambda: shelf.step(AcceptItem)) == "NotNoted"
    shelf.step(AcceptItem, differs=["holder"], note="It lay on the desk of the registry.")
    assert (shelf.row().holder, shelf.row().differences) == ("custodian", ("holder",))


def test_a_difference_without_words_cannot_be_signed() -> None:
    fields = {"command_id": "c", "by": "custodian", "role": Role.CUSTODIAN, "item": DISK, "place": "P"}
    with pytest.raises(ValidationError, match="told in a note"):
        StoreItem.model_validate(fields | {"happened_at": START, "differs": ["seal"]})
    with pytest.raises(ValidationError, match="timezone"):
        StoreItem.model_validate(fields | {"happened_at": START.replace(tzinfo=None)})


def test_nothing_is_examined_copied_or_destroyed_under_seal_or_alone(shelf: Shelf) -> None:
    shelf.enter()
    assert refused(lambda: shelf.step(ExamineItem, tool="viewer 3.1")) == "WrongStage"
    assert refused(lambda: shelf.step(CopyItem, copy_item=COPY, kind="image")) == "WrongStage"
    assert refused(lambda: shelf.step(SealItem)) == "Invalid"
    assert refused(lambda: shelf.step(OpenItem)) == "Invalid"
    order = {"method": "shredded", "order": digest("d")}
    assert refused(lambda: shelf.step(DestroyItem, witnessed_by="custodian", **order)) == "FourEyes"
    assert refused(lambda: shelf.step(DestroyItem, witnessed_by="nobody", **order)) == "FourEyes"
    shelf.step(DestroyItem, witnessed_by="reviewer-1", **order)
    assert shelf.row().state == "destroyed"


def test_an_open_difference_keeps_an_item_from_leaving(shelf: Shelf) -> None:
    shelf.enter()
    shelf.step(StoreItem, container="Bag 9", differs=["container"], note="The bag was torn.")
    assert refused(lambda: shelf.step(ReturnItem, recipient="Bank")) == "DiscrepancyOpen"
    shelf.settle(keep=False)
    assert refused(shelf.settle) == "AlreadyDecided"
    assert shelf.row().state == "excluded"


def test_numbers_are_given_once_across_files_things_and_copies(shelf: Shelf) -> None:
    shelf.enter(seal_after=None)
    assert refused(shelf.enter) == "Superseded"
    assert refused(lambda: shelf.enter(item="XV-2026-0002-E01")) == "Invalid"
    assert refused(lambda: shelf.step(CopyItem, copy_item=DISK, kind="sample")) == "Superseded"
    shelf.enter(item=PART, parent=DISK)
    assert refused(lambda: shelf.enter(item=COPY, parent="XV-2026-0001-E77")) == "NotFound"
    assert refused(lambda: shelf.enter(item=COPY, parent=DISK, happened_at=START)) == "NotNoted"


def test_a_true_copy_of_a_received_file_has_its_digest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    task, (one, _) = shelf.with_evidence(), shelf.items()
    assert refused(lambda: shelf.step(CopyItem, one.item, copy_item=COPY, kind="true-copy")) == "Forbidden"
    shelf.accept(task, one)
    wrong = {"copy_item": COPY, "kind": "true-copy", "digest": digest("f"), "size": 1}
    assert refused(lambda: shelf.step(CopyItem, one.item, **wrong)) == "EvidenceMismatch"
    shelf.step(CopyItem, one.item, **wrong | {"digest": one.digest})
    assert shelf.row(COPY).parent == one.item
    taken = one.model_copy(update={"item": COPY})
    again = shelf.delivery("receive-2", items=(taken,), by="custodian", role=Role.CUSTODIAN, holder="custodian")
    assert refused(lambda: shelf.act(task, again)) == "Superseded"


def test_nobody_signs_off_while_a_thing_is_in_doubt_or_under_way(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    task = shelf.held()
    shelf.resolve(task)
    shelf.enter()
    shelf.step(OfferItem, to="prosecutor")
    assert refused(lambda: shelf.sign_off(task, "custodian")) == "DiscrepancyOpen"
    shelf.step(AcceptItem, by="prosecutor", container="Box", differs=["container"], note="Another box.")
    assert refused(lambda: shelf.sign_off(task, "custodian")) == "DiscrepancyOpen"
    shelf.settle()
    shelf.sign_off(task, "custodian")


def test_evidence_lives_on_after_the_close_and_the_register_is_rebuilt(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.completed()
    shelf.enter()
    fields = {"command_id": "scan", "by": "custodian", "role": Role.CUSTODIAN, "item": DISK, "scan": digest("e")}
    shelf.act(shelf.reference, AttachScan.model_validate(fields | {"label": f"rogatory:item:{DISK}"}))
    shelf.step(ReturnItem, recipient="Fjordpost Bank")
    before = shelf.register.exhibits(shelf.reference), shelf.register.items(shelf.reference)
    assert (shelf.row().state, shelf.row().scans) == ("returned", 1)
    shelf.register.rebuild()
    assert (shelf.register.exhibits(shelf.reference), shelf.register.items(shelf.reference)) == before
    assert shelf.holds()


def test_a_line_that_passes_a_difference_over_is_reported_by_the_verifier(shelf: Shelf) -> None:
    """A service that wrote it down without asking is caught: the verifier asks the same rules."""
    shelf.enter()
    shelf.ledger._admitted = lambda *given: _unasked(shelf, *given)  # type: ignore[method-assign]
    shelf.step(StoreItem, seal_before="S-9", seal_after="S-9")
    report = verify_lines(shelf.ledger.lines(shelf.reference), shelf.ledger.anchors, None).report
    assert not report.trusted
    assert any("does not agree with its record: seal" in check.detail for check in report.checks)


def _unasked(shelf: Shelf, connection: Any, task: str, reference: str, command: Any, at: Any) -> Any:
    directory = shelf.ledger._directory(connection)
    facts = act_facts(read_statement(command.statement), directory.officials()[command.by].person)
    return directory, shelf.ledger._course(connection, reference, directory), facts
