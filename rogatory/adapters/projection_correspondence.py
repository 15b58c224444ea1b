"""What came in and what went out, of all cases, under one running number a year: the registry's book.

A piece that goes out is entered when it is ordered to be sent, and stands as prepared until its channel has taken it.
What came in is what the other state's message or letter told. Codes, numbers and digests only.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from rogatory.adapters.tables import CORRESPONDENCE as PIECES
from rogatory.custody.ledger import Entry
from rogatory.custody.policy import MAY, TOLD
from schemas.register import Direction, Standing
from schemas.tasks import REQUESTS

CONTENT = ("package", "proof", "message", "manifest")
"""Facts that name, by digest, what came or went."""


def project_correspondence(connection: Connection, entry: Entry) -> None:
    """Enters the piece an entry tells of, or changes how one stands."""
    EVENTS.get(entry.event, _nothing)(connection, entry)


def _came(connection: Connection, entry: Entry) -> None:
    _enter(connection, entry, Direction.IN, Standing.RECEIVED)


def _asked(connection: Connection, entry: Entry) -> None:
    piece = entry.entry_id.removeprefix(f"{entry.task}/")
    _enter(connection, entry, Direction.IN, Standing.TO_ANSWER, piece=piece)


def _answered(connection: Connection, entry: Entry) -> None:
    asked = (PIECES.c.kind == "ask") & (PIECES.c.piece == entry.facts.get("question_id"))
    _change(connection, entry, asked, standing=Standing.ANSWERED.value)


def _item_came(connection: Connection, entry: Entry) -> None:
    if not entry.facts.get("parent"):  # a part came with the whole
        _came(connection, entry)


def _item_went(connection: Connection, entry: Entry) -> None:
    _enter(connection, entry, Direction.OUT, Standing.SENT)


def _consent(connection: Connection, entry: Entry) -> None:
    went = entry.facts.get("outcome") == "requested"
    _item_went(connection, entry) if went else _came(connection, entry)


def _outcome(connection: Connection, entry: Entry) -> None:
    if entry.facts.get("role") == "system":  # else it is of proceedings here
        _came(connection, entry)


def _ordered(connection: Connection, entry: Entry) -> None:
    _enter(connection, entry, Direction.OUT, Standing.PREPARED, kind=REQUESTS[0])


def _packed(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    kind, piece = str(facts.get("kind", "")), str(facts.get("transmission", ""))
    ordered = (PIECES.c.direction == Direction.OUT.value) & PIECES.c.kind.in_(REQUESTS) & PIECES.c.piece.is_(None)
    known = kind in REQUESTS and _change(connection, entry, ordered, kind=kind, piece=piece, digest=_content(entry))
    if not known:
        _enter(connection, entry, Direction.OUT, Standing.PREPARED, kind=kind, piece=piece)


def _sent(connection: Connection, entry: Entry) -> None:
    packed = PIECES.c.piece == str(entry.facts.get("transmission", ""))
    at = entry.at
    try:
        taken = datetime.fromisoformat(str(entry.facts.get("accepted_at")))
        at = taken if taken.tzinfo else at
    except ValueError:
        pass  # an old line: the time of the line it is
    _change(connection, entry, packed, standing=Standing.SENT.value, at=at)


def _nothing(_: Connection, __: Entry) -> None:
    """Entries of what stays in the house."""


EVENTS: dict[str, Callable[[Connection, Entry], None]] = {
    **{act: _came for act, roles in MAY.items() if roles == TOLD},
    "ask": _asked,
    "reply": _answered,
    "receive": _came,
    "enter-item": _item_came,
    "return-item": _item_went,
    "note-consent": _consent,
    "report-outcome": _outcome,
    "send": _ordered,
    "package-made": _packed,
    "dispatched": _sent,
}


def _enter(
    connection: Connection,
    entry: Entry,
    direction: Direction,
    standing: Standing,
    kind: str | None = None,
    piece: str | None = None,
) -> None:
    year = entry.at.year
    last = connection.execute(select(func.max(PIECES.c.number)).where(PIECES.c.year == year)).scalar()
    row = {
        "year": year,
        "number": (last or 0) + 1,  # a writer is alone with the database: see database.py
        "reference": entry.chain,
        "sequence": entry.seq,
        "at": entry.at,
        "direction": direction.value,
        "kind": kind or entry.event,
        "channel": _said(entry.facts, "channel", "transport"),
        "mark": _said(entry.facts, "tracking"),
        "piece": piece,
        "digest": _content(entry),
        "standing": standing.value,
    }
    connection.execute(insert(PIECES).values(row))


def _change(connection: Connection, entry: Entry, which: ColumnElement[bool], **values: object) -> bool:
    """Whether there was such a piece of the case."""
    pieces = update(PIECES).where((PIECES.c.reference == entry.chain) & which).values(**values)
    return connection.execute(pieces).rowcount > 0


def _said(facts: dict[str, JsonValue], *names: str) -> str | None:
    return next((str(facts[name]) for name in names if facts.get(name)), None)


def _content(entry: Entry) -> str | None:
    found = _said(entry.facts, *CONTENT)
    return found if found and found.startswith("sha256:") else None
