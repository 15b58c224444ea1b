"""What counts as a piece of the register of incoming and outgoing, and as how many; its numbers, and what finds it."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue
from sqlalchemy import event, select, text

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.database import open_database, reading, write
from rogatory.adapters.projection_correspondence import EVENTS, LETTERS
from rogatory.adapters.register_sql import SqlRegister
from rogatory.adapters.tables import CORRESPONDENCE
from rogatory.custody.ledger import ACT_EVENTS
from schemas.answers import Granted, ReportMeasure
from schemas.commands import Acknowledge, AskInformation, Command, OrderDocument, Send
from schemas.extradition_acts import ReportNotCollected, ReportOutcome, ReportSurrender, RequestTransit
from schemas.identifiers import Role
from schemas.items import AcceptItem, CorrectItem, ReturnItem
from schemas.register import CorrespondenceRow, Direction
from schemas.tasks import LedgerEntry
from schemas.use import Disclose, LimitUse
from tests.properties.ledger_steps import SIGNED, START, digest
from tests.properties.shelf_steps import DISK, Shelf

IN_THE_HOUSE = {
    "request-opened", "correct", "decide", "break-glass", "review-break-glass", "go-on", "reassign", "confirm-lapse",
    "withdraw", "re-attest", "supply", "file-formal", "propose-charge", "agree-date", "report-return",
    "report-discharge", "report-departure", "order-document", "sign-off", "offer", "accept", "refuse-custody",
    "resolve", "seal-item", "open-item", "store-item", "examine-item", "copy-item", "offer-item", "decline-item",
    "destroy-item", "settle-item", "attach-scan", "tie-item", "check-form", "settle-measure", "note-use",
    "discharge-duty", "erase-words", "order-erasure", "erase-content",
}  # fmt: skip
"""Acts by which nothing comes or goes."""
AS_PACKAGES = {
    "follow-up", "ask-status", "give-assurance", "request-prosecution", "request-waiver", "request-reextradition",
}  # fmt: skip
"""Acts whose letter goes as a package, which is the piece; of `follow-up` the package of another case."""


@pytest.fixture
def bench(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def pieces(bench: Shelf) -> list[CorrespondenceRow]:
    """The oldest first."""
    return bench.register.correspondence()[::-1]


def told(bench: Shelf) -> list[tuple[str, str, str]]:
    return [(row.direction.value, row.kind, row.standing.value) for row in pieces(bench)]


def by(official: str, role: Role, kind: type[Command], /, **fields: Any) -> Command:
    return kind.model_validate({"command_id": f"c-{official}", "by": official, "role": role} | fields)


def test_of_every_act_it_is_decided_whether_it_is_a_piece() -> None:
    assert not (IN_THE_HOUSE | AS_PACKAGES) & set(EVENTS)
    assert (IN_THE_HOUSE | AS_PACKAGES | set(EVENTS)) >= ACT_EVENTS
    assert (IN_THE_HOUSE | AS_PACKAGES) <= ACT_EVENTS


def test_a_letter_that_goes_by_hand_is_one_the_catalogue_has_for_the_other_state() -> None:
    documents = load_catalogue().documents
    for name in LETTERS:
        assert documents[name].audience == "requested-state", name
        assert documents[name].ordered_by, name


# once


def test_what_was_read_from_a_carrier_came_with_it(bench: Shelf) -> None:
    task = bench.awaiting_evidence()
    bench.enter()
    before = told(bench)
    assert before[-1] == ("in", "enter-item", "received")
    first, second = bench.items()
    read = {"items": [first.model_copy(update={"parent": DISK})], "manifest": digest("d"), "complete": False}
    bench.act(task, bench.delivery("read", **read))  # by the service: the files of a message are a piece all the same
    by_hand = {"by": "custodian", "role": Role.CUSTODIAN, "holder": "custodian", "complete": False}
    assert told(bench) == [*before, ("in", "receive", "received")]
    fourth = second.model_copy(update={"item": f"{bench.reference}-E03", "parent": DISK})
    bench.act(task, bench.delivery("read-2", **by_hand, items=[fourth], manifest=digest("e")))
    assert len(told(bench)) == len(before) + 1
    bench.act(task, bench.delivery("came", **by_hand, items=[second], manifest=digest("f")))
    assert len(told(bench)) == len(before) + 2
    bench.act(task, bench.delivery("no-more", **by_hand | {"complete": True}, items=[], manifest=digest("c")))
    assert len(told(bench)) == len(before) + 2


def test_one_letter_on_which_several_acts_rest_is_one_piece(bench: Shelf) -> None:
    bench.held()
    before = len(told(bench))
    letter = {"proof": digest("e")}
    for number in (1, 2):
        answer = {"measure": f"m{number}", "outcome": Granted.GRANTED, "on": START.date(), "command_id": f"m-{number}"}
        bench.act(bench.reference, by("reviewer-1", Role.REVIEWER, ReportMeasure, **answer | letter))
    limits = {"items": [f"{bench.reference}-E01"], "limit": "attached", "source": "letter", "permitted": ["OC 1"]}
    bench.act(bench.reference, by("custodian", Role.CUSTODIAN, LimitUse, **limits | letter))
    assert [(row.kind, row.digest) for row in pieces(bench)[before:]] == [("report-measure", digest("e"))]
    # what no letter shows is no piece; another letter is one
    bench.act(bench.reference, by("custodian", Role.CUSTODIAN, LimitUse, **limits | {"command_id": "none"}))
    bench.act(
        bench.reference, by("custodian", Role.CUSTODIAN, LimitUse, **limits | {"command_id": "f", "proof": digest("f")})
    )
    assert [row.digest for row in pieces(bench)[before:]] == [digest("e"), digest("f")]


def test_a_letter_ordered_to_be_sent_twice_is_two_and_each_package_is_its_own(bench: Shelf) -> None:
    bench.reviewed()
    for number in (1, 2):
        task = bench.open("transmission", "reviewer", "signatory", number=number, letter=SIGNED)
        send = {"letter": SIGNED, "channel": "courier", "tracking": f"T-{number}", "proof": digest("9")}
        bench.act(task, by("reviewer-1", Role.REVIEWER, Send, **send))
    assert [row.digest for row in pieces(bench)] == [None, None]  # a proof of dispatch is not what was sent
    about: dict[str, JsonValue] = {"transmission": "0c5e0000-aaaa", "kind": "request", "channel": "courier"}
    bench.fact("p", "package-made", **about, package=digest("3"), size=5)
    bench.fact("d", "dispatched", **about, place="out", accepted_at=START.isoformat())
    assert [(row.mark, row.digest, row.standing) for row in pieces(bench)] == [
        ("T-1", None, "prepared"),
        ("T-2", digest("3"), "sent"),
    ]


# how it stands


def test_what_a_courier_carries_is_announced_until_it_is_here(bench: Shelf) -> None:
    bench.held()
    bench.enter(holder="xn-authority", transport="courier", tracking="XN 17", place="On its way")
    row = pieces(bench)[-1]
    assert (row.kind, row.standing, row.channel, row.mark, row.piece) == (
        "enter-item",
        "announced",
        "courier",
        "XN 17",
        DISK,
    )
    line = bench.register.timeline(bench.reference)[row.sequence]
    entry = bench.ledger.lines(bench.reference)[-1]
    correction = {"item": DISK, "field": "tracking", "old": "XN 17", "new": "XN 71", "reason": "Misread."}
    wrong = CorrectItem.model_validate(
        {"command_id": "fix", "by": "prosecutor", "role": Role.PROSECUTOR, "line": _digest_of(entry)} | correction
    )
    bench.act(bench.reference, wrong)
    assert (pieces(bench)[-1].mark, pieces(bench)[-1].at) == ("XN 71", line.at)
    bench.step(AcceptItem)
    here = pieces(bench)[-1]
    assert (here.standing, here.number) == ("received", row.number)
    assert here.at > row.at
    bench.step(ReturnItem, recipient="Registry of the court", transport="courier", tracking="XV 9")
    assert (pieces(bench)[-1].kind, pieces(bench)[-1].mark, pieces(bench)[-1].digest) == ("return-item", "XV 9", None)


def _digest_of(line: str) -> str:
    from hashlib import sha256

    return f"sha256:{sha256(line.encode()).hexdigest()}"


def test_a_letter_drawn_up_goes_by_hand_and_is_sent_once_that_is_on_record(bench: Shelf) -> None:
    bench.held()
    bench.enter()
    before = len(told(bench))
    for number, document in enumerate(("exculpatory_disclosure_notice", "note_verbale", "use_limitation_notice")):
        order = {"document": document, "given": "{}", "command_id": f"order-{number}"}
        bench.act(bench.reference, by("signatory", Role.SIGNATORY, OrderDocument, **order))
        made: dict[str, JsonValue] = {
            "type": document,
            "language": "en",
            "pages": 1,
            "size": 9,
            "ordered": f"order-{number}",
        }
        bench.fact(f"made-{number}", "document-made", **made, version=1, digest=digest("abc"[number]))
    drawn = ("out", "exculpatory-disclosure-notice", "drawn-up"), ("out", "note-verbale", "drawn-up")
    assert told(bench)[before:] == [*drawn]  # the third stays in the house
    limits = {"items": [DISK], "limit": "automatic", "source": "un-untoc art. 18(19)", "permitted": ["OC 1"]}
    bench.act(bench.reference, by("custodian", Role.CUSTODIAN, LimitUse, **limits, exculpatory="after-notice"))
    notice = {"item": DISK, "proceedings": "OC 2", "disclosed_on": "2026-03-09", "notified_on": "2026-03-02"}
    bench.act(bench.reference, by("prosecutor", Role.PROSECUTOR, Disclose, **notice, notice=digest("a")))
    assert told(bench)[before:] == [("out", "exculpatory-disclosure-notice", "sent"), drawn[1]]
    other = notice | {"notice": digest("f"), "command_id": "other"}
    bench.act(bench.reference, by("prosecutor", Role.PROSECUTOR, Disclose, **other))
    assert told(bench)[-1] == ("out", "disclose", "sent")


def test_a_question_that_the_close_overtakes_is_not_answered(bench: Shelf) -> None:
    task = bench.awaiting_evidence()
    bench.act(task, by("service", Role.SYSTEM, AskInformation, question="Which account?"))
    assert told(bench)[-1] == ("in", "ask", "to-answer")
    bench.fact("closed", "request-closed", result="withdrawn")
    assert told(bench)[-1] == ("in", "ask", "unanswered")


def test_what_our_own_officers_saw_is_no_piece(bench: Shelf) -> None:
    bench.transmitted()
    before = len(told(bench))
    task = bench.open("surrender", "reviewer", "signatory")
    handed = {"surrendered_at": START.isoformat(), "place": "Port Hale", "days_detained": 4, "temporary": True}
    bench.act(task, by("reviewer-1", Role.REVIEWER, ReportSurrender, **handed))
    bench.act(task, by("reviewer-2", Role.REVIEWER, ReportNotCollected, reason="A storm."))
    assert len(told(bench)) == before
    bench.act(task, by("signatory", Role.SIGNATORY, ReportSurrender, **handed, proof=digest("d")))
    bench.act(task, by("service", Role.SYSTEM, ReportNotCollected, reason="A storm."))
    assert [(row.kind, row.channel) for row in pieces(bench)[before:]] == [
        ("report-surrender", None),
        ("report-not-collected", "message"),
    ]
    ended = {"kind": "convicted", "decided_on": START.date(), "final": True, "obligations_done": True}
    here, there = (bench.open(stage, "reviewer", "prosecutor") for stage in ("speciality", "prosecution-abroad"))
    bench.act(here, by("prosecutor", Role.PROSECUTOR, ReportOutcome, **ended))
    assert len(told(bench)) == before + 2
    bench.act(there, by("reviewer-1", Role.REVIEWER, ReportOutcome, **ended))
    assert told(bench)[-1] == ("in", "report-outcome", "received")


def test_a_third_state_is_named_without_the_reference_of_the_other(bench: Shelf) -> None:
    bench.transmitted()
    task = bench.open("surrender", "reviewer", "signatory")
    bench.act(task, by("reviewer-1", Role.REVIEWER, RequestTransit, through="XB", route="By air."))
    row = pieces(bench)[-1]
    assert (row.kind, row.standing, row.requested_state, row.foreign_reference) == (
        "transit-request",
        "drawn-up",
        "XB",
        None,
    )
    assert pieces(bench)[0].foreign_reference == "XN/2026/77"


# numbers


def test_numbers_have_no_gap_where_several_write_at_once(bench: Shelf) -> None:
    for number in (1, 2, 3):
        bench.reference = f"XV-2026-000{number}"
        bench.submit()
    at = bench.now

    def write_to(reference: str) -> None:
        ledger = bench.open_ledger()
        for number in range(8):
            about: dict[str, JsonValue] = {
                "transmission": f"{reference}-{number}",
                "kind": "reply",
                "channel": "folder",
            }
            entry = {"entry_id": f"{reference}/p{number}", "reference": reference, "event": "package-made", "at": at}
            ledger.append(LedgerEntry.model_validate(entry | {"facts": about | {"package": digest("3"), "size": 5}}))

    at_once = [threading.Thread(target=write_to, args=(f"XV-2026-000{number}",)) for number in (1, 2, 3)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    before = pieces(bench)
    assert [row.number for row in before] == list(range(1, 25))
    bench.register.rebuild()
    assert pieces(bench) == before


def test_a_ledger_from_before_the_register_has_its_numbers_at_once(bench: Shelf) -> None:
    """Not at the next rebuilding: a number that was told to somebody would then be another piece's."""
    bench.completed()
    bench.enter()
    bench.reference = "XV-2026-0002"
    bench.with_evidence()
    before = pieces(bench)
    for order in ("drop table correspondence", "update alembic_version set version_num = 'r0006'"):
        write(bench.engine, lambda connection, order=order: connection.execute(text(order)))  # type: ignore[misc]
    bench.engine.dispose()
    register = SqlRegister(open_database(bench.home / "ledger.sqlite"))
    assert register.correspondence()[::-1] == before
    assert len(before) == 9
    register.rebuild()
    assert register.correspondence()[::-1] == before


