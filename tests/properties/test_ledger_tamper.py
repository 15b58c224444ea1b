"""No line can be changed, left out, doubled or moved unnoticed; a cut tail is seen by whoever keeps a signed head."""

import base64
import json
import random
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from rogatory.adapters.officials import authority_card, revoke, signer_for
from rogatory.custody.dsse import canonical, sign_envelope
from rogatory.custody.ledger import ENTRY, build_head, line_digest, parse_line
from rogatory.custody.verify_ledger import LedgerFacts, verify_lines
from rogatory.ports import Signer
from schemas.custody import TrustAnchors
from tests.properties.ledger_steps import LETTER, Bench, template

FLIPS = 200


@cache
def told() -> tuple[tuple[str, ...], TrustAnchors, str, int]:
    """A completed case: its lines, our anchors, its head, and how many of the lines are the directory's."""
    bench = Bench(Path(tempfile.mkdtemp(prefix="rogatory-test-")))
    bench.completed()
    lines = tuple(bench.ledger.lines(bench.reference))
    directory = sum(parse_line(line).chain == "directory" for line in lines)
    return lines, bench.ledger.anchors, bench.ledger.head(bench.reference), directory


def service() -> Signer:
    return signer_for(template() / "xv", "service")


def verified(lines: list[str], head: str | None = None) -> LedgerFacts:
    return verify_lines(lines, told()[1], head)


def sound(facts: LedgerFacts) -> bool:
    return facts.report.intact and facts.report.signed and facts.report.trusted


def resealed(lines: list[str], place: int, **changes: JsonValue) -> list[str]:
    """As one who holds the service's key would forge it: one line changed, all from there chained and signed anew."""
    made = list(lines)
    chain = parse_line(lines[place]).chain
    head = parse_line(lines[place]).prev
    for number in range(place, len(made)):
        entry = parse_line(made[number])
        if entry.chain == chain:
            payload = dict(entry.opened.payload) | (changes if number == place else {}) | {"prev": head}
            made[number] = sign_envelope(ENTRY, payload, [service()])
            head = line_digest(made[number])
    return made


def failed(facts: LedgerFacts) -> set[str]:
    return {check.name for check in facts.report.checks if not check.ok} - {"signed head", "closing entry"}


def place_of(event: str, number: int = 0) -> int:
    return [place for place, line in enumerate(told()[0]) if parse_line(line).event == event][number]


def test_the_case_itself_is_sound() -> None:
    lines, _, head, _ = told()
    assert verified(list(lines), head).report.ok


