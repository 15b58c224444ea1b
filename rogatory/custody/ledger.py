"""One line of the ledger: a DSSE envelope of the service key around one entry, chained to the line before.

The official signs what they decide, and that envelope stands inside the line; the service signs the order. So no
official's signature is lost to a race for the place in the chain.

Events of the procedure: request-opened, assessed, document-made, version-filed, task-opened, reminded, escalated,
lapsed, task-closed, package-made, dispatched, head-cosigned, custody-checked, request-closed; of an extradition also
clock-started, clock-met, clock-stopped, clock-ran-out, assurance-breached. Acts: the verbs of
rogatory/custody/policy.py; `submit` is the act of request-opened. On the directory's chain: official-added,
official-revoked, official-rotated, key-suspected, peer-added, delegated, absence-noted, ended.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.dsse import Opened, canonical, open_envelope, parse_canonical, sign_envelope
from rogatory.custody.instants import instant, moment
from rogatory.custody.policy import MAY
from rogatory.custody.statement import Statement
from rogatory.errors import IntegrityError
from rogatory.ports import Signer
from schemas.identifiers import Digest

MAX_LEDGER = 256 << 20
MAX_LINES = 200_000
"""More than any case has. A file of nothing but line ends would otherwise be millions of them."""

ENTRY = "application/vnd.rogatory.entry+json"
HEAD = "application/vnd.rogatory.head+json"
ZERO = "0" * 64
DIRECTORY = "directory"
HEX = re.compile(r"[0-9a-f]{64}")
BARE = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
CHAIN = re.compile(r"[A-Z]{2}-\d{4}-\d{4}|directory")
EVENT = re.compile(r"[a-z][a-z-]{1,39}")


@dataclass(frozen=True, slots=True)
class Mark:
    """How much of the directory stood when a case's line was written: it says by which keys and roles to judge it."""

    size: int
    head: str
    """SHA-256 of the directory's last line, hex."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, parsed; nothing is verified but its form."""

    chain: str
    """The reference of a case, or "directory"."""
    seq: int
    prev: str
    entry_id: str
    at: datetime
    event: str
    facts: dict[str, JsonValue]
    act: str | None
    """The signed act's envelope, verbatim."""
    directory: Mark | None
    """None on the directory's own chain."""
    line: str
    digest: str
    """SHA-256 of the line, hex."""
    opened: Opened

    @property
    def task(self) -> str:
        """The task it belongs to; empty when it names none."""
        task = self.facts.get("task", "")
        return task if isinstance(task, str) else ""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come: kept by someone else, it shows that a tail was cut."""

    chain: str
    size: int
    head: str
    at: datetime
    directory: Mark
    opened: Opened
    tree: tuple[int, str] | None = None
    """Size and root (hex) of the ledger's tree at that moment; None in heads of before there was one."""


def line_digest(line: str) -> str:
    """SHA-256 of a line, hex: the next line's `prev`."""
    return hashlib.sha256(line.encode()).hexdigest()


def event_of(act: str) -> str:
    """The event an act is recorded as."""
    return "request-opened" if act == "submit" else act


ACT_EVENTS = frozenset(event_of(act) for act in MAY)
"""Events that only an official's signature makes."""


def persons_of(facts: Mapping[str, JsonValue]) -> frozenset[str]:
    """Who is behind an act: whoever signed it, and on whose behalf."""
    return frozenset(str(facts[name]) for name in ("person", "principal") if facts.get(name))


def digests_in(value: JsonValue) -> Iterator[Digest]:
    """Every SHA-256 that stands in a fact, at any depth."""
    if isinstance(value, dict):
        for each in value.values():
            yield from digests_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from digests_in(each)
    elif isinstance(value, str):
        yield from (f"sha256:{found}" for found in BARE.findall(value))


def act_facts(statement: Statement, person: str, principal: str | None = None) -> dict[str, JsonValue]:
    """The facts of the line that records a signed act: what it says in clear, who acted, and for whom (persons)."""
    facts = statement.facts | {
        "task": statement.task,
        "by": statement.by,
        "role": statement.role,
        "person": person,
    }
    if principal is not None:
        facts |= {"principal": principal}
    if statement.act == "submit":
        facts |= {"kind": facts.get("kind", "mutual-assistance"), "drafter": statement.by, "version": 1}
    return facts


def build_line(
    chain: str,
    seq: int,
    prev: str,
    entry_id: str,
    at: datetime,
    event: str,
    facts: Mapping[str, JsonValue],
    act: str | None,
    signer: Signer,
    directory: Mark | None = None,
) -> str:
    """The line, signed. `act` is an envelope's text; `directory` is None only on the directory's own chain."""
    payload: dict[str, JsonValue] = {
        "chain": chain,
        "seq": seq,
        "prev": prev,
        "id": entry_id,
        "at": instant(at),
        "event": event,
        "facts": dict(facts),
        "act": parse_canonical(act.encode()) if act is not None else None,
    }
    if directory is not None:
        payload["directory"] = {"size": directory.size, "head": directory.head}
    line = sign_envelope(ENTRY, payload, [signer])
    parse_line(line)  # what could not be read back is never written
    return line


