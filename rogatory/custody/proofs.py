"""That the lines given stand in the tree of a checkpoint, and how far another state vouches that nothing is missing.

A proof is canonical JSON beside the checkpoint:

    {"leaves": [{"index": 12, "path": [base64, ...]}, ...],   one for each line, in the order of the lines
     "earlier": {"note": "...", "consistency": [...]} | null,  a cosigned head the checkpoint continues
     "tokens": [base64, ...]}                                  RFC 3161 tokens over the checkpoint's three lines

Inclusion shows that these lines were not made for this reader; a cosignature, that the log showed the same tree to
somebody else. That no line of an open case is kept back, only its own head and the next cosigned one can show: the tree
says what is in it, and not of which case.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from rogatory.custody.dsse import canonical, parse_canonical
from rogatory.custody.instants import instant
from rogatory.custody.note import (
    LOG,
    WITNESS,
    Checkpoint,
    NoteKey,
    check_log,
    read_checkpoint,
    read_key,
    witnesses_of,
)
from rogatory.custody.tree import check_consistency, check_inclusion, leaf_hash
from rogatory.errors import IntegrityError
from schemas.custody import Check, TrustAnchors

CHECKPOINT, INCLUSION, COSIGNED = "checkpoint", "place in the tree", "cosigned head"
NOT_PROVEN = "completeness not proven"
LONGEST = 64
"""Hashes of a path: as many as a tree of 2**64 lines has."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A cosigned head that does not hold all lines, and the proof that the checkpoint continues it."""

    note: str
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The parsed proof; nothing is verified."""

    leaves: tuple[tuple[int, tuple[bytes, ...]], ...]
    earlier: Earlier | None = None
    tokens: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What the proofs show."""

    checks: tuple[Check, ...]
    intact: bool
    signed: bool
    cosigned: bool
    """Another state cosigned a head that holds the last line."""
    completeness: str
    checkpoint: Checkpoint | None = None
    tokens: tuple[bytes, ...] = ()


def write_proofs(proofs: Proofs) -> str:
    """As canonical JSON."""
    leaves: list[JsonValue] = [{"index": index, "path": _texts(path)} for index, path in proofs.leaves]
    earlier = proofs.earlier
    return canonical(
        {
            "leaves": leaves,
            "earlier": {"note": earlier.note, "consistency": _texts(earlier.consistency)} if earlier else None,
            "tokens": _texts(proofs.tokens),
        }
    ).decode()


def read_proofs(text: str) -> Proofs:
    """Reads a proof in its one form. Raises IntegrityError."""
    value = parse_canonical(text.encode("utf-8", "surrogateescape"))
    if not isinstance(value, dict) or set(value) != {"leaves", "earlier", "tokens"}:
        raise IntegrityError("A proof has exactly leaves, earlier and tokens.")
    leaves, earlier = value["leaves"], value["earlier"]
    if not isinstance(leaves, list):
        raise IntegrityError("The leaves of a proof are a list.")
    return Proofs(tuple(_leaf(one) for one in leaves), _earlier(earlier), _hashes(value["tokens"], 0))


def judge_proofs(
    lines: Sequence[str], checkpoint: str, proofs: str, anchors: TrustAnchors, witnesses: Sequence[TrustAnchors]
) -> Placed:
    """Whether the lines stand in the checkpoint's tree, and who vouches for it; never raises for what they hold.

    Args:
        lines: as exported, the directory's and the case's.
        checkpoint: the note.
        proofs: the proof's text.
        anchors: of the ledger's authority.
        witnesses: whose cosignatures count; the ledger's own authority never does.
    """
    keys = [read_key(one.witness_key, WITNESS) for one in witnesses if one.witness_key and one.state != anchors.state]
    checks: list[Check] = []
    try:
        note, proof = read_checkpoint(checkpoint), read_proofs(proofs)
    except IntegrityError as error:
        checks.append(Check(name=CHECKPOINT, ok=False, detail=str(error).rstrip(".")))
        return Placed(tuple(checks), False, False, False, f"{NOT_PROVEN}: the checkpoint or its proof is malformed")
    signed = _signed(note, anchors, checks)
    intact = _placed(lines, note, proof, checks)
    vouched, completeness = _vouched(note, proof, keys, anchors, checks)
    last = max((index for index, _ in proof.leaves), default=0)
    cosigned = signed and intact and vouched is not None and vouched > last
    if vouched is not None and vouched <= last:
        after = sum(index >= vouched for index, _ in proof.leaves)
        completeness = f"{NOT_PROVEN} for the last {after} lines: they follow the head that was {completeness}"
    elif vouched is not None and not cosigned:
        completeness = f"{NOT_PROVEN}: the lines do not stand in the head that was cosigned"
    sound = intact and all(check.ok for check in checks if check.name == COSIGNED)
    return Placed(tuple(checks), sound, signed, cosigned, completeness, note, proof.tokens)


