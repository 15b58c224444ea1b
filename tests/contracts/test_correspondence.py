"""What came in and went out, of all cases: each piece once, under one running number a year."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from rogatory.adapters.database import reading
from rogatory.adapters.tables import CORRESPONDENCE
from schemas.commands import Send
from schemas.identifiers import Role
from schemas.register import CorrespondenceRow, Direction
from schemas.use import NoteConsent
from tests.properties.ledger_steps import START, digest
from tests.properties.shelf_steps import DISK, PART, Shelf


@pytest.fixture
def bench(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def told(rows: list[CorrespondenceRow]) -> list[tuple[str, str, str, str]]:
    """The oldest first."""
    return [(f"{row.year}/{row.number}", row.direction, row.kind, row.standing) for row in reversed(rows)]


def test_every_piece_of_a_case_is_there_once_and_stands_as_it_stands(bench: Shelf) -> None:
    bench.with_evidence()
    rows = bench.register.correspondence()
    assert told(rows) == [
        ("2026/1", "out", "request", "sent"),
        ("2026/2", "in", "acknowledge", "received"),
        ("2026/3", "in", "ask", "answered"),
        ("2026/4", "in", "receive", "received"),
    ]
    sent = rows[-1]
    assert (sent.channel, sent.digest, sent.requested_state, sent.foreign_reference) == (
        "folder",
        digest("3"),
        "XN",
        "XN/2026/77",
    )
    for row in rows:
        assert bench.register.timeline(bench.reference)[row.sequence].sequence == row.sequence


def test_what_a_person_carries_is_entered_when_it_is_handed_over(bench: Shelf) -> None:
    """By courier: the tracking number stands with the piece, which is one from order to dispatch."""
    bench.reviewed()
    task = bench.open("transmission", "reviewer", "signatory", letter=digest("2"))
    send = Send(
        command_id="send-1",
        by="signatory",
        role=Role.SIGNATORY,
        letter=digest("2"),
        channel="courier",
        tracking="PKG-77-A",
        seal="S-9",
        dispatched_on=START.date(),
    )
    bench.act(task, send)
    assert told(bench.register.correspondence()) == [("2026/1", "out", "request", "prepared")]
    about = {"transmission": "5f0f3c5e-0000-4000-8000-000000000001", "kind": "provisional-arrest", "channel": "courier"}
    bench.fact("p", "package-made", **about, package=digest("3"), size=5)
    assert told(bench.register.correspondence()) == [("2026/1", "out", "provisional-arrest", "prepared")]
    bench.fact("d", "dispatched", **about, place="out", accepted_at=(START + timedelta(days=3)).isoformat())
    (row,) = bench.register.correspondence("pkg-77")
    assert (row.standing, row.mark, row.channel, row.digest) == ("sent", "PKG-77-A", "courier", digest("3"))
    assert row.at == START + timedelta(days=3)
    other = about | {"transmission": "5f0f3c5e-0000-4000-8000-000000000002", "kind": "withdrawal"}
    bench.fact("p2", "package-made", **other, package=digest("4"), size=5)
    assert told(bench.register.correspondence())[1:] == [("2026/2", "out", "withdrawal", "prepared")]


def test_things_come_and_go_as_pieces_too(bench: Shelf) -> None:
    bench.held()
    bench.enter()
    bench.enter(PART, parent=DISK)
    before = told(bench.register.correspondence())
    assert before[-1][1:] == ("in", "enter-item", "received")
    assert sum(kind == "enter-item" for _, _, kind, _ in before) == 1
    consent = {"items": [DISK], "proceedings": "OC 2", "on": "2026-03-02", "proof": digest("8")}
    for number, outcome in enumerate(("requested", "granted")):
        asked = {"outcome": outcome, "command_id": f"consent-{number}", "by": "reviewer-1", "role": Role.REVIEWER}
        bench.act(bench.reference, NoteConsent.model_validate(consent | asked))
    assert [row[1] for row in told(bench.register.correspondence())[-2:]] == ["out", "in"]
    assert bench.register.correspondence()[0].digest == digest("8")


def test_the_numbers_run_over_all_cases_and_anew_each_year(bench: Shelf) -> None:
    bench.with_evidence()
    bench.reference = "XV-2026-0002"
    bench.minutes += 365 * 24 * 60
    bench.with_evidence()
    found = [(row.year, row.number, row.reference) for row in reversed(bench.register.correspondence())]
    assert found == [
        (year, number, f"XV-2026-000{case}") for case, year in ((1, 2026), (2, 2027)) for number in range(1, 5)
    ]
    before = bench.register.correspondence()
    bench.register.rebuild()
    assert bench.register.correspondence() == before


def test_it_is_found_by_either_sides_reference_and_by_its_number(bench: Shelf) -> None:
    bench.with_evidence()
    bench.reference = "XV-2026-0002"
    bench.reviewed()
    register = bench.register
    assert len(register.correspondence("xn/2026/77")) == len(register.correspondence("XV-2026-0001")) == 4
    assert [row.kind for row in register.correspondence("2026/2")] == ["acknowledge"]
    assert register.correspondence("2026/9") == register.correspondence("2026/77") == []
    assert [row.kind for row in register.correspondence(digest("3")[:20])] == ["request"]
    assert register.correspondence("%") == register.correspondence("_") == []
    assert {row.direction for row in register.correspondence(direction=Direction.IN)} == {Direction.IN}
    assert len(register.correspondence(direction=Direction.OUT)) == 1
    assert len(register.correspondence(drafter="prosecutor")) == 4
    assert register.correspondence(drafter="prosecutor-2") == []
    assert [row.number for row in register.correspondence(limit=2, offset=1)] == [3, 2]


def test_no_words_of_anybody_stand_in_it(bench: Shelf) -> None:
    bench.with_evidence()
    with reading(bench.engine) as connection:
        written = str(list(connection.execute(select(CORRESPONDENCE))))
    assert "Which account" not in written
    assert "The one named" not in written


@pytest.mark.parametrize("direction", [None, Direction.IN])
def test_the_first_page_is_read_from_an_index(bench: Shelf, direction: Direction | None) -> None:
    """Nothing is sorted, and no table is read from end to end, however many pieces there are."""
    orders: list[tuple[str, object]] = []

    def noted(_: object, __: object, order: str, given: object, *___: object) -> None:
        orders.append((order, given))

    event.listen(bench.engine, "before_cursor_execute", noted)
    bench.register.correspondence(direction=direction)
    (order, given), *_ = [each for each in orders if "correspondence" in each[0]]
    with reading(bench.engine) as connection:
        plan = str(list(connection.exec_driver_sql(f"explain query plan {order}", given)))  # type: ignore[arg-type]
    assert "correspondence USING INDEX" in plan
    assert "cases USING INDEX" in plan
    assert "TEMP B-TREE" not in plan
