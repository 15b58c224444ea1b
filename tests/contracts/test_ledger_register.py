"""The register follows the ledger, and can be made again from it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from rogatory.adapters.database import reading
from rogatory.adapters.projection import ACKNOWLEDGEMENT
from rogatory.adapters.tables import ARCHIVES, PROJECTED
from rogatory.custody.ledger import ACT_EVENTS, parse_line
from rogatory.errors import NotFoundError, UsageError
from schemas.identifiers import Role
from schemas.reassigning import Reassign
from schemas.use import LimitUse
from tests.properties.ledger_steps import LETTER, SIGNED, START, Bench, digest
from tests.properties.shelf_steps import DISK, Shelf


@pytest.fixture
def bench(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def rows(bench: Bench) -> dict[str, list[tuple[object, ...]]]:
    with reading(bench.engine) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in PROJECTED
        }


def test_a_rebuilding_gives_equal_rows(bench: Shelf) -> None:
    bench.completed()
    bench.enter()
    limits = {"limit": "automatic", "source": "un-untoc art. 18(19)", "permitted": ["OC 1"]}
    owed = {"items": [DISK], "duty": "return", "due": "2027-12-31", "command_id": "owed"}
    by = {"by": "custodian", "role": Role.CUSTODIAN}
    bench.act(bench.reference, LimitUse.model_validate(limits | owed | by))
    bench.reference = "XV-2026-0002"
    bench.held()
    bench.fact(
        "c1",
        "clock-started",
        **{"clock": f"{bench.reference}/t.c-1", "from": "2026-03-02", "due": "2026-05-01T23:59:59+00:00"},
    )
    bench.reference = "XV-2026-0003"
    moved = {"assigned_task": bench.submitted_and_under_review(), "duty": "reviewer", "reason": "On leave."}
    moved |= {
        "released": "reviewer-1",
        "to": "reviewer-2",
        "command_id": "move",
        "by": "signatory",
        "role": "signatory",
    }
    bench.act(bench.reference, Reassign.model_validate(moved))
    bench.register.set_archive("XV-2026-0001", digest("9"))
    before = rows(bench)
    assert all(before.values())
    case = bench.register.case("XV-2026-0001")
    count = bench.register.rebuild()
    assert rows(bench) == before
    assert bench.register.case("XV-2026-0001") == case
    assert case.archive == digest("9")
    lines = {line for number in (1, 2, 3) for line in bench.ledger.lines(f"XV-2026-000{number}")}
    assert count == len(lines)


def test_a_rebuilding_mends_what_somebody_changed(bench: Bench) -> None:
    bench.completed()
    before = rows(bench)
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("update items set holder = 'thief'")
        connection.exec_driver_sql("delete from tasks")
        connection.exec_driver_sql("commit")
    assert rows(bench) != before
    bench.register.rebuild()
    assert rows(bench) == before


def test_the_case_row_follows_the_case(bench: Bench) -> None:
    bench.submit()
    case = bench.register.case(bench.reference)
    assert (case.status, case.version, case.requested_state, case.drafter) == ("submitted", 1, "XN", "prosecutor")
    assert case.request == digest("1")
    bench.fact("version-2", "version-filed", version=2, request=digest("c"))
    task = bench.open("correction", "prosecutor")
    case = bench.register.case(bench.reference)
    assert (case.status, case.version, case.request) == ("correction", 2, digest("c"))
    assert bench.register.task(task).title == "Correct the returned request"
    bench.fact("closed", "request-closed", result="abandoned")
    assert bench.register.case(bench.reference).status == "abandoned"
    closed = bench.register.task(task)
    assert (closed.state, closed.outcome, closed.roles) == ("closed", "abandoned", ())
    assert bench.register.tasks() == []
    assert bench.register.tasks(open_only=False) == [closed]


def test_a_review_is_open_to_reviewers_then_to_the_signatory(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    assert bench.register.task(review).roles == (Role.REVIEWER,)
    bench.act(review, bench.decision("reviewer-1"))
    row = bench.register.task(review)
    assert (row.roles, row.approvals, row.approvals_needed, row.letter) == ((Role.REVIEWER,), 1, 2, LETTER)
    bench.act(review, bench.decision("reviewer-2"))
    assert bench.register.task(review).roles == (Role.SIGNATORY,)
    bench.act(review, bench.decision("signatory"))
    letter = bench.register.documents(bench.reference)[0]
    assert (letter.digest, letter.signed_digest, letter.signatures) == (LETTER, SIGNED, ("signatory",))


def test_transmission_and_questions(bench: Bench) -> None:
    bench.with_evidence()
    case = bench.register.case(bench.reference)
    assert (case.channel, case.foreign_reference) == ("folder", "XN/2026/77")
    sent = bench.register.transmissions(bench.reference)[0]
    assert (sent.kind, sent.package, sent.place, sent.dispatched_at) == ("request", digest("3"), "outbox/XN", START)
    question = bench.register.messages(bench.reference)[0]
    assert question.question_id == "ask-1"
    assert question.answered_at
    assert question.answered_at > question.asked_at
    one, two = bench.register.items(bench.reference)
    assert (one.state, one.discrepancy, one.holder, one.measure) == ("held", None, "xn-authority", "m1")
    assert (two.discrepancy, two.declared) == ("open", digest("7"))


def test_a_task_opened_again_has_its_new_deadline_and_title(bench: Bench) -> None:
    bench.reviewed()
    task = bench.open("transmission", "reviewer", "signatory", letter=SIGNED)
    first = bench.register.task(task)
    later = "2026-06-01T00:00:00+00:00"
    bench.fact(
        "clock-2",
        "task-opened",
        task=task,
        stage="transmission",
        roles=["reviewer"],
        due=later,
        awaits="acknowledgement",
    )
    again = bench.register.task(task)
    assert again.title == ACKNOWLEDGEMENT
    assert (again.due.isoformat(), again.opened_at) == (later, first.opened_at)
    bench.fact("escalated", "escalated", task=task, due="2026-07-01T00:00:00+00:00")
    assert bench.register.task(task).due.month == 7


def test_lists_are_sorted_and_paged(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.reference = f"XV-2026-000{number}"
        bench.submitted_and_under_review()
    bench.reference = "XV-2026-0001"
    bench.fact("later", "assessed")
    names = [row.reference for row in bench.register.cases()]
    assert names == ["XV-2026-0001", "XV-2026-0003", "XV-2026-0002"]
    assert [row.reference for row in bench.register.cases(limit=1, offset=1)] == ["XV-2026-0003"]
    assert bench.register.cases(status="completed") == []
    assert len(bench.register.cases(status="review")) == 3
    tasks = bench.register.tasks()
    assert tasks == sorted(tasks, key=lambda task: task.due)
    assert len(bench.register.tasks(reference="XV-2026-0002")) == 1


def test_what_is_not_there_is_said(bench: Bench) -> None:
    for ask in (
        lambda: bench.register.case("XV-2026-0009"),
        lambda: bench.register.task("XV-2026-0009.review-1"),
        lambda: bench.register.item("XV-2026-0009-E01"),
    ):
        with pytest.raises(NotFoundError, match="XV-2026-0009"):
            ask()
    assert bench.register.documents("XV-2026-0009") == []


def test_the_timeline_is_in_plain_words(bench: Bench) -> None:
    bench.completed()
    events = bench.register.timeline(bench.reference)
    entries = [parse_line(line) for line in bench.ledger.lines(bench.reference)]
    case = [entry for entry in entries if entry.chain == bench.reference]
    assert [event.sequence for event in events] == list(range(len(case)))
    assert [event.event for event in events] == [entry.event for entry in case]
    said = {event.event: event for event in events}
    assert said["decide"].detail == "Letter signed"
    assert said["decide"].documents == (LETTER, SIGNED)
    assert said["receive"].detail == "2 items, held by xn-authority; no more is to come"
    assert said["acknowledge"].detail == "Received on 2026-03-02 as XN/2026/77"
    assert said["assessed"].by == "procedure"
    assert all(event.by != "procedure" for event in events if event.event in ACT_EVENTS)
    assert all(event.detail for event in events)


def test_references_are_given_once(bench: Bench) -> None:
    first = bench.register.reserve_reference("XV", 2026, "a")
    assert first == "XV-2026-0001"
    assert bench.register.reserve_reference("XV", 2026, "b") == "XV-2026-0002"
    assert bench.register.reserve_reference("XV", 2026, "a") == first
    assert bench.register.reserve_reference("XV", 2027, "c") == "XV-2027-0001"
    bench.register.rebuild()
    assert bench.register.reserve_reference("XV", 2026, "d") == "XV-2026-0003"


def test_references_are_used_up_one_day(bench: Bench) -> None:
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("insert into reservations values ('XV-2026-9999', 'XV', 2026, 9999, 'x')")
        connection.exec_driver_sql("commit")
    with pytest.raises(UsageError, match="used up"):
        bench.register.reserve_reference("XV", 2026, "a")


def test_an_archive_is_noted_once(bench: Bench) -> None:
    bench.submit()
    bench.register.set_archive(bench.reference, digest("1"))
    bench.register.set_archive(bench.reference, digest("2"))
    with reading(bench.engine) as connection:
        assert [tuple(row) for row in connection.execute(select(ARCHIVES))] == [(bench.reference, digest("2"))]
