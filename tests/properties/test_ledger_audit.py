"""The audit of all lines: over several processes as in one, and whatever stands in a line."""

import base64
import json
import random
from functools import cache

import pytest

from rogatory.adapters import ledger_audit
from rogatory.adapters.ledger_audit import audit
from rogatory.adapters.line_judging import NO_SUCCESSOR
from rogatory.custody.ledger import DIRECTORY
from schemas.custody import TrustAnchors
from tests.properties.test_record_tamper import told


@cache
def ledger() -> tuple[list[bytes], TrustAnchors]:
    record, _, (ours, _) = told()
    return [line.encode() for line in record.lines], ours


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_audit, "CHUNK", 4)


def payload(line: bytes) -> dict[str, object]:
    return dict(json.loads(base64.b64decode(json.loads(line)["payload"])))


@pytest.mark.usefixtures("small_pieces")
def test_several_processes_find_what_one_finds() -> None:
    lines, ours = ledger()
    chance = random.Random(7)
    spoilt = [lines, lines[::-1], lines[:5] + lines[6:], [*lines[:9], lines[8], *lines[9:]], [*lines, b""]]
    for _ in range(4):
        place, flipped = chance.randrange(len(lines)), bytearray(lines[chance.randrange(len(lines))])
        flipped[chance.randrange(len(flipped))] ^= 1
        spoilt.append([*lines[:place], bytes(flipped), *lines[place + 1 :]])
    spoilt.append([*lines[:7], lines[7] + b"\n" + lines[8], *lines[9:]])  # a line feed within a line
    for case in spoilt:
        alone, many = audit(case, ours, cores=1), audit(case, ours, cores=2)
        assert (alone.faults, alone.root, alone.digest) == (many.faults, many.root, many.digest)
        assert bool(alone.faults) == (case is not lines)
        assert alone.chains == many.chains


@pytest.mark.usefixtures("small_pieces")
def test_a_chain_is_followed_from_piece_to_piece() -> None:
    lines, ours = ledger()
    case = [number for number, line in enumerate(lines) if payload(line)["chain"] != DIRECTORY]
    out = case[4]
    faults = audit([*lines[:out], *lines[out + 1 :]], ours, cores=1).faults
    assert faults == [f"line {out + 1}: {NO_SUCCESSOR}"]


@pytest.mark.parametrize(
    "put",
    [b"", b"AA==", b"MAA=", b"MEUCIQ==", b"====", b'","sig":"', b"\xff\xfe", b"A" * 4000],
)
def test_whatever_stands_for_a_signature_is_a_fault_in_words(put: bytes) -> None:
    lines, ours = ledger()
    for number, line in enumerate(lines):
        head, _, _ = line.rpartition(b'","sig":"')
        faults = audit([*lines[:number], head + b'","sig":"' + put + b'"}]}', *lines[number + 1 :]], ours).faults
        assert any(fault.startswith(f"line {number + 1}") for fault in faults)


def test_a_line_that_calls_itself_the_directorys_is_not_passed_over() -> None:
    """Its signature is judged apart, by the registrars' keys: nobody gets round that by how the line is written."""
    lines, ours = ledger()
    seq = sum(payload(line)["chain"] == DIRECTORY for line in lines)
    for form in (
        {"chain": DIRECTORY, "seq": seq, "prev": "0" * 64, "act": None},
        {"chain": DIRECTORY, "seq": seq, "prev": "0" * 64, "act": None, "at": "x" * 500},
    ):
        content = base64.b64encode(json.dumps(form, sort_keys=True, separators=(",", ":")).encode())
        written = lines[-1].partition(b'{"payload":"')[2].partition(b'"')[2]
        faults = audit([*lines, b'{"payload":"' + content + b'"' + written], ours).faults
        assert any(fault.startswith(f"line {len(lines) + 1}:") for fault in faults)
        spaced = base64.b64encode(json.dumps(form).encode())
        assert audit([*lines, b'{"payload":"' + spaced + b'"' + written], ours).faults


@pytest.mark.parametrize("seq", ["true", '"3"', "3.0", "-1", "null"])
def test_a_place_in_a_chain_is_a_count(seq: str) -> None:
    lines, ours = ledger()
    content = base64.b64decode(json.loads(lines[-1])["payload"])
    before, _, after = content.partition(b'"seq":')
    spoilt = before + b'"seq":' + seq.encode() + after[after.index(b"}") :]
    line = lines[-1].replace(base64.b64encode(content), base64.b64encode(spoilt))
    assert any(fault.startswith(f"line {len(lines)}:") for fault in audit([*lines[:-1], line], ours).faults)