# what finds it, and what it holds


def test_it_is_found_by_the_mark_of_its_transmission_and_by_the_beginning_of_a_digest(bench: Shelf) -> None:
    bench.with_evidence()
    found = bench.register.correspondence
    mark = "00000000-0000-4000-8000-000000000001"
    for words in (mark, mark[:12], f"{mark}.asice.age", digest("3"), "3" * 8, f"SHA256:{'3' * 8}"):
        assert [row.kind for row in found(words)] == ["request"], words
    assert found("3" * 5) == found("asice") == found("00000000-0000-4000-8000-0000000000ff") == []
    assert len(found("2026/")) == 4
    assert found("2027/") == []


def test_a_reference_of_theirs_may_look_like_a_number_of_ours(bench: Shelf) -> None:
    task = bench.transmitted()
    bench.reference = "XV-2026-0002"
    bench.reviewed()
    task = bench.open("transmission", "reviewer", "signatory", letter=SIGNED)
    received = {"foreign_reference": "2026/1", "received_on": START.date()}
    bench.act(task, by("reviewer-1", Role.REVIEWER, Acknowledge, **received))
    both = bench.register.correspondence("2026/1")
    assert [(row.number, row.reference) for row in both] == [(3, "XV-2026-0002"), (1, "XV-2026-0001")]


