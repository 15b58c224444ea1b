"""Checkpoints are stamped where an authority answers, and told to be unanchored where none does."""

from datetime import timedelta
from pathlib import Path

import pytest

from rogatory.adapters.anchoring import anchor, check_stamp
from rogatory.adapters.timestamp_authority import DemoTimeAuthority
from rogatory.custody.findings import stamp_roots_of
from rogatory.custody.ledger import parse_line
from rogatory.custody.note import read_checkpoint
from rogatory.errors import IntegrityError
from rogatory.verification import verify_path
from tests.contracts.test_witness import Pair


def test_a_head_is_anchored_when_the_authority_answers_and_only_then(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.bench.submit()
    home, heads = pair.bench.home, pair.heads
    assert anchor(home, heads).head is None
    (home / "config.json").write_text('{"demo": true}')
    heads.issue()
    silent = anchor(home, heads)
    assert silent.head is not None
    assert silent.head.token is None
    assert "not running" in silent.reason
    path = pair.exported(tmp_path / "unanchored")
    said = {check.name: check.detail for check in verify_path(path, pair.ours).checks}
    assert said["anchored"].startswith("unanchored")
    with DemoTimeAuthority(home):
        stamped = anchor(home, heads).head
    assert stamped is not None
    assert stamped.token is not None
    assert anchor(home, heads).head == stamped  # once
    path = pair.exported(tmp_path / "anchored")
    said = {check.name: check.detail for check in verify_path(path, pair.ours).checks}
    assert said["anchored"].startswith("existed by 20")
    body = read_checkpoint(stamped.note).body.encode()
    roots = stamp_roots_of(pair.ours)
    for token, message, trust in (
        (stamped.token, body + b"x", roots),
        (stamped.token, body, stamp_roots_of(pair.theirs)),
        (stamped.token[:-1], body, roots),
        (b"", body, roots),
    ):
        with pytest.raises(IntegrityError):
            check_stamp(token, message, trust)


def test_threat_32_a_clock_that_contradicts_the_stamp_is_told(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.bench.submit()
    home, hour = pair.bench.home, timedelta(hours=1)
    (home / "config.json").write_text('{"demo": true}')
    line = parse_line(pair.bench.ledger.lines(pair.bench.reference)[-1]).at
    for ahead, ok in ((timedelta(0), True), (hour, False)):
        pair.heads.issue()
        with DemoTimeAuthority(home, clock=lambda ahead=ahead: line - ahead):  # type: ignore[misc]
            found = anchor(home, pair.heads, now=line)
        assert found.ahead is not None
        assert abs(found.ahead - ahead) < timedelta(seconds=5)
        path = pair.exported(tmp_path / f"ahead-{ok}")
        report = verify_path(path, pair.ours)
        assert {check.name: check.ok for check in report.checks}["clock"] is ok
        assert report.intact is ok
        pair.bench.fact("assessed-1", "assessed", assessment="x")


def test_threat_32_a_day_later_a_new_head_is_taken_whatever_the_clock_says_of_lines(tmp_path: Path) -> None:
    """Order is by place; a stamp says "existed by", and the lines' own times decide nothing about it."""
    pair = Pair(tmp_path)
    pair.bench.submit()
    pair.heads.issue()
    first = pair.heads.kept()[-1]
    pair.bench.minutes += 60 * 24 * 365 * 30  # the clock of the case is thirty years ahead
    pair.bench.fact("assessed-1", "assessed", assessment="x")
    anchor(pair.bench.home, pair.heads, now=first.at + timedelta(hours=23))
    assert pair.heads.kept()[-1] == first
    anchor(pair.bench.home, pair.heads, now=first.at + timedelta(days=1))
    newest = pair.heads.kept()[-1]
    assert newest.size == first.size + 1
    assert abs(newest.at - first.at) < timedelta(minutes=5)
