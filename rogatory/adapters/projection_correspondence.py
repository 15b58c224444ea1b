"""What came in and what went out, of all cases, under one running number a year: the registry's book.

1. A piece that goes out is entered when it is ordered to be sent, and stands as prepared until its channel has taken
   it. A letter that an official has drawn up for the other state goes by hand, and the ledger need not tell when.
2. What came in is what the other state's message or letter told; what our own officers saw is none.
3. Each piece once: one letter may be the proof of several acts, and what was read from a carrier came with it.
4. A number is given when a piece is entered, and stays. Codes, numbers and digests only.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from rogatory.adapters.tables import CASES
from rogatory.adapters.tables import CORRESPONDENCE as PIECES
from rogatory.custody.ledger import Entry
from rogatory.custody.policy import MAY, TOLD
from schemas.documents import DocumentType
from schemas.identifiers import Role, Stage
from schemas.register import Direction, Standing
from schemas.tasks import REQUESTS

CONTENT = ("package", "proof", "notice", "manifest")
"""Facts that name, by digest, what came or went."""
BY_WIRE = "message"
"""How what the service recorded came in: as a sealed message."""
SEEN_HERE = {"report-surrender", "report-not-collected"}
"""What our own officers may have seen: told by the other state only where its message or letter is there."""
LETTERS = frozenset(
    {
        "asset_receipt",
        "asset_sharing_agreement",
        "conditions_acceptance",
        "confidentiality_decision",
        "consultation_note",
        "cost_consultation",
        "diplomatic_note",
        "duty_certificate",
        "exculpatory_disclosure_notice",
        "freezing_update",
        "joint_investigation_agreement",
        "note_verbale",
        "oral_request_confirmation",
        "originals_receipt",
        "originals_return_letter",
        "other_use_request",
        "police_channel_message",
        "refusal_reply",
        "supplementary_reply",
        "temporary_surrender_agreement",
        "use_report",
    }
)
"""Papers made on order that go to the other state by themselves; the others of that kind go with a letter.

