"""From one ledger entry to the rows of the register it changes.

Tasks and items come from the case's course (rogatory/custody/course.py), which the ledger has folded already; the rest
is told by the entry itself. Codes, digests and numbers only: no row holds words about persons.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from rogatory.adapters.projection_clocks import meet_clock, run_out_clock, start_clock, stop_clock, stop_clocks
from rogatory.adapters.projection_correspondence import project_correspondence
from rogatory.adapters.projection_glass import project_glass
from rogatory.adapters.tables import ASSIGNED, CASES, DOCUMENTS, DUTIES, EXHIBITS, ITEMS, MESSAGES, TASKS, TRANSMISSIONS
from rogatory.custody.assigning import REASSIGN
from rogatory.custody.course import Course, Task
from rogatory.custody.holding import ItemCustody
from rogatory.custody.ledger import Entry
from schemas.commands import Verdict
from schemas.documents import LETTERS
from schemas.identifiers import Stage
from schemas.tasks import REQUESTS

SUBMITTED = "submitted"
"""The status of a case before its first task."""
TITLES = {
    Stage.REVIEW: "Review the letter of request",
    Stage.CORRECTION: "Correct the returned request",
    Stage.TRANSMISSION: "Send the letter of request",
    Stage.EVIDENCE_RETURN: "Receive the evidence",
    Stage.CUSTODY_SIGN_OFF: "Sign off custody of the evidence",
    Stage.ARREST: "Obtain the report of the arrest",
    Stage.DOSSIER: "Complete the dossier and file the formal request",
    Stage.EXTRADITION_DECISION: "Obtain the decision on extradition",
    Stage.SURRENDER: "Arrange the surrender",
    Stage.SPECIALITY: "Observe speciality and what else is owed",
    Stage.PROSECUTION_ABROAD: "Have the person prosecuted in the requested State",
    Stage.ANSWER: "Obtain the answer to the letter",
}
OWING = {"limit-use", "discharge-duty", "return-item", "destroy-item"}
"""Events that change what is owed for an item."""
ACKNOWLEDGEMENT = "Obtain the acknowledgement of receipt"

Row = dict[str, object]


def project(connection: Connection, entry: Entry, course: Course) -> None:
    """Writes what the entry changes; `course` has taken it in already."""
    EVENTS.get(entry.event, _nothing)(connection, entry)
    tasks = course.tasks.values() if entry.event == "request-closed" else [course.tasks.get(entry.task)]
    for task in tasks:
        if task is not None:
            _replace(connection, TASKS, "id", _task_row(entry.chain, task))
    for item in course.holding.changes():
        _replace(connection, ITEMS, "item", _item_row(entry.chain, item))
    for exhibit in course.holding.exhibits.changes():
        row = {**vars(exhibit), "reference": entry.chain}
        _replace(connection, EXHIBITS, "item", {column.name: row[column.name] for column in EXHIBITS.columns})
    if entry.event in OWING:
        connection.execute(delete(DUTIES).where(DUTIES.c.reference == entry.chain))
        for owed in course.uses.duties():
            row = {"item": owed.item, "reference": entry.chain, "duty": owed.duty, "due": owed.due}
            connection.execute(insert(DUTIES).values(row | {"source": owed.source}))
    project_correspondence(connection, entry)
    project_glass(connection, entry, course)
    _change_case(connection, entry, changed_at=entry.at)


def _open_case(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    row = {
        "reference": entry.chain,
        "kind": _text(facts, "kind"),
        "requested_state": _text(facts, "requested_state"),
        "drafter": _text(facts, "drafter"),
        "status": SUBMITTED,
        "version": _number(facts, "version"),
        "request": _text(facts, "request"),
        "supplements": facts.get("supplements"),
        "opened_at": entry.at,
        "changed_at": entry.at,
    }
    connection.execute(insert(CASES).values(row))


def _file_version(connection: Connection, entry: Entry) -> None:
    _change_case(connection, entry, version=_number(entry.facts, "version"), request=_text(entry.facts, "request"))


def _open_task(connection: Connection, entry: Entry) -> None:
    _change_case(connection, entry, status=_text(entry.facts, "stage"))


def _close_case(connection: Connection, entry: Entry) -> None:
    _change_case(connection, entry, status=_text(entry.facts, "result"))
    stop_clocks(connection, entry)


def _report(connection: Connection, entry: Entry) -> None:
    """What may tell the requested state's reference beside what it tells."""
    if entry.facts.get("foreign_reference"):
        _acknowledge(connection, entry)


def _acknowledge(connection: Connection, entry: Entry) -> None:
    _change_case(connection, entry, foreign_reference=_text(entry.facts, "foreign_reference"))


def _send(connection: Connection, entry: Entry) -> None:
    _change_case(connection, entry, channel=_text(entry.facts, "channel"))