def _signed(note: Checkpoint, anchors: TrustAnchors, checks: list[Check]) -> bool:
    try:
        if anchors.log_key is None:
            raise IntegrityError(f"the anchors of {anchors.authority} name no log key")
        check_log(note, read_key(anchors.log_key, LOG))
    except IntegrityError as error:
        checks.append(Check(name=CHECKPOINT, ok=False, detail=str(error).rstrip(".")))
        return False
    checks.append(Check(name=CHECKPOINT, ok=True, detail=f"{note.size} lines of {note.origin}, signed by its log key"))
    return True


def _placed(lines: Sequence[str], note: Checkpoint, proof: Proofs, checks: list[Check]) -> bool:
    fault = None
    if len(proof.leaves) != len(lines):
        fault = f"{len(proof.leaves)} proofs for {len(lines)} lines"
    before = -1
    for number, (line, (index, path)) in enumerate(zip(lines, proof.leaves, strict=False), 1):
        try:
            if index <= before:
                raise IntegrityError("it stands before the line given before it")
            check_inclusion(leaf_hash(line), index, note.size, path, note.root)
        except IntegrityError as error:
            fault = fault or f"line {number}: {error}"
        before = index
    checks.append(Check(name=INCLUSION, ok=fault is None, detail=fault or f"{len(lines)} lines stand in the tree"))
    return fault is None


def _vouched(
    note: Checkpoint, proof: Proofs, keys: Sequence[NoteKey], anchors: TrustAnchors, checks: list[Check]
) -> tuple[int | None, str]:
    """The size of the newest head that a known witness cosigned, and the words for it."""
    try:
        found, head = witnesses_of(note, keys), note
        if not found and proof.earlier is not None:
            head = read_checkpoint(proof.earlier.note)
            if head.origin != note.origin:
                raise IntegrityError(f"the cosigned head is of {head.origin[:60]}")
            check_consistency(head.size, head.root, note.size, note.root, proof.earlier.consistency)
            found = witnesses_of(head, keys)
            if anchors.log_key is not None:
                check_log(head, read_key(anchors.log_key, LOG))
    except IntegrityError as error:
        checks.append(Check(name=COSIGNED, ok=False, detail=str(error).rstrip(".")))
        return None, f"{NOT_PROVEN}: {str(error).rstrip('.')}"
    if not found:
        why = "no other state that is known here cosigned a head" if keys else "no witness is known here"
        return None, f"{NOT_PROVEN}: {why}; what was cut from the end would not be seen"
    by, at = min(found.items())
    words = f"cosigned by {by} on {instant(at)}: {head.size} lines"
    checks.append(Check(name=COSIGNED, ok=True, detail=words))
    return head.size, words


def _leaf(value: JsonValue) -> tuple[int, tuple[bytes, ...]]:
    if not isinstance(value, dict) or set(value) != {"index", "path"}:
        raise IntegrityError("A leaf of a proof has exactly index and path.")
    index = value["index"]
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise IntegrityError("The index of a leaf is no count.")
    return index, _hashes(value["path"], 32)


def _earlier(value: JsonValue) -> Earlier | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"note", "consistency"} or not isinstance(value["note"], str):
        raise IntegrityError("An earlier head has exactly note and consistency.")
    return Earlier(value["note"], _hashes(value["consistency"], 32))


def _hashes(value: JsonValue, size: int) -> tuple[bytes, ...]:
    """Base64 texts; of `size` bytes each, or of any with 0."""
    if not isinstance(value, list) or len(value) > LONGEST or not all(isinstance(one, str) for one in value):
        raise IntegrityError("A path of a proof is a list of at most 64 texts.")
    try:
        raw = tuple(base64.b64decode(str(one), validate=True) for one in value)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError("A hash of a proof is not base64.") from error
    if _texts(raw) != value or (size and any(len(one) != size for one in raw)):
        raise IntegrityError("A hash of a proof is not in its one form, or not of its length.")
    return raw


def _texts(raw: Sequence[bytes]) -> list[JsonValue]:
    return [base64.b64encode(one).decode() for one in raw]