They stand here and not in the catalogue, which an installation may add to: a rebuilding gives the same numbers.
"""


def project_correspondence(connection: Connection, entry: Entry) -> None:
    """Enters the piece an entry tells of, or changes how one stands."""
    EVENTS.get(entry.event, _nothing)(connection, entry)


# what came in


def _came(connection: Connection, entry: Entry) -> None:
    """A message or letter, unless an act before rests on the same."""
    if not _known(connection, entry):
        _enter(connection, entry, Direction.IN, Standing.RECEIVED)


def _told(connection: Connection, entry: Entry) -> None:
    if entry.event not in SEEN_HERE or _by_wire(entry) or _content(entry):
        _came(connection, entry)


def _letter_came(connection: Connection, entry: Entry) -> None:
    """Acts on what a letter said: a piece only where the letter is kept, since several acts may be on one."""
    if _content(entry):
        _came(connection, entry)


def _asked(connection: Connection, entry: Entry) -> None:
    _enter(connection, entry, Direction.IN, Standing.TO_ANSWER)


def _answered(connection: Connection, entry: Entry) -> None:
    asked = (PIECES.c.kind == "ask") & (PIECES.c.piece == entry.facts.get("question_id"))
    _change(connection, entry, asked, standing=Standing.ANSWERED.value)


def _closed(connection: Connection, entry: Entry) -> None:
    """Nothing is answered any more."""
    _change(connection, entry, PIECES.c.standing == Standing.TO_ANSWER.value, standing=Standing.UNANSWERED.value)


def _delivered(connection: Connection, entry: Entry) -> None:
    """Evidence; what was read from a carrier came with it, and that no more is to come may be said by us alone."""
    items = entry.facts.get("items")
    listed = items if isinstance(items, list) else []
    apart = any(isinstance(each, dict) and not each.get("parent") for each in listed)
    if apart or _by_wire(entry):
        _came(connection, entry)


def _thing_came(connection: Connection, entry: Entry) -> None:
    """A thing, held by a custodian, or announced while a courier carries it; a part came with the whole."""
    facts = entry.facts
    if not facts.get("parent"):
        here = facts.get("holder") == facts.get("by")
        standing = Standing.RECEIVED if here else Standing.ANNOUNCED
        _enter(connection, entry, Direction.IN, standing, piece=_said(facts, "item"))


def _thing_arrived(connection: Connection, entry: Entry) -> None:
    announced = (PIECES.c.piece == entry.facts.get("item")) & (PIECES.c.standing == Standing.ANNOUNCED.value)
    _change(connection, entry, announced, standing=Standing.RECEIVED.value, at=entry.at)


def _corrected(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    if facts.get("field") == "tracking":
        meant = (PIECES.c.piece == facts.get("item")) & (PIECES.c.mark == facts.get("old"))
        _change(connection, entry, meant, mark=facts.get("new"))


def _outcome(connection: Connection, entry: Entry) -> None:
    """Of the proceedings there; of those here it is ours."""
    if _by_wire(entry) or entry.task.startswith(f"{entry.chain}.{Stage.PROSECUTION_ABROAD.value}-"):
        _came(connection, entry)


# what went out


def _went(connection: Connection, entry: Entry) -> None:
    """By hand; of a paper made in the case, the record that it went."""
    drawn = (PIECES.c.standing == Standing.DRAWN_UP.value) & (PIECES.c.digest == _content(entry))
    if not _change(connection, entry, drawn, standing=Standing.SENT.value, at=entry.at):
        _enter(connection, entry, Direction.OUT, Standing.SENT)


def _thing_went(connection: Connection, entry: Entry) -> None:
    _enter(connection, entry, Direction.OUT, Standing.SENT, piece=_said(entry.facts, "item"), digest=None)


def _consent(connection: Connection, entry: Entry) -> None:
    if entry.facts.get("outcome") == "requested":
        _went(connection, entry)
    else:
        _came(connection, entry)


def _drawn_up(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    if facts.get("ordered") and facts.get("type") in LETTERS:
        kind, digest = str(facts["type"]).replace("_", "-"), _said(facts, "digest")
        _enter(connection, entry, Direction.OUT, Standing.DRAWN_UP, kind=kind, digest=digest, piece=None)


def _to_a_third_state(connection: Connection, entry: Entry) -> None:
    kind, state = DocumentType.TRANSIT_REQUEST.value.replace("_", "-"), _said(entry.facts, "through")
    _enter(connection, entry, Direction.OUT, Standing.DRAWN_UP, kind=kind, state=state)


def _ordered(connection: Connection, entry: Entry) -> None:
    """The letter is to be sent: its package is made next."""
    _enter(connection, entry, Direction.OUT, Standing.PREPARED, kind=REQUESTS[0], piece=None, digest=None)


def _packed(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    kind, piece = str(facts.get("kind", "")), str(facts.get("transmission", ""))
    known = kind in REQUESTS and _pack(connection, entry, kind=kind, piece=piece, digest=_content(entry))
    if not known:
        _enter(connection, entry, Direction.OUT, Standing.PREPARED, kind=kind, piece=piece)


def _pack(connection: Connection, entry: Entry, **values: object) -> bool:
    """Whether a letter was ordered to be sent, of which this is the package: the one ordered last."""
    waiting = (PIECES.c.reference == entry.chain) & (PIECES.c.kind.in_(REQUESTS)) & (PIECES.c.piece.is_(None))
    newest = select(PIECES.c.year, PIECES.c.number).where(waiting).order_by(PIECES.c.sequence.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    if found is None:
        return False
    return _change(connection, entry, (PIECES.c.year == found.year) & (PIECES.c.number == found.number), **values)


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
    **{act: _told for act, roles in MAY.items() if roles == TOLD},
    "ask": _asked,
    "reply": _answered,
    "request-closed": _closed,
    "receive": _delivered,
    "enter-item": _thing_came,
    "accept-item": _thing_arrived,
    "correct-item": _corrected,
    "return-item": _thing_went,
    "report-measure": _letter_came,
    "limit-use": _letter_came,
    "note-consent": _consent,
    "disclose": _went,
    "report-outcome": _outcome,
    "document-made": _drawn_up,
    "request-transit": _to_a_third_state,
    "send": _ordered,
    "package-made": _packed,
    "dispatched": _sent,
}
"""What the other state tells, and what goes to it; a question that is asked of it, or a promise, goes as a package."""


def _enter(
    connection: Connection, entry: Entry, direction: Direction, standing: Standing, **said_otherwise: str | None
) -> None:
    """Gives the piece its number; what is said otherwise stands instead of what the entry's facts say."""
    year, facts = entry.at.year, entry.facts
    last = connection.execute(select(func.max(PIECES.c.number)).where(PIECES.c.year == year)).scalar()
    of_case = select(CASES.c.drafter, CASES.c.requested_state).where(CASES.c.reference == entry.chain)
    case = connection.execute(of_case).one()
    row = {
        "year": year,
        "number": (last or 0) + 1,  # a writer is alone with the database: see database.py
        "reference": entry.chain,
        "drafter": case.drafter,
        "state": case.requested_state,
        "sequence": entry.seq,
        "at": entry.at,
        "direction": direction.value,
        "kind": entry.event,
        "channel": _said(facts, "channel", "transport") or (BY_WIRE if _by_wire(entry) else None),
        "mark": _said(facts, "tracking"),
        "piece": entry.entry_id.removeprefix(f"{entry.task}/")[:64],
        "digest": _content(entry),
        "standing": standing.value,
    }
    connection.execute(insert(PIECES).values(row | said_otherwise))


def _change(connection: Connection, entry: Entry, which: ColumnElement[bool], **values: object) -> bool:
    """Whether there was such a piece of the case."""
    pieces = update(PIECES).where((PIECES.c.reference == entry.chain) & which).values(**values)
    return connection.execute(pieces).rowcount > 0


def _known(connection: Connection, entry: Entry) -> bool:
    """Whether the same letter came in with an act before."""
    digest = _content(entry)
    came = (PIECES.c.reference == entry.chain) & (PIECES.c.direction == Direction.IN.value)
    same = came & (PIECES.c.kind != "receive") & (PIECES.c.digest == digest)  # of a delivery it is our own manifest's
    return digest is not None and connection.execute(select(PIECES.c.number).where(same).limit(1)).first() is not None


def _by_wire(entry: Entry) -> bool:
    """Whether the service recorded it: only a sealed message of the other state is."""
    return entry.facts.get("role") == Role.SYSTEM.value


def _said(facts: dict[str, JsonValue], *names: str) -> str | None:
    return next((str(facts[name]) for name in names if facts.get(name)), None)


def _content(entry: Entry) -> str | None:
    found = _said(entry.facts, *CONTENT)
    return found if found and found.startswith("sha256:") else None