def _make_document(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    signed_by = facts.get("signed_by")
    row = {
        "reference": entry.chain,
        "number": _count(connection, DOCUMENTS, entry.chain) + 1,
        "type": _text(facts, "type"),
        "language": _text(facts, "language"),
        "version": _number(facts, "version"),
        "digest": _text(facts, "digest"),
        "pages": _number(facts, "pages"),
        "size": _number(facts, "size"),
        "signatures": [str(name) for name in signed_by] if isinstance(signed_by, list) else [],
        "made_at": entry.at,
        "task": entry.task or None,
    }
    connection.execute(insert(DOCUMENTS).values(row))


def _sign_letter(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    if not facts.get("signed_letter") or facts.get("verdict") != Verdict.APPROVE.value:
        return
    letters = (
        (DOCUMENTS.c.reference == entry.chain)
        & (DOCUMENTS.c.digest == facts.get("letter"))
        & DOCUMENTS.c.type.in_([each.value for each in LETTERS])
    )
    for number, signatures in connection.execute(select(DOCUMENTS.c.number, DOCUMENTS.c.signatures).where(letters)):
        connection.execute(
            update(DOCUMENTS)
            .where(letters & (DOCUMENTS.c.number == number))
            .values(signed_digest=_text(facts, "signed_letter"), signatures=[*signatures, _text(facts, "by")])
        )


def _ask(connection: Connection, entry: Entry) -> None:
    row = {
        "reference": entry.chain,
        "question_id": entry.entry_id.removeprefix(f"{entry.task}/"),
        "number": _count(connection, MESSAGES, entry.chain) + 1,
        "asked_at": entry.at,
    }
    connection.execute(insert(MESSAGES).values(row))


def _reply(connection: Connection, entry: Entry) -> None:
    asked = (MESSAGES.c.reference == entry.chain) & (MESSAGES.c.question_id == entry.facts.get("question_id"))
    connection.execute(update(MESSAGES).where(asked).values(answered_at=entry.at))


def _make_package(connection: Connection, entry: Entry) -> None:
    facts = entry.facts
    row = {
        "reference": entry.chain,
        "transmission": _text(facts, "transmission"),
        "number": _count(connection, TRANSMISSIONS, entry.chain) + 1,
        "kind": _text(facts, "kind"),
        "channel": _text(facts, "channel"),
        "package": facts.get("package"),
        "prepared_at": entry.at,
    }
    connection.execute(insert(TRANSMISSIONS).values(row))
    if facts.get("kind") in REQUESTS:
        _send(connection, entry)


def _dispatch(connection: Connection, entry: Entry) -> None:
    sent = (TRANSMISSIONS.c.reference == entry.chain) & (
        TRANSMISSIONS.c.transmission == entry.facts.get("transmission")
    )
    accepted = _time(entry.facts.get("accepted_at"), entry.at)
    place = str(entry.facts.get("place", ""))
    connection.execute(update(TRANSMISSIONS).where(sent).values(dispatched_at=accepted, place=place))


def _nothing(_: Connection, __: Entry) -> None:
    """Entries that change tasks and items only, or nothing but the time of the last change."""


def _assign(connection: Connection, entry: Entry) -> None:
    _replace(connection, ASSIGNED, "task", {"task": _text(entry.facts, "assigned_task")})


EVENTS: dict[str, Callable[[Connection, Entry], None]] = {
    "request-opened": _open_case,
    "version-filed": _file_version,
    "task-opened": _open_task,
    "request-closed": _close_case,
    "document-made": _make_document,
    "decide": _sign_letter,
    REASSIGN: _assign,
    "send": _send,
    "acknowledge": _acknowledge,
    "ask": _ask,
    "reply": _reply,
    "package-made": _make_package,
    "dispatched": _dispatch,
    "report-arrest": _report,
    "report-preserved": _report,
    "clock-started": start_clock,
    "clock-ran-out": run_out_clock,
    "clock-met": meet_clock,
    "clock-stopped": stop_clock,
    "task-closed": stop_clocks,
}


def _task_row(reference: str, task: Task) -> Row:
    facts = task.facts
    title = TITLES[Stage(task.stage)] if task.stage in set(Stage) else task.stage
    return {
        "id": task.id,
        "reference": reference,
        "stage": task.stage,
        "title": ACKNOWLEDGEMENT if facts.get("awaits") == "acknowledgement" else title,
        "roles": list(task.roles),
        "due": _time(task.due, task.opened),
        "source": str(facts.get("source", "")),
        "opened_at": task.opened,
        "state": task.state,
        "letter": facts.get("letter"),
        "approvals": task.approvals,
        # with the glass broken no more are needed than there are: the signatory's turn has come
        "approvals_needed": min(task.needed, task.approvals) if task.enough else task.needed,
        "outcome": task.outcome,
    }


def _item_row(reference: str, item: ItemCustody) -> Row:
    return {
        "item": item.item,
        "reference": reference,
        "digest": item.digest,
        "size": item.size,
        "declared": item.declared,
        "measure": item.measure,
        "manifest": item.manifest,
        "holder": item.holder,
        "offered_to": item.offered_to,
        "state": item.state,
        "discrepancy": item.discrepancy,
        "received_at": item.received_at,
    }


def _replace(connection: Connection, table: Table, key: str, row: Row) -> None:
    connection.execute(delete(table).where(table.c[key] == row[key]))
    connection.execute(insert(table).values(row))


def _change_case(connection: Connection, entry: Entry, **values: object) -> None:
    connection.execute(update(CASES).where(CASES.c.reference == entry.chain).values(**values))


def _count(connection: Connection, table: Table, reference: str) -> int:
    counted = select(func.count()).select_from(table).where(table.c.reference == reference)
    return int(connection.execute(counted).scalar_one())


def _text(facts: dict[str, JsonValue], name: str) -> str:
    return str(facts.get(name, ""))


def _number(facts: dict[str, JsonValue], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0


def _time(value: JsonValue, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return otherwise
    return at if at.tzinfo else otherwise
