"""Verifies all lines of an installation's ledger at once, over every core, and after that only what is new.

Of each line: its one form, the service's signature, the official's signature on the act in it, by the keys of the
directory at its place, and its place in its chain (rogatory/adapters/line_judging.py); of all: the tree's root. What
belongs to one case alone (procedure, persons, custody) is rogatory/custody/verify_ledger.py.
"""

import json
import os
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256

from rogatory.adapters.line_judging import NO_SUCCESSOR, Judge, Judged, Stands, parts
from rogatory.custody.directory import Directory
from rogatory.custody.ledger import DIRECTORY, ZERO, parse_line
from rogatory.custody.tree import Frontier
from rogatory.errors import IntegrityError
from schemas.custody import TrustAnchors

CHUNK = 1000
"""Lines a process takes at once."""
LEAF = 32


@dataclass
class Audit:
    """What was verified, and enough of it to go on from there. It is as trustworthy as where it is kept."""

    size: int = 0
    root: str = ""
    """Of the tree, hex."""
    digest: str = ""
    """SHA-256 over the leaves, hex: a change of what was verified before is seen without verifying it again."""
    faults: list[str] = field(default_factory=list)
    tree: Frontier = field(default_factory=Frontier)
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each chain: its number of lines, and the digest of the last."""
    changes: list[int] = field(default_factory=list)
    """Places of the directory's lines."""
    grown: set[str] = field(default_factory=set)
    """Chains that had new lines this time."""


def audit(lines: Sequence[bytes], anchors: TrustAnchors, before: Audit | None = None, *, cores: int = 0) -> Audit:
    """Verifies the lines (in ledger order, without line feeds); those that `before` covers are only hashed.

    Faults are collected in words; at the first audit with a fault nothing may be built upon it.
    """
    found, whole = Audit(), sha256()
    if before is not None and before.size > len(lines):
        found.faults.append(f"{before.size} lines were verified before, and there are {len(lines)} now")
    elif before is not None and not before.faults:
        for place in range(0, before.size, CHUNK):
            whole.update(b"".join([sha256(b"\x00" + line).digest() for line in _some(lines, place, before.size)]))
        if whole.hexdigest() == before.digest:
            found = Audit(before.size, before.root, before.digest, tree=Frontier.of(before.size, before.tree.edge))
            found.chains, found.changes = {**before.chains}, before.changes
        else:
            found.faults.append("lines that were verified before have changed since")
            whole = sha256()
    start = place = found.size
    stands = _directory(lines, anchors, found)
    for judged in _judged(lines, start, stands, cores):
        whole.update(judged.leaves)
        _take_in(found, judged, place)
        place += len(judged.leaves) // LEAF
    found.size, found.root, found.digest = len(lines), found.tree.root.hex(), whole.hexdigest()
    return found


def _take_in(found: Audit, judged: Judged, place: int) -> None:
    """The verdict on the lines from `place` on."""
    faults = judged.faults
    for number in judged.directory:
        if place + number not in found.changes:
            faults.setdefault(number, "it is of the directory and was not signed by its registrars")
    for chain, stretch in judged.stretches.items():
        if (stretch.seq, stretch.prev) != found.chains.get(chain, (0, ZERO)):
            faults.setdefault(stretch.first, NO_SUCCESSOR)
        found.chains[chain] = (stretch.size, stretch.head)
    found.grown |= judged.stretches.keys()
    found.faults += [f"line {place + number + 1}: {faults[number]}" for number in sorted(faults)]
    found.tree.extend(judged.leaves[at : at + LEAF] for at in range(0, len(judged.leaves), LEAF))


def _directory(lines: Sequence[bytes], anchors: TrustAnchors, found: Audit) -> Stands:
    """The officials after each line of the directory; its lines are judged here, by the registrars' keys."""
    start, directory = found.size, Directory(anchors)
    found.changes = [*found.changes, *_changes(lines, start)]
    for place in found.changes:
        try:
            entry = parse_line(lines[place].decode("utf-8", "surrogateescape"))
            found.faults += [f"line {place + 1}: {fault}" for fault in directory.extend(entry)]
            if place >= start and not directory.service(entry):
                found.faults.append(f"line {place + 1} is not signed by a service key of its time")
        except IntegrityError as error:
            found.faults.append(f"line {place + 1}: {error}")
    return [dict(directory.officials(size)) for size in range(directory.size + 1)]


def _judged(lines: Sequence[bytes], start: int, stands: Stands, cores: int) -> Iterator[Judged]:
    """The verdicts on the lines from `start` on, in their order."""
    chunks = (_some(lines, place, len(lines)) for place in range(start, len(lines), CHUNK))
    cores = min(cores or os.cpu_count() or 1, -(-(len(lines) - start) // CHUNK))
    if cores <= 1:
        judge = Judge(stands)
        yield from map(judge.judge, chunks)
        return
    waiting: deque[Future[Judged]] = deque()
    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(stands,)) as pool:
        for chunk in chunks:
            if len(waiting) > 2 * cores:  # so that no more than these are copied at once
                yield waiting.popleft().result()
            joined = b"\n".join(chunk)  # one piece goes over in half the time of a thousand
            whole = joined.count(b"\n") == len(chunk) - 1
            waiting.append(pool.submit(_go_on, joined if whole else chunk))
        while waiting:
            yield waiting.popleft().result()


_OWN: list[Judge] = []
"""Of a process of the pool: it is told the directory once, and the lines piece by piece."""


def _begin(stands: Stands) -> None:
    _OWN[:] = [Judge(stands)]


def _go_on(lines: bytes | Sequence[bytes]) -> Judged:
    return _OWN[0].judge(lines.split(b"\n") if isinstance(lines, bytes) else lines)


def _some(lines: Sequence[bytes], place: int, end: int) -> Sequence[bytes]:
    return lines[place : min(place + CHUNK, end)]


_SPELLED = [b64encode(b"x" * shift + b'"chain":"directory"')[4 if shift else 0 : 24] for shift in range(3)]
"""Base64 has three ways to spell what only the directory's lines hold."""


def _changes(lines: Sequence[bytes], start: int) -> Iterator[int]:
    """Places of the directory's lines from `start` on."""
    one, two, three = _SPELLED
    for place in range(start, len(lines)):
        line = lines[place]
        if one in line or two in line or three in line:
            try:
                if json.loads(b64decode(parts(line)[0]))["chain"] == DIRECTORY:
                    yield place
            except (IntegrityError, ValueError, KeyError, TypeError):
                continue