def lines_in(content: bytes, name: str) -> list[str]:
    """The lines of a ledger that came from outside, as they stand; `name` is the file's.

    Raises:
        IntegrityError: it is not text, or has more lines than any case.
    """
    if content.count(b"\n") > MAX_LINES:
        raise IntegrityError(f"{name} has more than {MAX_LINES} lines.", "Export the ledger of one case.")
    try:
        return content.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as fault:
        raise IntegrityError(f"{name} is not UTF-8 text.", "Export the ledger anew.") from fault


def parse_line(line: str) -> Entry:
    """Reads one line. Raises IntegrityError for any form but the one build_line writes; verifies no signature."""
    opened = open_envelope(line, ENTRY)
    payload = opened.payload
    known = {"chain", "seq", "prev", "id", "at", "event", "facts", "act"}
    chain = _text(payload, "chain")
    if set(payload) != (known if chain == DIRECTORY else known | {"directory"}):
        raise IntegrityError("A ledger line has other fields than it should.")
    facts, act, event, prev, entry_id = (
        payload["facts"],
        payload["act"],
        _text(payload, "event"),
        _text(payload, "prev"),
        _text(payload, "id"),
    )
    if not CHAIN.fullmatch(chain) or not EVENT.fullmatch(event) or not HEX.fullmatch(prev):
        raise IntegrityError("A ledger line's chain, event or prev is malformed.")
    if not 1 <= len(entry_id) <= 200 or not isinstance(facts, dict) or not (act is None or isinstance(act, dict)):
        raise IntegrityError("A ledger line's id, facts or act is malformed.")
    return Entry(
        chain=chain,
        seq=_count(payload["seq"]),
        prev=prev,
        entry_id=entry_id,
        at=moment(_text(payload, "at")),
        event=event,
        facts=facts,
        act=canonical(act).decode() if act is not None else None,
        directory=None if chain == DIRECTORY else _mark(payload["directory"]),
        line=line,
        digest=line_digest(line),
        opened=opened,
    )


def build_head(
    chain: str,
    size: int,
    head: str,
    *,
    at: datetime,
    directory: Mark,
    signer: Signer,
    tree: tuple[int, str] | None = None,
) -> str:
    """The signed head of a chain of `size` lines; with the tree's size and root, it says so of that tree."""
    payload: dict[str, JsonValue] = {
        "chain": chain,
        "size": size,
        "head": head,
        "at": instant(at),
        "directory": {"size": directory.size, "head": directory.head},
    }
    if tree is not None:
        payload["tree"] = {"size": tree[0], "root": tree[1]}
    return sign_envelope(HEAD, payload, [signer])


def parse_head(text: str) -> Head:
    """Reads a signed head. Raises IntegrityError; verifies no signature."""
    opened = open_envelope(text, HEAD)
    payload = opened.payload
    if set(payload) - {"tree"} != {"chain", "size", "head", "at", "directory"}:
        raise IntegrityError("A head has exactly chain, size, head, at and directory, and it may name a tree.")
    head = _text(payload, "head")
    if not HEX.fullmatch(head):
        raise IntegrityError("A head's digest is malformed.")
    return Head(
        chain=_text(payload, "chain"),
        size=_count(payload["size"]),
        head=head,
        at=moment(_text(payload, "at")),
        directory=_mark(payload["directory"]),
        opened=opened,
        tree=_tree(payload["tree"]) if "tree" in payload else None,
    )


def _tree(value: JsonValue) -> tuple[int, str]:
    if not isinstance(value, dict) or set(value) != {"size", "root"}:
        raise IntegrityError("The tree of a head has exactly size and root.")
    root = value["root"]
    if not isinstance(root, str) or not HEX.fullmatch(root):
        raise IntegrityError("The root of a head's tree is malformed.")
    return _count(value["size"]), root


def _mark(value: JsonValue) -> Mark:
    if not isinstance(value, dict) or set(value) != {"size", "head"}:
        raise IntegrityError("A mark of the directory has exactly size and head.")
    head = value["head"]
    if not isinstance(head, str) or not HEX.fullmatch(head):
        raise IntegrityError("A mark's digest is malformed.")
    return Mark(_count(value["size"]), head)


def _text(payload: Mapping[str, JsonValue], field: str) -> str:
    value = payload.get(field)
    if not isinstance(value, str):
        raise IntegrityError(f"The field {field} is missing or is no text.")
    return value


def _count(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise IntegrityError("A size or sequence is not a count.")
    return value