def test_codes_numbers_and_digests_are_all_that_stands_in_it(bench: Shelf) -> None:
    bench.completed()
    bench.enter(description="Telephone of Anna Bell", source="Anna Bell", transport="courier", tracking="XN 17")
    bench.step(ReturnItem, recipient="Anna Bell", reason="Anna Bell asked for it.")
    with reading(bench.engine) as connection:
        written = [each for row in connection.execute(select(CORRESPONDENCE)) for each in row if isinstance(each, str)]
    assert len(written) > 40
    assert not [each for each in written if "Anna" in each or not re.fullmatch(r"[\w .:/#()+-]*", each)]


@pytest.mark.parametrize("direction", [None, Direction.OUT])
def test_the_first_page_of_one_officials_cases_is_read_from_an_index(bench: Shelf, direction: Direction | None) -> None:
    """However many pieces there are of the cases of others."""
    orders: list[tuple[str, Any]] = []

    def noted(_: object, __: object, order: str, given: Any, *___: object) -> None:
        orders.append((order, given))

    event.listen(bench.engine, "before_cursor_execute", noted)
    bench.register.correspondence(drafter="prosecutor", direction=direction)
    (order, given), *_ = [each for each in orders if "correspondence" in each[0]]
    with reading(bench.engine) as connection:
        plan = str(list(connection.exec_driver_sql(f"explain query plan {order}", given)))
    assert "SEARCH correspondence" in plan
    assert "TEMP B-TREE" not in plan


def test_a_search_looks_through_the_cases_once(bench: Shelf) -> None:
    orders: list[tuple[str, Any]] = []

    def noted(_: object, __: object, order: str, given: Any, *___: object) -> None:
        orders.append((order, given))

    event.listen(bench.engine, "before_cursor_execute", noted)
    bench.register.correspondence("XN/2026/77")
    (order, given), *_ = [each for each in orders if "correspondence" in each[0]]
    with reading(bench.engine) as connection:
        plan = str(list(connection.exec_driver_sql(f"explain query plan {order}", given)))
    assert "LIST SUBQUERY" in plan
    assert "CORRELATED" not in plan
    assert "TEMP B-TREE" not in plan