@settings(max_examples=FLIPS, deadline=None)
@given(st.data())
def test_no_bit_can_be_flipped(data: st.DataObject) -> None:
    lines = list(told()[0])
    place = data.draw(st.integers(0, len(lines) - 1))
    raw = bytearray(lines[place].encode())
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= 1 << data.draw(st.integers(0, 7))
    lines[place] = raw.decode("utf-8", "surrogateescape")
    assert not sound(verified(lines))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_bit_of_the_last_line_can_be_flipped_even_without_a_head(data: st.DataObject) -> None:
    lines = list(told()[0])
    raw = bytearray(lines[-1].encode())
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= 1 << data.draw(st.integers(0, 7))
    assert not sound(verified([*lines[:-1], raw.decode("utf-8", "surrogateescape")]))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_bit_inside_a_payload_can_be_flipped(data: st.DataObject) -> None:
    """As `test_no_bit_can_be_flipped`, but below the base64, where the canonical forms no longer help."""
    lines = list(told()[0])
    place = data.draw(st.integers(0, len(lines) - 1))
    envelope = json.loads(lines[place])
    raw = bytearray(base64.b64decode(envelope["payload"]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    lines[place] = canonical(envelope | {"payload": base64.b64encode(bytes(raw)).decode()}).decode()
    assert not sound(verified(lines))


def test_no_line_can_be_dropped() -> None:
    lines = list(told()[0])
    for place in range(len(lines) - 1):
        assert not sound(verified(lines[:place] + lines[place + 1 :])), parse_line(lines[place]).event


def test_no_two_lines_of_a_chain_can_be_swapped_and_none_doubled() -> None:
    lines = list(told()[0])
    for place in range(len(lines) - 1):
        if parse_line(lines[place]).chain == parse_line(lines[place + 1]).chain:
            swapped = list(lines)
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            assert not sound(verified(swapped))
        assert not sound(verified([*lines[: place + 1], *lines[place:]]))


def test_shuffled_lines_are_found() -> None:
    chance = random.Random(7)
    lines = list(told()[0])
    for _ in range(20):
        chance.shuffle(lines)
        assert not sound(verified(lines))


def test_the_directory_may_be_told_before_or_among_the_case() -> None:
    lines, _, head, directory = told()
    assert verified([*lines[directory:], *lines[:directory]], head).report.ok


def test_a_cut_tail_is_seen_by_the_head_and_only_by_it() -> None:
    lines, _, head, directory = told()
    for size in range(directory + 1, len(lines)):
        short = list(lines[:size])
        assert not verified(short, head).report.complete
        without = verified(short)
        assert sound(without)
        assert not without.report.complete
        said = {check.name: check.detail for check in without.report.checks}["signed head"]
        assert "not proven" in said


def test_a_head_must_be_the_services_and_of_this_chain() -> None:
    lines, _, head, directory = told()
    last, mark = parse_line(lines[-1]), parse_line(lines[-1]).directory
    assert mark
    size = len(lines) - directory
    forged = build_head(
        last.chain, size, last.digest, at=last.at, directory=mark, signer=signer_for(template() / "xv", "reviewer-1")
    )
    other = build_head("XV-2026-0002", size, last.digest, at=last.at, directory=mark, signer=service())
    longer = build_head(last.chain, size + 1, last.digest, at=last.at, directory=mark, signer=service())
    for wrong in (forged, other, longer, "", head.replace("a", "b", 1), lines[-1]):
        facts = verified(list(lines), wrong)
        assert sound(facts)
        assert not facts.report.complete


def test_an_open_case_is_never_complete(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.held()
    facts = verified(list(bench.ledger.lines(bench.reference)), bench.ledger.head(bench.reference))
    assert sound(facts)
    assert not facts.report.complete


def test_without_its_directory_nobody_is_known() -> None:
    lines, _, head, directory = told()
    report = verified(list(lines[directory:]), head).report
    assert not report.signed
    assert not report.trusted


def test_a_directory_cut_before_a_revocation_is_seen(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.reviewed()
    revoke(bench.home, "custodian", now=bench.now)
    bench.fact("later", "assessed")
    lines = list(bench.ledger.lines(bench.reference))
    assert sound(verified(lines))
    place = next(n for n, line in enumerate(lines) if parse_line(line).event == "official-revoked")
    assert "place in the directory" in failed(verified(lines[:place] + lines[place + 1 :]))


def test_the_ledger_of_an_authority_we_do_not_know_is_not_trusted() -> None:
    lines, _, head, _ = told()
    report = verify_lines(list(lines), authority_card(template() / "xn")[0], head).report
    assert (report.intact, report.signed, report.trusted) == (True, True, False)


def test_lines_of_two_cases_are_not_one_case(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    first = list(bench.ledger.lines(bench.reference))
    bench.reference = "XV-2026-0002"
    bench.submit()
    assert "chain" in failed(verified([*first, bench.ledger.lines(bench.reference)[-1]]))


@pytest.mark.parametrize("lines", [[], [""], ["{}"], ["null"], ["\x00"], ["[" * 100_000]])
def test_nonsense_is_reported_not_raised(lines: list[str]) -> None:
    report = verified(lines).report
    assert not report.intact
    assert not report.trusted
    assert not report.ok


# one who holds the service's key, and nobody else's


def test_the_service_key_cannot_change_what_an_official_signed() -> None:
    place = place_of("decide")
    facts = parse_line(told()[0][place]).facts
    changes: list[dict[str, JsonValue]] = [{"verdict": "return"}, {"letter": LETTER[:-1] + "b"}, {"by": "reviewer-2"}]
    changes.append({"person": "p"})
    for change in changes:
        assert "signed acts" in failed(verified(resealed(list(told()[0]), place, facts=facts | change)))


def test_the_service_key_cannot_invent_an_act() -> None:
    place = place_of("decide")
    assert "signed acts" in failed(verified(resealed(list(told()[0]), place, act=None)))


def test_the_service_key_cannot_move_an_act_to_another_task_or_event() -> None:
    lines = list(told()[0])
    decide, send = place_of("decide"), place_of("send")
    assert "signed acts" in failed(verified(resealed(lines, decide, event="send")))
    assert "signed acts" in failed(verified(resealed(lines, send, event="assessed")))
    moved = parse_line(lines[decide]).entry_id.replace("review-1", "review-2")
    assert "signed acts" in failed(verified(resealed(lines, decide, id=moved)))


def test_the_service_key_cannot_put_one_decision_in_twice() -> None:
    lines = list(told()[0])
    first, second = place_of("decide"), place_of("decide", 1)
    copied = parse_line(lines[first]).opened.payload
    changes = {name: copied[name] for name in ("id", "facts", "act", "event")}
    assert {"chain", "entitled persons"} <= failed(verified(resealed(lines, second, **changes)))


def test_the_service_key_cannot_leave_out_an_approval() -> None:
    lines = list(told()[0])
    second = place_of("decide", 1)
    facts: dict[str, JsonValue] = {"reason": "nothing of note"}
    assert "procedure and custody" in failed(verified(resealed(lines, second, event="noted", facts=facts, act=None)))


def test_the_service_key_cannot_set_time_back() -> None:
    place = place_of("assessed")
    found = failed(verified(resealed(list(told()[0]), place, at="2026-03-01T00:00:00Z")))
    assert {"chain", "place in the directory"} <= found


def test_the_service_key_cannot_use_an_older_directory(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    review = bench.submitted_and_under_review()
    before = parse_line(bench.ledger.lines(bench.reference)[-1]).directory
    bench.act(review, bench.decision("reviewer-1"))
    revoke(bench.home, "reviewer-2", now=bench.now)
    bench.fact("later", "assessed")
    lines = list(bench.ledger.lines(bench.reference))
    assert before
    old: JsonValue = {"size": before.size, "head": before.head}
    assert failed(verified(resealed(lines, len(lines) - 1, directory=old))) == {"place in the directory"}


def test_the_service_key_cannot_go_on_after_the_close() -> None:
    lines = list(told()[0])
    last = parse_line(lines[-1])
    payload = dict(last.opened.payload) | {"id": "more", "event": "assessed", "seq": last.seq + 1, "prev": last.digest}
    found = verified([*lines, sign_envelope(ENTRY, payload, [service()])])
    assert failed(found) == {"procedure and custody"}
    assert not found.report.complete


def test_another_key_signs_no_line() -> None:
    lines = list(told()[0])
    payload = parse_line(lines[-1]).opened.payload
    lines[-1] = sign_envelope(ENTRY, payload, [signer_for(template() / "xv", "reviewer-1")])
    assert failed(verified(lines)) == {"service signatures"}


def test_custody_cannot_jump_to_someone_who_was_not_offered() -> None:
    lines = list(told()[0])
    offer = place_of("offer")
    facts: dict[str, JsonValue] = {"task": "", "note": "an offer never made"}
    assert "procedure and custody" in failed(verified(resealed(lines, offer, event="noted", facts=facts, act=None)))
