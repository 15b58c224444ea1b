"""Threat 11, on the record as it is exported: 3,000 bits flipped, lines cut, swapped, replayed, the whole put back.

Each is refused, or reported as "completeness not proven". The seed is fixed: what fails, fails again.
"""

import random
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from rogatory.adapters.ledger_audit import Audit, audit
from rogatory.custody.findings import several
from rogatory.custody.note import read_checkpoint, sign_checkpoint
from rogatory.custody.tree import Frontier, leaf_hash
from rogatory.verification.ledgers import judge_record
from schemas.custody import CaseRecord, TrustAnchors, VerificationReport
from tests.contracts.test_witness import Pair

FLIPS = 3000


@cache
def told() -> tuple[CaseRecord, CaseRecord, tuple[TrustAnchors, ...]]:
    """A closed and cosigned case, the same case before its close, and whom to trust."""
    pair = Pair(Path(mkdtemp(prefix="rogatory-test-")))
    pair.bench.reviewed()
    pair.cosign()
    before = pair.bench.ledger.record(pair.bench.reference)
    pair.bench.fact("closed", "request-closed", result="not-transmitted")
    pair.cosign()
    return pair.bench.ledger.record(pair.bench.reference), before, (pair.ours, pair.theirs)


def judged(lines: list[str], head: str | None, note: str | None, proofs: str | None) -> VerificationReport:
    placed = (note, proofs) if note is not None and proofs is not None else None
    return judge_record(lines, told()[2], head, placed).report


def accepted(report: VerificationReport) -> bool:
    return report.ok and report.cosigned


def whole(record: CaseRecord) -> VerificationReport:
    return judged(list(record.lines), record.head, record.checkpoint, record.proofs)


def test_the_record_itself_is_accepted() -> None:
    record, before, _ = told()
    assert accepted(whole(record))
    assert not whole(before).complete
    assert several(told()[2])


def test_threat_11_three_thousand_flipped_bits_are_refused() -> None:
    """By place in the tree first, which is quick: what passes there is verified in full."""
    record, _, (ours, _) = told()
    chance = random.Random(2026)
    assert record.checkpoint
    assert record.proofs
    good = audit([line.encode() for line in record.lines], ours)
    assert not good.faults
    for number in range(FLIPS):
        parts = ["\n".join(record.lines), record.head, record.checkpoint, record.proofs]
        which = chance.choices(range(4), weights=[8, 1, 1, 1])[0]
        raw = bytearray(parts[which].encode())
        place = chance.randrange(len(raw))
        raw[place] ^= 1 << chance.randrange(8)
        parts[which] = raw.decode("utf-8", "surrogateescape")
        lines = parts[0].split("\n")
        if which == 0 and number % 40:  # the quick half of the verifier; every fortieth goes through all of it
            found = audit([line.encode("utf-8", "surrogateescape") for line in lines], ours, cores=1)
            assert found.faults or found.root != good.root, (number, place)
            continue
        assert not accepted(judged(lines, parts[1], parts[2], parts[3])), (number, which, place)


def test_cuts_swaps_and_replays_are_refused() -> None:
    record, _, _ = told()
    lines = list(record.lines)
    for place in range(len(lines)):
        for changed in (
            lines[:place] + lines[place + 1 :],
            lines[: place + 1] + lines[place:],
            lines[:place] + lines[place + 1 : place + 2] + lines[place : place + 1] + lines[place + 2 :],
            lines[:place],
        ):
            if changed != lines:
                assert not accepted(judged(changed, record.head, record.checkpoint, record.proofs))


def test_a_record_put_back_is_at_best_not_proven() -> None:
    """Yesterday's record, whole and with its own head, and every mixture of the two."""
    record, before, _ = told()
    for lines in (record.lines, before.lines):
        for head in (record.head, before.head, None):
            for note, proofs in ((record.checkpoint, record.proofs), (before.checkpoint, before.proofs), (None, None)):
                report = judged(list(lines), head, note, proofs)
                same = (lines, head, note) == (record.lines, record.head, record.checkpoint)
                assert accepted(report) == same
                if not same and report.ok:
                    assert "completeness not proven" in str(report.completeness)


def test_a_cut_tail_without_any_head_is_told_as_not_proven() -> None:
    record, _, _ = told()
    report = judged(list(record.lines), None, None, None)
    assert not report.complete
    assert any("completeness is not proven" in check.detail for check in report.checks)
    assert str(report.completeness).startswith("completeness not proven")


def test_threat_33_a_second_signature_of_a_kind_not_known_here_is_carried_along() -> None:
    """Heads may be signed by a further, post-quantum key: who does not know it goes by the one they know."""
    record, _, _ = told()
    note = str(record.checkpoint)
    further = note + "— rogatory/xv/ml-dsa " + "AAAA" * 30 + "\n"
    assert len(read_checkpoint(further).signatures) == len(read_checkpoint(note).signatures) + 1
    assert accepted(judged(list(record.lines), record.head, further, record.proofs))


# all lines of an installation at once


def test_the_audit_goes_on_where_it_ended_and_sees_what_changed_before() -> None:
    record, _, (ours, _) = told()
    lines = [line.encode() for line in record.lines]
    first = audit(lines[:-3], ours)
    assert not first.faults
    second = audit(lines, ours, first, cores=1)
    assert not second.faults
    assert second.root == audit(lines, ours).root == Frontier(map(leaf_hash, record.lines)).root.hex()
    spoilt = [*lines]
    spoilt[4] = spoilt[4].replace(b"A", b"B", 1)
    assert "changed since" in audit(spoilt, ours, first).faults[0]
    assert audit(lines[:-1][::-1], ours).faults
    assert audit(lines, told()[2][1]).faults  # others' registrars
    assert audit(lines, ours, Audit(size=10**6)).size == len(lines)


def test_the_audit_sees_a_forged_line_and_a_forged_act() -> None:
    record, _, (ours, _) = told()
    lines = [line.encode() for line in record.lines]
    for number, line in enumerate(lines):
        keyid = line.index(b'"sig":"') + 20
        forged = line[:keyid] + (b"A" if line[keyid : keyid + 1] != b"A" else b"B") + line[keyid + 1 :]
        found = audit([*lines[:number], forged, *lines[number + 1 :]], ours, cores=1)
        assert any(f"line {number + 1}" in fault for fault in found.faults)


def test_a_checkpoint_is_only_as_good_as_its_log_key() -> None:
    record, _, _ = told()
    pair = Pair(Path(mkdtemp(prefix="rogatory-test-")))
    signer = pair.heads._signer
    forged = sign_checkpoint(read_checkpoint(str(record.checkpoint)).size, b"\x01" * 32, signer)
    report = judged(list(record.lines), record.head, forged, record.proofs)
    assert not report.intact
